/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Guests whose `started` hook timed out or never ran: they run, but their threads and memory are
 * still as libvirt set them.
 */
#ifndef ACDR_ENGINE_RESUME_START_H
#define ACDR_ENGINE_RESUME_START_H

#include "transaction.h"

/* Was this guest prepared, and does it run without its start having been finished? Briefly true in
 * each start, too. */
bool acdr_resume_start_due(struct acdr *a, const struct acdr_entry *en);
/* Condition those guests as the hook would; a failure is logged and ends no guest. NAMES (a list,
 * may be NULL) gets the names of the conditioned ones. */
void acdr_resume_starts(struct acdr_txn *w, struct acdr_item *names);

#endif
