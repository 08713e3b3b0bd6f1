/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a guest goes: its CPUs and nodes, and why. A value computed by place/find.c. */
#ifndef ACDR_MODEL_PLACE_H
#define ACDR_MODEL_PLACE_H

#include <stddef.h>

#include "auto.h"
#include "bitmap.h"

struct acdr_item;

/* Ordinary memory of a node, in kB, that the guest is bound to and may use. */
struct acdr_promise {
    int node;
    long long kb;
};

struct acdr_place {
    struct acdr_bitmap nodes; /* memory nodes */
    int *vcpu;                /* host CPU of each vCPU, n_vcpus entries */
    int n_vcpus;
    struct acdr_bitmap clean;    /* the guest's own cores: its vCPUs' CPUs and idle siblings */
    struct acdr_bitmap reserved; /* also taken from the free ones: the emulator's own CPUs */
    struct acdr_bitmap listed;   /* for its threads by the class's lists, without housekeeping */
    struct acdr_bitmap emulator, iothreads, vhost;
    int *cell_node; /* host node of each guest NUMA cell, n_cells entries */
    int n_cells;
    struct acdr_promise *promises; /* none if the memory may be anywhere, or is huge pages */
    size_t n_promises;
    char *why; /* one line for a person */
};

/* Add to TO the CPUs that no other guest gets for itself. Threads of others may use LISTED ones. */
void acdr_place_taken(const struct acdr_place *p, struct acdr_bitmap *to);
/* Does one of the two have CPUs for itself that the other uses as well? */
bool acdr_place_conflict(const struct acdr_place *a, const struct acdr_place *b);
/*
 * Narrow CPUS, the CPUs for a QEMU thread, to PIN, the CPUs that libvirt binds it to by the XML
 * (NULL: none): their intersection; if empty, the pin without clean cores, P's own and those of
 * OTHERS. If the pin has only clean cores, CPUS stays unchanged; then the two conflict.
 */
void acdr_place_within(const struct acdr_bitmap *pin, const struct acdr_place *p,
                       const struct acdr_bitmap *others, struct acdr_bitmap *cpus);
/* A copy; NULL if out of memory. */
struct acdr_place *acdr_place_copy(const struct acdr_place *p);
void acdr_place_free(struct acdr_place *p);
ACDR_AUTO_DEFINE(struct acdr_place, acdr_place_free);

/* As the member "place" of a report; null if P is NULL. */
void acdr_report_place(struct acdr_item *parent, const struct acdr_place *p);

#endif
