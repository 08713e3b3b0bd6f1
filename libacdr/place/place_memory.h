/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What memory a node has for a guest: of the pages that its XML asks for, and not promised to
 * others. */
#ifndef ACDR_PLACE_PLACE_MEMORY_H
#define ACDR_PLACE_PLACE_MEMORY_H

#include "place_find.h"

/* kB of the (first) kind of page that the guest asks for, -1 where the host does not tell. */
long long acdr_place_free_kb(const struct acdr_place_request *q, const struct acdr_node *n);
/* True where the node has the memory of those guest NUMA cells (numbers 0.. in the order of cells),
 * or where the host does not tell. */
bool acdr_place_holds_cells(const struct acdr_place_request *q, const struct acdr_node *n,
                            const struct acdr_bitmap *cells);
/* How many OFths of the guest's memory the node has: 0..OF; OF where the host does not tell. */
int acdr_place_share(const struct acdr_place_request *q, const struct acdr_node *n, int of);
/* N of OF parts of the guest's memory; all of it where OF is 0. */
long long acdr_place_part_kb(const struct acdr_domain *d, int n, int of);
/* How much memory of that kind the host has for each online CPU, 0 where that is not known. */
long long acdr_place_kb_per_cpu(const struct acdr_place_request *q);
/* What is free on the node with most, 0 where the host does not tell. */
long long acdr_place_most_kb(const struct acdr_place_request *q);
/* Note in P which ordinary memory the guest will use on which node, where that is bound. 0 or
 * -ENOMEM. */
int acdr_place_promise(const struct acdr_place_request *q, struct acdr_place *p);
/* "512 of 2048 MiB free", for a person; the caller frees. */
char *acdr_place_format_memory(const struct acdr_place_request *q, const struct acdr_node *n);

#endif
