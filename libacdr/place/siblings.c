/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The other CPUs of cores to which the XML pins vCPUs. Knows the hints for them. */
#include "place_siblings.h"

#include <errno.h>
#include <string.h>

#include "place_refuse.h"

static int refuse_sibling(const struct acdr_place_request *q, const struct acdr_place *p, int vcpu,
                          int cpu, struct acdr_err *e)
{
    return acdr_err_set(e, ENOSPC,
                        "smt = isolate: the XML pins vCPU %d to CPU %d, whose sibling, CPU %d, "
                        "cannot be kept idle: it belongs to %s",
                        q->domain->vcpu_id[vcpu], p->vcpu[vcpu], cpu, acdr_place_holder(q, cpu));
}

static int first_of(const struct acdr_bitmap *a, const struct acdr_bitmap *b)
{
    struct acdr_bitmap both = *a;

    acdr_bitmap_and(&both, b);
    return acdr_bitmap_next(&both, -1);
}

int acdr_place_siblings(const struct acdr_place_try *t, struct acdr_place *p, struct acdr_err *e)
{
    const struct acdr_place_request *q = t->q;
    bool isolate = q->hints.smt == ACDR_SMT_ISOLATE;
    struct acdr_bitmap used = { 0 }, core;

    if (q->hints.smt == ACDR_SMT_ANY)
        return 0;
    for (int i = 0; i < q->domain->vcpus; i++)
        acdr_bitmap_add(&used, p->vcpu[i]);
    for (int i = 0; i < q->domain->vcpus; i++) {
        acdr_host_core(q->host, p->vcpu[i], &core);
        acdr_bitmap_del(&core, p->vcpu[i]);
        if (isolate && acdr_bitmap_intersects(&core, &used))
            return refuse_sibling(q, p, i, first_of(&core, &used), e);
        acdr_bitmap_andnot(&core, &used);
        acdr_bitmap_andnot(&core, &p->clean);
        ACDR_BITMAP_FOR(cpu, &core) {
            if (acdr_bitmap_has(&t->avail, cpu))
                acdr_bitmap_add(&p->clean, cpu);
            else if (isolate && acdr_host_cpu(q->host, cpu)->online)
                return refuse_sibling(q, p, i, cpu, e);
        }
    }
    return 0;
}
