/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One named host setting, read and written as text. "KIND:REST" selects the file here that handles
 * it. Only this folder changes the host (and journal/journal.c the journal). Knows the kernel's
 * behaviour, not guests, classes or owners.
 *
 * Every kind presents sets as cpulists, whatever the file's own format.
 */
#ifndef ACDR_KNOBS_KNOB_H
#define ACDR_KNOBS_KNOB_H

#include <stdbool.h>

#include "auto.h"
#include "bitmap.h"
#include "err.h"
#include "op.h"
#include "root.h"

/* The value and the ALT of claims on a family, as sets. If ALT is used, it is those near the member
 * of the family, a cpulist or NULL, provided that it has any. */
struct acdr_knob_sets {
    struct acdr_bitmap value, alt;
    const char *near;
};

/* What one claim asks of a knob's value. */
struct acdr_knob_claim {
    enum acdr_op op;
    const char *value, *alt;
    const struct acdr_knob_sets *sets; /* in place of value and alt; may be NULL */
};

enum acdr_knob_form {
    ACDR_KNOB_WORD,
    ACDR_KNOB_SET,    /* a cpulist */
    ACDR_KNOB_NUM,    /* anything between base, was and want is ours */
    ACDR_KNOB_FAMILY, /* has no value: its claims are claims on all its members */
};

/* A setting of this kind that is about to be written. */
struct acdr_knob_change {
    const char *rest, *want;
};

struct acdr_knob_kind {
    const char *prefix;       /* "list" */
    enum acdr_knob_form form; /* of its values */
    bool write_always;        /* the first claim writes even if the value is already right */
    bool essential;  /* if a soft claim on it is refused, its step's other claims are for nothing */
    bool no_restore; /* nothing is restored at the end (moved pages) */
    /*
     * A written value shows only after some seconds (irqbalance): do not judge a write by reading
     * back, and do not skip a write because NOW is right if the last written value is not: that one
     * is still pending.
     */
    bool readback_later;
    bool bulk;  /* a write moves many tasks, some of which may have their own knob */
    bool hides; /* its CPUs vanish from what the kernel shows of the affinity of all other tasks */
    bool per_task; /* such a knob of one task */
    /*
     * A stock (huge pages) that several owners add to or take from: only differences count. A
     * change by others moves base equally, so that it survives our release.
     */
    bool counted;
    /*
     * REST is the name after "KIND:". read: the caller frees *ret. Failures of read and write:
     * -ENOENT/-ESRCH: the setting is absent (or gone); -EOPNOTSUPP: this host does not support it,
     * or the root is not live; -EPERM: the kernel never lets it change (unmovable); what
     * acdr_is_unanswered() says: the kernel was not asked, or did not answer; other -errno, of a
     * write: the kernel's answer to this value. E says where and why.
     */
    int (*read)(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e);
    int (*write)(struct acdr_root *r, const char *rest, const char *now, const char *want,
                 struct acdr_err *e);
    /* Optional, before the first and after the last of N settings of this kind that are written one
     * after the other: what they need in common, so that it costs its time once. NULL: nothing. */
    void *(*begin)(struct acdr_root *r, const struct acdr_knob_change *v, size_t n);
    void (*end)(void *common);
    /* Optional: as write, for a setting that this process has read, and found to be the one of that
     * name, in the same pass. */
    int (*write_seen)(struct acdr_root *r, const char *rest, const char *now, const char *want,
                      struct acdr_err *e);
    /* Optional: as read, for a setting that this process has written just before, and has then
     * found to be the one of that name. */
    int (*read_back)(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e);
    /* Optional: the knob whose claims count as claims on each setting of this kind. */
    const char *family;
    /* Optional, if equality is not the right test: does NOW show that WANT was written? */
    bool (*matches)(const char *now, const char *want);
    /* Optional: is NOW, besides base, was and want, a value that the kernel or another knob of ours
     * leaves when this setting was ours? */
    bool (*is_ours)(struct acdr_root *r, const char *rest, const char *now);
    /* Optional, if the setting is absent: will it come (back) while its claims live? They are kept,
     * and apply when it does. True also if that cannot be found out. */
    bool (*may_come)(struct acdr_root *r, const char *rest);
    /* Optional, at release if the setting is gone: wait (at most some seconds) until the kernel has
     * finished its removal. LAST is its last value. */
    void (*wait_gone)(struct acdr_root *r, const char *rest, const char *last);
    /* Optional: what to report besides its value after WANT was written? *ret may be NULL or empty,
     * the caller frees; 0 or -errno. */
    int (*note)(struct acdr_root *r, const char *rest, const char *want, char **ret);
    /* Optional, for verify: does another setting defeat WANT? 1: yes, *ret says which, the caller
     * frees; 0: no, *ret is NULL; -errno. */
    int (*find_override)(struct acdr_root *r, const char *rest, const char *want, char **ret);
};

/* NULL-terminated, in knobs.c. */
extern const struct acdr_knob_kind *const acdr_knob_kinds[];
/* The kind of NAME, and in *rest what follows; NULL if no kind has that prefix. */
const struct acdr_knob_kind *acdr_knob_find(const char *name, const char **rest);

/* A knob after the lookup of its name. */
struct acdr_knob {
    const struct acdr_knob_kind *kind; /* never NULL: an unknown kind reads -EOPNOTSUPP */
    const char *rest;                  /* within the name, which must outlive it */
};

struct acdr_knob acdr_knob_of(const char *name);

/* Is the setting, which is absent now, expected to come (back)? */
bool acdr_knob_may_come(struct acdr_root *r, struct acdr_knob k);
/* Is it a setting of the host's network interface NAME? */
bool acdr_knob_of_interface(struct acdr_knob k, const char *name);

/* What its kind reports about it, NULL if nothing; the caller frees. */
char *acdr_knob_note(struct acdr_root *r, struct acdr_knob k, const char *want);

int acdr_knob_read(struct acdr_root *r, struct acdr_knob k, char **ret, struct acdr_err *e);
/* After a write by this process, before anything else is done. */
int acdr_knob_read_back(struct acdr_root *r, struct acdr_knob k, char **ret, struct acdr_err *e);
int acdr_knob_write(struct acdr_root *r, struct acdr_knob k, const char *now, const char *want,
                    struct acdr_err *e);
/* After a read in the same pass. */
int acdr_knob_write_seen(struct acdr_root *r, struct acdr_knob k, const char *now, const char *want,
                         struct acdr_err *e);
/* Compare by meaning: "0-3" is "0,1,2,3", "08" is "8". */
bool acdr_knob_same(struct acdr_knob k, const char *a, const char *b);
/* The same, but ignores CPUs that are offline now, which a task's affinity cannot show. */
bool acdr_knob_matches(struct acdr_root *r, struct acdr_knob k, const char *now, const char *want);
/* Three-way: is NOW one of base, was, want (numbers: between them; counted: between was and want),
 * or a value that the kind recognises as ours? */
bool acdr_knob_is_ours(struct acdr_root *r, struct acdr_knob k, const char *now, const char *base,
                       const char *was, const char *want);

/*
 * The value of all claims together, from BASE, independent of their order except that the first SET
 * wins: SET, then PLUS, then MINUS (if nothing is left, ALTs without all MINUS; if that is empty,
 * BASE); numbers: SET or BASE, then ADD, then MAX. KEEP changes nothing. The caller frees *ret.
 * -EINVAL: a value does not parse; -ENOMEM; -EOPNOTSUPP: an unknown kind.
 */
int acdr_knob_fold(struct acdr_knob k, const char *base, const struct acdr_knob_claim *claims,
                   size_t n, char **ret);

#endif
