/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the steps of a class request for a guest's placement. Steps fill it from their keys; place/
 * and engine/ read it without knowing any key.
 */
#ifndef ACDR_MODEL_PLACE_HINTS_H
#define ACDR_MODEL_PLACE_HINTS_H

#include "bitmap.h"

/* Siblings of dedicated cores; in the order of the key's words, SPREAD is "cores". */
enum acdr_smt {
    ACDR_SMT_ISOLATE,
    ACDR_SMT_SPREAD,
    ACDR_SMT_REQUIRE,
    ACDR_SMT_PREFER,
    ACDR_SMT_ANY,
};

/* Where QEMU's threads other than vCPUs go; in the order of the keys' words. */
enum acdr_thread_cpus {
    ACDR_THREAD_CPUS_HOUSEKEEPING,
    ACDR_THREAD_CPUS_OWN,
    ACDR_THREAD_CPUS_NODE,
    ACDR_THREAD_CPUS_LIST, /* named by the class */
};

struct acdr_thread_hint {
    enum acdr_thread_cpus where;
    struct acdr_bitmap list;
};

/* What members of a group share, or must not share; in the order of the key's words. */
enum acdr_group_scope {
    ACDR_GROUP_CORE,
    ACDR_GROUP_L3,
    ACDR_GROUP_NODE,
};

enum acdr_group_kind {
    ACDR_GROUP_SEPARATE,
    ACDR_GROUP_COLOCATE,
    ACDR_GROUP_KINDS,
};

struct acdr_group_hint {
    const char *name; /* of the class or of acdr.conf, which outlive the hints; NULL: no group */
    enum acdr_group_scope scope;
};

struct acdr_place_hints {
    bool dedicated;           /* each vCPU gets a CPU of its own */
    struct acdr_bitmap vcpus; /* of these, which the class names; empty: of all */
    enum acdr_smt smt;        /* PREFER if no step sets it */
    bool room_first;          /* between nodes: room for later guests before fewest L3 domains */
    bool threads_placed;      /* the other threads are kept where the next three say */
    struct acdr_thread_hint emulator, iothreads, vhost;
    bool hugepages;      /* huge pages come from the nodes of the placement */
    bool adds_hugepages; /* pages missing from a pool are created from the node's free memory */
    bool memory_bound;   /* all memory is kept on the nodes of the placement */
    bool memory_near;    /* and no other place will do: never on a node without its vCPUs */
    bool memory_stays;   /* it is not migrated */
    bool realtime;       /* threads of the guest get a realtime policy */
    struct acdr_group_hint group[ACDR_GROUP_KINDS];
    struct acdr_bitmap near;  /* preferred nodes; any node if the guest fits on none of them */
    struct acdr_bitmap avoid; /* CPUs that it never gets for itself */
};

#endif
