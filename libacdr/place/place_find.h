/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Choosing a guest's place: dedicated CPUs and memory nodes. A pure function: reads the host
 * snapshot and what is taken, writes nothing.
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
    struct acdr_bitmap taken;  /* by others: dedicated ones, and what a holder has firmly */
    struct acdr_bitmap soft;   /* left to others where that does not cost a node */
    struct acdr_bitmap others; /* clean cores of others (a part of taken) */
    const struct acdr_foreign_claim *foreign; /* what others claim */
    size_t n_foreign;
    const struct acdr_holders *holders; /* whose the others are, for words; NULL: nobody's */
    const long long *promised_kb;       /* memory of each node that others will use; NULL: none */
    const long long *load;    /* vCPUs of others that share the CPUs of each node; NULL: none */
    struct acdr_bitmap reach; /* CPUs that libvirt's group can have; empty: all */
    struct acdr_bitmap mems;  /* nodes that libvirt's group may take memory of; empty: all */
    struct acdr_bitmap separate_cpus; /* of guests to be kept from (a part of taken) */
    struct acdr_bitmap colocate_cpus; /* CPUs that its group wishes for; empty: it is in none */
    struct acdr_bitmap joint;         /* of guests that it may share cores with (a part of taken) */
    bool share; /* where nothing else is free, others' clean cores may be shared */
};

/*
 * The place of the lowest cost (place_cost.h): on one node where CPUs and memory of one suffice,
 * else the guest's NUMA cells on nodes of their own, else the fewest and nearest nodes. vCPUs that
 * the XML pins stay where it says. The caller frees. -ENOSPC with the figures of every node;
 * -EINVAL: the XML's pins contradict each other or the class; -ENOMEM.
 */
int acdr_place_find(const struct acdr_place_request *q, struct acdr_place **ret,
                    struct acdr_err *e);
/*
 * The same on one node of the host's array alone (-1: on any) and without a word of why not. *EXACT
 * becomes false where a better place may exist, because a search was cut short. A guest that the
 * XML pins has its place whatever NODE says. 0; -ENOSPC; -EINVAL; -ENOMEM.
 */
int acdr_place_find_on(const struct acdr_place_request *q, int node, bool *exact,
                       struct acdr_place **ret);

#endif
