/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vCPUs to the CPUs that the XML pins them to: a matching, because the first free CPU of a wide pin
 * may be the only one of a narrow pin. Knows nothing of cores, memory and nodes' room.
 */
#include "place_pins.h"

#include <errno.h>

struct match {
    const struct acdr_domain *d;
    struct acdr_bitmap from;
    int *owner;             /* the vCPU that has each CPU, -1 where none has */
    struct acdr_bitmap met; /* CPUs that the present search has looked at */
};

/* Find VCPU a CPU, by moving others to another one of theirs where needed. */
static bool settle(struct match *m, int vcpu)
{
    ACDR_BITMAP_FOR(cpu, m->d->pin[m->d->vcpu_id[vcpu]]) {
        if (!acdr_bitmap_has(&m->from, cpu) || acdr_bitmap_has(&m->met, cpu))
            continue;
        acdr_bitmap_add(&m->met, cpu);
        if (m->owner[cpu] < 0 || settle(m, m->owner[cpu])) {
            m->owner[cpu] = vcpu;
            return true;
        }
    }
    return false;
}

static int match(struct match *m, struct acdr_err *e)
{
    for (int i = 0; i < ACDR_BITMAP_MAX; i++)
        m->owner[i] = -1;
    for (int i = 0; i < m->d->vcpus; i++) {
        acdr_bitmap_zero(&m->met);
        if (m->d->pin[m->d->vcpu_id[i]] && !settle(m, i))
            return acdr_err_set(e, ENOSPC,
                                "vCPU %d is pinned by the XML to CPUs none of which is free for "
                                "dedicated use (housekeeping, taken by another vCPU or guest, or "
                                "offline)",
                                i);
    }
    return 0;
}

static void take(const struct acdr_place_request *q, struct acdr_bitmap *from, struct acdr_place *p,
                 int vcpu, int cpu)
{
    int node = acdr_host_cpu(q->host, cpu)->node;

    p->vcpu[vcpu] = cpu;
    acdr_bitmap_add(&p->clean, cpu);
    acdr_bitmap_del(from, cpu);
    if (node >= 0)
        acdr_bitmap_add(&p->nodes, node);
}

/* A free CPU of the guest's nodes, else of any. */
static int next_free(const struct acdr_place_request *q, const struct acdr_bitmap *from,
                     const struct acdr_place *p)
{
    ACDR_BITMAP_FOR(cpu, from)
        if (acdr_bitmap_has(&p->nodes, acdr_host_cpu(q->host, cpu)->node))
            return cpu;
    return acdr_bitmap_next(from, -1);
}

int acdr_place_pins(const struct acdr_place_request *q, struct acdr_bitmap *from,
                    struct acdr_place *p, struct acdr_err *e)
{
    acdr_auto(free) int *owner = calloc(ACDR_BITMAP_MAX, sizeof(*owner));
    struct match m = { .d = q->domain, .from = *from, .owner = owner };
    int err = owner ? match(&m, e) : acdr_err_nomem(e);

    for (int cpu = 0; err == 0 && cpu < ACDR_BITMAP_MAX; cpu++)
        if (owner[cpu] >= 0)
            take(q, from, p, owner[cpu], cpu);
    for (int i = 0; err == 0 && i < q->domain->vcpus; i++) {
        int cpu = q->domain->pin[q->domain->vcpu_id[i]] ? -1 : next_free(q, from, p);

        if (cpu >= 0)
            take(q, from, p, i, cpu);
        else if (!q->domain->pin[q->domain->vcpu_id[i]])
            err = acdr_err_set(e, ENOSPC, "vCPU %d, which the XML does not pin, finds no free CPU",
                               i);
    }
    return err;
}
