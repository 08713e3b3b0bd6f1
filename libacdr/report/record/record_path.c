/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The content of a path of the host, for a recorded host. In /sys every link on the way is recorded
 * and the file under its real path, so that "device/.." means the same afterwards. Knows which part
 * of a file to keep; does not know who read it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "interrupts.h"
#include "node_memory.h"
#include "record_part.h"

enum { MAX_LINKS = 40 };

static void up(char *path)
{
    char *slash = strrchr(path, '/');

    if (slash)
        *slash = '\0';
}

/* One step of the walk: PART appended to REAL. A link is recorded; its target goes before REST. */
static bool step(struct acdr_recorded *rec, struct acdr_root *root, char *real, const char *part,
                 char *rest)
{
    size_t len = strlen(real);
    char target[4096];
    char after[8192];

    if (!strcmp(part, "..")) {
        up(real);
        return true;
    }
    if (len + strlen(part) + 2 > 4096)
        return false;
    snprintf(real + len, 4096 - len, "/%s", part);
    if (acdr_root_link(root, target, sizeof(target), "%s", real) < 0)
        return true;
    acdr_recorded_add(rec, ACDR_RECORDED_LINK, real, target);
    real[target[0] == '/' ? 0 : len] = '\0';
    snprintf(after, sizeof(after), "%s/%s", target, rest);
    if (strlen(after) >= 4096)
        return false;
    memcpy(rest, after, strlen(after) + 1);
    return true;
}

/* Resolve links and dots of PATH into REAL, of 4096 bytes. False if it leads nowhere. */
static bool resolve(struct acdr_recorded *rec, struct acdr_root *root, const char *path, char *real)
{
    char rest[4096];
    char part[256];
    size_t len;
    int n = 0;

    snprintf(rest, sizeof(rest), "%s", path);
    real[0] = '\0';
    while (rest[0]) {
        len = strcspn(rest, "/");
        if (len >= sizeof(part) || n++ > MAX_LINKS * 16)
            return false;
        memcpy(part, rest, len);
        part[len] = '\0';
        memmove(rest, rest + len + (rest[len] == '/'), strlen(rest + len) + (rest[len] != '/'));
        if (part[0] && strcmp(part, ".") != 0 && !step(rec, root, real, part, rest))
            return false;
    }
    return true;
}

/* For some files keep only what is read: some lines of memory, interrupts without counters. */
static char *shorten_meminfo(char *text)
{
    static const char *const keys[] = {
        "MemTotal:",       "MemFree:",      "Active(file):",
        "Inactive(file):", "KReclaimable:", "SReclaimable:",
    };
    acdr_auto(strbuf) struct acdr_strbuf t = { 0 };

    for (char *line = strsep(&text, "\n"); line; line = strsep(&text, "\n"))
        for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
            if (strstr(line, keys[i]))
                acdr_strbuf_addf(&t, "%s\n", line);
    return acdr_strbuf_take(&t);
}

static char *shorten_interrupts(char *text)
{
    acdr_auto(strbuf) struct acdr_strbuf t = { 0 };
    acdr_auto(free) struct acdr_interrupt *list = NULL;
    size_t n = 0;

    if (acdr_interrupts_parse(text, &list, &n) < 0)
        return NULL;
    for (size_t i = 0; i < n; i++)
        acdr_strbuf_addf(&t, "%d: -  %s\n", list[i].num, list[i].actions);
    return acdr_strbuf_take(&t);
}

/* A unit file, without what its owner says in it besides. */
static char *shorten_unit(char *text)
{
    acdr_auto(strbuf) struct acdr_strbuf t = { 0 };

    acdr_strbuf_add(&t, "[Slice]\n");
    for (char *line = strsep(&text, "\n"); line; line = strsep(&text, "\n"))
        if (!strncmp(line, "Allowed", 7))
            acdr_strbuf_addf(&t, "%s\n", line);
    return acdr_strbuf_take(&t);
}

static void add_file(struct acdr_recorded *rec, struct acdr_root *root, const char *path)
{
    acdr_auto(free) char *text = NULL;
    acdr_auto(free) char *some = NULL;
    const char *name = strrchr(path, '/');
    size_t len;

    if (acdr_root_read(root, path, (size_t)64 << 20, &text, NULL) < 0)
        return;
    if (!strcmp(name, "/meminfo"))
        some = shorten_meminfo(text);
    else if (!strcmp(path, "/proc/zoneinfo"))
        some = acdr_zoneinfo_shorten(text);
    else if (!strcmp(path, "/proc/interrupts"))
        some = shorten_interrupts(text);
    else if (strstr(path, "/systemd/") && strstr(path, ".slice"))
        some = shorten_unit(text);
    else
        some = acdr_take(text);
    if (!some) {
        rec->bad = true;
        return;
    }
    len = strlen(some);
    if (len && some[len - 1] == '\n')
        some[len - 1] = '\0';
    acdr_recorded_add(rec, ACDR_RECORDED_FILE, path, some);
}

void acdr_recorded_add_path(struct acdr_recorded *rec, struct acdr_root *root, const char *path)
{
    char real[4096];
    mode_t mode;
    uid_t uid;

    if (strncmp(path, "/sys/", 5) != 0)
        snprintf(real, sizeof(real), "%s", path);
    else if (!resolve(rec, root, path, real))
        return;
    if (acdr_root_stat(root, real, &uid, &mode) < 0)
        return;
    if (S_ISDIR(mode))
        acdr_recorded_add(rec, ACDR_RECORDED_FOLDER, real, "");
    else if (S_ISREG(mode) || S_ISLNK(mode))
        add_file(rec, root, real);
}
