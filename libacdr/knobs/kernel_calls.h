/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The system calls of knobs, as functions that a test can replace for one root:
 * acdr_root_set_calls().
 */
#ifndef ACDR_KNOBS_KERNEL_CALLS_H
#define ACDR_KNOBS_KERNEL_CALLS_H

#include "bitmap.h"
#include "sched_attr.h"

/* Either all or none of a root's task calls are replaced: a NULL member must not be called. Each
 * returns 0 or -errno. */
struct acdr_task_calls {
    int (*affinity)(int tid, struct acdr_bitmap *ret);
    int (*set_affinity)(int tid, const struct acdr_bitmap *cpus);
    int (*attr)(int tid, struct acdr_sched_attr *ret);
    int (*set_attr)(int tid, const struct acdr_sched_attr *a);
    long (*migrate)(int pid, int from, int to); /* the number of pages left behind */
};

/* NULL: the kernel's own, only for the live root. */
struct acdr_kernel_calls {
    const struct acdr_task_calls *tasks;
    int (*ethtool)(const char *name, void *cmd); /* CMD: a struct of linux/ethtool.h; 0 or -errno */
};

static inline const struct acdr_task_calls *acdr_task_calls(const struct acdr_root *r)
{
    return acdr_root_calls(r) ? acdr_root_calls(r)->tasks : NULL;
}

#endif
