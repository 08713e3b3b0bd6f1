/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Huge pages of a pool that a guest could get. */
#ifndef ACDR_MODEL_GUEST_HUGE_POOL_H
#define ACDR_MODEL_GUEST_HUGE_POOL_H

#include "claim.h"
#include "host.h"

/* Pages that are free, not reserved by a process (the kernel counts reservations for all nodes
 * together) and not promised to a guest. */
long long acdr_hugepages_free(const struct acdr_hugepage_pool *pool, int node,
                              const struct acdr_foreign_claim *foreign, size_t n_foreign);
/* The guest's pages that a claim stands for, those included that the pool has already; 0 if it is
 * of another knob. */
long long acdr_hugepages_claimed_kb(const struct acdr_claim *c);

#endif
