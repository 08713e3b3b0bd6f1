/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A node's memory for a guest: pages of the kind that its XML requests, not promised to others. */
#ifndef ACDR_PLACE_PLACE_MEMORY_H
#define ACDR_PLACE_PLACE_MEMORY_H

#include "place_find.h"

/* kB in pages of the (first) kind that the guest requests, -1 if unknown. */
long long acdr_place_free_kb(const struct acdr_place_request *q, const struct acdr_node *n);
/* The same in pages of PAGE_KB (0: the host's default; -1: ordinary ones). */
long long acdr_place_free_pages_kb(const struct acdr_place_request *q, const struct acdr_node *n,
                                   long long page_kb);
/* True if the node has the memory of those guest NUMA cells (numbers 0.. in the order of cells) or
 * its memory is unknown. */
bool acdr_place_holds_cells(const struct acdr_place_request *q, const struct acdr_node *n,
                            const struct acdr_bitmap *cells);
/* How much of the guest's memory the node has, in units of 1/OF: 0..OF; OF if unknown. */
int acdr_place_share(const struct acdr_place_request *q, const struct acdr_node *n, int of);
/* N of OF parts of the guest's memory; all of it if OF is 0. */
long long acdr_place_part_kb(const struct acdr_domain *d, int n, int of);
/* The host's memory of that kind per online CPU, 0 if unknown. */
long long acdr_place_kb_per_cpu(const struct acdr_place_request *q);
/* The free memory of the node with most, 0 if unknown. */
long long acdr_place_most_kb(const struct acdr_place_request *q);
/* Record in P how much ordinary memory the guest will use on each node, if it is bound. 0 or
 * -ENOMEM. */
int acdr_place_promise(const struct acdr_place_request *q, struct acdr_place *p);
/* "512 of 2048 MiB free", for a person; the caller frees. */
char *acdr_place_format_memory(const struct acdr_place_request *q, const struct acdr_node *n);

#endif
