/*
 * The snapshot as a whole, and the questions one asks it: which CPUs share a core, how far two
 * nodes are apart, which CPUs stay with the host. Reads no file itself: host_*.c do.
 */
#include "host.h"

#include <errno.h>
#include <string.h>

#include "err.h"

int acdr_host_more(struct acdr_host *h, unsigned what, struct acdr_err *e)
{
    int err = 0;

    if (what & ACDR_HOST_IRQS)
        err = acdr_host_irq_read(h, e);
    if (err == 0 && (what & ACDR_HOST_NICS))
        err = acdr_host_net_read(h, e);
    if (err == 0 && (what & ACDR_HOST_OVS))
        err = acdr_host_ovs_read(h, e);
    if (err == 0 && (what & ACDR_HOST_WAYS))
        err = acdr_host_way_read(h, e);
    if (err == 0 && (what & ACDR_HOST_SCHED))
        err = acdr_host_sched_read(h, e);
    if (err == 0 && (what & (ACDR_HOST_TASKS | ACDR_HOST_EVERY_TASK)))
        err = acdr_host_task_read(h, e);
    if (err == 0 && (what & ACDR_HOST_NOISE))
        err = acdr_host_noise_read(h, e);
    if (err == 0 && (what & ACDR_HOST_POWER))
        err = acdr_host_power_read(h, e);
    if (err == 0 && (what & ACDR_HOST_CACHE))
        err = acdr_host_cache_read(h, e);
    return err;
}

int acdr_host_read(struct acdr_root *root, unsigned what, struct acdr_host **ret,
                   struct acdr_err *e)
{
    acdr_auto(acdr_host_free) struct acdr_host *h = calloc(1, sizeof(*h));
    int err;

    if (!h)
        return acdr_err_nomem(e);
    h->root = root;
    h->ksm_run = -1;
    h->numa_balancing = -1;
    h->every_task = what & ACDR_HOST_EVERY_TASK;
    err = acdr_host_cpu_read(h, e);
    if (err == 0)
        err = acdr_host_node_read(h, e);
    if (err == 0)
        err = acdr_host_more(h, what, e);
    if (err < 0)
        return err;
    *ret = acdr_take(h);
    return 0;
}

void acdr_host_free(struct acdr_host *h)
{
    if (!h)
        return;
    acdr_host_node_free(h);
    acdr_host_irq_free(h);
    acdr_host_net_free(h);
    free(h->cpus);
    free(h->ovs);
    free(h->tasks);
    acdr_host_block_free(h);
    acdr_host_cache_free(h);
    free(h->power.policies);
    free(h->power.idles);
    free(h->kernel);
    free(h->cgroup_dir);
    free(h);
}

static int compare_cpu(const void *key, const void *entry)
{
    return *(const int *)key - ((const struct acdr_cpu *)entry)->id;
}

const struct acdr_cpu *acdr_host_cpu(const struct acdr_host *h, int cpu)
{
    return h->n_cpus ? bsearch(&cpu, h->cpus, h->n_cpus, sizeof(*h->cpus), compare_cpu) : NULL;
}

static int compare_node(const void *key, const void *entry)
{
    return *(const int *)key - ((const struct acdr_node *)entry)->id;
}

const struct acdr_node *acdr_host_node(const struct acdr_host *h, int node)
{
    return h->n_nodes ? bsearch(&node, h->nodes, h->n_nodes, sizeof(*h->nodes), compare_node)
                      : NULL;
}

const struct acdr_nic *acdr_host_nic(const struct acdr_host *h, const char *name)
{
    for (size_t i = 0; i < h->n_nics; i++)
        if (!strcmp(h->nics[i].name, name))
            return &h->nics[i];
    return NULL;
}

int acdr_host_distance(const struct acdr_host *h, int from, int to)
{
    const struct acdr_node *a = acdr_host_node(h, from);
    const struct acdr_node *b = acdr_host_node(h, to);
    int d = a && b && a->distance ? a->distance[b - h->nodes] : -1;

    if (d >= 0)
        return d;
    return from == to ? 10 : 20;
}

/* Where the host does not tell how much a node has, it has some. */
static bool has_memory(const struct acdr_node *n)
{
    return n->memtotal_kb != 0;
}

int acdr_host_memory_node(const struct acdr_host *h, int node)
{
    const struct acdr_node *n = acdr_host_node(h, node);
    const struct acdr_node *best = NULL;

    if (!n || has_memory(n))
        return node;
    for (size_t i = 0; i < h->n_nodes; i++) {
        n = &h->nodes[i];
        if (has_memory(n) && (!best || acdr_host_distance(h, node, n->id) <
                                           acdr_host_distance(h, node, best->id)))
            best = n;
    }
    return best ? best->id : node;
}

void acdr_host_core(const struct acdr_host *h, int cpu, struct acdr_cpus *ret)
{
    const struct acdr_cpu *c = acdr_host_cpu(h, cpu);

    acdr_cpus_zero(ret);
    if (!c || !c->online)
        return;
    acdr_cpus_add(ret, cpu);
    for (size_t i = 0; c->core >= 0 && i < h->n_cpus; i++) {
        if (h->cpus[i].core == c->core)
            acdr_cpus_add(ret, h->cpus[i].id);
    }
}

void acdr_host_l3(const struct acdr_host *h, int cpu, struct acdr_cpus *ret)
{
    const struct acdr_cpu *c = acdr_host_cpu(h, cpu);

    acdr_cpus_zero(ret);
    if (!c || !c->online)
        return;
    acdr_cpus_add(ret, cpu);
    for (size_t i = 0; c->l3 >= 0 && i < h->n_cpus; i++) {
        if (h->cpus[i].l3 == c->l3)
            acdr_cpus_add(ret, h->cpus[i].id);
    }
}

void acdr_host_housekeeping(const struct acdr_host *h, struct acdr_cpus *ret)
{
    struct acdr_cpus left;
    struct acdr_cpus core;
    int cpu;

    acdr_cpus_zero(ret);
    for (size_t i = 0; i < h->n_nodes; i++) {
        left = h->nodes[i].cpus;
        acdr_cpus_minus(&left, &h->isolated);
        cpu = acdr_cpus_next(&left, -1);
        if (cpu < 0)
            cpu = acdr_cpus_next(&h->nodes[i].cpus, -1);
        if (cpu < 0)
            continue;
        acdr_host_core(h, cpu, &core);
        acdr_cpus_or(ret, &core);
    }
}
