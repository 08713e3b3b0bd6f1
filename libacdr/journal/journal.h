/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The engine's state, one text file: the present claims, their owners, and each claimed knob's
 * original value. Knows the file format (docs/journal.md) and how to edit it, not knobs.
 *
 *   entry  a guest, or CPUs that an administrator conditions (then is_pool is set)
 *   claim  a claim with its owner
 *   saved  a knob: base, its value before the first claim; was, the value read just before the last
 *          write; want, the value of that write
 */
#ifndef ACDR_JOURNAL_JOURNAL_H
#define ACDR_JOURNAL_JOURNAL_H

#include <stdint.h>

#include "claim.h"
#include "knob.h"
#include "place.h"
#include "root.h"

#define ACDR_JOURNAL_DIR  "/run/acdr"
#define ACDR_JOURNAL_FILE ACDR_JOURNAL_DIR "/journal"

struct acdr_entry {
    char *id; /* UUID, or an administrator's name */
    char *name, *class_name;
    bool is_pool, degraded;
    int pid; /* QEMU's, 0 until known */
    unsigned long long start;
    int daemon_pid; /* the daemon that prepares the guest, 0 if unknown */
    unsigned long long daemon_start;
    char *nics; /* the guest's tap devices, blank-separated */
    struct acdr_place *place;
    struct acdr_step_outcome *outcomes;
    size_t n_outcomes;
};

struct acdr_owned_claim {
    char *id;
    uint32_t hash; /* of the knob: comparing thousands of names with a common prefix is slow */
    struct acdr_claim claim;
};

struct acdr_saved_knob {
    char *name;
    uint32_t hash;
    struct acdr_knob knob;   /* of that name */
    char *base, *was, *want; /* base NULL: not read yet */
    bool dirty;              /* not known to be settled */
};

struct acdr_journal {
    struct acdr_entry *entries;
    size_t n_entries;
    struct acdr_owned_claim *claims; /* in order of work */
    size_t n_claims;
    struct acdr_saved_knob *saved; /* in order of first claim */
    size_t n_saved;
    char boot[64];
};

/*
 * Read the journal; a missing one, or one from another boot, is empty. The caller frees.
 * -EBADMSG with file and line: truncated, damaged, or of another version; -EPERM: on the live root,
 * not owned by root or writable by others. The file is not changed.
 */
int acdr_journal_read(struct acdr_root *root, struct acdr_journal **ret, struct acdr_err *e);
/* Replace the file; an empty journal removes it. */
int acdr_journal_write(struct acdr_root *root, const struct acdr_journal *j, struct acdr_err *e);
void acdr_journal_free(struct acdr_journal *j);
ACDR_AUTO_DEFINE(struct acdr_journal, acdr_journal_free);

/* text_form.c: the format. parse: consumes TEXT; -EBADMSG with line, or -ENOMEM. */
int acdr_journal_parse(char *text, struct acdr_journal *j, struct acdr_err *e);
char *acdr_journal_print(const struct acdr_journal *j);

/* edit.c */
struct acdr_entry *acdr_journal_find(struct acdr_journal *j, const char *id);
/* By id or by name; NULL if there is none. */
struct acdr_entry *acdr_journal_find_any(struct acdr_journal *j, const char *name_or_id);
/* A new entry, or NULL if out of memory. */
struct acdr_entry *acdr_journal_add(struct acdr_journal *j, const char *id, const char *name,
                                    const char *class_name);
/* Add a claim and mark its knob dirty; nothing if ID has one of the same step and knob. */
int acdr_journal_claim(struct acdr_journal *j, const char *id, const struct acdr_claim *c);
/* Drop ID's claims (if not NULL, only those of STEP and on KNOB) and mark their knobs dirty. The
 * entry stays. */
void acdr_journal_drop_claims(struct acdr_journal *j, const char *id, const char *step,
                              const char *knob);
/* Drop saved knob number I and all claims on it. */
void acdr_journal_drop_knob(struct acdr_journal *j, size_t i);
/* Drop an entry and its claims. */
void acdr_journal_drop(struct acdr_journal *j, const char *id);
/* Mark the knobs of ID's claims dirty (NULL: all knobs). */
void acdr_journal_touch(struct acdr_journal *j, const char *id);
/* Never NULL for the knob of a claim. */
struct acdr_saved_knob *acdr_journal_saved(struct acdr_journal *j, const char *knob);
/* The saved knob of that name, added without a base if missing; NULL if out of memory. */
struct acdr_saved_knob *acdr_journal_save_knob(struct acdr_journal *j, const char *knob);
/* As acdr_journal_claim(), for claims that are known to be new. */
int acdr_journal_claim_new(struct acdr_journal *j, const char *id, const struct acdr_claim *c);
/* True if H is a claim on K. */
bool acdr_journal_is_on(const struct acdr_owned_claim *h, const struct acdr_saved_knob *k);
uint32_t acdr_journal_hash(const char *s, size_t len);
/* All claims on K, in the form that knobs take; the journal keeps the strings. The caller
 * frees *ret. */
int acdr_journal_claims_on(const struct acdr_journal *j, const struct acdr_saved_knob *k,
                           struct acdr_knob_claim **ret, size_t *n);
void acdr_journal_forget_outcomes(struct acdr_entry *en);
/* Record a step's outcome in an entry: a later stage adds to an earlier one, the worse result
 * counts. 0 or -ENOMEM. */
int acdr_journal_outcome(struct acdr_entry *en, const char *step, enum acdr_step_result result,
                         const char *note);

/* Is there a claim on K? */
bool acdr_settle_wanted(const struct acdr_journal *j, const struct acdr_saved_knob *k);

#endif
