/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The host's own preemption interval, for the steps preemption and cleaner. */
#ifndef ACDR_STEPS_LIB_INTERVAL_H
#define ACDR_STEPS_LIB_INTERVAL_H

#include "step.h"

/* Claim all names of the interval that this kernel has: with a latency below the granularity the
 * kernel would take the latency. The host must have one. 0 or -1 (no memory). */
int acdr_interval_claim(const struct acdr_view *v, struct acdr_plan *p, enum acdr_op op,
                        const char *ns);
/* Claim that the host's preemption interval stays what it is, which the kernel would forget when a
 * cpuset partition is made or removed. 0 or -1 (no memory). */
int acdr_preemption_keep(const struct acdr_view *v, struct acdr_plan *p);

#endif
