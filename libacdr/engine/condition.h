/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Conditioning one owner: a guest in one or both stages, or an administrator's CPUs; and taking it
 * back. Knows claims, journal and `must`; does not know libvirt's operations.
 */
#ifndef ACDR_ENGINE_CONDITION_H
#define ACDR_ENGINE_CONDITION_H

#include "planner.h"
#include "transaction.h"

struct acdr_condition_request {
    const struct acdr_domain *domain; /* NULL: an administrator's CPUs */
    const struct acdr_class *class;
    const char *id, *name;
    const struct acdr_bitmap *cpus; /* the administrator's */
    bool guest_stage;               /* the guest runs: its threads, cgroups and memory as well */
    bool tolerant;                  /* a refused `must` leaves the rest standing (reconnect) */
    bool follow_up;                 /* the host stage was done a moment ago: only the guest's */
    struct acdr_item *verdict;      /* a map that gets step and steps of acdr/request.h, or NULL */
};

/*
 * Do it. An entry that is there already keeps its place and claims; new claims are added, all are
 * settled. 0; 1: a step that the class does not insist on was refused; -errno with E: one that it
 * insists on was, and everything of this owner was taken back (but where TOLERANT), or nothing was
 * begun.
 */
int acdr_condition(struct acdr_txn *w, const struct acdr_condition_request *o, struct acdr_err *e);

/* Drop an owner and give back what was its. 0 also where there is none. */
int acdr_condition_drop(struct acdr_txn *w, const char *id, struct acdr_err *e);

#endif
