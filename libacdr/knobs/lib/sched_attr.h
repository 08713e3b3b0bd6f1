/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A task's scheduling attributes, of this machine only. */
#ifndef ACDR_KNOBS_LIB_SCHED_ATTR_H
#define ACDR_KNOBS_LIB_SCHED_ATTR_H

#include "root.h"

/* The first version of the kernel's struct sched_attr, which libc has no name for. */
struct acdr_sched_attr {
    unsigned size, policy;
    unsigned long long flags;
    int nice;
    unsigned priority;
    unsigned long long runtime, deadline, period; /* of an ordinary task, runtime is its slice */
};

enum { ACDR_SCHED_RESET = 1 }; /* what it starts is an ordinary task again */

/* 0 or -errno. */
int acdr_sched_attr_get(struct acdr_root *r, int tid, struct acdr_sched_attr *ret);
int acdr_sched_attr_set(struct acdr_root *r, int tid, const struct acdr_sched_attr *a);
/* The slice of a task that was given none, in ns; 0 where the kernel does not tell. */
unsigned long long acdr_sched_attr_slice(struct acdr_root *r);

#endif
