/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Guests whose hook of `started` gave up at its deadline, or never ran: they run, and their threads
 * and memory are still as libvirt made them.
 */
#ifndef ACDR_ENGINE_RESUME_START_H
#define ACDR_ENGINE_RESUME_START_H

#include "transaction.h"

/* Was this guest prepared, and does it run without anybody having looked at it since? So for a
 * moment in each start, too. */
bool acdr_resume_start_due(struct acdr *a, const struct acdr_entry *en);
/* Condition those as the hook would have; no guest is ended for it, and what fails is logged. NAMES
 * (a list, may be NULL) gets the names of those that were. */
void acdr_resume_starts(struct acdr_txn *w, struct acdr_item *names);

#endif
