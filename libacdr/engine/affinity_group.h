/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who is in a guest's group: other guests whose class has the same step, [separate] or [colocate],
 * with the same group. Reads their classes; decides no place. */
#ifndef ACDR_ENGINE_GROUP_H
#define ACDR_ENGINE_GROUP_H

#include "handle.h"
#include "host.h"
#include "journal.h"
#include "step.h"

struct acdr_affinity_query {
    const char *id, *name; /* of the guest, which is no member itself */
    const struct acdr_class *class;
    const struct acdr_step *step;
    const struct acdr_host *host;
};

struct acdr_affinity_members {
    struct acdr_bitmap cpus;  /* their cores, L3 domains or nodes, as `what` of the guest says */
    struct acdr_bitmap cores; /* clean cores of those whose class says `what = core` as well */
    char *names;              /* "" where there are none */
};

/* Members whose class cannot be read any more are passed over. 0 or -ENOMEM. */
int acdr_affinity_find(struct acdr *a, const struct acdr_journal *j,
                       const struct acdr_affinity_query *q, struct acdr_affinity_members *ret);
void acdr_affinity_done(struct acdr_affinity_members *m);

#endif
