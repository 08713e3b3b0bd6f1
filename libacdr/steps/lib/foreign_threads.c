/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Knows how other owners' claims bind their threads: to `node` CPUs, or to clean cores. */
#include "foreign_threads.h"

#include <string.h>

/* The CPUs of a claim on a thread; false for other claims. */
static bool binds_thread(const struct acdr_claim *c, struct acdr_bitmap *cpus)
{
    return c->op == ACDR_OP_SET && !strncmp(c->knob, "thread:", 7) &&
           acdr_bitmap_parse_list(cpus, c->value) == 0;
}

int acdr_foreign_threads_leave(const struct acdr_view *v, struct acdr_plan *p)
{
    const struct acdr_bitmap *clean = &v->place->clean;

    for (size_t i = 0; i < v->n_foreign; i++) {
        const struct acdr_claim *c = v->foreign[i].claim;
        struct acdr_bitmap cpus;

        if (!binds_thread(c, &cpus) || !acdr_bitmap_intersects(&cpus, clean) ||
            acdr_bitmap_subset(&cpus, &v->others))
            continue;
        if (acdr_plan_claim_cpus(p, ACDR_OP_MINUS, clean, &v->housekeeping, true, "%s", c->knob) <
            0)
            return -1;
    }
    return 0;
}
