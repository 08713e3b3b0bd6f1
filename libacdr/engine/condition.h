/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Conditions one owner, a guest in one or both stages or an administrator's CPUs, and undoes it.
 * Knows claims, journal and `must`; does not know libvirt's operations.
 */
#ifndef ACDR_ENGINE_CONDITION_H
#define ACDR_ENGINE_CONDITION_H

#include "planner.h"
#include "transaction.h"

struct acdr_condition_request {
    const struct acdr_domain *domain; /* NULL: an administrator's CPUs */
    const struct acdr_class *class;
    const char *id, *name;
    const char *class_by;           /* the rule of map.conf that gave the class, or NULL */
    const struct acdr_bitmap *cpus; /* the administrator's */
    int pid; /* the process that has these CPUs, and its start time; 0: they are released by name */
    unsigned long long start;
    bool guest_stage;  /* the guest runs: also its threads, cgroups and memory */
    bool tolerant;     /* a refused `must` does not undo the rest (reconnect) */
    bool follow_up;    /* the host stage was just done: only the guest stage */
    bool by_root;      /* an administrator asks: acdr.conf's rules are reported, not enforced */
    bool *not_allowed; /* set if a rule of acdr.conf refuses the guest; may be NULL */
    struct acdr_item *verdict; /* a map that gets step and steps of acdr/request.h, or NULL */
};

/*
 * Condition the owner. An existing entry keeps its place and claims; new claims are added, all are
 * settled. 0; 1: an optional step was refused; -errno with E: a required step was refused and
 * everything of this owner was undone (unless TOLERANT), or nothing was started. -EACCES: a rule of
 * acdr.conf does not allow what the guest would get, and it gets nothing; one that has it keeps it,
 * and the log says so.
 */
int acdr_condition(struct acdr_txn *w, const struct acdr_condition_request *o, struct acdr_err *e);

/* Drop an owner and restore its settings. 0 also if there is no such owner. */
int acdr_condition_drop(struct acdr_txn *w, const char *id, struct acdr_err *e);

#endif
