/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finds a guest's place: dedicated CPUs and memory nodes. A pure function: reads the host snapshot
 * and the taken CPUs, writes nothing.
 */
#ifndef ACDR_PLACE_PLACE_FIND_H
#define ACDR_PLACE_PLACE_FIND_H

#include "claim.h"
#include "domain.h"
#include "holders.h"
#include "host.h"
#include "place.h"
#include "place_hints.h"

struct acdr_place_request {
    const struct acdr_host *host;
    const struct acdr_domain *domain;
    struct acdr_place_hints hints; /* of its class's steps, with the nodes of its devices */
    struct acdr_bitmap housekeeping;
    struct acdr_bitmap taken;                 /* by others: dedicated ones, and firm holds */
    struct acdr_bitmap soft;                  /* left to others unless that costs a node */
    struct acdr_bitmap others;                /* clean cores of others (a part of taken) */
    struct acdr_bitmap owned;                 /* of others' threads alone (a part of taken) */
    const struct acdr_foreign_claim *foreign; /* what others claim */
    size_t n_foreign;
    const struct acdr_holders *holders; /* names of the owners, for messages; NULL: none */
    const long long *promised_kb;       /* per node: memory that others will use; NULL: none */
    const long long *growing_kb;        /* the same, with what others may use later; NULL: none */
    const long long *load;              /* per node: others' vCPUs on shared CPUs; NULL: none */
    struct acdr_bitmap reach;           /* CPUs that libvirt's group can have; empty: all */
    struct acdr_bitmap mems;            /* nodes that libvirt's cgroup may use; empty: all */
    struct acdr_bitmap separate_cpus;   /* of guests to avoid (a part of taken) */
    struct acdr_bitmap colocate_cpus;   /* CPUs that its group prefers; empty: no group */
    struct acdr_bitmap joint;           /* of guests that may share cores (a part of taken) */
    bool share;                         /* may share others' clean cores if nothing else is free */
};

/*
 * The place of the lowest cost (place_cost.h): on one node if its CPUs and memory suffice, else the
 * guest's NUMA cells on nodes of their own, else the fewest and nearest nodes. vCPUs pinned by the
 * XML stay there. The caller frees. -ENOSPC with the figures of every node;
 * -EINVAL: the XML's pins contradict each other or the class; -ENOMEM.
 */
int acdr_place_find(const struct acdr_place_request *q, struct acdr_place **ret,
                    struct acdr_err *e);
/*
 * The same on one node of the host's array (-1: any) and without an explanation of failure. *EXACT
 * becomes false if a search was cut short, so that a better place may exist. NODE does not affect a
 * guest pinned by the XML. 0; -ENOSPC; -EINVAL; -ENOMEM.
 */
int acdr_place_find_on(const struct acdr_place_request *q, int node, bool *exact,
                       struct acdr_place **ret);

#endif
