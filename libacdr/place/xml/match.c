/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Matches vCPUs to their allowed CPUs: the first free CPU of a wide set may be the only one of a
 * narrow set. Does not know cores, memory or the room on nodes.
 */
#include "place_match.h"

#include <errno.h>

#include "place_refuse.h"

struct match {
    const struct acdr_bitmap *const *set;
    int n;
    struct acdr_bitmap from;
    int *owner;             /* the vCPU on each CPU, -1 if none */
    struct acdr_bitmap met; /* CPUs visited by the present search */
};

static bool take_free(struct match *m, int vcpu)
{
    ACDR_BITMAP_FOR(cpu, m->set[vcpu]) {
        if (!acdr_bitmap_has(&m->from, cpu) || m->owner[cpu] >= 0)
            continue;
        m->owner[cpu] = vcpu;
        return true;
    }
    return false;
}

/* Find a CPU for VCPU, moving others to another allowed one if needed. */
static bool settle(struct match *m, int vcpu)
{
    if (take_free(m, vcpu))
        return true;
    ACDR_BITMAP_FOR(cpu, m->set[vcpu]) {
        if (!acdr_bitmap_has(&m->from, cpu) || acdr_bitmap_has(&m->met, cpu))
            continue;
        acdr_bitmap_add(&m->met, cpu);
        if (settle(m, m->owner[cpu])) {
            m->owner[cpu] = vcpu;
            return true;
        }
    }
    return false;
}

static int match(struct match *m, const struct acdr_place_request *q, struct acdr_err *e)
{
    for (int i = 0; i < ACDR_BITMAP_MAX; i++)
        m->owner[i] = -1;
    for (int i = 0; i < m->n; i++) {
        acdr_bitmap_zero(&m->met);
        if (m->set[i] && !settle(m, i)) /* a set of its cell's nodes alone is given up */
            return q->domain->pin[q->domain->vcpu_id[i]] ? acdr_place_refuse_pin(q, i, e) : -ENOSPC;
    }
    return 0;
}

void acdr_place_put(const struct acdr_place_request *q, struct acdr_bitmap *from,
                    struct acdr_place *p, int vcpu, int cpu)
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

int acdr_place_match(const struct acdr_place_request *q, const struct acdr_bitmap *const *set,
                     struct acdr_bitmap *from, struct acdr_place *p, struct acdr_err *e)
{
    const struct acdr_domain *d = q->domain;
    acdr_auto(free) int *owner = calloc(ACDR_BITMAP_MAX, sizeof(*owner));
    struct match m = { .set = set, .n = d->vcpus, .from = *from, .owner = owner };
    int err = owner ? match(&m, q, e) : acdr_err_nomem(e);

    for (int cpu = 0; err == 0 && cpu < ACDR_BITMAP_MAX; cpu++)
        if (owner[cpu] >= 0)
            acdr_place_put(q, from, p, owner[cpu], cpu);
    for (int i = 0; err == 0 && i < d->vcpus; i++) {
        int cpu = set[i] ? -1 : next_free(q, from, p);

        if (cpu >= 0)
            acdr_place_put(q, from, p, i, cpu);
        else if (!set[i])
            err = acdr_err_set(e, ENOSPC,
                               "the XML pins some vCPUs (<vcpupin>), but not vCPU %d, which finds "
                               "none of the %d CPUs that are free for dedicated use",
                               d->vcpu_id[i], acdr_bitmap_weight(&m.from));
    }
    return err;
}
