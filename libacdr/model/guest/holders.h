/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * CPUs that others use, according to the kernel and libvirt, each with its holder: guests that
 * libvirt pins, threads bound to one CPU, isolated partitions, CPUs missing from libvirt's own
 * cgroup of guests. CPUs that ACDR itself gave away are in its journal, not here.
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
    bool firm; /* never given to others; else avoided if that costs no node */
};

struct acdr_holders {
    struct acdr_holder *v;
    size_t n;
};

/* Free the members of L. */
void acdr_holders_done(struct acdr_holders *l);
/* The CPUs of all holders, or of firm ones alone, that are on HOST. */
void acdr_holders_sum(const struct acdr_holders *l, bool firm_only, struct acdr_bitmap *ret);

/* Each adds its findings to L; 0 or -ENOMEM. */

/*
 * Running guests except the one with UUID: CPUs with at least as many vCPUs pinned to them are held
 * firmly; a wider pin that excludes a part of the host is a pool that guests share. For DEFINED
 * guests that do not run, neither is firm.
 */
int acdr_holders_guests(const struct acdr_host *h, const struct acdr_neighbours *running,
                        const struct acdr_neighbours *defined, const char *uuid,
                        struct acdr_holders *l);
/*
 * Threads of other processes than guests that may run on one CPU only: poll-mode threads, reactors,
 * database workers. Firm if they have used at least a tenth of their CPU since their start. Threads
 * on CPUs of EXCEPT are left out. Needs ACDR_HOST_TASKS.
 */
int acdr_holders_threads(const struct acdr_host *h, const struct acdr_neighbours *running,
                         const struct acdr_bitmap *except, struct acdr_holders *l);
/*
 * Threads of other processes than PID that the kernel lets run on CPUS only: those of running
 * guests, and busy ones as above. CPUs that were free when a guest got them can have such threads
 * later. Needs ACDR_HOST_TASKS.
 */
int acdr_holders_within(const struct acdr_host *h, const struct acdr_neighbours *running,
                        const struct acdr_bitmap *cpus, int pid, struct acdr_holders *l);
/* Are there threads for it to look at? False for most guests, and needs no running guests. */
bool acdr_holders_any_within(const struct acdr_host *h, const struct acdr_bitmap *cpus, int pid);
/*
 * CPUs that no guest of DOMAIN's resource partition can get: those missing from its group's
 * cpuset.cpus.effective, and isolated partitions of others, except OWN, which ACDR gave away. Needs
 * ACDR_HOST_ISOLATION. MEMS (may be NULL) receives the nodes of its cpuset.mems.effective, or all
 * of the host's nodes if the kernel does not report them. -errno if the group or systemd's unit of
 * it cannot be read: what the guest may use is not known.
 */
int acdr_holders_group(const struct acdr_host *h, const struct acdr_domain *d,
                       const struct acdr_bitmap *own, struct acdr_bitmap *mems,
                       struct acdr_holders *l, struct acdr_err *e);
/* The CPUs that a guest of DOMAIN's resource partition can get: those of its group, and OWN; all
 * online CPUs if the kernel does not report them. 0 or -errno, as above, with
 * all online CPUs. */
int acdr_holders_reach(const struct acdr_host *h, const struct acdr_domain *d,
                       const struct acdr_bitmap *own, struct acdr_bitmap *ret);

#endif
