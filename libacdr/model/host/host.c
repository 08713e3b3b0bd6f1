/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The snapshot as a whole: which parts are read, in which order, and how they are freed. Reads no
 * file itself: the other files of this folder do. lookup.c has the queries.
 */
#include "host.h"

#include <errno.h>
#include <string.h>

#include "err.h"
#include "kernel_file.h"

int acdr_host_more(struct acdr_host *h, unsigned what, struct acdr_err *e)
{
    int err = 0;

    if (what & ACDR_HOST_IRQS)
        err = acdr_host_irq_read(h, e);
    if (err == 0 && (what & ACDR_HOST_NICS))
        err = acdr_host_net_read(h, e);
    if (err == 0 && (what & ACDR_HOST_OVS))
        err = acdr_host_ovs_read(h, e);
    if (err == 0 && (what & ACDR_HOST_ISOLATION))
        err = acdr_host_isolation_read(h, e);
    if (err == 0 && (what & ACDR_HOST_ISOLATION))
        acdr_host_memory_read(h);
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

/* Of which nothing is known yet. */
static struct acdr_host *make_host(struct acdr_root *root)
{
    struct acdr_host *h = calloc(1, sizeof(*h));

    if (!h)
        return NULL;
    h->root = root;
    h->ksm_run = -1;
    h->numa_balancing = -1;
    h->clamp_max = -1;
    return h;
}

int acdr_host_read(struct acdr_root *root, unsigned what, struct acdr_host **ret,
                   struct acdr_err *e)
{
    acdr_auto(acdr_host_free) struct acdr_host *h = make_host(root);
    int err;

    if (!h)
        return acdr_err_nomem(e);
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

int acdr_host_read_parts(struct acdr_root *root, unsigned what, struct acdr_host **ret,
                         struct acdr_err *e)
{
    acdr_auto(acdr_host_free) struct acdr_host *h = make_host(root);
    int err;

    if (!h)
        return acdr_err_nomem(e);
    err = acdr_host_node_read(h, e);
    if (err == 0)
        err = acdr_host_more(h, what, e);
    if (err == 0)
        *ret = acdr_take(h);
    return err;
}

int acdr_host_read_tasks(struct acdr_root *root, struct acdr_host **ret, struct acdr_err *e)
{
    acdr_auto(acdr_host_free) struct acdr_host *h = calloc(1, sizeof(*h));
    int err;

    if (!h)
        return acdr_err_nomem(e);
    h->root = root;
    err = acdr_hostfile_list(root, "/sys/devices/system/cpu", "online", &h->online);
    if (err == -ENOENT)
        return acdr_host_read(root, ACDR_HOST_TASKS, ret, e);
    if (err < 0)
        return acdr_err_errno(e, -err, "/sys/devices/system/cpu/online");
    h->all = h->online;
    err = acdr_host_task_read(h, e);
    if (err == 0)
        *ret = acdr_take(h);
    return err;
}

void acdr_host_free(struct acdr_host *h)
{
    if (!h)
        return;
    acdr_host_node_free(h);
    acdr_host_irq_free(h);
    acdr_host_net_free(h);
    free(h->cpus);
    free(h->topology_key);
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
