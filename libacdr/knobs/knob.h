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

enum {
    ACDR_KNOB_SET = 1 << 0, /* values are sets (cpulist), else number or word */
    ACDR_KNOB_NUM = 1 << 1, /* values are numbers: anything between base, was and want is ours */
    ACDR_KNOB_WRITE_ALWAYS =
        1 << 2, /* write at the first claim even where the value is right already */
    ACDR_KNOB_NO_RESTORE = 1 << 3, /* nothing is put back at the end (pages that were moved) */
    /*
     * A value shows some seconds after it was written (irqbalance): do not judge a write by reading
     * back, and do not skip one because NOW is right already where what was written last is not:
     * that is still to come.
     */
    ACDR_KNOB_READBACK_LATER = 1 << 4,
    ACDR_KNOB_BULK = 1 << 5, /* a write moves many tasks, some of which may have their own knob */
    ACDR_KNOB_PER_TASK = 1 << 6, /* such a knob of one task */
    /*
     * A stock (huge pages) that several take from and add to: what counts of each is by how much.
     * Another's change moves base by as much, so that his part stays when ours is given back.
     */
    ACDR_KNOB_COUNTED = 1 << 7,
};

struct acdr_knob_kind {
    const char *prefix; /* "list" */
    unsigned flags;
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
/* The kind of KNOB and in *rest what follows; NULL where no kind has that prefix. */
const struct acdr_knob_kind *acdr_knob_find(const char *knob, const char **rest);

/* What its kind has to tell of it, NULL where that is nothing; the caller frees. */
char *acdr_knob_note(struct acdr_root *r, const char *knob, const char *want);

/* By full name; an unknown kind is -EOPNOTSUPP. */
int acdr_knob_read(struct acdr_root *r, const char *knob, char **ret, struct acdr_err *e);
int acdr_knob_write(struct acdr_root *r, const char *knob, const char *now, const char *want,
                    struct acdr_err *e);
/* Compare by meaning: "0-3" is "0,1,2,3", "08" is "8". */
bool acdr_knob_same(const char *knob, const char *a, const char *b);
/* The same, but that CPUs which are offline now cannot show in a task's affinity. */
bool acdr_knob_matches(struct acdr_root *r, const char *knob, const char *now, const char *want);
/* Three-way: is NOW one of base, was, want (NUM: between them; DELTA: between was and want), or a
 * value that the kind calls ours? */
bool acdr_knob_is_ours(struct acdr_root *r, const char *knob, const char *now, const char *base,
                       const char *was, const char *want);

/*
 * The value that all claims together ask for, from BASE, independent of their order but for SET,
 * where the first one wins: SET, then PLUS, then MINUS (ALTs, less all MINUS, where nothing is
 * left; BASE where even that is empty); numbers: SET or BASE, then ADD, then MAX. KEEP changes
 * nothing. The caller frees *ret. -EINVAL: a value does not parse; -ENOMEM.
 */
int acdr_knob_fold(const char *knob, const char *base, const struct acdr_knob_claim *claims,
                   size_t n, char **ret);

#endif
