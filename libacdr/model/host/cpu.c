/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * CPUs: which exist, which are online, and which share a package, die, core and L3. Knows
 * /sys/devices/system/cpu. Every shared set is read once, at the lowest CPU that has none yet, so
 * that the number of files read grows with cores and caches, not with the CPUs squared.
 *
 * Cores are never grouped by core_id: it is unique within a package only, and in virtual machines
 * not even there.
 */
#include "host.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "kernel_file.h"
#include "topology.h"

#define CPU_DIR "/sys/devices/system/cpu"

enum level { PACKAGE, DIE, CORE, L3 };

typedef int read_fn(struct acdr_root *r, const char *dir, const char *name,
                    struct acdr_bitmap *ret);

/* A file in a CPU's topology directory that lists the CPUs that share. */
struct source {
    const char *name;
    read_fn *read;
};

/* Preferred first: kernels before 5.3 have only the second names. */
static const struct source package_sources[] = {
    { "package_cpus_list", acdr_hostfile_list },
    { "core_siblings_list", acdr_hostfile_list },
    { "package_cpus", acdr_hostfile_mask },
    { "core_siblings", acdr_hostfile_mask },
    { NULL, NULL },
};
static const struct source die_sources[] = {
    { "die_cpus_list", acdr_hostfile_list },
    { "die_cpus", acdr_hostfile_mask },
    { NULL, NULL },
};
static const struct source core_sources[] = {
    { "core_cpus_list", acdr_hostfile_list },
    { "thread_siblings_list", acdr_hostfile_list },
    { "core_cpus", acdr_hostfile_mask },
    { "thread_siblings", acdr_hostfile_mask },
    { NULL, NULL },
};

static int *label(struct acdr_cpu *c, enum level level)
{
    switch (level) {
    case PACKAGE:
        return &c->package;
    case DIE:
        return &c->die;
    case CORE:
        return &c->core;
    default:
        return &c->l3;
    }
}

static struct acdr_cpu *find(struct acdr_host *h, int cpu)
{
    return (struct acdr_cpu *)acdr_host_cpu(h, cpu);
}

/* Label the online members of SET that have no label yet with its lowest one. */
static void share(struct acdr_host *h, enum level level, int cpu, struct acdr_bitmap *set)
{
    int first;
    int *at;

    acdr_bitmap_add(set, cpu);
    acdr_bitmap_and(set, &h->online);
    first = acdr_bitmap_next(set, -1);
    ACDR_BITMAP_FOR(n, set) {
        at = label(find(h, n), level);
        if (*at < 0)
            *at = first;
    }
}

/* What a failed call leaves out is missing for this event, not until the next boot. */
static bool is_read(struct acdr_host *h, int err)
{
    if (err < 0 && err != -ENOENT)
        acdr_topology_doubt(h);
    return err == 0;
}

/* Read the first of the SOURCES that exists. *HINT is the one that existed last time: a kernel has
 * the same ones for every CPU. */
static bool read_shared(struct acdr_host *h, int cpu, const struct source *sources, size_t *hint,
                        struct acdr_bitmap *set)
{
    char dir[64];

    snprintf(dir, sizeof(dir), CPU_DIR "/cpu%d/topology", cpu);
    if (is_read(h, sources[*hint].read(h->root, dir, sources[*hint].name, set)))
        return true;
    for (size_t i = 0; sources[i].name; i++) {
        if (i != *hint && is_read(h, sources[i].read(h->root, dir, sources[i].name, set))) {
            *hint = i;
            return true;
        }
    }
    return false;
}

static void read_level(struct acdr_host *h, enum level level, const struct source *sources)
{
    struct acdr_bitmap set;
    size_t hint = 0;

    ACDR_BITMAP_FOR(cpu, &h->online) {
        if (*label(find(h, cpu), level) < 0 && read_shared(h, cpu, sources, &hint, &set))
            share(h, level, cpu, &set);
    }
}

/* Kernels of architectures without dies also have die files, but each CPU is alone and the id is
 * -1: there a package is one die. */
static void read_dies(struct acdr_host *h)
{
    int cpu = acdr_bitmap_next(&h->online, -1);
    long long id;

    if (!is_read(h, acdr_root_get_num(h->root, &id, CPU_DIR "/cpu%d/topology/die_id", cpu)))
        return;
    if (id >= 0)
        read_level(h, DIE, die_sources);
    for (size_t i = 0; id < 0 && i < h->n_cpus; i++)
        h->cpus[i].die = h->cpus[i].package;
}

