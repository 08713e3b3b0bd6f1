/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is known of a guest and the nodes, shared by advise.c and advise_find.c. */
#ifndef ACDR_REPORT_ADVISE_PART_H
#define ACDR_REPORT_ADVISE_PART_H

#include "class.h"
#include "domain.h"
#include "host.h"
#include "item.h"
#include "place_hints.h"

struct acdr_advise_node {
    int id, cpus, housekeeping;
    int capacity;                /* vCPUs of a guest that has the node for itself */
    int both;                    /* the same, were both threads of each core used */
    int free;                    /* vCPUs that it holds now */
    long long total_kb, free_kb; /* -1 not known */
};

struct acdr_advice {
    const struct acdr_domain *domain;
    enum acdr_smt smt; /* as the class says */
    int threads;       /* of the host's cores */
    struct acdr_advise_node *nodes;
    size_t n_nodes;
    int most, most_both;           /* the largest capacity of a node that has memory */
    long long most_kb;             /* the largest memory of a node that has CPUs, -1 not known */
    int needs;                     /* nodes, 0: more than there are */
    bool one_now;                  /* a node holds it now */
    bool cpus_short, memory_short; /* no node has so many, or so much */
    int sockets, cores, per_core;  /* what it should be told; sockets 0: not even */
    bool dedicated;                /* the class keeps CPUs for it */
    bool pinned;        /* the owner's pins decide where it is, and so what it should be told */
    int spans;          /* nodes that it will be on; 0 not known */
    bool needs_topoext; /* an AMD CPU, whose threads QEMU shows only with that feature */
};

/* Let the owner's pins decide, where there are any. 0 or -1 (no memory). */
int acdr_advise_pins(const struct acdr_host *h, struct acdr_advice *v);
/* The vCPUs that the pins put on a node. */
void acdr_advise_pinned_cell(const struct acdr_host *h, const struct acdr_domain *d, int node,
                             struct acdr_bitmap *ret);

/* True where the node has both CPUs and memory, as far as is known. */
bool acdr_advise_holds_any(const struct acdr_advise_node *n);
/* True where a guest of that size has room on the node, if it has the node for itself. */
bool acdr_advise_holds(const struct acdr_advise_node *n, int vcpus, long long kb);
/* What is wrong with the guest's form, and what could be better, into LIST. */
void acdr_advise_find(const struct acdr_advice *a, struct acdr_item *list);

#endif
