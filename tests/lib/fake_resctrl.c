/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* resctrl on files. See fake_resctrl.h. */
#include "fake_resctrl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host_tree.h"

#define R "/sys/fs/resctrl"

static void slurp(const char *root, const char *path, char *buf, size_t size)
{
    char full[1024];
    FILE *f;

    snprintf(full, sizeof(full), "%s%s", root, path);
    f = fopen(full, "r");
    if (!f)
        abort();
    buf[fread(buf, 1, size - 1, f)] = '\0';
    fclose(f);
}

static bool in_a_row(const char *line)
{
    const char *s = strchr(line, '=');
    unsigned long mask = s ? strtoul(s + 1, NULL, 16) : 0;

    return strncmp(line, "L3:", 3) || !(mask & (mask + (mask & -mask)));
}

/* Where the value of cache ID begins in "L3:0=f0;1=ff". */
static char *find_cache(char *line, int id)
{
    for (char *p = strchr(line, ':'); p; p = strchr(p + 1, ';'))
        if (atoi(p + 1) == id)
            return strchr(p, '=') + 1;
    abort();
}

/* TEXT is "L3:1=f0", or the whole line "L3:0=f0;1=ff". */
static void merge(const struct fake_resctrl *k, const char *root, const char *path,
                  const char *text)
{
    char line[3][64] = { "", "" };

    sscanf(k->before, " %63s %63s", line[0], line[1]);
    for (int i = 0; i < 2; i++) {
        if (strncmp(line[i], text, 3))
            continue;
        for (const char *p = strchr(text, ':'); p; p = strchr(p + 1, ';')) {
            char *at = find_cache(line[i], atoi(p + 1));
            const char *value = strchr(p, '=') + 1;

            snprintf(line[2], sizeof(line[2]), "%.*s%.*s%s", (int)(at - line[i]), line[i],
                     (int)strcspn(value, ";"), value, at + strcspn(at, ";"));
            memcpy(line[i], line[2], sizeof(line[2]));
        }
    }
    host_tree_put(root, path, "    %s\n    %s\n", line[0], line[1]);
}

static void make_or_drop_group(const char *root, const char *path, bool after)
{
    static const char *const files[] = { "schemata", "cpus_list" };
    char full[1024];

    snprintf(full, sizeof(full), "%s%s/%s", root, path, files[1]);
    if (!after && access(full, F_OK) == 0) {
        for (int i = 0; i < 2; i++) {
            snprintf(full, sizeof(full), "%s%s/%s", root, path, files[i]);
            if (remove(full))
                abort();
        }
        return;
    }
    snprintf(full, sizeof(full), "%s%s", root, path);
    if (!after || access(full, F_OK))
        return;
    snprintf(full, sizeof(full), "%s/%s", path, files[0]);
    host_tree_put(root, full, "    MB:0=100;1=100\n    L3:0=fff;1=fff\n");
    snprintf(full, sizeof(full), "%s/%s", path, files[1]);
    host_tree_put(root, full, "\n");
}

int fake_resctrl_tap(struct fake_resctrl *k, const char *root, const char *path, const char *text,
                     bool after)
{
    size_t len = strlen(path);

    if (strncmp(path, R, strlen(R)))
        return 0;
    if (!text)
        make_or_drop_group(root, path, after);
    if (!text || strcmp(path + len - 9, "/schemata"))
        return 0;
    if (after) {
        merge(k, root, path, text);
        return 0;
    }
    slurp(root, path, k->before, sizeof(k->before));
    return in_a_row(text) ? 0 : -EINVAL;
}
