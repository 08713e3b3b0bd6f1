/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who runs where: the guests that are watched, their threads, taps and disks, on this host. Found
 * by libvirt's pid and status files and /proc, kept between samples, and renewed where it changed.
 * Probes read the inventory and look at the kernel for the rest.
 */
#ifndef ACDR_OBSERVE_INVENTORY_INVENTORY_H
#define ACDR_OBSERVE_INVENTORY_INVENTORY_H

#include "domain.h"
#include "guest.h"
#include "host.h"

struct acdr_watched_guest {
    char *name;
    struct acdr_guest *guest;   /* its threads */
    struct acdr_domain *domain; /* by its status file; NULL where that cannot be read */
    struct acdr_bitmap cpus;    /* CPUs that its vCPUs may run on, where that is not every CPU */
    long long looked;           /* when its threads were last looked up, ns */
    long long detailed;         /* when domain and cpus were last read, ns */
    int threads;                /* how many its process had then */
    bool seen;                  /* its pid file is still there */
};

struct acdr_inventory {
    struct acdr_root *root;
    char *only;             /* the one guest that is watched, NULL: all */
    struct acdr_host *host; /* topology, ACDR_HOST_ISOLATION, ACDR_HOST_NICS, ACDR_HOST_IRQS */
    long long read;         /* when the host was read, ns */
    long long came;         /* when somebody came last, ns */
    struct acdr_watched_guest *guests; /* in ascending order of name */
    size_t n_guests;
    /* CPUs to look at one by one: all online ones, on a host of more than 64 those of the guests'
     * cpus */
    struct acdr_bitmap focus, also; /* also: CPUs that are to be among them in any case */
};

/* ONLY as in the struct; it is copied. Reads nothing yet. The caller frees. 0 or -ENOMEM. */
int acdr_inventory_new(struct acdr_root *root, const char *only, struct acdr_inventory **ret);
void acdr_inventory_free(struct acdr_inventory *s);
ACDR_AUTO_DEFINE(struct acdr_inventory, acdr_inventory_free);

/*
 * See who runs at NOW (ns of CLOCK_MONOTONIC). Threads of a guest are looked up again where their
 * number changed, at most every five seconds; what else libvirt may change, every ten; the host,
 * where a guest has come, and each minute.
 * 0; -ENOENT: no CPUs below the root; -ENOMEM.
 */
int acdr_inventory_renew(struct acdr_inventory *s, long long now, struct acdr_err *e);

/* The guest of that name; NULL where there is none. */
const struct acdr_watched_guest *acdr_inventory_find(const struct acdr_inventory *s,
                                                     const char *name);
/* The guest that has a thread of this id, and *T that thread (T may be NULL); NULL: nobody's. */
const struct acdr_watched_guest *acdr_inventory_owner(const struct acdr_inventory *s, int tid,
                                                      const struct acdr_thread **t);
/* "vcpu0", "iothread1", "emulator", "vhost". */
const char *acdr_inventory_thread(const struct acdr_thread *t, char buf[32]);

#endif
