/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * CPUs that are kept busy for a moment. A CPU that idles when it is isolated at run time stays in
 * the kernel's list of idle CPUs (nohz.idle_cpus_mask), for only a tick that finds it busy, and in
 * a scheduling domain, takes it out (nohz_balancer_kick() in kernel/sched/fair.c): from then on it
 * is asked to balance for all others whenever its vCPU idles, once a tick.
 */
#ifndef ACDR_KNOBS_LIB_CPU_SPINNER_H
#define ACDR_KNOBS_LIB_CPU_SPINNER_H

#include "auto.h"
#include "bitmap.h"

struct acdr_awake;

/* Returns when each thread has run for two ticks, or after a quarter of a second. A CPU that may
 * not be had, for whatever reason, is left out: this is a help and no promise. NULL: no memory. */
struct acdr_awake *acdr_awake_begin(const struct acdr_bitmap *cpus);
/* W may be NULL. */
void acdr_awake_end(struct acdr_awake *w);
ACDR_AUTO_DEFINE(struct acdr_awake, acdr_awake_end);

#endif
