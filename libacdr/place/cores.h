/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The free cores of a host, counted by node and L3 domain, and the cheapest way to take some of a
 * node. Knows siblings and the SMT policy; does not know memory or guests.
 *
 * Cores of one domain with the same number of free CPUs, and of those that may carry a vCPU, are
 * interchangeable, so they are counted, not tried one by one: a table holds the lowest cost of N
 * vCPUs, first for each kind of core, then for each domain, then for the node. The table is exact,
 * because a cost is a sum over domains.
 */
#ifndef ACDR_PLACE_CORES_H
#define ACDR_PLACE_CORES_H

#include <stdint.h>

#include "host.h"
#include "place_hints.h"

/* What vCPUs cost within a node; compared in this order. */
struct acdr_cores_price {
    int mates;      /* vCPUs on cores outside the group's wish */
    int isolated;   /* 1: the extra core is in isolcpus */
    int l3;         /* L3 domains that they are in */
    int siblings;   /* under SPREAD, vCPUs beyond one per core */
    int idle;       /* free CPUs of the cores taken that no vCPU uses */
    long long room; /* over L3 domains: the square of the free CPUs before less that after */
};

struct acdr_cores_request {
    const struct acdr_host *host;
    const struct acdr_bitmap *from;  /* for vCPUs; within the next */
    const struct acdr_bitmap *avail; /* all free ones: for an extra core, and for the room */
    const struct acdr_bitmap *named; /* those of FROM that may carry a vCPU; NULL: all of them */
    const struct acdr_bitmap *colocate_cpus; /* preferred CPUs; NULL: no preference */
    enum acdr_smt smt;
    int most;   /* the maximum number of vCPUs */
    bool extra; /* also offer an extra core */
};

struct acdr_cores;

/* Count the cores. R's pointers must stay valid as long as RET. The caller frees. 0 or -ENOMEM. */
int acdr_cores_new(const struct acdr_cores_request *r, struct acdr_cores **ret);
void acdr_cores_free(struct acdr_cores *c);
ACDR_AUTO_DEFINE(struct acdr_cores, acdr_cores_free);

/* How many vCPUs fit on the free CPUs of node number NODE of the host's array: under isolate one
 * per entirely free core, under any each free CPU, else every CPU of an entirely free core
 * (require: with siblings) that may carry one. */
int acdr_cores_capacity(const struct acdr_cores *c, size_t node);
/* The same for its L3 domain with the most room. */
int acdr_cores_l3_capacity(const struct acdr_cores *c, size_t node);
/* All free CPUs of the node, whole cores or not. */
int acdr_cores_avail(const struct acdr_cores *c, size_t node);

/*
 * The lowest price of N vCPUs on a node, with EXTRA including an extra core (under any: a CPU). 1:
 * in *RET; 0: they do not fit there; -ENOMEM. Builds a node's table at its first use.
 */
int acdr_cores_find_price(struct acdr_cores *c, size_t node, int n, bool extra,
                          struct acdr_cores_price *ret);
/* The CPUs at that price: those of the vCPUs in CPUS, siblings adjacent; with their whole cores
 * (except under any) in TAKEN; the extra core in RESERVED. 0 if find_price returns 1; -ENOMEM. */
int acdr_cores_take(struct acdr_cores *c, size_t node, int n, bool extra, int *cpus,
                    struct acdr_bitmap *taken, struct acdr_bitmap *reserved);

/* Whether the N CPUs share one L3 domain, in words. */
const char *acdr_cores_format_l3(const struct acdr_host *host, const int *cpus, int n);

#endif
