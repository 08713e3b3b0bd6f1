/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Internals of cores.c and cores_price.c: the counted cores. */
#ifndef ACDR_PLACE_CORES_PART_H
#define ACDR_PLACE_CORES_PART_H

#include "cores.h"

/* A core that can be taken: SIZE CPUs from number AT of the array of CPUs, of which at most the
 * first HOLD get vCPUs. FREE: with those that idle beside them, which under any may be more. */
struct core {
    int at, size, hold, free;
    bool mate, isolated;
    bool beside; /* not for vCPUs */
};

/* Cores of one kind: COUNT from number FIRST of the array of cores. */
struct kind {
    int first, count;
};

/* The part of an L3 domain that is on one node; all CPUs of a node if no domain is known. */
struct domain {
    int first, n_kinds; /* of the array of kinds */
    int capacity;       /* vCPUs */
    int avail;          /* free CPUs */
};

/* A price in two numbers that can be added and compared; the head has, from the left, mates (14
 * bits), isolated (2), L3 domains (14), siblings (14) and idle CPUs (16). */
struct score {
    uint64_t head, room;
};

/* The cost of 0.. vCPUs without (even indexes) and with an extra core (odd indexes). */
struct table {
    struct score *v;
    int top; /* the most vCPUs */
};

struct part {
    int first, n_domains; /* of the array of domains */
    int capacity, l3_capacity, avail;
    struct table best;
    uint16_t **choice; /* per domain: its own share of [n * 2 + extra], encoded alike */
};

struct acdr_cores {
    struct acdr_cores_request r;
    int *cpus;
    struct core *cores;
    struct kind *kinds;
    struct domain *domains;
    struct part *parts; /* one for each node */
};

/* cores_count.c: fill C, whose request and arrays are set. 0 or -ENOMEM. */
int acdr_cores_count(struct acdr_cores *c);
/* The table of a node, and the choice behind each entry. 0 or -ENOMEM. */
int acdr_cores_make_table(struct acdr_cores *c, struct part *p);
/* Split N vCPUs and EXTRA of a domain over its kinds of cores, encoded as in part.choice. */
int acdr_cores_split_domain(const struct acdr_cores *c, const struct domain *d, int code,
                            uint16_t *codes);
void acdr_cores_free_table(struct part *p);

#endif
