/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What each way of cleaning a core claims. Why and when: cleaner.c. */
#include <string.h>

#include "cleaner.h"
#include "text.h"

/* The affinity that tasks have who were given none: PID 1's for processes, kthreadd's for kernel
 * threads. Where those cannot be seen: all online CPUs. */
static void default_masks(const struct acdr_host *h, struct acdr_bitmap *user,
                          struct acdr_bitmap *kernel)
{
    *user = h->online;
    *kernel = h->online;
    for (size_t i = 0; i < h->n_tasks; i++) {
        if (h->tasks[i].tid == 1)
            *user = h->tasks[i].mask;
        if (h->tasks[i].tid == 2 && h->tasks[i].kthread)
            *kernel = h->tasks[i].mask;
    }
}

static bool is_less(const struct acdr_bitmap *mask, const struct acdr_bitmap *whole,
                    const struct acdr_bitmap *others)
{
    struct acdr_bitmap less = *whole;

    if (acdr_bitmap_equal(mask, whole))
        return true;
    acdr_bitmap_andnot(&less, others);
    return acdr_bitmap_equal(mask, &less);
}

/* A node's CPUs, or what other guests have left of them. */
static bool is_node_mask(const struct acdr_view *v, const struct acdr_bitmap *mask)
{
    for (size_t i = 0; i < v->host->n_nodes; i++)
        if (!acdr_bitmap_empty(mask) && is_less(mask, &v->host->nodes[i].cpus, &v->others))
            return true;
    return false;
}

static int claim_task(const struct acdr_view *v, const struct acdr_task *t, bool move,
                      struct acdr_plan *p)
{
    const struct acdr_bitmap none = { 0 };

    return acdr_plan_claim_cpus(p, move ? ACDR_OP_MINUS : ACDR_OP_REMEMBER,
                                move ? &v->place->clean : &none, move ? &v->housekeeping : NULL,
                                true, "task:%d/%d@%llu", t->pid, t->tid, t->start);
}

struct masks {
    struct acdr_bitmap user, kernel;               /* what those have who were given none */
    struct acdr_bitmap user_narrow, kernel_narrow; /* the same with all clean cores taken away */
};

bool acdr_cleaner_sweeps(enum acdr_way way)
{
    return way == ACDR_WAY_SLICES || way == ACDR_WAY_AFFINITY;
}

/* Where the way moves all that have the default affinity, who has the narrow one by himself could
 * not be told from them afterwards: it is remembered. */
static bool is_ambiguous(enum acdr_way way, const struct acdr_bitmap *mask,
                         const struct acdr_bitmap *dflt, const struct acdr_bitmap *narrow)
{
    return acdr_cleaner_sweeps(way) && acdr_bitmap_equal(mask, narrow) &&
           !acdr_bitmap_equal(mask, dflt);
}

/*
 * Kernel threads with an affinity of their own: the per-node ones are moved always, because no
 * way keeps them out for good, as are those that were given all CPUs while one was offline, and
 * those of interrupts with their interrupt; any other was given by somebody, and is only remembered
 * where a partition would lose it.
 */
static int claim_kthread(const struct acdr_view *v, enum acdr_way way, const struct acdr_task *t,
                         const struct masks *m, struct acdr_plan *p)
{
    if (t->bound || is_less(&t->mask, &m->kernel, &v->others))
        return 0;
    if (is_less(&t->mask, &v->host->online, &v->others) || is_node_mask(v, &t->mask) ||
        !strncmp(t->comm, "irq/", 4))
        return claim_task(v, t, true, p);
    if (way == ACDR_WAY_PARTITION || is_ambiguous(way, &t->mask, &m->kernel, &m->kernel_narrow))
        return claim_task(v, t, false, p);
    return 0;
}

static void narrow(const struct acdr_view *v, const struct acdr_bitmap *mask,
                   struct acdr_bitmap *ret)
{
    *ret = *mask;
    acdr_bitmap_andnot(ret, &v->place->clean);
    acdr_bitmap_andnot(ret, &v->others);
}

int acdr_cleaner_tasks(const struct acdr_view *v, enum acdr_way way, struct acdr_plan *p)
{
    const struct acdr_host *h = v->host;
    struct masks m;
    int err = 0;

    default_masks(h, &m.user, &m.kernel);
    narrow(v, &m.user, &m.user_narrow);
    narrow(v, &m.kernel, &m.kernel_narrow);
    for (size_t i = 0; err == 0 && i < h->n_tasks; i++) {
        const struct acdr_task *t = &h->tasks[i];

        if (t->kthread)
            err = claim_kthread(v, way, t, &m, p);
        else if (is_ambiguous(way, &t->mask, &m.user, &m.user_narrow))
            err = claim_task(v, t, false, p);
    }
    return err;
}

int acdr_cleaner_sweep(const struct acdr_view *v, struct acdr_plan *p)
{
    const struct acdr_bitmap *clean = &v->place->clean;

    if (acdr_plan_claim_cpus(p, ACDR_OP_MINUS, clean, &v->housekeeping, false, "tasks:") < 0)
        return -1;
    return acdr_plan_claim_cpus(p, ACDR_OP_MINUS, clean, &v->housekeeping, true, "kthreads:");
}

