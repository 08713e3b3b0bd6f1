/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel's statistics of one task: /proc/PID/task/TID/stat, schedstat and status, and small
 * files of "key value" lines. Several probes read these.
 */
#ifndef ACDR_OBSERVE_INVENTORY_TASK_H
#define ACDR_OBSERVE_INVENTORY_TASK_H

#include "bitmap.h"
#include "root.h"

struct acdr_task_stat {
    char comm[32];
    char state;
    unsigned int flags;            /* PF_* of the kernel */
    unsigned long long start;      /* clock ticks after boot */
    double user, system, guest;    /* seconds; user is without guest */
    double blocked;                /* seconds waiting for disks, 0 if not counted */
    int cpu;                       /* CPU it last ran on */
    int nice, rt_priority, policy; /* policy: SCHED_* */
};

/* stat of thread TID of process PID; TID 0: of the process. 0, -errno, -EINVAL: other format. */
int acdr_task_stat(struct acdr_root *r, int pid, int tid, struct acdr_task_stat *ret);

struct acdr_task_sched {
    double run, delay; /* seconds on a CPU; seconds runnable but waiting for one */
    double slices;     /* times it was scheduled on a CPU */
};
/* schedstat. 0, -errno, -EINVAL: other format, or the kernel does not count. */
int acdr_task_sched(struct acdr_root *r, int pid, int tid, struct acdr_task_sched *ret);

struct acdr_task_status {
    double voluntary, involuntary; /* context switches; -1 if not known */
    struct acdr_bitmap cpus;       /* may run on */
};
/* status of a thread. 0, -errno, -EINVAL: other format. */
int acdr_task_status(struct acdr_root *r, int pid, int tid, struct acdr_task_status *ret);

/* The number after KEY at the start of a line of TEXT: "nr_throttled 12", "VmSwap:   8 kB". True if
 * found; otherwise *RET is unchanged. */
bool acdr_task_value(const char *text, const char *key, double *ret);

/* "other", "fifo", "rr", "batch", "idle", "deadline"; "unknown". */
const char *acdr_task_policy(int policy);

#endif
