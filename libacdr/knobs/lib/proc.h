/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One task of this host by its identity, and its affinity. */
#ifndef ACDR_KNOBS_LIB_PROC_H
#define ACDR_KNOBS_LIB_PROC_H

#include "bitmap.h"
#include "err.h"
#include "root.h"
#include "sched_attr.h"

/* A number alone is no identity: the kernel gives it away again. */
struct acdr_proc_id {
    int pid, tid;
    unsigned long long start; /* field 22 of stat */
};

struct acdr_proc_stat {
    char comm[64];
    unsigned flags; /* PF_*, field 9 */
    long threads;   /* field 20 */
    unsigned long long start;
};

enum {
    ACDR_PROC_KTHREAD = 0x00200000, /* PF_KTHREAD */
    ACDR_PROC_BOUND = 0x04000000,   /* PF_NO_SETAFFINITY */
};

/* "PID/TID@START", or "PID@START" where the TID is the PID. 0 or -EINVAL with E. */
int acdr_proc_parse(const char *text, struct acdr_proc_id *ret, struct acdr_err *e);
/* The task's stat. 0; -ESRCH where there is no such task; other -errno. */
int acdr_proc_stat(struct acdr_root *r, int pid, int tid, struct acdr_proc_stat *ret);
/* The stat of the very task that ID means; -ESRCH with E where it is gone. ST may be NULL. */
int acdr_proc_check(struct acdr_root *r, const struct acdr_proc_id *id, struct acdr_proc_stat *st,
                    struct acdr_err *e);

/* May the tasks of this root be asked and moved? 0; -EOPNOTSUPP with E, which begins with WHERE:
 * they are not this machine's. */
int acdr_proc_live(const struct acdr_root *r, const char *where, struct acdr_err *e);

/* Affinity of a thread of this machine, for live roots only. What is read lacks CPUs that are
 * offline. 0 or -errno. */
int acdr_proc_affinity(struct acdr_root *r, int tid, struct acdr_bitmap *ret);
int acdr_proc_set_affinity(struct acdr_root *r, int tid, const struct acdr_bitmap *cpus);
/* The same with CPUs that are offline, from /proc/TID/status: what is to be given back, for the
 * kernel (6.2 and later) remembers what a task was given. Some ten times slower. 0; -ESRCH: there
 * is no such task; other -errno. */
int acdr_proc_allowed(struct acdr_root *r, int tid, struct acdr_bitmap *ret);

#endif
