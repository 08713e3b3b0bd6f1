/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A trial, as trial.c and its preview in report/ see it. */
#ifndef ACDR_ENGINE_TRIAL_PART_H
#define ACDR_ENGINE_TRIAL_PART_H

#include "domain.h"
#include "journal.h"
#include "trial.h"

struct acdr_trial {
    struct acdr *a;
    char *guest, *id;
    int pid; /* of the run that is tried */
    unsigned long long start;
    struct acdr_class *now, *had; /* had NULL: none */
    struct acdr_place *place;     /* the one it had; NULL: none */
};

/* Everything of a trial but the change itself: T is calloc()ed, and dropped by the caller in any
 * case; J is the journal without the guest's entry. */
int acdr_trial_prepare(struct acdr_trial *t, struct acdr *a, const char *guest,
                       const char *class_name, struct acdr_domain **domain, struct acdr_journal **j,
                       struct acdr_err *e);
/* The place to try the class at: the present one, or NULL where another one is to be found. */
const struct acdr_place *acdr_trial_place(const struct acdr_trial *t);

#endif
