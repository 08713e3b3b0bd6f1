/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Settings that an event came to and could not bring to their value: the next one tries again. */
#ifndef ACDR_REPORT_UNFINISHED_H
#define ACDR_REPORT_UNFINISHED_H

#include "handle.h"
#include "item.h"
#include "journal.h"

/* Add the list "unfinished" to REPORT: of all, or of those that ONE claims. None while an event is
 * at work. */
void acdr_unfinished_add(struct acdr *a, const struct acdr_journal *j, const struct acdr_entry *one,
                         struct acdr_item *report);

#endif
