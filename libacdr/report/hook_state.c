/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The hook's file, and the daemon that calls it. See hook_state.h. */
#include "hook_state.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"
#include "kernel_file.h"

#define MARK "urn:libacdr:domain:1"

bool acdr_hook_runs(struct acdr_root *r, const char *path)
{
    mode_t mode = 0;
    uid_t uid;

    return acdr_root_stat(r, path, &uid, &mode) == 0 && (mode & 0111);
}

bool acdr_hook_is_ours(struct acdr_root *r, const char *path)
{
    acdr_auto(free) char *text = NULL;
    size_t len = 0;

    return acdr_root_read(r, path, 0, &text, &len) == 0 &&
           memmem(text, len, MARK, sizeof(MARK) - 1);
}

enum acdr_hook_state acdr_hook_look(struct acdr_root *r)
{
    struct acdr_answer has = acdr_root_has(r, ACDR_HOOK_FILE);

    if (acdr_no(has))
        return ACDR_HOOK_MISSING;
    if (!acdr_yes(has))
        return ACDR_HOOK_UNKNOWN;
    if (!acdr_hook_is_ours(r, ACDR_HOOK_FILE))
        return ACDR_HOOK_FOREIGN;
    return acdr_hook_runs(r, ACDR_HOOK_FILE) ? ACDR_HOOK_READY : ACDR_HOOK_NOT_RUN;
}

/* Seconds since 1970 at which the host was booted; -1: not known. */
static long long boot_time(struct acdr_root *r)
{
    static const char key[] = "\nbtime ";
    acdr_auto(free) char *text = NULL;
    const char *at;
    long long s;

    if (acdr_root_read(r, "/proc/stat", 0, &text, NULL) < 0)
        return -1;
    at = strstr(text, key);
    return at && sscanf(at + strlen(key), "%lld", &s) == 1 ? s : -1;
}

bool acdr_hook_is_newer(struct acdr_root *r, int pid)
{
    long ticks = sysconf(_SC_CLK_TCK);
    unsigned long long start = 0;
    long long boot;
    struct stat hook;

    if (!acdr_root_live(r) || ticks <= 0 || stat(ACDR_HOOK_FILE, &hook) < 0 ||
        acdr_guest_started(r, pid, &start) < 0 || !start)
        return false;
    boot = boot_time(r);
    return boot >= 0 && boot + (long long)(start / (unsigned long long)ticks) < hook.st_ctime;
}

int acdr_hook_daemon(struct acdr_root *r)
{
    acdr_auto(free) int *pids = NULL;
    size_t n = 0;
    char comm[32];

    if (acdr_hostfile_numbers(r, "/proc", "", &pids, &n) < 0)
        return 0;
    for (size_t i = 0; i < n; i++)
        if (acdr_root_get(r, comm, sizeof(comm), "/proc/%d/comm", pids[i]) >= 0 &&
            (!strcmp(comm, "libvirtd") || !strcmp(comm, "virtqemud")))
            return pids[i];
    return 0;
}
