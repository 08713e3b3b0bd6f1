/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The search for the place of the lowest cost: over nodes, their L3 domains and cores. */
#ifndef ACDR_PLACE_PLACE_SEARCH_H
#define ACDR_PLACE_PLACE_SEARCH_H

#include "cores.h"
#include "place_cost.h"

/* How a guest is spread over nodes; nodes are numbers of the host's array. */
struct acdr_layout {
    int *count;                /* vCPUs per node; 1 for a node of a guest without dedicated CPUs */
    int *cell;                 /* the node of each guest NUMA cell, -1 if its vCPUs are split */
    int emulator;              /* the node of the emulator's own core, -1 if none */
    struct acdr_bitmap remote; /* ids of nodes with memory alone, see place_remote.h */
    struct acdr_place_cost cost;
};

/* The forms of layouts. A layout of an earlier form beats all of a later one. */
enum acdr_form {
    ACDR_FORM_NODE,   /* on one node */
    ACDR_FORM_CELLS,  /* each guest NUMA cell on a node of its own */
    ACDR_FORM_JOINT,  /* several cells on a node */
    ACDR_FORM_SPLIT,  /* memory in proportion to vCPUs */
    ACDR_FORM_LOOSE,  /* memory wherever it is free on the vCPUs' nodes */
    ACDR_FORM_REMOTE, /* memory on other nodes than the vCPUs */
    ACDR_FORMS,
};

struct acdr_search;

struct acdr_search_query {
    const struct acdr_place_request *q;
    const struct acdr_bitmap *from;  /* for vCPUs; a subset of the next */
    const struct acdr_bitmap *avail; /* all free CPUs */
    const struct acdr_bitmap *named; /* those of FROM that may carry a vCPU; NULL: all of them */
    int kind;                        /* of FROM: 0 isolcpus, 1 others, 2 both */
    int speed;                       /* of FROM, see ACDR_COST_SPEED */
    bool beside;                     /* also wants a core for the emulator */
};

/* Without dedicated CPUs the sets are ignored. Q's pointers must stay valid as long as RET. The
 * caller frees. 0 or -ENOMEM. */
int acdr_search_new(const struct acdr_search_query *q, struct acdr_search **ret);
void acdr_search_free(struct acdr_search *s);
ACDR_AUTO_DEFINE(struct acdr_search, acdr_search_free);

/* The best layout of one form; ONLY (-1: any) is the one node that it may use, for FORM_NODE. 1:
 * found, the search owns the layout; 0: none; -ENOMEM. */
int acdr_search_run(struct acdr_search *s, enum acdr_form form, int only,
                    const struct acdr_layout **ret);
/* False if a search was cut short, so that a better layout of that form may exist. */
bool acdr_search_exact(const struct acdr_search *s);
/* The free cores that are searched; NULL without dedicated CPUs. */
struct acdr_cores *acdr_search_cores(struct acdr_search *s);
/* Make a place of a layout: the CPUs of each vCPU, clean and reserved ones, nodes. 0 or -ENOMEM. */
int acdr_search_take(struct acdr_search *s, const struct acdr_layout *l, struct acdr_place *p);
/* Put the running vCPUs of a guest NUMA cell into LIST; returns their number. */
int acdr_search_cell_vcpus(const struct acdr_domain *d, size_t cell, int *list);

#endif
