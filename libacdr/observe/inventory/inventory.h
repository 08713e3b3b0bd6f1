/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What runs where: the watched guests, their threads, taps and disks, on this host. Found by
 * libvirt's pid and status files and /proc, kept between samples, and updated where it changed.
 * Probes read the inventory and get the rest from the kernel.
 */
#ifndef ACDR_OBSERVE_INVENTORY_INVENTORY_H
#define ACDR_OBSERVE_INVENTORY_INVENTORY_H

#include "domain.h"
#include "guest.h"
#include "host.h"

struct acdr_watched_guest {
    char *name;
    struct acdr_guest *guest;   /* its threads */
    struct acdr_domain *domain; /* from its status file; NULL if that cannot be read */
    struct acdr_bitmap cpus;    /* CPUs that its vCPUs may run on, if that is not every CPU */
    long long looked;           /* when its threads were last read, ns */
    long long detailed;         /* when domain and cpus were last read, ns */
    int threads;                /* its process's number of threads then */
    bool seen;                  /* its pid file still exists */
};

struct acdr_inventory {
    struct acdr_root *root;
    char *only;             /* the only watched guest, NULL: all */
    struct acdr_host *host; /* topology, ACDR_HOST_ISOLATION, ACDR_HOST_NICS, ACDR_HOST_IRQS */
    long long read;         /* when the host was read, ns */
    long long came;         /* when a guest last arrived, ns */
    struct acdr_watched_guest *guests; /* in ascending order of name */
    size_t n_guests;
    /* CPUs to read individually: all online ones, on a host of more than 64 those of the guests'
     * cpus */
    struct acdr_bitmap focus, also; /* also: CPUs that are always included */
};

/* ONLY as in the struct; it is copied. Reads nothing yet. The caller frees. 0 or -ENOMEM. */
int acdr_inventory_new(struct acdr_root *root, const char *only, struct acdr_inventory **ret);
void acdr_inventory_free(struct acdr_inventory *s);
ACDR_AUTO_DEFINE(struct acdr_inventory, acdr_inventory_free);

/*
 * Update the inventory at NOW (ns of CLOCK_MONOTONIC). A guest's threads are read again when their
 * number changed, at most every five seconds; what else libvirt may change, every ten; the host,
 * when a guest has arrived, and every minute.
 * 0; -ENOENT: no CPUs below the root; -ENOMEM.
 */
int acdr_inventory_renew(struct acdr_inventory *s, long long now, struct acdr_err *e);

/* The guest with that name; NULL if there is none. */
const struct acdr_watched_guest *acdr_inventory_find(const struct acdr_inventory *s,
                                                     const char *name);
/* The guest that has a thread with this id, and *T that thread (T may be NULL); NULL: none. */
const struct acdr_watched_guest *acdr_inventory_owner(const struct acdr_inventory *s, int tid,
                                                      const struct acdr_thread **t);
/* "vcpu0", "iothread1", "emulator", "vhost". */
const char *acdr_inventory_thread(const struct acdr_thread *t, char buf[32]);

#endif
