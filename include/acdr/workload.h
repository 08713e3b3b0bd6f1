/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libacdr: work that is no libvirt guest, such as a service, a container or a command: CPUs of its
 * own, chosen and conditioned by a class, for as long as a process lives.
 */
#ifndef ACDR_WORKLOAD_H
#define ACDR_WORKLOAD_H

#include <acdr/base.h>

#ifdef __cplusplus
extern "C" {
#endif

struct acdr_workload {
    const char *name;       /* as in acdr_apply(), and not in use */
    const char *class_name; /* one or several, as in a tag */
    const char *cpus;       /* a cpulist; NULL: they are chosen, as for a guest of N_CPUS vCPUs */
    int n_cpus;             /* with CPUS NULL: how many */
    long long memory_kb;    /* with CPUS NULL: free memory that their node must have; 0: any */
    int pid;                /* the process whose end gives the host back; 0: acdr_release() does */
};

/*
 * Condition CPUs for a workload. What belongs to its processes is the caller's: to bind them to
 * CPUS (sched_setaffinity(2), a cpuset), and their memory to NODES if BIND_MEMORY says so.
 *   name, class; cpus (text, a list: where its processes should run); clean (text, a list: CPUS and
 *   the siblings that stay idle beside them); nodes (text, a list: of CPUS); bind_memory (bool: the
 *   class keeps memory on its nodes); degraded (bool: an optional step was refused); step, steps as
 *   in acdr_request_event()
 * If the process PID has ended, the next call that takes the host's lock, of any owner, gives the
 * host back; a caller that is told of its end calls acdr_workload_end(), and does not wait for
 * that. -EEXIST: the name is in use; -ENOSPC: no place for so many CPUs; -EBUSY: one of the named
 * CPUs is taken; -ESRCH: there is no process PID; -EINVAL: a value, or a class that has no [vcpus]
 * and so chooses no CPUs; -ENOENT: no such class; -ECANCELED, -EOPNOTSUPP: a required step failed,
 * and all is undone.
 */
int acdr_workload_begin(struct acdr *a, const struct acdr_workload *w, struct acdr_item **ret,
                        struct acdr_err *e);

/*
 * The process PID of the workload NAME has ended, or does not need its CPUs any more: give them
 * back. Another workload that has the name now keeps its own. 0, also if nothing is left to do.
 */
int acdr_workload_end(struct acdr *a, const char *name, int pid, struct acdr_err *e);

#ifdef __cplusplus
}
#endif

#endif
