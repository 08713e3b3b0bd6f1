/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The engine's state, one text file: the present claims, their owners, and each claimed knob's
 * original value. Knows the file format (docs/journal.md) and how to edit it, not knobs.
 *
 *   entry  a guest, or CPUs that an administrator conditions (then is_pool is set)
 *   claim  a claim with its owner
 *   saved  a knob: base, its value before the first claim; was, the value read just before the last
 *          write; want, the value of that write. A family (family.h) has none of them
 */
#ifndef ACDR_JOURNAL_JOURNAL_H
#define ACDR_JOURNAL_JOURNAL_H

#include <stdint.h>

#include "claim.h"
#include "index.h"
#include "knob.h"
#include "place.h"
#include "root.h"

#define ACDR_JOURNAL_DIR  "/run/acdr"
#define ACDR_JOURNAL_FILE ACDR_JOURNAL_DIR "/journal"
#define ACDR_LOCK_FILE    ACDR_JOURNAL_DIR "/lock"

struct acdr_entry {
    char *id; /* UUID, or an administrator's name */
    char *name, *class_name;
    char *class_by; /* the rule of map.conf that gave the class; NULL: none did */
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

/* The chains that a claim is in; each is in order of work. */
enum acdr_claim_chain {
    ACDR_CHAIN_ALL,   /* of the journal */
    ACDR_CHAIN_KNOB,  /* on the same knob */
    ACDR_CHAIN_OWNER, /* of the same owner */
    ACDR_N_CHAINS,
};

struct acdr_claim_list {
    struct acdr_owned_claim *first, *last;
};

struct acdr_saved_knob {
    struct acdr_link link; /* first: its key is the name */
    char *name;
    struct acdr_knob knob;   /* of that name */
    char *base, *was, *want; /* base NULL: not read yet */
    bool dirty;              /* not known to be settled */
    bool filed;              /* the file has it as dirty with this base, and was and want are among
                              * the three values there: a write needs no other record */
    struct acdr_claim_list claims;
    size_t at;                  /* its place in the journal's array */
    char *near;                 /* of a family's member: CPUs near it, or NULL */
    char *seen;                 /* of such a member: its value as this transaction's snapshot of the
                                 * host has it, until the next pass; or NULL */
    bool looked;                /* its value was read in this pass, not taken from there */
    bool fixed;                 /* such a member that the kernel does not let change */
    struct acdr_knob_sets *sum; /* of a family: all its claims, if SUMMED */
    bool summed;
};

/* Whoever has or had an entry or claims. */
struct acdr_owner {
    struct acdr_link link; /* first: its key is the id */
    char *id;
    size_t entry; /* the number of its entry, or ACDR_NO_ENTRY */
    struct acdr_claim_list claims;
};
#define ACDR_NO_ENTRY SIZE_MAX

/* Its strings are not its own: many claims have the same ones. */
struct acdr_owned_claim {
    const char *id;
    struct acdr_claim claim;
    struct acdr_owner *owner;
    struct acdr_saved_knob *saved;
    struct acdr_claim_pair {
        struct acdr_owned_claim *prev, *next;
    } chain[ACDR_N_CHAINS];
};

struct acdr_journal {
    struct acdr_entry *entries;
    size_t n_entries;
    struct acdr_claim_list claims; /* in order of work */
    size_t n_claims;
    struct acdr_saved_knob **saved; /* in order of first claim */
    size_t n_saved;
    struct acdr_index knobs, owners, words;
    struct acdr_text_mark {
        size_t len; /* 0: there is no file */
        uint64_t hash;
    } filed;      /* the text of the file */
    bool unsaved; /* settled since the file was written */
    bool marked;  /* as unfinished: marks.h */
    bool again;   /* what an earlier event left undone is tried a second time */
    char boot[64];
};

/*
 * Read the journal; a missing one, or one from another boot, is empty. The caller frees.
 * -EBADMSG with file and line: truncated, damaged, or of another version; -EPERM: on the live root,
 * not owned by root or writable by others; other errors: the journal or the boot's id could not be
 * read. The file is not changed.
 */
int acdr_journal_read(struct acdr_root *root, struct acdr_journal **ret, struct acdr_err *e);
/* Replace the file, unless it has the same text; an empty journal removes it. The last write of an
 * event: marks.h. */
int acdr_journal_write(struct acdr_root *root, struct acdr_journal *j, struct acdr_err *e);
/* The same before settings are written, which a crash may interrupt. */
int acdr_journal_write_ahead(struct acdr_root *root, struct acdr_journal *j, struct acdr_err *e);
/* Replace another file of the same folder, which only saves time: without room there is none. */
void acdr_journal_keep(struct acdr_root *root, const char *path, const char *text);
void acdr_journal_free(struct acdr_journal *j);
ACDR_AUTO_DEFINE(struct acdr_journal, acdr_journal_free);

/* text_form.c, text_print.c: the format. parse: consumes TEXT; -EBADMSG with line, or -ENOMEM. */
int acdr_journal_parse(char *text, struct acdr_journal *j, struct acdr_err *e);
char *acdr_journal_print(const struct acdr_journal *j);

/* edit.c: entries */
struct acdr_entry *acdr_journal_find(struct acdr_journal *j, const char *id);
/* By id or by name; NULL if there is none. */
struct acdr_entry *acdr_journal_find_any(struct acdr_journal *j, const char *name_or_id);
/* A new entry, or NULL if out of memory. ID has none yet. */
struct acdr_entry *acdr_journal_add(struct acdr_journal *j, const char *id, const char *name,
                                    const char *class_name);
/* Which rule of map.conf gave EN its class, NULL: none. 0 or -ENOMEM. */
int acdr_journal_mapped(struct acdr_entry *en, const char *by);
/* Drop an entry and its claims. */
void acdr_journal_drop(struct acdr_journal *j, const char *id);
void acdr_journal_forget_outcomes(struct acdr_entry *en);
/* A step whose claims are all dropped because one was not possible has not been applied. */
void acdr_journal_not_applied(struct acdr_entry *en, const char *step);
/* How many of an entry's steps were refused. */
int acdr_journal_refused(const struct acdr_entry *en);
/* Record a step's outcome in an entry: a later stage adds to an earlier one, the worse result
 * counts. 0 or -ENOMEM. */
int acdr_journal_outcome(struct acdr_entry *en, const char *step, enum acdr_step_result result,
                         const char *note);

/* claims.c: owners, claims and saved knobs */
/* The owner of that id; add: created if missing, NULL if out of memory. */
struct acdr_owner *acdr_journal_owner(const struct acdr_journal *j, const char *id);
struct acdr_owner *acdr_journal_add_owner(struct acdr_journal *j, const char *id);
/* The claim after H in one of its chains, or NULL. */
static inline struct acdr_owned_claim *acdr_claim_next(const struct acdr_owned_claim *h,
                                                       enum acdr_claim_chain chain)
{
    return h->chain[chain].next;
}
/* Add a claim and mark its knob dirty; nothing if ID has one of the same step and knob. */
int acdr_journal_claim(struct acdr_journal *j, const char *id, const struct acdr_claim *c);
/* The same for claims that are known to be new. */
int acdr_journal_claim_new(struct acdr_journal *j, const char *id, const struct acdr_claim *c);
/* Drop ID's claims (if not NULL, only those of STEP and on KNOB) and mark their knobs dirty. The
 * entry stays. */
void acdr_journal_drop_claims(struct acdr_journal *j, const char *id, const char *step,
                              const char *knob);
/* Drop each saved knob I for which OVER[I] is set, and all claims on it. */
void acdr_journal_drop_knobs(struct acdr_journal *j, const bool *over);
/* Mark the knobs of ID's claims dirty (NULL: all knobs). */
void acdr_journal_touch(struct acdr_journal *j, const char *id);
bool acdr_journal_is_dirty(const struct acdr_journal *j);
/* The saved knob of that name, or NULL. */
struct acdr_saved_knob *acdr_journal_saved(const struct acdr_journal *j, const char *knob);
/* The same, added without a base if missing; NULL if out of memory. */
struct acdr_saved_knob *acdr_journal_save_knob(struct acdr_journal *j, const char *knob);
/* TEXT as the claims of the journal keep it, or NULL: out of memory. */
char *acdr_journal_word(struct acdr_journal *j, const char *text);
/* Free all that claims.c keeps. */
void acdr_journal_free_claims(struct acdr_journal *j);

/* family.c: the claims on a knob */
/* ID's first claim on K, or NULL. */
const struct acdr_claim *acdr_journal_claim_of(const struct acdr_saved_knob *k, const char *id);
/* All claims on K, in the form that knobs take, those on its family as one, which is in FAMILY; the
 * journal keeps the strings. The caller frees *ret. 0, -ENOMEM, or -EINVAL: one does not parse. */
int acdr_journal_claims_on(const struct acdr_journal *j, const struct acdr_saved_knob *k,
                           struct acdr_knob_sets *family, struct acdr_knob_claim **ret, size_t *n);

#endif
