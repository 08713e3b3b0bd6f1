/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Internals of layout.c and search.c: the state of a search, and the cost of a layout. */
#ifndef ACDR_PLACE_PLACE_LAYOUT_H
#define ACDR_PLACE_PLACE_LAYOUT_H

#include "place_search.h"

/* The guest's whole memory, in units that are summed over nodes. */
enum { WHOLE = 1 << 20 };

/* A node as the search sees it. */
struct node_slot {
    const struct acdr_node *node;
    bool open;    /* the guest may use it */
    int capacity; /* vCPUs by CPUs */
    int share;    /* vCPUs by memory, if memory is in proportion */
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
    int vcpus;  /* dedicated CPUs needed for vCPUs, 0 if none */
    bool extra; /* and a core for the emulator */
    int kind, speed;
    struct node_slot *slots;
    int n_slots;
    int *cell_vcpus; /* dedicated CPUs needed by each cell */
    long long most_kb, per_cpu_kb;
    enum acdr_form form;
    struct acdr_layout now, best;
    bool found;
    long steps;
    bool cut;
    int err;
};

/* Steps after which a search ends with the best layout so far: a fraction of a second. Hosts with
 * eight nodes stay far below. */
enum { ACDR_SEARCH_STEPS = 50000 };

/* Count a step of the search; false if it has none left, or failed. */
static inline bool acdr_search_step(struct acdr_search *s)
{
    s->cut |= ++s->steps > ACDR_SEARCH_STEPS;
    return !s->cut && s->err == 0;
}

/* The cost of the present, perhaps partial, layout: 1; 0 if it is not possible; -ENOMEM. */
int acdr_layout_cost(struct acdr_search *s);
/* Keep the present, complete layout if it is the best so far, with the best extra core for the
 * emulator. */
void acdr_layout_finish(struct acdr_search *s);

#endif
