/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The memory of a process, mapping by mapping: /proc/PID/numa_maps (proc(5)). Only this file
 * decides which pages are the process's own.
 *
 * Its own are anonymous pages and pages of memory-backed files (memfd, shared memory, huge pages,
 * libvirt's memory files). All others are foreign: pages of programs and libraries, and kernel
 * pages that every process maps (vdso and vvar, the state of a vCPU, the rings of io_uring), which
 * may have no file behind them and cannot be moved.
 *
 * Within its own memory, a guest's RAM is what QEMU does not pass on to its children
 * (MADV_DONTFORK, "dc" in smaps): QEMU marks only blocks of guest memory this way.
 */
#ifndef ACDR_BASE_MAPPING_H
#define ACDR_BASE_MAPPING_H

#include <stdbool.h>
#include <stddef.h>

enum { ACDR_MAPPING_NODES = 1024 }; /* the maximum of any kernel */

struct acdr_mapping {
    unsigned long long start;
    long long anon, total; /* pages */
    long long page_kb;     /* 0: not reported, an ordinary page (before about Linux 4.5) */
    bool file, memory;     /* memory: the file is memory-backed */
    int n_nodes;
    struct {
        int node;
        long long pages;
    } on[ACDR_MAPPING_NODES];
};

/* Parse the line at AT. Returns the next line, or NULL if there is no line or it has no end. A line
 * of another format becomes a mapping without pages. */
const char *acdr_mapping_next(struct acdr_mapping *m, const char *at);

/* How many pages of m->on[I] are certainly the process's own. If a mapping has both foreign pages
 * and the process's copies of them, one count covers both. */
long long acdr_mapping_own(const struct acdr_mapping *m, int i);

/* The mappings that are a guest's RAM, according to smaps. */
struct acdr_ram {
    struct acdr_ram_range {
        unsigned long long start;
        bool ram;
    } * ranges; /* by ascending address */
    size_t n;
    bool any; /* false: no mapping is marked, so nothing is known about any of them */
};

/* Parse TEXT, the content of smaps. 0 or -ENOMEM. */
int acdr_ram_parse(struct acdr_ram *r, const char *text);
void acdr_ram_done(struct acdr_ram *r);
/* Can the mapping that begins at START be RAM? False only if smaps rules it out. */
bool acdr_ram_has(const struct acdr_ram *r, unsigned long long start);

#endif
