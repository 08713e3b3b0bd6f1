/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a guest goes: which CPUs and which nodes, and why. A value found by place/find.c. */
#ifndef ACDR_MODEL_PLACE_H
#define ACDR_MODEL_PLACE_H

#include "auto.h"
#include "bitmap.h"

struct acdr_item;

struct acdr_place {
    struct acdr_bitmap nodes; /* memory nodes */
    int *vcpu;                /* host CPU of each vCPU, n_vcpus entries */
    int n_vcpus;
    struct acdr_bitmap clean;    /* the guest's own cores: its vCPUs' CPUs and idle siblings */
    struct acdr_bitmap reserved; /* taken from the free ones as well: the emulator's own CPUs */
    struct acdr_bitmap emulator, iothreads, vhost;
    int *cell_node; /* host node of each guest NUMA cell, n_cells entries */
    int n_cells;
    char *why; /* one line for a person */
};

/* A copy; NULL where memory is out. */
struct acdr_place *acdr_place_copy(const struct acdr_place *p);
void acdr_place_free(struct acdr_place *p);
ACDR_AUTO_DEFINE(struct acdr_place, acdr_place_free);

/* As the member "place" of a report; null where P is NULL. */
void acdr_report_place(struct acdr_item *parent, const struct acdr_place *p);

#endif
