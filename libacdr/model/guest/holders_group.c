/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The CPUs and nodes available to a guest in libvirt's cgroup. Knows how libvirt names that group,
 * and which cpuset files show its effective sets (Documentation/admin-guide/cgroup-v2.rst).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "holders_part.h"
#include "kernel_file.h"
#include "text.h"

#define SLICE ".slice"

/* Depth of the search below the top's children: groups of others are rarely deeper, and a partition
 * that is not found is still avoided, just without its name. */
enum { MOST_DEPTH = 2 };

/* The file names, by version of the hierarchy. */
static const char *const cpus_file[] = { NULL, "cpuset.effective_cpus", "cpuset.cpus.effective" };
static const char *const mems_file[] = { NULL, "cpuset.effective_mems", "cpuset.mems.effective" };

/* With systemd "/machine/fast" is machine.slice/machine-fast.slice, else the path itself. */
static char *group_path(const struct acdr_host *h, const char *partition)
{
    acdr_auto(strbuf) struct acdr_strbuf path = { 0 };
    acdr_auto(strbuf) struct acdr_strbuf name = { 0 };

    acdr_strbuf_add(&path, h->cgroup_dir);
    if (!h->has_systemd) {
        acdr_strbuf_add(&path, partition);
        return acdr_strbuf_take(&path);
    }
    for (const char *p = partition; *p;) {
        size_t len = strcspn(++p, "/");

        acdr_strbuf_add(&name, name.len ? "-" : "");
        acdr_strbuf_addn(&name, p, len);
        acdr_strbuf_addf(&path, "/%s" SLICE, name.s ? name.s : "");
        p += len;
    }
    return acdr_strbuf_take(&path);
}

/* Take from SET what systemd will not allow the slice whose group DIR does not exist yet. 0 or
 * -errno. */
static int narrow(const struct acdr_host *h, const char *dir, const char *key,
                  struct acdr_bitmap *set, struct acdr_err *e)
{
    const char *slice = strrchr(dir, '/') + 1;
    struct acdr_bitmap allowed;
    int limited;

    /* unknown: systemd has not started what cannot be looked at, or the kernel has the limit */
    if (h->cgroup != 2 || !h->has_systemd || !acdr_no(acdr_root_has(h->root, "%s", dir)))
        return 0;
    limited = acdr_host_slice_allowed(h->root, slice, key, &allowed, e);
    if (limited > 0)
        acdr_bitmap_and(set, &allowed);
    return limited < 0 ? limited : 0;
}

/* Read the file NAME of PATH, or of the nearest ancestor that has it: a group without the
 * controller has its parent's values, and one that does not exist yet is also limited by KEY of
 * systemd's unit. 0 or -errno. */
static int read_upwards(const struct acdr_host *h, const char *path, const char *name,
                        const char *key, struct acdr_bitmap *ret, struct acdr_err *e)
{
    acdr_auto(free) char *dir = strdup(path);
    struct acdr_bitmap limit;
    int err;

    if (!dir)
        return -ENOMEM;
    memset(&limit, 0xff, sizeof(limit));
    for (;;) {
        char *slash = strrchr(dir, '/');

        err = acdr_hostfile_list(h->root, dir, name, ret);
        if (err != -ENOENT || !slash || strlen(dir) <= strlen(h->cgroup_dir))
            break;
        err = narrow(h, dir, key, &limit, e);
        if (err < 0)
            return err;
        *slash = '\0';
    }
    if (err == 0)
        acdr_bitmap_and(ret, &limit);
    else if (err != -ENOMEM && !acdr_is_gone(err))
        acdr_err_errno(e, -err, "%s/%s: what guests may use is not known", dir, name);
    return err;
}

/* Search for the groups that hold LEFT; NAMED receives those whose group is found. */
struct walk {
    const struct acdr_host *h;
    const struct acdr_bitmap *left;
    struct acdr_bitmap *named;
    struct acdr_holders *l;
    const char *dir;
    int depth;
};

static int add_partition(const struct walk *w, const char *dir)
{
    struct acdr_bitmap set;
    char kind[64];

    /* unknown: its CPUs are lacking in the group of guests, and are held without a name */
    if (acdr_root_get(w->h->root, kind, sizeof(kind), "%s/cpuset.cpus.partition", dir) < 0 ||
        strncmp(kind, "isolated", 8) != 0 || strstr(kind, "invalid") ||
        acdr_hostfile_list(w->h->root, dir, "cpuset.cpus.exclusive.effective", &set) < 0)
        return 0;
    acdr_bitmap_and(&set, w->left);
    acdr_bitmap_or(w->named, &set);
    if (acdr_bitmap_empty(&set))
        return 0;
    return acdr_holders_add(w->l, &set, true, acdr_text_format("%s, an isolated partition", dir));
}

