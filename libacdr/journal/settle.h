/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Making the host equal to what the journal says: every dirty knob becomes fold(base, live claims).
 * One function for apply, release, retry, crash repair and reconnect. Knows the order of
 * write-ahead, write and read-back; does not know why anything is wanted.
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
    /* Whose event this is: a claim of this entry that is refused takes its step's other claims
     * with it. NULL: refusals are only reported. */
    const char *id;
    bool backwards;           /* in reverse order of claims: a release */
    bool alone;               /* a refused claim goes alone: what was settled before stays */
    struct acdr_item *report; /* gets "repaired" and "left" entries; may be NULL */
};

/*
 * Settle all dirty knobs, writing the journal before the first change and after the last one.
 * Outcomes of the entry's steps are put into the journal.
 * 0; 1: a step of the entry was refused (its claims are gone and taken back); -errno with E: the
 * journal could not be written, and nothing was changed.
 */
int acdr_settle_run(struct acdr_settle *s, struct acdr_err *e);

/* True where NOW, which R's kernel shows, has what all claims on the knob ask for. */
bool acdr_settle_holds(struct acdr_root *r, const struct acdr_journal *j,
                       const struct acdr_saved_knob *k, const char *now);

#endif
