/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Change and see: another class for a guest temporarily, with its figures before and after. Knows
 * the phases of a trial and the library's calls for it; neither keys nor a screen. Times are
 * milliseconds of any clock, given by the caller.
 */
#ifndef ACDR_TOOLS_TOP_TOP_TRIAL_H
#define ACDR_TOOLS_TOP_TOP_TRIAL_H

#include <acdr/acdr.h>

#include "top_compare.h"

enum { TOP_TRIAL_BEFORE_MS = 10 * 1000, TOP_TRIAL_MS = 60 * 1000 };

enum top_phase {
    TOP_TRIAL_NONE,   /* none is begun */
    TOP_TRIAL_BEFORE, /* takes figures, nothing is changed yet */
    TOP_TRIAL_DURING, /* the guest has the class */
    TOP_TRIAL_OVER    /* kept, undone, or refused: note says which */
};

/* Start from { .a = ... }. */
struct top_trial {
    struct acdr *a;
    enum top_phase phase;
    char guest[TOP_TEXT], class_name[TOP_TEXT];
    char note[2 * TOP_LINE]; /* how it ended */
    bool failed;             /* it could not be undone */
    struct acdr_trial *trial;
    long long until; /* when this phase ends */
    bool spans;      /* the next sample covers time before the change */
    struct top_mean before, after;
};

/* The valid classes of the host, one row each. 0 or -errno. */
int top_trial_classes(struct acdr *a, struct top_table *ret, struct acdr_err *e);
/* What the class would do for the guest, in short; the caller frees *RET. 0; -errno: no trial is
 * possible, E says why. */
int top_trial_plan(struct acdr *a, const char *guest, const char *class_name, char **ret,
                   struct acdr_err *e);

/* Confirmed: take figures, change nothing yet. */
void top_trial_begin(struct top_trial *t, const char *guest, const char *class_name, long long now);
/* A sample: row I of the page of guests PAGE is the guest. */
void top_trial_sample(struct top_trial *t, const struct top_table *page, size_t i);
/* Change the class, or undo it, when it is time. */
void top_trial_tick(struct top_trial *t, long long now);
void top_trial_keep(struct top_trial *t);
/* Undo it now; before the change, cancel it. */
void top_trial_back(struct top_trial *t);
bool top_trial_runs(const struct top_trial *t);
/* The status at NOW, into BUF. */
void top_trial_say(const struct top_trial *t, long long now, char buf[TOP_LINE]);

#endif
