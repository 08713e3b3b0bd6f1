/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Places QEMU's other threads, after the vCPUs. Knows the hints for them and the owner's
 * emulatorpin. */
#include "place_threads.h"

#include "place_sets.h"

bool acdr_place_wants_own(const struct acdr_place_request *q)
{
    return q->hints.emulator == ACDR_THREAD_CPUS_OWN ||
           q->hints.iothreads == ACDR_THREAD_CPUS_OWN || q->hints.vhost == ACDR_THREAD_CPUS_OWN;
}

/* Housekeeping CPUs near the guest, if any. */
static void near_housekeeping(const struct acdr_place_request *q, const struct acdr_place *p,
                              struct acdr_bitmap *ret)
{
    acdr_place_cpus(q->host, &p->nodes, ret);
    acdr_bitmap_and(ret, &q->housekeeping);
    if (acdr_bitmap_empty(ret))
        *ret = q->housekeeping;
}

/* All CPUs of the guest's nodes except clean ones and isolcpus. */
static void node_cpus(const struct acdr_place_request *q, const struct acdr_place *p,
                      struct acdr_bitmap *ret)
{
    acdr_place_cpus(q->host, &p->nodes, ret);
    acdr_bitmap_andnot(ret, &p->clean);
    acdr_bitmap_andnot(ret, &q->others);
    acdr_bitmap_andnot(ret, &q->host->isolated);
    if (acdr_bitmap_empty(ret))
        near_housekeeping(q, p, ret);
}

static void put_threads(const struct acdr_place_request *q, const struct acdr_place *p,
                        enum acdr_thread_cpus where, struct acdr_bitmap *ret)
{
    if (where == ACDR_THREAD_CPUS_OWN && !acdr_bitmap_empty(&p->reserved))
        *ret = p->reserved;
    else if (where == ACDR_THREAD_CPUS_NODE)
        node_cpus(q, p, ret);
    else
        near_housekeeping(q, p, ret);
}

/* For all iothreads together; the step keeps each within its own pin. */
static void iothread_set(const struct acdr_domain *d, struct acdr_bitmap *ret)
{
    acdr_bitmap_zero(ret);
    ACDR_BITMAP_FOR(i, &d->iothread_ids)
        if (acdr_domain_iothread_set(d, i))
            acdr_bitmap_or(ret, acdr_domain_iothread_set(d, i));
}

void acdr_place_threads(const struct acdr_place_request *q, struct acdr_place *p)
{
    struct acdr_bitmap pins;

    put_threads(q, p, q->hints.emulator, &p->emulator);
    put_threads(q, p, q->hints.iothreads, &p->iothreads);
    put_threads(q, p, q->hints.vhost, &p->vhost);
    if (!acdr_bitmap_empty(&q->reach)) {
        acdr_place_within(&q->reach, p, &q->others, &p->emulator);
        acdr_place_within(&q->reach, p, &q->others, &p->iothreads);
        acdr_place_within(&q->reach, p, &q->others, &p->vhost);
    }
    /* vhost workers are in the cgroup of QEMU's main thread. */
    iothread_set(q->domain, &pins);
    acdr_place_within(acdr_domain_emulator_set(q->domain), p, &q->others, &p->emulator);
    acdr_place_within(acdr_domain_emulator_set(q->domain), p, &q->others, &p->vhost);
    if (!acdr_bitmap_empty(&pins))
        acdr_place_within(&pins, p, &q->others, &p->iothreads);
}
