/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tags of guests and the rules of map.conf ask for, compared with the journal. */
#ifndef ACDR_REPORT_ASKED_H
#define ACDR_REPORT_ASKED_H

#include "handle.h"
#include "item.h"
#include "journal.h"

/*
 * Add to ROOT:
 *   unconditioned (list): name, uuid, class (null: the tag is wrong), class_by (the rule, null: the
 *     tag), why, remedy: guests that run with a tag or a rule and are not in J;
 *   stopped (list): name, uuid, class, class_by: guests that are defined so and do not run;
 *   unread (text, null): which guests are not known, and why
 * ONLY: of the guest of that name or UUID (NULL: all). Returns how many run unconditioned, or
 * -ENOMEM.
 */
int acdr_asked_add(struct acdr *a, struct acdr_journal *j, const char *only, struct acdr_item *root,
                   struct acdr_err *e);

#endif
