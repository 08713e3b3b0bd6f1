/* What each way of cleaning a core claims. Why and when: cleaner.c. */
#include <string.h>

#include "cleaner.h"
#include "text.h"

/* The affinity that tasks have who were given none: PID 1's for processes, kthreadd's for kernel
 * threads. Where those cannot be seen: all online CPUs. */
static void default_masks(const struct acdr_host *h, struct acdr_cpus *user,
                          struct acdr_cpus *kernel)
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

static bool is_node_mask(const struct acdr_host *h, const struct acdr_cpus *mask)
{
    for (size_t i = 0; i < h->n_nodes; i++)
        if (acdr_cpus_equal(&h->nodes[i].cpus, mask))
            return true;
    return false;
}

static int claim_task(const struct acdr_view *v, const struct acdr_task *t, bool move,
                      struct acdr_plan *p)
{
    if (move)
        return acdr_plan_claim_cpus(p, ACDR_OP_MINUS, &v->place->clean, &v->housekeeping, true,
                                    "task:%d/%d@%llu", t->pid, t->tid, t->start);
    return acdr_plan_claim(p, ACDR_OP_KEEP, "", "task:%d/%d@%llu", t->pid, t->tid, t->start);
}

/*
 * Kernel threads: the default ones are moved one by one (a partition moves them itself), the
 * per-node ones always, because a partition's end would widen them, and those of interrupts with
 * their interrupt; any other affinity was given by somebody, and is only remembered.
 */
static int claim_kthread(const struct acdr_view *v, enum acdr_way way, const struct acdr_task *t,
                         const struct acdr_cpus *dflt, struct acdr_plan *p)
{
    bool has_default = acdr_cpus_equal(&t->mask, dflt);

    if (t->bound || (has_default && way == ACDR_WAY_PARTITION))
        return 0;
    if (has_default || is_node_mask(v->host, &t->mask) || !strncmp(t->comm, "irq/", 4))
        return claim_task(v, t, true, p);
    return way == ACDR_WAY_AFFINITY ? 0 : claim_task(v, t, false, p);
}

int acdr_cleaner_tasks(const struct acdr_view *v, enum acdr_way way, struct acdr_plan *p)
{
    const struct acdr_host *h = v->host;
    struct acdr_cpus user, kernel, narrow;
    int err = 0;

    default_masks(h, &user, &kernel);
    narrow = user;
    acdr_cpus_minus(&narrow, &v->place->clean);
    acdr_cpus_minus(&narrow, &v->others);
    for (size_t i = 0; err == 0 && i < h->n_tasks; i++) {
        const struct acdr_task *t = &h->tasks[i];

        if (t->kthread)
            err = claim_kthread(v, way, t, &kernel, p);
        else if (way == ACDR_WAY_AFFINITY && acdr_cpus_equal(&t->mask, &narrow) &&
                 !acdr_cpus_equal(&t->mask, &user))
            err = claim_task(v, t, false, p); /* else it could not be told from a moved one */
    }
    return err;
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
        err = acdr_plan_claim_cpus(p, ACDR_OP_PLUS, &v->place->clean, NULL, false, "excl:%s",
                                   path);
        *slash = '/';
    }
    return err;
}

/* The vCPU's CPU, with the idle siblings of its core where no other vCPU has them. */
static void own_cpus(const struct acdr_view *v, int vcpu, struct acdr_cpus *ret)
{
    int cpu = v->place->vcpu[vcpu];

    acdr_host_core(v->host, cpu, ret);
    acdr_cpus_and(ret, &v->place->clean);
    for (int i = 0; i < v->place->n_vcpus; i++)
        if (i != vcpu) {
            struct acdr_cpus core;

            acdr_host_core(v->host, v->place->vcpu[i], &core);
            if (i < vcpu && acdr_cpus_has(&core, cpu))
                acdr_cpus_zero(ret);
            acdr_cpus_del(ret, v->place->vcpu[i]);
        }
    acdr_cpus_add(ret, cpu);
}

int acdr_cleaner_partition(const struct acdr_view *v, struct acdr_plan *p)
{
    struct acdr_cpus cpus;
    bool first = true;
    int err = 0;

    for (size_t i = 0; err == 0 && i < v->guest->n_threads; i++) {
        const struct acdr_thread *t = &v->guest->threads[i];

        if (t->kind != ACDR_THREAD_VCPU || t->index >= v->place->n_vcpus)
            continue;
        if (!t->cgroup[0]) {
            acdr_plan_result(p, ACDR_RESULT_REFUSED, "vCPU %d has no cgroup of its own", t->index);
            return 0;
        }
        own_cpus(v, t->index, &cpus);
        if (first)
            err = claim_exclusive(v, t->cgroup, p);
        first = false;
        if (err == 0)
            err = acdr_plan_claim_cpus(p, ACDR_OP_SET, &cpus, NULL, false, "part:%s", t->cgroup);
    }
    return err;
}
