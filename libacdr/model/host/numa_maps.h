/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A process's own memory by node and page size; mapping.h defines "own". */
#ifndef ACDR_MODEL_HOST_NUMA_MAPS_H
#define ACDR_MODEL_HOST_NUMA_MAPS_H

#include "host.h"
#include "root.h"

enum { ACDR_NUMA_SIZES = 4 };

struct acdr_numa {
    size_t n; /* one for each node of the host, in the host's order */
    struct {
        double bytes[ACDR_NUMA_SIZES]; /* by page size, see below */
        double others;                 /* mapped file and kernel pages, not its own */
    } * nodes;
    long long size_kb[ACDR_NUMA_SIZES]; /* 0: not used; [0] is of ordinary pages */
};

/* Read it; the caller frees NUMA. The kernel walks the whole process for it. 0; -errno: cannot be
 * read (-EACCES, -EPERM: CAP_SYS_PTRACE is missing; -ENOENT: ended, or no NUMA). */
int acdr_numa_read(const struct acdr_host *h, int pid, struct acdr_numa *numa);
void acdr_numa_done(struct acdr_numa *numa);

/* All of its own memory, and the part on the nodes LOCAL, in bytes. */
double acdr_numa_total(const struct acdr_numa *numa);
double acdr_numa_on(const struct acdr_numa *numa, const struct acdr_host *h,
                    const struct acdr_bitmap *local);

/* Remove the process from the snapshot H: its memory on each node becomes free there, in its kind
 * of page. */
void acdr_numa_give_back(const struct acdr_numa *numa, struct acdr_host *h);

/* The nodes of the CPUs. */
void acdr_numa_nodes(const struct acdr_host *h, const struct acdr_bitmap *cpus,
                     struct acdr_bitmap *ret);

#endif
