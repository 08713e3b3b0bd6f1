/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One try to find a place, among CPUs that find.c lays down: free.c for vCPUs that may go anywhere
 * among them, pinned.c where the XML says which may go where. */
#ifndef ACDR_PLACE_PLACE_TRY_H
#define ACDR_PLACE_PLACE_TRY_H

#include "place_cost.h"
#include "place_find.h"

struct acdr_place_try {
    const struct acdr_place_request *q;
    struct acdr_bitmap avail; /* CPUs that may be dedicated to this guest */
    struct acdr_bitmap from;  /* those of them that vCPUs may have */
    bool beside;              /* a core for the emulator is looked for beside the vCPUs */
    int only;                 /* a node of the host's array, or -1 */
    bool exact;               /* no search was cut short */
};

/* A place without CPUs and nodes; the caller frees. 0 or -ENOMEM. */
int acdr_place_new(const struct acdr_domain *d, struct acdr_place **ret);
/* Fill P with the best place for the domain of T. 0; -ENOSPC; -ENOMEM. */
int acdr_place_free_vcpus(struct acdr_place_try *t, struct acdr_place *p);
/* Give each guest NUMA cell of P that has no node yet the one of its first vCPU. */
void acdr_place_cells(const struct acdr_place_request *q, struct acdr_place *p);

/* The same for a guest without dedicated CPUs, within the nodes that the XML leaves it. */
int acdr_place_shared(struct acdr_place_try *t, struct acdr_place *p);
/*
 * The same within what the XML says: its pins, and <memnode>, whose nodes the vCPUs of a cell
 * follow where they can. -ENOSPC with E, unless it is acdr_place_refuse() that knows why not.
 */
int acdr_place_bound_vcpus(struct acdr_place_try *t, struct acdr_place *p, struct acdr_err *e);

#endif
