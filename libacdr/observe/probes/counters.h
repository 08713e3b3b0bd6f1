/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Counters of perf_event_open(2) upon the vCPU threads of guests that are watched: opened when a
 * thread is first seen, closed when it is gone. Count from then on, so a first reading is no total.
 *
 * This machine only. The kernel needs CAP_PERFMON, or CAP_SYS_ADMIN where
 * kernel.perf_event_paranoid is 3.
 */
#ifndef ACDR_OBSERVE_PROBES_COUNTERS_H
#define ACDR_OBSERVE_PROBES_COUNTERS_H

#include <stdint.h>

#include "probe.h"

enum { ACDR_COUNTERS_MAX = 8 };

/* What is counted: attr.type and attr.config of perf_event_open(2). */
struct acdr_counter {
    const char *name; /* the reading's WHAT, or NULL */
    uint32_t type;
    uint64_t config;
};

/*
 * Add a reading of METRIC for each vCPU and each of the N counters V that this machine has.
 * l->state is kept here. 0; -ENOMEM; -EOPNOTSUPP where the first counter cannot be had; MISSING
 * says what this machine is without then.
 */
int acdr_counters_read(struct acdr_probe_ctx *l, const struct acdr_metric *metric,
                       const struct acdr_counter *v, int n, const char *missing,
                       struct acdr_err *e);
/* For acdr_probe.close. */
void acdr_counters_close(void *state);

#endif
