/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The members of a guest's group: other guests whose class puts them into a group of the same kind
 * and name. Reads their classes; does not decide on places. */
#ifndef ACDR_ENGINE_AFFINITY_GROUP_H
#define ACDR_ENGINE_AFFINITY_GROUP_H

#include "handle.h"
#include "host.h"
#include "journal.h"
#include "place_hints.h"

struct acdr_affinity_query {
    const char *id; /* the guest's; the guest is not a member */
    const struct acdr_group_hint *group;
    enum acdr_group_kind kind;
    const struct acdr_host *host;
};

struct acdr_affinity_members {
    struct acdr_bitmap cpus;  /* their cores, L3 domains or nodes, as the guest's group says */
    struct acdr_bitmap cores; /* clean cores of members whose class also says cores */
    char *names;              /* "" if there are none */
};

/* Skips members whose class can no longer be read. 0 or -ENOMEM. */
int acdr_affinity_find(struct acdr *a, const struct acdr_journal *j,
                       const struct acdr_affinity_query *q, struct acdr_affinity_members *ret);
void acdr_affinity_done(struct acdr_affinity_members *m);

#endif
