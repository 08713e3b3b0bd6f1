/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Makes the host match the journal: every dirty knob becomes fold(base, live claims). One function
 * for apply, release, retry, crash repair and reconnect. Knows the order of write-ahead, write and
 * read-back, not the reasons for claims.
 */
#ifndef ACDR_JOURNAL_SETTLE_H
#define ACDR_JOURNAL_SETTLE_H

#include "item.h"
#include "journal.h"
#include "log.h"

struct acdr_settle {
    struct acdr_root *root;
    struct acdr_journal *j;
    const struct acdr_log *log;
    /* The entry of this event: if one of its claims is refused, its step's other claims are dropped
     * too. NULL: refusals are only reported. */
    const char *id;
    bool backwards;           /* in reverse order of claims: a release */
    bool alone;               /* drop only the refused claim: settled ones stay */
    bool write_later;         /* the caller writes the journal after the last change */
    struct acdr_item *report; /* gets "repaired" and "left" entries; may be NULL */
};

/*
 * Settle all dirty knobs, writing the journal before the first change and after the last one. The
 * first of the two is left out where the file already covers what will be written: a refusal, or a
 * release after a failed start, then costs none of its own.
 * Records the outcomes of the entry's steps in the journal.
 * 0; 1: a step of the entry was refused (its claims are dropped and undone); -errno with E: the
 * journal cannot be written, and nothing was changed.
 */
int acdr_settle_run(struct acdr_settle *s, struct acdr_err *e);

/* True if NOW, as read from R's kernel, satisfies all claims on the knob. */
bool acdr_settle_holds(struct acdr_root *r, const struct acdr_journal *j,
                       const struct acdr_saved_knob *k, const char *now);

#endif
