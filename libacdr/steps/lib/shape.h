/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The guest topology that matches a place: what the guest should be told of its own CPUs. */
#ifndef ACDR_STEPS_LIB_SHAPE_H
#define ACDR_STEPS_LIB_SHAPE_H

#include "domain.h"
#include "host.h"
#include "place.h"

/* As <cpu><topology> has it: the vCPUs that there can be, as so many of each. */
struct acdr_shape {
    int sockets, cores, threads;
};

/*
 * One socket for each node, threads where siblings of a core stand side by side throughout the
 * place; false where the place is not even enough to be told so (or has no dedicated CPUs).
 */
bool acdr_shape_of(const struct acdr_host *h, const struct acdr_domain *d,
                   const struct acdr_place *p, struct acdr_shape *ret);

/*
 * "<numa>...</numa>" with a cell for each node of the place: its vCPUs, and as much of the memory
 * as its share of them, in whole pieces of 1 GiB where that comes out even, else of 2 MiB. vCPUs
 * that are to be added later are in the last cell. The caller frees; NULL where memory is out.
 */
char *acdr_shape_cells(const struct acdr_host *h, const struct acdr_domain *d,
                       const struct acdr_place *p);

#endif
