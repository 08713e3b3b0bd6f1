/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One attempt to find a place among CPUs chosen by find.c: free.c if vCPUs may use all of them,
 * pinned.c if the XML restricts them. */
#ifndef ACDR_PLACE_PLACE_TRY_H
#define ACDR_PLACE_PLACE_TRY_H

#include "place_cost.h"
#include "place_find.h"

struct acdr_place_try {
    const struct acdr_place_request *q;
    struct acdr_bitmap avail;        /* CPUs that may be dedicated to this guest */
    struct acdr_bitmap from;         /* those of them that vCPUs and their idle siblings may have */
    const struct acdr_bitmap *named; /* those of FROM that may carry a vCPU; NULL: all of them */
    bool beside;                     /* also look for an extra core for the emulator */
    bool near;                       /* no remote memory: the XML says where the vCPUs are */
    int only;                        /* a node of the host's array, or -1 */
    bool exact;                      /* no search was cut short */
};

/* A place without CPUs and nodes; the caller frees. 0 or -ENOMEM. */
int acdr_place_new(const struct acdr_domain *d, struct acdr_place **ret);
/* Fill P with the best place for the domain of T. 0; -ENOSPC; -ENOMEM. */
int acdr_place_free_vcpus(struct acdr_place_try *t, struct acdr_place *p);
/* Give each guest NUMA cell of P that has no node yet the one of its first vCPU. */
void acdr_place_cells(const struct acdr_place_request *q, struct acdr_place *p);

/* The same for a guest without dedicated CPUs, within the nodes that the XML allows. -ENOSPC with
 * E, unless acdr_place_refuse() gives the reason. */
int acdr_place_shared(struct acdr_place_try *t, struct acdr_place *p, struct acdr_err *e);
/*
 * The same within the XML's restrictions: its pins, and <memnode>, whose nodes the vCPUs of a cell
 * follow if possible. -ENOSPC with E, unless acdr_place_refuse() gives the reason.
 */
int acdr_place_bound_vcpus(struct acdr_place_try *t, struct acdr_place *p, struct acdr_err *e);

#endif
