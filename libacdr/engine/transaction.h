/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A transaction on the host under its lock: the journal in memory, without entries of guests that
 * have ended. Closing it writes what was settled since the file was written, and unlocks.
 */
#ifndef ACDR_ENGINE_TRANSACTION_H
#define ACDR_ENGINE_TRANSACTION_H

#include "handle.h"
#include "host.h"
#include "journal.h"
#include "settle.h"

struct acdr_txn {
    struct acdr *a;
    int lock;
    struct acdr_journal *j;
    const char *ending; /* the entry whose end this event reports, or NULL: do not log its end */
    bool at_once;       /* do not wait for the lock: who holds it completes what is unfinished */
    struct acdr_item *report; /* what opening repairs, as in struct acdr_settle; may be NULL */
};

/*
 * Take the lock (waiting three quarters of the configuration's deadline), read the journal, drop
 * ended guests and settle what they and interrupted work left. DROPPED (may be NULL) is a list that
 * gets their names. W is { .lock = -1 }, with ending if the event reports an end. -ETIMEDOUT,
 * -EBADMSG, -EPERM (also: /run/acdr is a link, or others may write there), -ENOSPC with E.
 */
int acdr_txn_open(struct acdr *a, struct acdr_txn *w, struct acdr_item *dropped,
                  struct acdr_err *e);
void acdr_txn_close(struct acdr_txn *w);

static inline void acdr_auto_txn(struct acdr_txn *w)
{
    acdr_txn_close(w);
}

/* Settle for the entry ID; ALONE as in struct acdr_settle. The caller writes the journal; else
 * closing does. */
int acdr_txn_settle(struct acdr_txn *w, const char *id, bool alone, struct acdr_err *e);
/* Settle after a drop, or for a repair; REPORT (may be NULL) as in struct acdr_settle. */
int acdr_txn_settle_all(struct acdr_txn *w, struct acdr_item *report, struct acdr_err *e);

/* Keep the topology of H for the next event, if it is worth it. */
void acdr_txn_keep(struct acdr_txn *w, const struct acdr_host *h);

/* Again move user tasks with the whole host's affinity off the clean cores: those started or
 * unpinned since. Does nothing if cores are cleared in another way. */
void acdr_txn_resweep(struct acdr_txn *w);

#endif
