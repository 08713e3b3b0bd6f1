/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* cpusets on files. See fake_groups.h. */
#include "fake_groups.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "auto.h"
#include "bitmap.h"
#include "host_tree.h"

#define TOP "/sys/fs/cgroup"

static bool ends(const char *path, const char *end)
{
    size_t n = strlen(path), m = strlen(end);

    return n >= m && !strcmp(path + n - m, end);
}

static bool get(const char *root, const char *dir, const char *name, char *buf, size_t size)
{
    char full[1024];
    FILE *f;

    snprintf(full, sizeof(full), "%s%s/%s", root, dir, name);
    f = fopen(full, "r");
    buf[0] = '\0';
    if (!f)
        return false;
    if (fgets(buf, (int)size, f))
        buf[strcspn(buf, "\n")] = '\0';
    fclose(f);
    return true;
}

static bool get_set(const char *root, const char *dir, const char *name, struct acdr_bitmap *ret)
{
    char buf[1024];

    acdr_bitmap_zero(ret);
    return get(root, dir, name, buf, sizeof(buf)) && acdr_bitmap_parse_list(ret, buf) == 0;
}

static void put_set(const char *root, const char *dir, const char *name,
                    const struct acdr_bitmap *s)
{
    acdr_auto(free) char *list = acdr_bitmap_print_list(s);
    char path[1200];

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    host_tree_put(root, path, "%s\n", list);
}

static void leave(const char *root, const char *dir)
{
    struct acdr_bitmap isolated, own;

    if (!get_set(root, dir, "cpuset.cpus.exclusive.effective", &own) || acdr_bitmap_empty(&own))
        return;
    get_set(root, TOP, "cpuset.cpus.isolated", &isolated);
    acdr_bitmap_andnot(&isolated, &own);
    put_set(root, TOP, "cpuset.cpus.isolated", &isolated);
    acdr_bitmap_zero(&own);
    put_set(root, dir, "cpuset.cpus.exclusive.effective", &own);
}

static bool may_have(const char *root, const char *dir, const struct acdr_bitmap *cpus)
{
    char parent[1024];
    struct acdr_bitmap all, isolated;

    snprintf(parent, sizeof(parent), "%.*s", (int)(strrchr(dir, '/') - dir), dir);
    get_set(root, TOP, "cpuset.cpus.isolated", &isolated);
    return !acdr_bitmap_empty(cpus) && !acdr_bitmap_intersects(cpus, &isolated) &&
           (!strcmp(parent, TOP) || (get_set(root, parent, "cpuset.cpus.exclusive", &all) &&
                                     acdr_bitmap_subset(cpus, &all)));
}

static void enter(const char *root, const char *dir)
{
    struct acdr_bitmap cpus, isolated;
    char path[1200];

    leave(root, dir);
    get_set(root, dir, "cpuset.cpus.exclusive", &cpus);
    if (!may_have(root, dir, &cpus)) {
        snprintf(path, sizeof(path), "%s/cpuset.cpus.partition", dir);
        host_tree_put(root, path, "isolated invalid (Cpu list in cpuset.cpus not exclusive)\n");
        return;
    }
    put_set(root, dir, "cpuset.cpus.exclusive.effective", &cpus);
    get_set(root, TOP, "cpuset.cpus.isolated", &isolated);
    acdr_bitmap_or(&isolated, &cpus);
    put_set(root, TOP, "cpuset.cpus.isolated", &isolated);
}

void fake_groups_gone(const char *root, const char *dir)
{
    leave(root, dir);
}

int fake_groups_tap(const char *root, const char *path, const char *text, bool after)
{
    bool full = ends(path, "/cpuset.cpus") || ends(path, "/cpuset.mems");
    char dir[1024];
    struct acdr_bitmap set;

    if (!text || strncmp(path, TOP, strlen(TOP)))
        return 0;
    snprintf(dir, sizeof(dir), "%.*s", (int)(strrchr(path, '/') - path), path);
    if (full || ends(path, "/cpuset.cpus.exclusive")) {
        if (acdr_bitmap_parse_list(&set, text) < 0)
            return -EINVAL;
        if (!after)
            return full && acdr_bitmap_empty(&set) ? -ENOSPC : 0;
        put_set(root, dir, strrchr(path, '/') + 1, &set);
    } else if (after && ends(path, "/cpuset.cpus.partition")) {
        if (!strcmp(text, "isolated"))
            enter(root, dir);
        else
            leave(root, dir);
    }
    return 0;
}
