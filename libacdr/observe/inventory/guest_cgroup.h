/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The cgroups of a guest's threads and all their ancestors, as directories with a cpu.stat. */
#ifndef ACDR_OBSERVE_INVENTORY_GUEST_CGROUP_H
#define ACDR_OBSERVE_INVENTORY_GUEST_CGROUP_H

#include "guest.h"
#include "host.h"

/* Write the directory of the guest's scope to BUF; false if not known. */
bool acdr_cgroup_of_guest(const struct acdr_host *h, const struct acdr_guest *g, char *buf,
                          size_t size);

/* Call FN once for each cgroup of the guest's threads and each ancestor, from the leaves up,
 * without the hierarchy's root. DIR has its cpu controller's files, NAME is the part below the
 * mount. FN returns 0 to continue; any other value ends the walk. */
int acdr_cgroup_each(const struct acdr_host *h, const struct acdr_guest *g,
                     int (*fn)(void *arg, const char *dir, const char *name), void *arg);

struct acdr_cgroup_cpu {
    double periods, throttled; /* of the bandwidth limit, and the number of throttled ones */
    double throttled_seconds;  /* how long its tasks were throttled */
    double weight;             /* cpu.weight; 0 if not known */
    double limit;              /* maximum number of CPUs; 0: no limit */
};
/* Version 1 has shares (1024) and nanoseconds; converted to version 2. False if DIR has no cpu.stat
 * with these. */
bool acdr_cgroup_cpu(struct acdr_root *root, const char *dir, struct acdr_cgroup_cpu *ret);

#endif
