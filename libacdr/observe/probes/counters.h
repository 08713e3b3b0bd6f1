/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * perf_event_open(2) counters on the vCPU threads of watched guests: opened when a thread is first
 * seen, closed when it has ended. They count from then on, so a first reading is not a total.
 *
 * This machine only. The kernel requires CAP_PERFMON, or CAP_SYS_ADMIN if
 * kernel.perf_event_paranoid is 3.
 */
#ifndef ACDR_OBSERVE_PROBES_COUNTERS_H
#define ACDR_OBSERVE_PROBES_COUNTERS_H

#include <stdint.h>

#include "probe.h"

enum { ACDR_COUNTERS_MAX = 8 };

/* What to count: attr.type and attr.config of perf_event_open(2). */
struct acdr_counter {
    const char *name; /* the reading's WHAT, or NULL */
    uint32_t type;
    uint64_t config;
};

/*
 * Add a reading of METRIC for each vCPU and each of the N counters V that this machine has.
 * l->state is stored here. 0; -ENOMEM; -EOPNOTSUPP if the first counter is not available; MISSING
 * then says what this machine lacks.
 */
int acdr_counters_read(struct acdr_probe_ctx *l, const struct acdr_metric *metric,
                       const struct acdr_counter *v, int n, const char *missing,
                       struct acdr_err *e);
/* For acdr_probe.close. */
void acdr_counters_close(void *state);

#endif
