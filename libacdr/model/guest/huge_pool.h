/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What huge pages of a pool a guest could get. */
#ifndef ACDR_MODEL_GUEST_HUGE_POOL_H
#define ACDR_MODEL_GUEST_HUGE_POOL_H

#include "claim.h"
#include "host.h"

/* Pages that are free, reserved by no process (the kernel counts that for all nodes together) and
 * promised to no guest. */
long long acdr_hugepages_free(const struct acdr_hugepage_pool *pool, int node,
                              const struct acdr_foreign_claim *foreign, size_t n_foreign);

#endif
