/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The cgroups that a guest's threads are in, and all above them, as folders with a cpu.stat. */
#ifndef ACDR_OBSERVE_INVENTORY_GUEST_CGROUP_H
#define ACDR_OBSERVE_INVENTORY_GUEST_CGROUP_H

#include "guest.h"
#include "host.h"

/* The folder that has the whole guest (its scope) into BUF; false where it is not known. */
bool acdr_cgroup_of_guest(const struct acdr_host *h, const struct acdr_guest *g, char *buf,
                          size_t size);

/* Call FN with each cgroup of the guest's threads and each above them, once each, from the leaves
 * up, without the hierarchy's root. DIR is where its cpu controller's files are, NAME the part
 * below the mount. FN returns 0 to go on; anything else ends the walk. */
int acdr_cgroup_each(const struct acdr_host *h, const struct acdr_guest *g,
                     int (*fn)(void *arg, const char *dir, const char *name), void *arg);

struct acdr_cgroup_cpu {
    double periods, throttled; /* of the bandwidth limit, and in how many it was cut off */
    double throttled_seconds;  /* how long its tasks stood still for that */
    double weight;             /* cpu.weight; 0 where not known */
    double limit;              /* CPUs that it may use at the most; 0: as many as there are */
};
/* Version 1 has shares (1024) and nanoseconds; told as of version 2. False where DIR has no
 * cpu.stat with these. */
bool acdr_cgroup_cpu(struct acdr_root *root, const char *dir, struct acdr_cgroup_cpu *ret);

#endif