static int walk_groups(void *arg, const char *name)
{
    const struct walk *above = arg;
    acdr_auto(free) char *dir = acdr_text_format("%s/%s", above->dir, name);
    struct walk w = *above;
    int err;

    if (!dir)
        return -ENOMEM;
    err = add_partition(&w, dir);
    w.dir = dir;
    /* unknown: as in add_partition() */
    if (err == 0 && w.depth-- > 0 && acdr_root_list(w.h->root, dir, walk_groups, &w) == -ENOMEM)
        err = -ENOMEM;
    return err;
}

/* Isolated partitions of others, by the name of their group if it is found. */
static int add_partitions(const struct acdr_host *h, const struct acdr_bitmap *left,
                          struct acdr_holders *l)
{
    struct acdr_bitmap rest = *left, named = { 0 };
    struct walk w = { h, left, &named, l, h->cgroup_dir, MOST_DEPTH };
    int err;

    if (acdr_bitmap_empty(left))
        return 0;
    /* unknown: as in add_partition() */
    err = acdr_root_list(h->root, h->cgroup_dir, walk_groups, &w) == -ENOMEM ? -ENOMEM : 0;
    acdr_bitmap_andnot(&rest, &named);
    if (err == 0 && !acdr_bitmap_empty(&rest))
        err = acdr_holders_add(l, &rest, true, strdup("an isolated partition"));
    return err;
}

/* The CPUs available to a group at PATH, with OWN; all online CPUs if the kernel does not report
 * them. 0; -errno: not known. */
static int read_reach(const struct acdr_host *h, const char *path, const struct acdr_bitmap *own,
                      struct acdr_bitmap *ret, struct acdr_err *e)
{
    struct acdr_bitmap has;
    int err = read_upwards(h, path, cpus_file[h->cgroup], "AllowedCPUs", &has, e);

    *ret = h->online;
    if (err < 0 || acdr_bitmap_empty(&has))
        return acdr_is_gone(err) ? 0 : err;
    acdr_bitmap_or(&has, own);
    acdr_bitmap_and(ret, &has);
    return 0;
}

static char *path_of(const struct acdr_host *h, const struct acdr_domain *d)
{
    return group_path(h, d->partition[0] == '/' ? d->partition : "/machine");
}

int acdr_holders_reach(const struct acdr_host *h, const struct acdr_domain *d,
                       const struct acdr_bitmap *own, struct acdr_bitmap *ret)
{
    acdr_auto(free) char *path = NULL;

    *ret = h->online;
    if (!h->cgroup)
        return 0;
    path = path_of(h, d);
    return path ? read_reach(h, path, own, ret, NULL) : -ENOMEM;
}

static int add_missing(const struct acdr_host *h, const char *path, const struct acdr_bitmap *own,
                       const struct acdr_bitmap *partitioned, struct acdr_holders *l,
                       struct acdr_err *e)
{
    struct acdr_bitmap missing = h->online, has;
    int err = read_reach(h, path, own, &has, e);

    if (err < 0)
        return err;
    acdr_bitmap_andnot(&missing, &has);
    acdr_bitmap_andnot(&missing, partitioned);
    if (acdr_bitmap_empty(&missing))
        return 0;
    return acdr_holders_add(
        l, &missing, true,
        acdr_no(acdr_root_has(h->root, "%s", path))
            ? acdr_text_format("%s, which is not there yet and gets less by AllowedCPUs= or from "
                               "the group above: no guest gets there",
                               path)
            : acdr_text_format("%s, whose %s lacks them: no guest gets there", path,
                               cpus_file[h->cgroup]));
}

int acdr_holders_group(const struct acdr_host *h, const struct acdr_domain *d,
                       const struct acdr_bitmap *own, struct acdr_bitmap *mems,
                       struct acdr_holders *l, struct acdr_err *e)
{
    acdr_auto(free) char *path = NULL;
    struct acdr_bitmap left = h->partitioned, nodes;
    int err;

    for (size_t i = 0; mems && i < h->n_nodes; i++)
        acdr_bitmap_add(mems, h->nodes[i].id);
    if (!h->cgroup)
        return 0;
    path = path_of(h, d);
    if (!path)
        return -ENOMEM;
    acdr_bitmap_andnot(&left, own);
    acdr_bitmap_and(&left, &h->online);
    err = add_partitions(h, &left, l);
    if (err == 0)
        err = add_missing(h, path, own, &left, l, e);
    if (err < 0 || !mems)
        return err;
    err = read_upwards(h, path, mems_file[h->cgroup], "AllowedMemoryNodes", &nodes, e);
    if (err == 0 && !acdr_bitmap_empty(&nodes))
        *mems = nodes;
    return acdr_is_gone(err) ? 0 : err;
}
