/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of bench_placement: guests, hosts as each policy fills them, and figures. */
#ifndef ACDR_TESTS_BENCH_PLACEMENT_PARTS_H
#define ACDR_TESTS_BENCH_PLACEMENT_PARTS_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "place_world.h"

#define GIB (1024 * 1024LL)
enum { MOST_GUESTS = 4096, MOST_NODES = 1024 };

enum policy { ACDR, FIRST_CPUS, FIRST_NODE, NOVA, NUMAD, POLICIES };

struct guest {
    bool asked, placed;
    int vcpus;
    long long kb;
    struct acdr_bitmap cpus;
    struct acdr_bitmap nodes; /* that its memory is bound to */
    long long *node_kb;       /* of each node */
};

/* What a policy achieved with one sequence of guests. */
struct figures {
    long asked, placed, one_node, one_l3, refused;
    long over; /* bound to nodes that lack the memory */
    double distance;
    double stuck; /* flavours that no node has room for, of those that the host has room for */
    long steps;
    /* Over the guests that ACDR placed as well, on a host with the same guests: their number, their
     * distance here and there. */
    long both;
    double both_distance, acdr_distance;
};

/* A host as one policy has filled it. */
struct fleet {
    struct acdr_bitmap taken;
    long long *free_kb;
    struct guest *guests;
    struct figures f;
};

extern struct world bench_world;
extern long long *bench_node_kb; /* memory of each node */
extern struct acdr_bitmap bench_usable;

/* --- placement_policy.c --- */

extern const char *const bench_policies[POLICIES];
/* The guest that the world's request asks for. */
void bench_domain(int vcpus, long long kb);
/* Choose CPUs and nodes for G; false: refused. */
bool bench_ask(enum policy p, const struct fleet *f, struct guest *g);
int bench_count_on(const struct acdr_bitmap *set, size_t node);
void bench_free(const struct fleet *f, struct acdr_bitmap *ret);
bool bench_node_holds(const struct fleet *f, const struct acdr_bitmap *free, size_t i,
                      const struct guest *g);

/* --- placement_figures.c --- */

enum { BENCH_SEEDS = 10, BENCH_LOADS = 5 };
extern const int bench_loads[BENCH_LOADS];

struct tally {
    struct figures f[BENCH_LOADS][BENCH_SEEDS][POLICIES];
};

void bench_add(struct figures *sum, const struct figures *f);
/* The table of all loads, and the cells in which a policy is better than ACDR. */
void bench_print(const struct tally *t);

/* --- placement_time.c --- */

/* Times of one search. */
void bench_time(void);
/* From now on the bench is about this host, which it owns. */
void bench_use_host(struct acdr_host *h);
/* 0 to N - 1, from the seed. */
extern uint32_t bench_seed;
int bench_upto(int n);

#endif
