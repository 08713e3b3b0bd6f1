/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The internals of a trial, for trial.c and its preview in report/. */
#ifndef ACDR_ENGINE_TRIAL_PART_H
#define ACDR_ENGINE_TRIAL_PART_H

#include "domain.h"
#include "journal.h"
#include "trial.h"

struct acdr_trial {
    struct acdr *a;
    char *guest, *id;
    int pid; /* of the guest's present run */
    unsigned long long start;
    struct acdr_class *now, *had; /* had NULL: none */
    char *class_by;               /* the rule of map.conf that gave HAD; NULL: none did */
    struct acdr_place *place;     /* its old one; NULL: none */
};

/* Do everything of a trial except the change: T is zeroed, and the caller frees it in any case; J
 * is the journal without the guest's entry. */
int acdr_trial_prepare(struct acdr_trial *t, struct acdr *a, const char *guest,
                       const char *class_name, struct acdr_domain **domain, struct acdr_journal **j,
                       struct acdr_err *e);
/* The place for the trial: the present one, or NULL if a new one is needed. */
const struct acdr_place *acdr_trial_place(const struct acdr_trial *t);

#endif
