/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The last form of a place: vCPUs on nodes that lack the memory, memory on others. */
#ifndef ACDR_PLACE_PLACE_REMOTE_H
#define ACDR_PLACE_PLACE_REMOTE_H

#include "place_layout.h"

/* May this guest have remote memory? Not with guest NUMA cells, huge pages or a numatune, which say
 * themselves where memory is, nor where the class must have its memory near. */
bool acdr_remote_allowed(const struct acdr_place_request *q);
/* Nodes of P that hold memory of the guest and run none of its vCPUs, in a place of this form. */
void acdr_remote_nodes(const struct acdr_place_request *q, const struct acdr_place *p,
                       struct acdr_bitmap *ret);
/* The nodes nearest to the present layout's that have the memory which its own nodes lack, and the
 * sum of the distances between each of them and all others of the guest. False: there is not
 * enough memory, or nothing is lacking. */
bool acdr_remote_choose(struct acdr_search *s, struct acdr_bitmap *ret, long long *distance);
#endif
