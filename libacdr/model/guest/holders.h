/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * CPUs that are somebody else's by the kernel's and libvirt's word, each with its holder: guests
 * that libvirt pins, threads that keep to one CPU, isolated partitions, what libvirt's own group of
 * guests has not. What ACDR itself gave away is in its journal, not here.
 */
#ifndef ACDR_MODEL_GUEST_HOLDERS_H
#define ACDR_MODEL_GUEST_HOLDERS_H

#include "auto.h"
#include "bitmap.h"
#include "host.h"
#include "neighbours.h"

struct acdr_holder {
    struct acdr_bitmap cpus;
    char *who; /* "guest db, which is pinned there" */
    bool firm; /* nobody else may have them; else they are left to it where that costs no node */
};

struct acdr_holders {
    struct acdr_holder *v;
    size_t n;
};

/* Frees what L has. */
void acdr_holders_done(struct acdr_holders *l);
/* The CPUs of all holders, or of firm ones alone, that are on HOST. */
void acdr_holders_sum(const struct acdr_holders *l, bool firm_only, struct acdr_bitmap *ret);

/* Each adds to L what it finds; 0 or -ENOMEM. */

/*
 * Running guests but the one of UUID: CPUs with at least as many vCPUs pinned to them are firmly
 * theirs; a wider pin that leaves out a part of the host is a pool that guests share. Of DEFINED
 * guests that do not run, neither is firm.
 */
int acdr_holders_guests(const struct acdr_host *h, const struct acdr_neighbours *running,
                        const struct acdr_neighbours *defined, const char *uuid,
                        struct acdr_holders *l);
/*
 * Threads of processes that are no guest and that may run on one CPU alone: poll-mode threads,
 * reactors, workers of databases. Firm where they use a tenth of their CPU or more since their
 * start. Threads on CPUs of EXCEPT are left out. Wants ACDR_HOST_TASKS.
 */
int acdr_holders_threads(const struct acdr_host *h, const struct acdr_neighbours *running,
                         const struct acdr_bitmap *except, struct acdr_holders *l);
/*
 * CPUs that no guest of DOMAIN's resource partition can get: what is missing in its group's
 * cpuset.cpus.effective, and isolated partitions of others, but for OWN, which ACDR gave away.
 * Wants ACDR_HOST_ISOLATION. MEMS (NULL allowed) becomes the nodes of its cpuset.mems.effective,
 * all of the host's where the kernel does not tell.
 */
int acdr_holders_group(const struct acdr_host *h, const struct acdr_domain *d,
                       const struct acdr_bitmap *own, struct acdr_bitmap *mems,
                       struct acdr_holders *l);
/* The CPUs that a guest of DOMAIN's resource partition can get: those of its group, and OWN; all
 * that are online where the kernel does not tell. 0 or -ENOMEM. */
int acdr_holders_reach(const struct acdr_host *h, const struct acdr_domain *d,
                       const struct acdr_bitmap *own, struct acdr_bitmap *ret);

#endif
