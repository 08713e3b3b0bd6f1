/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The guests that run on this host, conditioned or not, from libvirt's status files. */
#ifndef ACDR_MODEL_GUEST_NEIGHBOURS_H
#define ACDR_MODEL_GUEST_NEIGHBOURS_H

#include "auto.h"
#include "domain.h"

struct acdr_root;

struct acdr_neighbour {
    struct acdr_domain *domain;
    int pid; /* QEMU's */
};

struct acdr_neighbours {
    struct acdr_neighbour *v;
    size_t n;
    struct acdr_err unread; /* the first guest of which not all is known, and why */
};

/*
 * Guests with a live QEMU process, by /run/libvirt/qemu/ *.xml. A text without a UUID is
 * skipped. One beyond the limits of acdr_domain_skim() is named in `unread`: where the guest's
 * threads may run now then counts as its pins. 0, or -errno with E: out of memory, or the folder or
 * a file cannot be read, and whose CPUs are whose is unknown.
 */
int acdr_neighbours_read(struct acdr_root *root, struct acdr_neighbours *ret, struct acdr_err *e);
/* Guests that are defined with pins, running or not, by /etc/libvirt/qemu/ *.xml; pid is 0. Their
 * pins are only avoided: what cannot be read is skipped and named in `unread`. 0 or -ENOMEM. */
int acdr_neighbours_defined(struct acdr_root *root, struct acdr_neighbours *ret);
void acdr_neighbours_done(struct acdr_neighbours *l);

/* True if one has that UUID; "" matches none. */
bool acdr_neighbours_has(const struct acdr_neighbours *l, const char *uuid);

/* kB of memory that process PID has touched, except huge pages; -1 if not known. */
long long acdr_neighbour_resident_kb(struct acdr_root *root, int pid);

#endif
