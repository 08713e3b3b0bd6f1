/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Walks a guest's cgroups; see guest_cgroup.h. A limit of any group above a thread also applies to
 * it. Paths come from /proc/PID/cgroup: names are never constructed. */
#include "guest_cgroup.h"

#include <stdio.h>
#include <string.h>

#include "task.h"

/* The part of a thread's cgroup below the mount: "/machine.slice/...". */
static const char *below(const struct acdr_host *h, const struct acdr_thread *t)
{
    size_t len = strlen(h->cgroup_dir);

    return len && !strncmp(t->cgroup, h->cgroup_dir, len) ? t->cgroup + len : "";
}

/* The cpu controller's directory: version 1 has its own hierarchy for it, at the usual place. */
static const char *cpu_mount(const struct acdr_host *h)
{
    return h->cgroup == 1 ? "/sys/fs/cgroup/cpu" : h->cgroup_dir;
}

/* The group of all its threads: the longest common part of their paths, up to a slash. */
bool acdr_cgroup_of_guest(const struct acdr_host *h, const struct acdr_guest *g, char *buf,
                          size_t size)
{
    const char *first = NULL;
    size_t same = 0;

    for (size_t i = 0; i < g->n_threads; i++) {
        const char *name = below(h, &g->threads[i]);
        size_t k = 0;

        if (!name[0] || g->threads[i].pid != g->pid)
            continue;
        if (!first) {
            first = name;
            same = strlen(name);
            continue;
        }
        while (k < same && name[k] == first[k])
            k++;
        if (k < same || (name[k] && name[k] != '/'))
            while (k && name[k] != '/')
                k--;
        same = k;
    }
    if (!same)
        return false;
    return (size_t)snprintf(buf, size, "%s%.*s", cpu_mount(h), (int)same, first) < size;
}

/* True if a thread before number I is in that group or below it. */
static bool was_told(const struct acdr_host *h, const struct acdr_guest *g, size_t i,
                     const char *name, size_t len)
{
    for (size_t k = 0; k < i; k++) {
        const char *other = below(h, &g->threads[k]);

        if (!strncmp(other, name, len) && (!other[len] || other[len] == '/'))
            return true;
    }
    return false;
}

int acdr_cgroup_each(const struct acdr_host *h, const struct acdr_guest *g,
                     int (*fn)(void *arg, const char *dir, const char *name), void *arg)
{
    char dir[1024];
    int r = 0;

    for (size_t i = 0; r == 0 && i < g->n_threads; i++) {
        const char *name = below(h, &g->threads[i]);
        size_t len = strlen(name);

        while (r == 0 && len > 1 && !was_told(h, g, i, name, len)) {
            size_t skip = strlen(cpu_mount(h));

            if ((size_t)snprintf(dir, sizeof(dir), "%s%.*s", cpu_mount(h), (int)len, name) <
                sizeof(dir))
                r = fn(arg, dir, dir + skip);
            while (len && name[--len] != '/')
                ;
        }
    }
    return r;
}

static double limit_of(struct acdr_root *root, const char *dir)
{
    long long quota, period;
    char buf[64];

    if (acdr_root_get(root, buf, sizeof(buf), "%s/cpu.max", dir) > 0)
        return sscanf(buf, "%lld %lld", &quota, &period) == 2 && period > 0
                   ? (double)quota / (double)period
                   : 0;
    if (acdr_root_get_num(root, &quota, "%s/cpu.cfs_quota_us", dir) == 0 && quota > 0 &&
        acdr_root_get_num(root, &period, "%s/cpu.cfs_period_us", dir) == 0 && period > 0)
        return (double)quota / (double)period;
    return 0;
}

static double weight_of(struct acdr_root *root, const char *dir)
{
    long long n;

    if (acdr_root_get_num(root, &n, "%s/cpu.weight", dir) == 0)
        return (double)n;
    if (acdr_root_get_num(root, &n, "%s/cpu.shares", dir) == 0)
        return (double)n * 100 / 1024;
    return 0;
}

bool acdr_cgroup_cpu(struct acdr_root *root, const char *dir, struct acdr_cgroup_cpu *ret)
{
    struct acdr_cgroup_cpu c = { 0 };
    char buf[2048];
    double ns;

    if (acdr_root_get(root, buf, sizeof(buf), "%s/cpu.stat", dir) < 0 ||
        !acdr_task_value(buf, "nr_throttled", &c.throttled) ||
        !acdr_task_value(buf, "nr_periods", &c.periods))
        return false;
    if (acdr_task_value(buf, "throttled_usec", &c.throttled_seconds))
        c.throttled_seconds /= 1e6;
    else if (acdr_task_value(buf, "throttled_time", &ns))
        c.throttled_seconds = ns / 1e9;
    c.weight = weight_of(root, dir);
    c.limit = limit_of(root, dir);
    *ret = c;
    return true;
}
