/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A running guest temporarily under another class. Keeps its old state; condition.h does the
 * conditioning.
 */
#ifndef ACDR_ENGINE_TRIAL_H
#define ACDR_ENGINE_TRIAL_H

#include "auto.h"
#include "handle.h"
#include "item.h"

struct acdr_trial;

/* As acdr_trial_plan() in acdr/plan.h, the others in acdr/live.h. */
int acdr_trial_preview(struct acdr *a, const char *guest, const char *class_name,
                       struct acdr_item **ret, struct acdr_err *e);
int acdr_trial_start(struct acdr *a, const char *guest, const char *class_name,
                     struct acdr_trial **ret, struct acdr_err *e);
int acdr_trial_undo(struct acdr_trial *t, struct acdr_err *e);
void acdr_trial_drop(struct acdr_trial *t);
ACDR_AUTO_DEFINE(struct acdr_trial, acdr_trial_drop);

#endif
