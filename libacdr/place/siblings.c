/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The other CPUs of cores to which the XML or the class binds vCPUs. Knows the hints for them. */
#include "place_siblings.h"

#include <errno.h>
#include <string.h>

#include "place_refuse.h"
#include "place_sets.h"

static int refuse_sibling(const struct acdr_place_request *q, const struct acdr_place *p, int vcpu,
                          int cpu, struct acdr_err *e)
{
    return acdr_err_set(e, ENOSPC,
                        "smt = isolate: the %s pins vCPU %d to CPU %d, whose sibling, CPU %d, "
                        "cannot be kept idle: it belongs to %s",
                        acdr_place_is_listed(q, vcpu) ? "class" : "XML", q->domain->vcpu_id[vcpu],
                        p->vcpu[vcpu], cpu, acdr_place_holder(q, cpu));
}

static int first_of(const struct acdr_bitmap *a, const struct acdr_bitmap *b)
{
    struct acdr_bitmap both = *a;

    acdr_bitmap_and(&both, b);
    return acdr_bitmap_next(&both, -1);
}

/* Under require, a core of which the class lists only some CPUs is as one without siblings; one
 * that the XML's pins choose is the owner's business. */
static int check_required(const struct acdr_place_request *q, const struct acdr_place *p,
                          struct acdr_err *e)
{
    for (int i = 0; i < q->domain->vcpus; i++) {
        struct acdr_bitmap core, usable = p->clean;

        if (!acdr_place_is_listed(q, i))
            continue;
        acdr_host_core(q->host, p->vcpu[i], &core);
        acdr_bitmap_and(&usable, &q->hints.vcpus);
        if (acdr_bitmap_weight(&core) > 1 && acdr_bitmap_subset(&core, &usable))
            continue;
        return acdr_err_set(e, ENOSPC,
                            "smt = require: vCPU %d needs a core with siblings, all of them free "
                            "and listed by the class's key `cpus`; CPU %d of the list is on no "
                            "such core",
                            q->domain->vcpu_id[i], p->vcpu[i]);
    }
    return 0;
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
    return q->hints.smt == ACDR_SMT_REQUIRE ? check_required(q, p, e) : 0;
}
