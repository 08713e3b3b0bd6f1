/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One pass of settling, driven by settle.c: the outcome of each saved knob. settle_knob.c reads,
 * decides and writes one knob, settle_outcome.c has what becomes of one that cannot be.
 */
#ifndef ACDR_JOURNAL_SETTLE_PASS_H
#define ACDR_JOURNAL_SETTLE_PASS_H

#include "settle.h"

enum acdr_knob_outcome {
    ACDR_OUTCOME_SETTLED, /* as it should be, without a write */
    ACDR_OUTCOME_WRITE,   /* to be written */
    ACDR_OUTCOME_WRITTEN,
    ACDR_OUTCOME_GONE, /* the setting is gone */
    ACDR_OUTCOME_LEFT, /* another owner has it now */
    ACDR_OUTCOME_REFUSED,
    ACDR_OUTCOME_WAIT, /* absent now, but will return */
};

/* Old and intended value of a knob of many tasks: interrupted work leaves tasks at either. */
struct acdr_sweep_origin {
    char *was, *want;
};

struct acdr_settle_pass {
    struct acdr_settle *s;
    enum acdr_knob_outcome *outcome; /* one per saved knob */
    struct acdr_sweep_origin *origin;
    bool *over; /* to be dropped from the journal */
    size_t n;
};

/* Read knob number I and decide; changes nothing. */
enum acdr_knob_outcome acdr_settle_read(struct acdr_settle_pass *p, size_t i);
/* Write it, and read it back. */
enum acdr_knob_outcome acdr_settle_write(struct acdr_settle_pass *p, size_t i);
/* Record K's result in the outcome of the step, of the event's entry, that claims it. */
void acdr_settle_outcome(struct acdr_settle_pass *p, const struct acdr_saved_knob *k,
                         enum acdr_step_result r, const char *why);
/* A claim of the event's own entry on this knob, or else one on its family that concerns it, or
 * NULL. */
const struct acdr_claim *acdr_settle_claim(const struct acdr_settle *s,
                                           const struct acdr_saved_knob *k);
/* Add to LIST ("left", "repaired") of the event's report, if there is one. */
void acdr_settle_report(struct acdr_settle_pass *p, const char *list,
                        const struct acdr_saved_knob *k, const char *now, const char *why);
/* The kernel's answer to the value is no, WHY. */
enum acdr_knob_outcome acdr_settle_refused(struct acdr_settle_pass *p,
                                           const struct acdr_saved_knob *k, int err,
                                           const char *why);
/* A failed read, or a write without an answer. */
enum acdr_knob_outcome acdr_settle_unread(struct acdr_settle_pass *p,
                                          const struct acdr_saved_knob *k, int err,
                                          const char *why);
/* The same, where its claims are known to hold on. */
enum acdr_knob_outcome acdr_settle_wait(struct acdr_settle_pass *p, const struct acdr_saved_knob *k,
                                        const char *why);
/* NOW, read of a knob of many tasks, with the CPUs of partitions that only the kernel takes away
 * from it: they come back when the partition ends, unless the value leaves them out. The caller
 * frees *RET. 0; -ENOMEM, or which CPUs are online cannot be read: then it is not known. */
int acdr_settle_unhide(const struct acdr_settle *s, const struct acdr_saved_knob *k,
                       const char *now, char **ret);
/* K is settled: from now on, another value of a stock is a change by others. 0 or -ENOMEM. */
int acdr_settle_finished(struct acdr_saved_knob *k);

#endif
