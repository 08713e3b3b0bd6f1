/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One host setting with a name, read and written as text. "KIND:REST" says which file here knows
 * it. This folder is the only code that changes the host (with journal/journal.c for the journal).
 * Knows the kernel's habits; knows nothing of guests, classes and who wants what.
 *
 * Sets are spoken as cpulists by every kind, whatever the file's own form.
 */
#ifndef ACDR_KNOBS_KNOB_H
#define ACDR_KNOBS_KNOB_H

#include <stdbool.h>

#include "auto.h"
#include "err.h"
#include "op.h"
#include "root.h"

/* What one claim asks of a knob's value. */
struct acdr_knob_claim {
    enum acdr_op op;
    const char *value, *alt;
};

enum acdr_knob_form {
    ACDR_KNOB_WORD,
    ACDR_KNOB_SET, /* a cpulist */
    ACDR_KNOB_NUM, /* anything between base, was and want is ours */
};

struct acdr_knob_kind {
    const char *prefix;       /* "list" */
    enum acdr_knob_form form; /* of its values */
    bool write_always;        /* the first claim writes even where the value is right already */
    bool no_restore;          /* nothing is put back at the end (pages that were moved) */
    /*
     * A value shows some seconds after it was written (irqbalance): do not judge a write by reading
     * back, and do not skip one because NOW is right already where what was written last is not:
     * that is still to come.
     */
    bool readback_later;
    bool bulk;     /* a write moves many tasks, some of which may have their own knob */
    bool per_task; /* such a knob of one task */
    /*
     * A stock (huge pages) that several take from and add to: what counts of each is by how much.
     * Another's change moves base by as much, so that his part stays when ours is given back.
     */
    bool counted;
    /*
     * REST is the name after "KIND:". read: the caller frees *ret. Failures of read and write:
     * -ENOENT/-ESRCH: the setting is not there (any more); -EOPNOTSUPP: this host has no such
     * thing, or the root is not live; -EPERM: the kernel never lets it change (unmovable);
     * other -errno: it failed. E says where and why.
     */
    int (*read)(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e);
    int (*write)(struct acdr_root *r, const char *rest, const char *now, const char *want,
                 struct acdr_err *e);
    /* Optional, where it takes more or less than the same value: is NOW how WANT shows once it was
     * written? */
    bool (*matches)(const char *now, const char *want);
    /* Optional: is NOW a value that the kernel itself, or another knob of ours, leaves behind when
     * this setting was ours? Beside base, was and want. */
    bool (*is_ours)(struct acdr_root *r, const char *rest, const char *now);
    /* Optional, at release where the setting has vanished: wait (at most some seconds) until the
     * kernel is done taking it away. LAST is what it was. */
    void (*wait_gone)(struct acdr_root *r, const char *rest, const char *last);
    /* Optional: what is to be told of it beside its value, where WANT was written just now? *ret
     * may be NULL or empty, the caller frees; 0 or -errno. */
    int (*note)(struct acdr_root *r, const char *rest, const char *want, char **ret);
    /* Optional, for verify: is there something else here that defeats WANT? 1, *ret tells, the
     * caller frees; 0, *ret is NULL: there is not; -errno. */
    int (*find_override)(struct acdr_root *r, const char *rest, const char *want, char **ret);
};

/* NULL-terminated, in knobs.c. */
extern const struct acdr_knob_kind *const acdr_knob_kinds[];
/* The kind of NAME and in *rest what follows; NULL where no kind has that prefix. */
const struct acdr_knob_kind *acdr_knob_find(const char *name, const char **rest);

/* A knob whose name was looked up. */
struct acdr_knob {
    const struct acdr_knob_kind *kind; /* never NULL: an unknown kind reads -EOPNOTSUPP */
    const char *rest;                  /* within the name, which must outlive it */
};

struct acdr_knob acdr_knob_of(const char *name);

/* What its kind has to tell of it, NULL where that is nothing; the caller frees. */
char *acdr_knob_note(struct acdr_root *r, struct acdr_knob k, const char *want);

int acdr_knob_read(struct acdr_root *r, struct acdr_knob k, char **ret, struct acdr_err *e);
int acdr_knob_write(struct acdr_root *r, struct acdr_knob k, const char *now, const char *want,
                    struct acdr_err *e);
/* Compare by meaning: "0-3" is "0,1,2,3", "08" is "8". */
bool acdr_knob_same(struct acdr_knob k, const char *a, const char *b);
/* The same, but that CPUs which are offline now cannot show in a task's affinity. */
bool acdr_knob_matches(struct acdr_root *r, struct acdr_knob k, const char *now, const char *want);
/* Three-way: is NOW one of base, was, want (numbers: between them; counted: between was and want),
 * or a value that the kind calls ours? */
bool acdr_knob_is_ours(struct acdr_root *r, struct acdr_knob k, const char *now, const char *base,
                       const char *was, const char *want);

/*
 * The value that all claims together ask for, from BASE, independent of their order but for SET,
 * where the first one wins: SET, then PLUS, then MINUS (ALTs, less all MINUS, where nothing is
 * left; BASE where even that is empty); numbers: SET or BASE, then ADD, then MAX. KEEP changes
 * nothing. The caller frees *ret. -EINVAL: a value does not parse; -ENOMEM; -EOPNOTSUPP: an unknown
 * kind.
 */
int acdr_knob_fold(struct acdr_knob k, const char *base, const struct acdr_knob_claim *claims,
                   size_t n, char **ret);

#endif
