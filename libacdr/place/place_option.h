/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a node offers a request, for explain.c and refuse.c: computed without a search. */
#ifndef ACDR_PLACE_PLACE_OPTION_H
#define ACDR_PLACE_PLACE_OPTION_H

#include "cores.h"
#include "place_cost.h"

/* The input of all options. */
struct acdr_place_telling {
    const struct acdr_place_request *q;
    struct acdr_bitmap avail, from, nodes; /* FROM: of AVAIL, for vCPUs and their siblings */
    struct acdr_cores *cores;
    int vcpus;
    bool pinned;
};

/* The caller frees T->cores, also after an error. 0 or -ENOMEM. */
int acdr_place_telling(struct acdr_place_telling *t, const struct acdr_place_request *q);
/* What node number AT of the host's array has and lacks. */
void acdr_place_count(const struct acdr_place_telling *t, size_t at, struct acdr_place_option *o);

#endif
