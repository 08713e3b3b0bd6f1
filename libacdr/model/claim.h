/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A plan: an ordered list of claims, each "step S requests value V for knob K". Steps add claims,
 * the engine applies them. Strings are copied.
 */
#ifndef ACDR_MODEL_CLAIM_H
#define ACDR_MODEL_CLAIM_H

#include "auto.h"
#include "bitmap.h"
#include "err.h"
#include "op.h"

enum acdr_stage { ACDR_STAGE_HOST = 1 << 0, ACDR_STAGE_GUEST = 1 << 1 };

struct acdr_claim {
    char *step, *knob;
    enum acdr_op op;
    char *value; /* sets as cpulist */
    /* MINUS: the value to use if the set would become empty; PREFER: what to leave out if others
     * prefer another value; ADD: what the owner needs in total,
     * including what was there before; else "". */
    char *alt;
    bool soft; /* the kernel may refuse this without failing the step (an unmovable IRQ) */
    enum acdr_stage stage;
};

/* The outcome of a step, as acdr_status() names it. */
enum acdr_step_result {
    ACDR_STEP_APPLIED,
    ACDR_STEP_ALREADY,
    ACDR_STEP_REFUSED,
    ACDR_STEP_UNSUPPORTED,
};
const char *acdr_step_result_name(enum acdr_step_result r);
int acdr_step_result_find(const char *name); /* -1: no class with that name */

/* A step's outcome; note says which way was chosen and why, or what was refused. */
struct acdr_step_outcome {
    char *step;
    enum acdr_step_result result;
    char *note;
};

struct acdr_plan {
    struct acdr_claim *claims;
    size_t n_claims;
    struct acdr_step_outcome *outcomes; /* one per step that planned, in order */
    size_t n_outcomes;
    const char *step; /* the step that plans now, set by the engine */
    enum acdr_stage stage;
};

void acdr_plan_done(struct acdr_plan *p);

/* Append a claim of the current step; KNOB is formatted. VALUE may be NULL (""). 0 or -ENOMEM. */
int acdr_plan_claim(struct acdr_plan *p, enum acdr_op op, const char *value, const char *knobfmt,
                    ...) __attribute__((format(printf, 4, 5)));
/* The same for a text value that the kernel may refuse without failing the step. */
int acdr_plan_claim_soft(struct acdr_plan *p, enum acdr_op op, const char *value,
                         const char *knobfmt, ...) __attribute__((format(printf, 4, 5)));
/* The same with an ALT. */
int acdr_plan_claim_alt(struct acdr_plan *p, enum acdr_op op, const char *value, const char *alt,
                        const char *knobfmt, ...) __attribute__((format(printf, 5, 6)));
/* The same with a set as value; ALT may be NULL; SOFT as in the struct. */
int acdr_plan_claim_cpus(struct acdr_plan *p, enum acdr_op op, const struct acdr_bitmap *value,
                         const struct acdr_bitmap *alt, bool soft, const char *knobfmt, ...)
    __attribute__((format(printf, 6, 7)));
/* Append to the step's note: which way was chosen and why. */
int acdr_plan_note(struct acdr_plan *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The result of a step without claims: already in effect, or not possible on this host. */
int acdr_plan_result(struct acdr_plan *p, enum acdr_step_result r, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Remove all claims of refused steps: a step is applied completely or not at all. */
void acdr_plan_withdraw(struct acdr_plan *p);

/* The claims of another owner. */
struct acdr_foreign_claim {
    const struct acdr_claim *claim;
    const char *owner; /* its name */
    bool starting;     /* prepared, but not known to run yet */
};

#endif
