/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hosts made in memory, for questions that read no file: where does a guest go? */
#ifndef ACDR_TESTS_LIB_MADE_HOST_H
#define ACDR_TESTS_LIB_MADE_HOST_H

#include "host.h"

enum made_numbers {
    MADE_BLOCKS,   /* node by node, siblings last: 0-3,8-11 and 4-7,12-15 */
    MADE_ODD_EVEN, /* nodes in turn: 0,2,4.. and 1,3,5.. */
};

struct made_shape {
    int nodes, cores, threads; /* cores of a node */
    int l3;                    /* L3 domains of a node, 0: none is known */
    enum made_numbers numbers;
    long long memory_kb; /* free, of each node */
};

/* The caller frees it with acdr_host_free(). */
struct acdr_host *made_host(const struct made_shape *s);
/* Switch a CPU off. */
void made_host_offline(struct acdr_host *h, int cpu);

#endif
