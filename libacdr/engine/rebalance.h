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
 * rebalance_move.c: make the chance C of the journal's entry ID real. Threads move first, memory
 * after them, and both are read back; what goes wrong has the guest put back where it was, with its
 * memory. C's better place is used up. 0: done; 1: not, *WHY says what went wrong (the caller
 * frees); -errno: the journal cannot be written.
 */
int acdr_rebalance_move(struct acdr_txn *w, const char *id, struct acdr_move_candidate *c,
                        char **why, struct acdr_err *e);

#endif
