/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See unfinished.h. Knows what the journal has as dirty, not why. */
#include "unfinished.h"

#include <stdlib.h>

#include "marks.h"
#include "transaction.h"

static void add(struct acdr *a, const struct acdr_saved_knob *k, struct acdr_item *list)
{
    struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);
    acdr_auto(free) char *now = NULL;
    struct acdr_err e = { 0 };
    int err = acdr_knob_read(a->root, k->knob, &now, &e);

    acdr_item_add_text(m, "knob", k->name);
    acdr_item_add_text(m, "want", k->want);
    acdr_item_add_text(m, "now", err == 0 ? now : NULL);
    acdr_item_add_text(m, "why", err == 0 ? NULL : e.text);
}

void acdr_unfinished_add(struct acdr *a, const struct acdr_journal *j, const struct acdr_entry *one,
                         struct acdr_item *report)
{
    struct acdr_item *list = acdr_item_add(report, "unfinished", ACDR_ITEM_LIST);
    bool asked = false; /* for the lock, which costs an open */

    for (size_t i = 0; i < j->n_saved; i++) {
        const struct acdr_saved_knob *k = j->saved[i];

        if (!acdr_marks_left(a->root, k) || (one && !acdr_journal_claim_of(k, one->id)))
            continue;
        if (!asked && acdr_yes(acdr_root_locked(a->root, ACDR_LOCK_FILE)))
            break;
        asked = true;
        add(a, k, list);
    }
}
