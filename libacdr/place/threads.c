/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Places QEMU's other threads, after the vCPUs. Knows the hints for them and the owner's
 * emulatorpin. */
#include "place_threads.h"

#include <errno.h>

#include "place_remote.h"
#include "place_sets.h"

bool acdr_place_wants_own(const struct acdr_place_request *q)
{
    const struct acdr_place_hints *h = &q->hints;

    return h->emulator.where == ACDR_THREAD_CPUS_OWN ||
           h->iothreads.where == ACDR_THREAD_CPUS_OWN || h->vhost.where == ACDR_THREAD_CPUS_OWN;
}

/* The CPUs of the nodes where its vCPUs run. */
static void near_cpus(const struct acdr_place_request *q, const struct acdr_place *p,
                      struct acdr_bitmap *ret)
{
    struct acdr_bitmap nodes = p->nodes, remote;

    acdr_remote_nodes(q, p, &remote);
    acdr_bitmap_andnot(&nodes, &remote);
    acdr_place_cpus(q->host, &nodes, ret);
}

/* Housekeeping CPUs near the guest, if any. */
static void near_housekeeping(const struct acdr_place_request *q, const struct acdr_place *p,
                              struct acdr_bitmap *ret)
{
    near_cpus(q, p, ret);
    acdr_bitmap_and(ret, &q->housekeeping);
    if (acdr_bitmap_empty(ret))
        *ret = q->housekeeping;
}

/* All CPUs of the guest's nodes except clean ones, other guests' own and isolcpus. */
static void node_cpus(const struct acdr_place_request *q, const struct acdr_place *p,
                      struct acdr_bitmap *ret)
{
    near_cpus(q, p, ret);
    acdr_bitmap_andnot(ret, &p->clean);
    acdr_bitmap_andnot(ret, &q->others);
    acdr_bitmap_andnot(ret, &q->owned);
    acdr_bitmap_andnot(ret, &q->host->isolated);
    if (acdr_bitmap_empty(ret))
        near_housekeeping(q, p, ret);
}

/* What the class names is not replaced by other CPUs, nor is another guest disturbed for it. */
static int list_cpus(const struct acdr_place_request *q, const struct acdr_place *p,
                     const struct acdr_bitmap *list, const char *what, struct acdr_bitmap *ret,
                     struct acdr_err *e)
{
    acdr_auto(free) char *text = acdr_bitmap_print_list(list);

    *ret = *list;
    acdr_bitmap_and(ret, &q->host->online);
    acdr_bitmap_andnot(ret, &p->clean);
    acdr_bitmap_andnot(ret, &q->others);
    acdr_bitmap_andnot(ret, &q->owned);
    if (!acdr_bitmap_empty(ret))
        return 0;
    return acdr_err_set(e, ENOSPC,
                        "the class names CPU %s for %s, and none of them is online and outside the "
                        "CPUs that guests have for themselves",
                        text ? text : "?", what);
}

static int put_threads(const struct acdr_place_request *q, const struct acdr_place *p,
                       const struct acdr_thread_hint *hint, const char *what,
                       struct acdr_bitmap *ret, struct acdr_err *e)
{
    if (hint->where == ACDR_THREAD_CPUS_LIST)
        return list_cpus(q, p, &hint->list, what, ret, e);
    if (hint->where == ACDR_THREAD_CPUS_OWN && !acdr_bitmap_empty(&p->reserved))
        *ret = p->reserved;
    else if (hint->where == ACDR_THREAD_CPUS_NODE)
        node_cpus(q, p, ret);
    else
        near_housekeeping(q, p, ret);
    return 0;
}

/* For all iothreads together; the step keeps each within its own pin. */
static void iothread_set(const struct acdr_domain *d, struct acdr_bitmap *ret)
{
    acdr_bitmap_zero(ret);
    ACDR_BITMAP_FOR(i, &d->iothread_ids)
        if (acdr_domain_iothread_set(d, i))
            acdr_bitmap_or(ret, acdr_domain_iothread_set(d, i));
}

/* The affinity that libvirt sets is cut to what the cgroup has. */
static void keep_within(const struct acdr_place_request *q, const struct acdr_bitmap *pin,
                        const struct acdr_place *p, struct acdr_bitmap *ret)
{
    struct acdr_bitmap set = acdr_bitmap_empty(&q->reach) ? q->host->online : q->reach;

    if (pin)
        acdr_bitmap_and(&set, pin);
    if (pin || !acdr_bitmap_empty(&q->reach))
        acdr_place_within(&set, p, &q->others, ret);
}

/* Those that no guest's vCPUs get from now on. */
static void add_listed(const struct acdr_place_request *q, const struct acdr_thread_hint *hint,
                       const struct acdr_bitmap *cpus, struct acdr_place *p)
{
    struct acdr_bitmap set = *cpus;

    if (hint->where != ACDR_THREAD_CPUS_LIST)
        return;
    acdr_bitmap_and(&set, &hint->list);
    acdr_bitmap_andnot(&set, &q->housekeeping);
    acdr_bitmap_or(&p->listed, &set);
}

/* Are there CPUs for a main thread that the XML leaves to the class? */
static int check_reach(const struct acdr_place_request *q, const struct acdr_place *p,
                       struct acdr_err *e)
{
    acdr_auto(free) char *list = acdr_bitmap_print_list(&q->reach);

    if (!list)
        return acdr_err_nomem(e);
    if (!q->hints.threads_placed || !*list || acdr_domain_emulator_set(q->domain) ||
        acdr_bitmap_intersects(&p->emulator, &q->reach))
        return 0;
    return acdr_err_set(e, ENOSPC,
                        "the vCPUs leave none of the CPUs that libvirt's cgroup of guests has "
                        "(cpuset.cpus: %s) to QEMU's other threads",
                        list);
}

int acdr_place_threads(const struct acdr_place_request *q, struct acdr_place *p, struct acdr_err *e)
{
    const struct acdr_bitmap *pin = acdr_domain_emulator_set(q->domain);
    struct acdr_bitmap pins;
    int err = put_threads(q, p, &q->hints.emulator, "QEMU's main thread", &p->emulator, e);

    if (err == 0)
        err = put_threads(q, p, &q->hints.iothreads, "I/O threads", &p->iothreads, e);
    if (err == 0)
        err = put_threads(q, p, &q->hints.vhost, "vhost workers", &p->vhost, e);
    if (err < 0)
        return err;
    iothread_set(q->domain, &pins);
    /* vhost workers are in the cgroup of QEMU's main thread. */
    keep_within(q, pin, p, &p->emulator);
    keep_within(q, pin, p, &p->vhost);
    keep_within(q, acdr_bitmap_empty(&pins) ? NULL : &pins, p, &p->iothreads);
    add_listed(q, &q->hints.emulator, &p->emulator, p);
    add_listed(q, &q->hints.iothreads, &p->iothreads, p);
    add_listed(q, &q->hints.vhost, &p->vhost, p);
    return check_reach(q, p, e);
}
