/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a place costs: the terms that the search of find.c minimises, and for a person what
 * every node had and lacked. Pure: reads the request and a place, changes nothing.
 */
#ifndef ACDR_PLACE_PLACE_COST_H
#define ACDR_PLACE_PLACE_COST_H

#include "place_find.h"

/*
 * From the most to the least important: two places are compared by the first term in which they
 * differ, and the lower one is better. docs/placement.md says why in this order.
 */
enum acdr_cost_term {
    ACDR_COST_BORROWED, /* 1: on clean cores of other guests too (share = yes) */
    ACDR_COST_CELLS,    /* 0: on one node, or each guest NUMA cell on a node of its own;
                           1: whole cells, several on a node; 2: a cell, or the guest that has
                           none, is split; 3: and its memory is not in proportion to its vCPUs */
    ACDR_COST_NODES,    /* nodes that the guest is on */
    ACDR_COST_UNEVEN,   /* squares of the vCPUs of each node, less those of an even split */
    ACDR_COST_DISTANCE, /* between its nodes, summed over pairs, as the firmware's table tells */
    ACDR_COST_SPEED,    /* on hybrid hosts: the kind of the vCPUs' cores, 0 the fastest; more than
                           that of any kind where they are of several */
    ACDR_COST_CROWD,    /* without dedicated CPUs: vCPUs of its nodes, others' included, beyond the
                           CPUs that they may use */
    ACDR_COST_EMULATOR, /* distance beyond 10 from its emulator's own core to its nearest node */
    ACDR_COST_MATES,    /* vCPUs that are not with the guest's [colocate] group */
    ACDR_COST_DEVICES,  /* distance beyond 10 to the nearest of its devices, summed over vCPUs */
    ACDR_COST_KIND,     /* vCPUs on 0: isolcpus only; 2: none of them; 4: both kinds; and 1 more
                           where the emulator's own core is of isolcpus, which balance no threads */
    ACDR_COST_L3,       /* L3 domains that its vCPUs are in */
    ACDR_COST_SIBLINGS, /* vCPUs beyond one per core, where the class's smt spreads them */
    ACDR_COST_IDLE,     /* free CPUs of its cores that no vCPU uses */
    ACDR_COST_ROOM,     /* what those who come later lose, see docs/placement.md */
    ACDR_COST_TERMS,
};

struct acdr_place_cost {
    long long term[ACDR_COST_TERMS];
};

/* "nodes"; and one line of help. */
const char *acdr_place_cost_name(enum acdr_cost_term term);
const char *acdr_place_cost_help(enum acdr_cost_term term);
/* Below, at or above 0 as A is better than, as good as or worse than B; *TERM (NULL allowed) is the
 * first in which they differ, ACDR_COST_TERMS where they do not. */
int acdr_place_cost_compare(const struct acdr_place_cost *a, const struct acdr_place_cost *b,
                            enum acdr_cost_term *term);
/* The cost of a place of the request's guest, found by the search or not: of one that it has by the
 * journal as well. What the guest itself holds must not be in the request's `taken`. (Where no CPUs
 * are dedicated, mates and devices count each node as one vCPU.) 0 or -ENOMEM. */
int acdr_place_cost_of(const struct acdr_place_request *q, const struct acdr_place *p,
                       struct acdr_place_cost *ret);

/* The memory side of a node's worth. */
struct acdr_place_memory {
    long long per_cpu_kb; /* what the host has for each CPU, 0 where that is not known */
    long long free_kb;    /* of the kind of page that the guest asks for, -1 not known */
};

/*
 * What those who come later lose on a node whose free CPUs become fewer, and its free memory less
 * by KB: a node is worth to them its free CPUs times those of them that have memory, which is
 * counted in what the host has per CPU. So CPUs are taken where the fewest are, and first of all
 * where they lack memory.
 */
long long acdr_place_room_cost(const struct acdr_place_memory *s, int before, int after,
                               long long kb);

enum acdr_lack {
    ACDR_LACK_CPUS = 1 << 0,     /* free CPUs do not hold all vCPUs */
    ACDR_LACK_MEMORY = 1 << 1,   /* of the kind of page that the guest asks for */
    ACDR_LACK_NUMATUNE = 1 << 2, /* the XML's strict numatune leaves the node out */
    ACDR_LACK_APART = 1 << 3,    /* it belongs to guests that this one must be kept from */
    ACDR_LACK_PINS = 1 << 4,     /* the XML pins vCPUs elsewhere */
};

/* A node, as a place for the whole guest. */
struct acdr_place_option {
    int node;
    int cpus;          /* online ones */
    int housekeeping;  /* of these: for the host's own work, never given away */
    int taken;         /* of the others: by other guests, pins of libvirt, hints of steps */
    int room;          /* vCPUs that the free ones hold, as the class's smt counts */
    int l3_room;       /* vCPUs that the roomiest L3 domain of the node holds */
    long long free_kb; /* of the pages that the guest asks for, -1 where the host does not tell */
    unsigned lacks;    /* ACDR_LACK_*, 0: the whole guest fits */
    struct acdr_place_cost cost; /* of the best place on this node; where nothing is lacking */
};

struct acdr_place_explanation {
    int vcpus; /* dedicated CPUs that are needed, 0 where the class wants none */
    long long need_kb;
    struct acdr_place_option *options; /* one for each node of the host, in its order */
    size_t n_options;
    struct acdr_place *best; /* what the search finds now; NULL where there is no place */
    struct acdr_place_cost best_cost;
    bool exact; /* nothing better is possible; else the search was cut short */
    bool has_cost;
    struct acdr_place_cost cost; /* of the place that was asked about */
};

/*
 * Why this place and not that one: every node considered, and the costs of the place that the
 * search finds now and of P (NULL: there is none to compare). -ENOMEM. The caller frees.
 */
int acdr_place_explain(const struct acdr_place_request *q, const struct acdr_place *p,
                       struct acdr_place_explanation **ret, struct acdr_err *e);
void acdr_place_explanation_free(struct acdr_place_explanation *s);
ACDR_AUTO_DEFINE(struct acdr_place_explanation, acdr_place_explanation_free);

/* The same as an error: what the guest needs, and what each node has. -ENOSPC, or -ENOMEM. */
int acdr_place_refuse(const struct acdr_place_request *q, struct acdr_err *e);

#endif
