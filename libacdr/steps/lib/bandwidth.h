/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Limits on CPU time that the domain's owner has left in its XML, and what they do to a class. */
#ifndef ACDR_STEPS_LIB_BANDWIDTH_H
#define ACDR_STEPS_LIB_BANDWIDTH_H

#include "step.h"

/* Per cent of the time that N threads may run which are limited together; 100: all of it. */
int acdr_bandwidth_share(const struct acdr_bandwidth *b, int n);
/* A line of the plan where the limit stops WHO; ELEMENT is its name in <cputune>. 0 or -1. */
int acdr_bandwidth_note(struct acdr_plan *p, const struct acdr_bandwidth *b, int n,
                        const char *element, const char *who);
/* What would lift it. */
void acdr_bandwidth_define(struct acdr_definitions *ds, const struct acdr_bandwidth *b, int n,
                           const char *element);

#endif
