/*
 * What knobs ask of the kernel by system calls, as functions that a test can put in their place for
 * one root: acdr_root_set_calls(). A member that is NULL is not imitated and must not be reached.
 */
#ifndef ACDR_KNOBS_KERNEL_CALLS_H
#define ACDR_KNOBS_KERNEL_CALLS_H

#include "bitmap.h"
#include "sched_attr.h"

/* Each returns 0 or -errno. */
struct acdr_kernel_calls {
    int (*affinity)(int tid, struct acdr_bitmap *ret);
    int (*set_affinity)(int tid, const struct acdr_bitmap *cpus);
    int (*attr)(int tid, struct acdr_sched_attr *ret);
    int (*set_attr)(int tid, const struct acdr_sched_attr *a);
    long (*migrate)(int pid, int from, int to);  /* how many pages stay behind */
    int (*ethtool)(const char *name, void *cmd); /* CMD: a struct of linux/ethtool.h */
};

#endif