int acdr_cleaner_slices(const struct acdr_view *v, struct acdr_plan *p)
{
    static const char *const units[] = { "init.scope", "system.slice", "user.slice" };

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (acdr_plan_claim_cpus(p, ACDR_OP_MINUS, &v->place->clean, &v->host->online, false,
                                 "unit:%s", units[i]) < 0)
            return -1; /* unset reads as none, and means all */
    return 0;
}

/* Every group between the mount and DIR gets all the guest's CPUs as exclusive. */
static int claim_exclusive(const struct acdr_view *v, const char *dir, struct acdr_plan *p)
{
    size_t mount = strlen(v->host->cgroup_dir);
    acdr_auto(free) char *path = strdup(dir);
    int err = path ? 0 : -1;

    if (err < 0 || strlen(dir) <= mount)
        return err;
    for (char *slash = strchr(path + mount + 1, '/'); err == 0 && slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        err = acdr_plan_claim_cpus(p, ACDR_OP_PLUS, &v->place->clean, NULL, false, "excl:%s", path);
        *slash = '/';
    }
    return err;
}

/* The vCPU's CPU, with the idle siblings of its core where no other vCPU has them. */
static void own_cpus(const struct acdr_view *v, int vcpu, struct acdr_bitmap *ret)
{
    int cpu = v->place->vcpu[vcpu];

    acdr_host_core(v->host, cpu, ret);
    acdr_bitmap_and(ret, &v->place->clean);
    for (int i = 0; i < v->place->n_vcpus; i++)
        if (i != vcpu) {
            struct acdr_bitmap core;

            acdr_host_core(v->host, v->place->vcpu[i], &core);
            if (i < vcpu && acdr_bitmap_has(&core, cpu))
                acdr_bitmap_zero(ret);
            acdr_bitmap_del(ret, v->place->vcpu[i]);
        }
    acdr_bitmap_add(ret, cpu);
}

/* Which of the place's vCPUs runs in this thread; -1: none. */
static int vcpu_of(const struct acdr_view *v, const struct acdr_thread *t)
{
    int rank = t->kind == ACDR_THREAD_VCPU ? acdr_domain_vcpu(v->domain, t->index) : -1;

    return rank < v->place->n_vcpus ? rank : -1;
}

/*
 * A group is no partition while one beside it has some of its CPUs, and libvirt gives the pins of
 * the XML to the groups as well: where all vCPUs are pinned to one node, their groups overlap.
 * Those of vCPUs are claimed in any case: they are left with the partition's CPUs when that ends.
 */
static int claim_bounds(const struct acdr_view *v, const struct acdr_thread *t, struct acdr_plan *p)
{
    int vcpu = vcpu_of(v, t);
    struct acdr_bitmap cpus;

    if (vcpu >= 0) {
        own_cpus(v, vcpu, &cpus);
        return acdr_plan_claim_cpus(p, ACDR_OP_SET, &cpus, NULL, false, "list:%s/cpuset.cpus",
                                    t->cgroup);
    }
    if (acdr_bitmap_parse_list(&cpus, t->bounds) < 0 ||
        !acdr_bitmap_intersects(&cpus, &v->place->clean))
        return 0;
    return acdr_plan_claim_cpus(p, ACDR_OP_MINUS, &v->place->clean, &v->housekeeping, false,
                                "list:%s/cpuset.cpus", t->cgroup);
}

static int claim_partition(const struct acdr_view *v, const struct acdr_thread *t, bool first,
                           struct acdr_plan *p)
{
    struct acdr_bitmap cpus;

    own_cpus(v, vcpu_of(v, t), &cpus);
    if (first && claim_exclusive(v, t->cgroup, p) < 0)
        return -1;
    return acdr_plan_claim_cpus(p, ACDR_OP_SET, &cpus, NULL, false, "part:%s", t->cgroup);
}

/* A group with threads keeps the CPUs of its partition when that ends: the kernel refuses to empty
 * the list. */
int acdr_cleaner_let_go(const struct acdr_view *v, struct acdr_plan *p)
{
    const struct acdr_guest *g = v->guest;
    int err = 0;

    for (size_t i = 0; err == 0 && i < g->n_threads; i++)
        if (g->threads[i].kind == ACDR_THREAD_VCPU && g->threads[i].bounds[0] &&
            acdr_guest_first_in_group(g, i))
            err = acdr_plan_claim_cpus(p, ACDR_OP_SET, &v->host->online, NULL, true,
                                       "list:%s/cpuset.cpus", g->threads[i].cgroup);
    return err;
}

int acdr_cleaner_partition(const struct acdr_view *v, struct acdr_plan *p)
{
    const struct acdr_guest *g = v->guest;
    bool first = true;
    int err = 0;

    for (size_t i = 0; err == 0 && i < g->n_threads; i++)
        if (acdr_guest_first_in_group(g, i))
            err = claim_bounds(v, &g->threads[i], p);
    for (size_t i = 0; err == 0 && i < g->n_threads; i++) {
        const struct acdr_thread *t = &g->threads[i];

        if (vcpu_of(v, t) < 0)
            continue;
        if (!t->cgroup[0]) {
            acdr_plan_result(p, ACDR_STEP_REFUSED, "vCPU %d has no cgroup of its own", t->index);
            return 0;
        }
        err = claim_partition(v, t, first, p);
        first = false;
    }
    return err;
}
