/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the memory of a process is, mapping by mapping: /proc/PID/numa_maps (proc(5)). The one place
 * that says which pages are its own.
 *
 * Its own are anonymous pages and those of files that are memory by another name (memfd, shared
 * memory, huge pages, libvirt's memory files). The rest is other people's: pages of programs and
 * libraries, and the kernel's own that every process maps (vdso and vvar, a vCPU's state, the rings
 * of io_uring), which no file needs to stand behind and which do not move.
 *
 * Of its own, a guest's RAM is what QEMU keeps from its children (MADV_DONTFORK, "dc" in smaps),
 * which it does with each block of the guest's memory and with nothing else.
 */
#ifndef ACDR_BASE_MAPPING_H
#define ACDR_BASE_MAPPING_H

#include <stdbool.h>
#include <stddef.h>

enum { ACDR_MAPPING_NODES = 1024 }; /* no kernel has more */

struct acdr_mapping {
    unsigned long long start;
    long long anon, total; /* pages */
    long long page_kb;     /* 0: not told, an ordinary one (Linux before 4.5 or so) */
    bool file, memory;     /* memory: the file is memory by another name */
    int n_nodes;
    struct {
        int node;
        long long pages;
    } on[ACDR_MAPPING_NODES];
};

/* The line that begins at AT; a pointer to the next one, or NULL where there was none, which a line
 * without its end is, too. A line of anything else is a mapping without pages. */
const char *acdr_mapping_next(struct acdr_mapping *m, const char *at);

/* How many pages of m->on[I] are surely the process's own. Where a mapping has others' pages and
 * copies of its own, both are in one count. */
long long acdr_mapping_own(const struct acdr_mapping *m, int i);

/* Where the mappings are that are a guest's RAM, by smaps. */
struct acdr_ram {
    struct acdr_ram_range {
        unsigned long long start;
        bool ram;
    } * ranges; /* in the order of addresses */
    size_t n;
    bool any; /* false: nothing is marked, and nothing can be said of any */
};

/* TEXT is smaps. 0, -ENOMEM. */
int acdr_ram_parse(struct acdr_ram *r, const char *text);
void acdr_ram_done(struct acdr_ram *r);
/* May the mapping that begins at START be RAM? Surely not only where smaps says so. */
bool acdr_ram_has(const struct acdr_ram *r, unsigned long long start);

#endif
