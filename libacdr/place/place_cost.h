/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The cost of a place: the terms that the search of find.c minimises, and for people what every
 * node offers and lacks. Pure: reads the request and a place, changes nothing.
 */
#ifndef ACDR_PLACE_PLACE_COST_H
#define ACDR_PLACE_PLACE_COST_H

#include "place_find.h"

/*
 * Most important first: the first term that differs decides between two places, and the lower value
 * is better. docs/placement.md says why in this order.
 */
enum acdr_cost_term {
    ACDR_COST_BORROWED, /* 1: on clean cores of other guests too (share = yes) */
    ACDR_COST_CELLS,    /* 0: on one node, or each guest NUMA cell on a node of its own;
                           1: whole cells, several on a node; 2: a cell, or the guest that has
                           none, is split; 3: and its memory is not in proportion to its vCPUs;
                           4: memory of it is on nodes where no vCPU of it is */
    ACDR_COST_NODES,    /* number of the guest's nodes */
    ACDR_COST_UNEVEN,   /* squares of the vCPUs of each node, less those of an even split */
    ACDR_COST_DISTANCE, /* between its nodes, those of remote memory too, summed over pairs, from
                           the firmware's table */
    ACDR_COST_SPEED,    /* on hybrid hosts: the kind of the vCPUs' cores, 0 the fastest; more than
                           that of any kind where they are of several */
    ACDR_COST_CROWD,    /* without dedicated CPUs: vCPUs of its nodes, others' included, beyond the
                           CPUs that they may use */
    ACDR_COST_EMULATOR, /* distance beyond 10 from its emulator's own core to its nearest node */
    ACDR_COST_MATES,    /* vCPUs away from the guest's [colocate] group */
    ACDR_COST_DEVICES,  /* distance beyond 10 to the nearest of its devices, summed over vCPUs */
    ACDR_COST_KIND,     /* vCPUs on 0: isolcpus only; 2: none of them; 4: both kinds; and 1 more
                           where the emulator's own core is of isolcpus, which balance no threads */
    ACDR_COST_L3,       /* L3 domains of its vCPUs */
    ACDR_COST_SIBLINGS, /* vCPUs beyond one per core, if the class's smt spreads them */
    ACDR_COST_IDLE,     /* free CPUs of its cores that no vCPU uses */
    ACDR_COST_ROOM,     /* the loss of later guests, see docs/placement.md */
    ACDR_COST_TERMS,
};

struct acdr_place_cost {
    long long term[ACDR_COST_TERMS];
    bool room_first; /* the class has `room` before `l3` */
};

/* "nodes"; and one line of help. */
const char *acdr_place_cost_name(enum acdr_cost_term term);
const char *acdr_place_cost_help(enum acdr_cost_term term);
/* Negative, 0 or positive if A is better than, as good as or worse than B; *TERM (may be NULL) is
 * the first term that differs, ACDR_COST_TERMS if none. */
int acdr_place_cost_compare(const struct acdr_place_cost *a, const struct acdr_place_cost *b,
                            enum acdr_cost_term *term);
/* The cost of a place of the request's guest, found by the search or recorded in the journal. The
 * request's `taken` must not include the guest's own CPUs. (Without dedicated CPUs, mates and
 * devices count each node as one vCPU.) 0 or -ENOMEM. */
int acdr_place_cost_of(const struct acdr_place_request *q, const struct acdr_place *p,
                       struct acdr_place_cost *ret);

/* The memory part of a node's value. */
struct acdr_place_memory {
    long long per_cpu_kb; /* memory of the host per CPU, 0 if unknown */
    long long free_kb;    /* in pages of the kind that the guest uses, -1 unknown */
};

/*
 * The loss of later guests on a node with fewer free CPUs and KB less free memory: a node's value
 * is its free CPUs times the number of them that have memory, at the host's memory per CPU. So CPUs
 * are taken where fewest are free, and first where they lack memory.
 */
long long acdr_place_room_cost(const struct acdr_place_memory *s, int before, int after,
                               long long kb);

enum acdr_lack {
    ACDR_LACK_CPUS = 1 << 0,     /* too few free CPUs for all vCPUs */
    ACDR_LACK_MEMORY = 1 << 1,   /* in pages of the kind that the guest uses */
    ACDR_LACK_NUMATUNE = 1 << 2, /* the XML's strict numatune leaves the node out */
    ACDR_LACK_APART = 1 << 3,    /* it belongs to guests that must be kept separate */
    ACDR_LACK_PINS = 1 << 4,     /* the XML pins vCPUs elsewhere */
};

/* A node, as a place for the whole guest. */
struct acdr_place_option {
    int node;
    int cpus;                    /* online ones */
    int housekeeping;            /* of these: for the host's own work, never dedicated */
    int taken;                   /* of the rest: by other guests, libvirt pins, steps' hints */
    int room;                    /* vCPUs that fit on the free ones under the class's smt */
    int l3_room;                 /* vCPUs that fit in its L3 domain with the most room */
    long long free_kb;           /* in pages of the guest's kind, -1 if unknown */
    unsigned lacks;              /* ACDR_LACK_*, 0: the whole guest fits */
    struct acdr_place_cost cost; /* of the best place on this node; if nothing is lacking */
};

struct acdr_place_explanation {
    int vcpus; /* dedicated CPUs needed, 0 if the class wants none */
    long long need_kb;
    struct acdr_place_option *options; /* one per node of the host, in its order */
    size_t n_options;
    struct acdr_place *best; /* what the search finds now; NULL if there is no place */
    struct acdr_place_cost best_cost;
    bool exact; /* nothing better is possible; else the search was cut short */
    bool has_cost;
    struct acdr_place_cost cost; /* of the given place P */
};

/*
 * Why this place and not another: every node considered, and the costs of the place that the search
 * finds now and of P (NULL: none to compare). -ENOMEM. The caller frees.
 */
int acdr_place_explain(const struct acdr_place_request *q, const struct acdr_place *p,
                       struct acdr_place_explanation **ret, struct acdr_err *e);
void acdr_place_explanation_free(struct acdr_place_explanation *s);
ACDR_AUTO_DEFINE(struct acdr_place_explanation, acdr_place_explanation_free);

/* The same as an error: what the guest needs, and what each node offers. -ENOSPC, or -ENOMEM. */
int acdr_place_refuse(const struct acdr_place_request *q, struct acdr_err *e);

#endif
