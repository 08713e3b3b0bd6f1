/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The free cores of a host, counted by node and L3 domain, and the cheapest way to take some of a
 * node. Knows siblings and what SMT says of them; does not know memory or guests.
 *
 * Cores of one domain that have as many free CPUs are interchangeable, so they are counted, not
 * tried one by one: what N vCPUs cost at best is a table, first of each kind of core, then of each
 * domain, then of the node. The table is exact, because a cost is a sum over domains.
 */
#ifndef ACDR_PLACE_CORES_H
#define ACDR_PLACE_CORES_H

#include <stdint.h>

#include "host.h"
#include "place_hints.h"

/* What vCPUs cost within a node; compared in this order. */
struct acdr_cores_price {
    int mates;      /* vCPUs on cores that the group does not wish for */
    int isolated;   /* 1: the core beside them is of isolcpus */
    int l3;         /* L3 domains that they are in */
    int siblings;   /* under SPREAD, vCPUs beyond one per core */
    int idle;       /* free CPUs of the cores taken that no vCPU uses */
    long long room; /* over L3 domains: the square of the free CPUs before less that after */
};

struct acdr_cores_request {
    const struct acdr_host *host;
    const struct acdr_bitmap *from;  /* for vCPUs; within the next */
    const struct acdr_bitmap *avail; /* all free ones: for a core beside them, and for the room */
    const struct acdr_bitmap *colocate_cpus; /* CPUs that are wished for; NULL: all are as good */
    enum acdr_smt smt;
    int most;   /* vCPUs that are asked about at the most */
    bool extra; /* a core beside them is asked about as well */
};

struct acdr_cores;

/* Count. What R points to must live as long. The caller frees. 0 or -ENOMEM. */
int acdr_cores_new(const struct acdr_cores_request *r, struct acdr_cores **ret);
void acdr_cores_free(struct acdr_cores *c);
ACDR_AUTO_DEFINE(struct acdr_cores, acdr_cores_free);

/* For node number NODE of the host's array: how many vCPUs its free CPUs hold: under isolate one
 * per wholly free core, under any each free CPU, else every CPU of a wholly free core (require: of
 * one with siblings). */
int acdr_cores_capacity(const struct acdr_cores *c, size_t node);
/* The same of its roomiest L3 domain. */
int acdr_cores_l3_capacity(const struct acdr_cores *c, size_t node);
/* All free CPUs of the node, whole cores or not. */
int acdr_cores_avail(const struct acdr_cores *c, size_t node);

/*
 * The lowest price of N vCPUs, and with EXTRA of a core beside them (under any of a CPU), on a
 * node. 1: into *RET; 0: they are not to be had there; -ENOMEM. The table of a node is made when it
 * is first asked for.
 */
int acdr_cores_find_price(struct acdr_cores *c, size_t node, int n, bool extra,
                          struct acdr_cores_price *ret);
/* What that takes: the CPUs of the vCPUs into CPUS, siblings side by side, with the whole cores
 * that they are on (but for any) into TAKEN, the one beside them into RESERVED. 0 where find_price
 * says 1; -ENOMEM. */
int acdr_cores_take(struct acdr_cores *c, size_t node, int n, bool extra, int *cpus,
                    struct acdr_bitmap *taken, struct acdr_bitmap *reserved);

/* Whether the N CPUs share one L3 domain, in words. */
const char *acdr_cores_format_l3(const struct acdr_host *host, const int *cpus, int n);

#endif
