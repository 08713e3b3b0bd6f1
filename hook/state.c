/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the early hook can know of the library's state with a few calls, however many guests are
 * conditioned: marks are looked for, and no file is read. Must not change anything.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "early.h"

#define UUID_LEN      36
#define RETRY_SECONDS 60
#define GUESTS        ACDR_HOOK_STATE "/guests"

static bool has(const char *path)
{
    return access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

bool acdr_early_has_journal(void)
{
    return has(ACDR_HOOK_STATE "/journal");
}

/* The lock is held as long as its holder lives. */
static bool is_worked_on(void)
{
    int fd = open(ACDR_HOOK_STATE "/lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return false;
    bool held = flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
    close(fd);
    return held;
}

/* An event came to its end a moment ago and could not restore a setting: not each guest's start
 * need wait while that is tried again. A clock that was set back shows as a time to come. */
static bool was_just_tried(const char *path)
{
    struct stat st;
    if (stat(path, &st) < 0 || st.st_size == 0)
        return false;
    time_t age = time(NULL) - st.st_mtime;
    return age >= 0 && age < RETRY_SECONDS;
}

bool acdr_early_is_unfinished(void)
{
    static const char path[] = ACDR_HOOK_STATE "/unfinished";
    return has(path) && !was_just_tried(path) && !is_worked_on();
}

bool acdr_early_is_swept(void)
{
    return has(ACDR_HOOK_STATE "/swept");
}

/* The guest's own UUID is the first in its XML, as libvirt prints it; false if there is none. */
static bool find_uuid(const char *xml, size_t len, char uuid[UUID_LEN + 1])
{
    static const char open_tag[] = "<uuid>", close_tag[] = "</uuid>";
    const char *p = len ? memmem(xml, len, open_tag, sizeof(open_tag) - 1) : NULL;
    if (!p)
        return false;
    p += sizeof(open_tag) - 1;
    size_t left = len - (size_t)(p - xml);
    if (left < UUID_LEN + sizeof(close_tag) - 1 ||
        memcmp(p + UUID_LEN, close_tag, sizeof(close_tag) - 1) != 0)
        return false;
    for (int i = 0; i < UUID_LEN; i++) {
        if (!isxdigit((unsigned char)p[i]) && p[i] != '-')
            return false;
        uuid[i] = (char)tolower((unsigned char)p[i]);
    }
    uuid[UUID_LEN] = '\0';
    return true;
}

/* An older version's journal has no marks. */
bool acdr_early_has_guest(const char *xml, size_t len)
{
    char uuid[UUID_LEN + 1], path[sizeof(GUESTS) + UUID_LEN + 1];
    if (!acdr_early_has_journal())
        return false;
    if (!has(GUESTS) || !find_uuid(xml, len, uuid))
        return true;
    snprintf(path, sizeof(path), GUESTS "/%s", uuid);
    return has(path);
}
