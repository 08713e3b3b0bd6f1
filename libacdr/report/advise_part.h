/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The data about a guest and the nodes that advise.c and advise_find.c share. */
#ifndef ACDR_REPORT_ADVISE_PART_H
#define ACDR_REPORT_ADVISE_PART_H

#include "class.h"
#include "domain.h"
#include "host.h"
#include "item.h"
#include "place_hints.h"

struct acdr_advise_node {
    int id, cpus, housekeeping;
    int capacity;                /* vCPUs of a guest that has the node to itself */
    int both;                    /* the same, if both threads of each core were used */
    int free;                    /* vCPUs that it holds now */
    long long total_kb, free_kb; /* -1 not known */
    long long pages_kb;          /* free in huge pages of the guest's size; 0 if it asks for none */
};

struct acdr_advice {
    const struct acdr_domain *domain;
    enum acdr_smt smt; /* as set by the class */
    int threads;       /* of the host's cores */
    struct acdr_advise_node *nodes;
    size_t n_nodes;
    int most, most_both;           /* the largest capacity of any node with memory */
    long long most_kb;             /* the largest memory of any node with CPUs, -1 not known */
    int needs;                     /* nodes, 0: more than the host has */
    bool one_now;                  /* a node holds it now */
    bool cpus_short, memory_short; /* no node has that many vCPUs, or that much memory */
    int sockets, cores, per_core;  /* the suitable topology; sockets 0: it does not divide evenly */
    bool dedicated;                /* the class reserves CPUs for it */
    bool pinned;                   /* the owner's pins decide where it is, and so its topology */
    int spans;                     /* nodes that it will be on; 0 not known */
    bool counts_pages;             /* it needs free huge pages, of which nodes have pages_kb */
    long long page_kb, pages_sum_kb;
    bool needs_topoext; /* an AMD CPU, whose threads QEMU shows only with that feature */
};

/* Let the owner's pins decide, if there are any. 0 or -1 (out of memory). */
int acdr_advise_pins(const struct acdr_host *h, struct acdr_advice *v);
/* The number of vCPUs that the pins put on a node. */
void acdr_advise_pinned_cell(const struct acdr_host *h, const struct acdr_domain *d, int node,
                             struct acdr_bitmap *ret);

/* True if the node has both CPUs and memory, as far as is known. */
bool acdr_advise_holds_any(const struct acdr_advise_node *n);
/* True if a guest of that size fits on the node when it has the node to itself. */
bool acdr_advise_holds(const struct acdr_advise_node *n, int vcpus, long long kb);
/* Fill in what nodes have of the guest's huge pages; MADE: the class makes those that lack. */
void acdr_advise_count_pages(const struct acdr_host *h, struct acdr_advice *v, bool made);
/* True unless the guest needs KB in huge pages, and the node has fewer free. */
bool acdr_advise_has_pages(const struct acdr_advice *v, const struct acdr_advise_node *n,
                           long long kb);
void acdr_advise_check_pages(const struct acdr_advice *v, struct acdr_item *list);
/* Append a finding. */
void acdr_advise_say(struct acdr_item *list, const char *kind, const char *subject,
                     const char *remedy, const char *text);
/* Append to LIST what is wrong with the guest's topology, and what could be better. */
void acdr_advise_find(const struct acdr_advice *a, struct acdr_item *list);

#endif
