/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What huge pages there are to be had, for the choice of a place. */
#ifndef ACDR_MODEL_HUGE_POOL_H
#define ACDR_MODEL_HUGE_POOL_H

#include "claim.h"
#include "class.h"
#include "host.h"

/*
 * kB of huge pages of SIZE_KB (0: the host's default) that a guest of the class could get of a
 * node: those that are free and promised to nobody, and where the class makes new ones, the memory
 * that can become such pages. -1 where that is not known.
 */
long long acdr_hugepages_kb(const struct acdr_host *h, const struct acdr_node *n, long long size_kb,
                            const struct acdr_class *c, const struct acdr_foreign_claim *foreign,
                            size_t n_foreign);
/* Pages that are free, reserved by no process (the kernel counts that for all nodes together) and
 * promised to no guest. */
long long acdr_hugepages_free(const struct acdr_hugepage_pool *pool, int node,
                              const struct acdr_foreign_claim *foreign, size_t n_foreign);
/* Does the class make pages that are not there? */
bool acdr_hugepages_grow(const struct acdr_class *c);

#endif
