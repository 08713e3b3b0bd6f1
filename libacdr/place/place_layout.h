/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Inside of layout.c and search.c: what is searched, and what a layout costs. */
#ifndef ACDR_PLACE_PLACE_LAYOUT_H
#define ACDR_PLACE_PLACE_LAYOUT_H

#include "place_search.h"

/* The guest's whole memory in parts that are summed over nodes. */
enum { WHOLE = 1 << 20 };

/* A node as the search sees it. */
struct node_slot {
    const struct acdr_node *node;
    bool open;    /* the guest may use it */
    int capacity; /* vCPUs by CPUs */
    int share;    /* vCPUs by memory, if that is in proportion */
    int parts;    /* of the guest's memory, in units of 1 / WHOLE */
    int to_device;
    bool has_mate;  /* of a guest without dedicated CPUs */
    int cells;      /* guest NUMA cells on it in the present layout */
    long long load; /* see acdr_place_load() */
    struct acdr_place_memory memory;
};

struct acdr_search {
    const struct acdr_place_request *q;
    struct acdr_cores *cores;
    int vcpus;  /* dedicated CPUs that are needed for vCPUs, 0 where none are */
    bool extra; /* and a core for the emulator */
    int kind, speed;
    struct node_slot *slots;
    int n_slots;
    int *cell_vcpus; /* how many dedicated CPUs each cell needs */
    long long most_kb, per_cpu_kb;
    enum acdr_form form;
    struct acdr_layout now, best;
    bool found;
    long steps;
    bool cut;
    int err;
};

/* The cost of the present layout, as far as it goes: 1; 0 where it is not to be had; -ENOMEM. */
int acdr_layout_cost(struct acdr_search *s);
/* Keep the present layout, which is whole, if it is the best so far, with the best core for the
 * emulator beside it. */
void acdr_layout_finish(struct acdr_search *s);

#endif
