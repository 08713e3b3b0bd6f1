/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Moving running guests to better places, one at a time. */
#ifndef ACDR_ENGINE_REBALANCE_H
#define ACDR_ENGINE_REBALANCE_H

#include "move_candidate.h"
#include "transaction.h"

/* As acdr_rebalance() in acdr/live.h. */
int acdr_rebalance_run(struct acdr *a, const char *domain, unsigned flags, struct acdr_item **ret,
                       struct acdr_err *e);

/*
 * rebalance_move.c: carry out candidate C of the journal's entry ID. Threads move first, then
 * memory, and both are read back; after a failure the guest returns to its old place, with its
 * memory. Consumes C's better place. 0: done; 1: failed, *WHY says why (the caller frees); -errno:
 * the journal cannot be written.
 */
int acdr_rebalance_move(struct acdr_txn *w, const char *id, struct acdr_move_candidate *c,
                        char **why, struct acdr_err *e);

#endif
