/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* QEMU's other threads. Knows what the hints say of them and the owner's emulatorpin; the vCPUs
 * have their places. */
#include "place_threads.h"

#include "place_sets.h"

bool acdr_place_wants_own(const struct acdr_place_request *q)
{
    return q->hints.emulator == ACDR_THREAD_CPUS_OWN ||
           q->hints.iothreads == ACDR_THREAD_CPUS_OWN || q->hints.vhost == ACDR_THREAD_CPUS_OWN;
}

/* Housekeeping CPUs near the guest where there are any. */
static void near_housekeeping(const struct acdr_place_request *q, const struct acdr_place *p,
                              struct acdr_bitmap *ret)
{
    acdr_place_cpus(q->host, &p->nodes, ret);
    acdr_bitmap_and(ret, &q->housekeeping);
    if (acdr_bitmap_empty(ret))
        *ret = q->housekeeping;
}

/* All CPUs of the guest's nodes but clean ones and isolcpus. */
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

/* libvirt gives the group of QEMU's main thread, where the vhost workers are as well, the CPUs of
 * the owner's emulatorpin: what of them is no clean core is where these threads go. Without such a
 * CPU the pin cannot be kept, and the step tells so when it writes. */
static void keep_within_pin(const struct acdr_place_request *q, const struct acdr_place *p,
                            struct acdr_bitmap *ret)
{
    struct acdr_bitmap in_pin = q->domain->emulatorpin, there;

    if (!q->domain->has_emulatorpin)
        return;
    acdr_bitmap_andnot(&in_pin, &p->clean);
    acdr_bitmap_andnot(&in_pin, &q->others);
    there = in_pin;
    acdr_bitmap_and(&there, ret);
    if (!acdr_bitmap_empty(&there))
        *ret = there;
    else if (!acdr_bitmap_empty(&in_pin))
        *ret = in_pin;
}

void acdr_place_threads(const struct acdr_place_request *q, struct acdr_place *p)
{
    put_threads(q, p, q->hints.emulator, &p->emulator);
    put_threads(q, p, q->hints.iothreads, &p->iothreads);
    put_threads(q, p, q->hints.vhost, &p->vhost);
    keep_within_pin(q, p, &p->emulator);
    keep_within_pin(q, p, &p->vhost);
}
