/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The ways of cleaning a core, and what each claims; shared by cleaner.c, cleaner_ways.c and
 * cleaner_noise.c. */
#ifndef ACDR_STEPS_LIB_CLEANER_H
#define ACDR_STEPS_LIB_CLEANER_H

#include "step.h"

enum acdr_way { ACDR_WAY_ISOLCPUS, ACDR_WAY_PARTITION, ACDR_WAY_SLICES, ACDR_WAY_AFFINITY };

/* The way that the class's key and this host lead to; -1 where the key asks for one that is not to
 * be had, *WHY tells. The class must have the step, the view a place. */
int acdr_cleaner_way(const struct acdr_view *v, const char **why);

/* Does the way move every task that has the default affinity? */
bool acdr_cleaner_sweeps(enum acdr_way way);

/* All below return 0, or a negative value where memory is out. */

/* Tasks with an affinity of their own that the way would lose or must move. */
int acdr_cleaner_tasks(const struct acdr_view *v, enum acdr_way way, struct acdr_plan *p);
/* All tasks that have the default affinity. */
int acdr_cleaner_sweep(const struct acdr_view *v, struct acdr_plan *p);
/* AllowedCPUs of the slices that hold everything but guests. */
int acdr_cleaner_slices(const struct acdr_view *v, struct acdr_plan *p);
/* The partition of each vCPU's cgroup, with the exclusive CPUs of the groups above it. */
int acdr_cleaner_partition(const struct acdr_view *v, struct acdr_plan *p);
/* As let_go in struct acdr_step. */
int acdr_cleaner_let_go(const struct acdr_view *v, struct acdr_plan *p);
/* Work of the kernel that comes to every core: watchdog, writeback, timers, counters. */
int acdr_cleaner_noise(const struct acdr_view *v, struct acdr_plan *p);

#endif