/* The directory of CPU's level 3 cache. Nearly always index 3, but the index is only a counter. */
static bool find_l3(struct acdr_host *h, int cpu, char *dir, size_t size)
{
    char type[32];
    long long level;
    ssize_t len;
    int err;

    for (int i = -1; i < 16; i++) {
        snprintf(dir, size, CPU_DIR "/cpu%d/cache/index%d", cpu, i < 0 ? 3 : i);
        err = acdr_root_get_num(h->root, &level, "%s/level", dir);
        if (err == -ENOENT && i >= 0)
            return false;
        if (!is_read(h, err) || level != 3)
            continue;
        len = acdr_root_get(h->root, type, sizeof(type), "%s/type", dir);
        if (!is_read(h, len < 0 ? (int)len : 0))
            return true;
        return strcmp(type, "Instruction") != 0;
    }
    return false;
}

static void read_l3(struct acdr_host *h)
{
    struct acdr_bitmap set;
    char dir[96];

    ACDR_BITMAP_FOR(cpu, &h->online) {
        if (find(h, cpu)->l3 >= 0 || !find_l3(h, cpu, dir, sizeof(dir)))
            continue;
        if (is_read(h, acdr_hostfile_list(h->root, dir, "shared_cpu_list", &set)) ||
            is_read(h, acdr_hostfile_mask(h->root, dir, "shared_cpu_map", &set)))
            share(h, L3, cpu, &set);
    }
}

/* Kernels too old for sibling files only have the package id; -1 is not an id. */
static int read_package_ids(struct acdr_host *h)
{
    acdr_auto(free) long long *ids = calloc(h->n_cpus, sizeof(*ids));
    struct acdr_cpu *c;

    if (!ids)
        return -ENOMEM;
    for (size_t i = 0; i < h->n_cpus; i++) {
        c = &h->cpus[i];
        ids[i] = -1;
        if (!c->online || c->package >= 0)
            continue;
        if (acdr_root_get_num(h->root, &ids[i], CPU_DIR "/cpu%d/topology/physical_package_id",
                              c->id) < 0 ||
            ids[i] < 0)
            continue;
        for (size_t k = 0; c->package < 0; k++) {
            if (ids[k] == ids[i])
                c->package = h->cpus[k].id;
        }
    }
    return 0;
}

/* If there is no list of online CPUs, each directory shows it; one without the file is online. */
static void find_online(struct acdr_host *h)
{
    long long on;

    if (!acdr_bitmap_empty(&h->online))
        return;
    ACDR_BITMAP_FOR(cpu, &h->all) {
        if (acdr_root_get_num(h->root, &on, CPU_DIR "/cpu%d/online", cpu) < 0 || on)
            acdr_bitmap_add(&h->online, cpu);
    }
}

static int read_ids(struct acdr_host *h, struct acdr_err *e)
{
    acdr_auto(free) int *ids = NULL;
    size_t n = 0;
    int err = acdr_hostfile_numbers(h->root, CPU_DIR, "cpu", &ids, &n);

    if (err == -ENOMEM)
        return acdr_err_nomem(e);
    for (size_t i = 0; err == 0 && i < n; i++)
        acdr_bitmap_add(&h->all, ids[i]);
    if (err == 0 && acdr_bitmap_empty(&h->all))
        err = -ENOENT;
    return err < 0 ? acdr_err_errno(e, -err, CPU_DIR ": no CPU") : 0;
}

static int read_topology(struct acdr_host *h, struct acdr_err *e)
{
    int err = read_ids(h, e);

    if (err < 0)
        return err;
    find_online(h);
    acdr_bitmap_or(&h->all, &h->online);
    if (acdr_topology_make_cpus(h) < 0)
        return acdr_err_nomem(e);
    read_level(h, CORE, core_sources);
    read_level(h, PACKAGE, package_sources);
    if (read_package_ids(h) < 0)
        return acdr_err_nomem(e);
    read_dies(h);
    read_l3(h);
    return 0;
}

int acdr_host_cpu_read(struct acdr_host *h, struct acdr_err *e)
{
    int err = 0;

    acdr_hostfile_list(h->root, CPU_DIR, "online", &h->online);
    if (!acdr_topology_take(h, ACDR_TOPOLOGY_LEAST))
        err = read_topology(h, e);
    if (err < 0)
        return err;
    acdr_hostfile_list(h->root, CPU_DIR, "isolated", &h->isolated);
    acdr_hostfile_list(h->root, CPU_DIR, "nohz_full", &h->nohz_full);
    acdr_host_speed_read(h);
    return 0;
}
