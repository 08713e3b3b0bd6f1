/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a guest goes: which CPUs and which nodes, and why. A value found by place/find.c. */
#ifndef ACDR_MODEL_PLACE_H
#define ACDR_MODEL_PLACE_H

#include <stddef.h>

#include "auto.h"
#include "bitmap.h"

struct acdr_item;

/* Ordinary memory of a node, in kB, that the guest is bound to and may come to use. */
struct acdr_promise {
    int node;
    long long kb;
};

struct acdr_place {
    struct acdr_bitmap nodes; /* memory nodes */
    int *vcpu;                /* host CPU of each vCPU, n_vcpus entries */
    int n_vcpus;
    struct acdr_bitmap clean;    /* the guest's own cores: its vCPUs' CPUs and idle siblings */
    struct acdr_bitmap reserved; /* taken from the free ones as well: the emulator's own CPUs */
    struct acdr_bitmap emulator, iothreads, vhost;
    int *cell_node; /* host node of each guest NUMA cell, n_cells entries */
    int n_cells;
    struct acdr_promise *promises; /* none where the memory may be anywhere, or is huge pages */
    size_t n_promises;
    char *why; /* one line for a person */
};

/*
 * Narrow CPUS, where one of QEMU's threads is to go, to PIN, which libvirt binds it to by the XML
 * (NULL: to nothing): what both have, else what the pin has beside clean cores, P's own and those
 * of OTHERS. A pin of clean cores alone leaves CPUS as they are; then the two contradict.
 */
void acdr_place_within(const struct acdr_bitmap *pin, const struct acdr_place *p,
                       const struct acdr_bitmap *others, struct acdr_bitmap *cpus);
/* A copy; NULL where memory is out. */
struct acdr_place *acdr_place_copy(const struct acdr_place *p);
void acdr_place_free(struct acdr_place *p);
ACDR_AUTO_DEFINE(struct acdr_place, acdr_place_free);

/* As the member "place" of a report; null where P is NULL. */
void acdr_report_place(struct acdr_item *parent, const struct acdr_place *p);

#endif
