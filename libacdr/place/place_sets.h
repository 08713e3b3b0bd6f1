/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The CPUs and nodes available to a request, and small sums over them. */
#ifndef ACDR_PLACE_PLACE_SETS_H
#define ACDR_PLACE_PLACE_SETS_H

#include "cores.h"
#include "place_find.h"

/* How many dedicated CPUs the vCPUs need; 0 if they get none. */
int acdr_place_vcpus(const struct acdr_place_request *q);
/* CPUs that may be dedicated to this guest: online, not for housekeeping and not taken, or of
 * guests that may share cores with it; with BORROW also clean cores of others. */
void acdr_place_avail(const struct acdr_place_request *q, bool borrow, struct acdr_bitmap *ret);
/* The nodes that a guest may use: all except those excluded by numatune or libvirt's cgroup and
 * those held entirely by guests that it must be separate from. */
void acdr_place_nodes(const struct acdr_place_request *q, struct acdr_bitmap *ret);
/* Does a strict numatune exclude the node? Other modes only state a preference. */
bool acdr_place_left_out(const struct acdr_domain *d, const struct acdr_node *n);
/* The CPUs of node number AT of the host's array that vCPUs without dedicated CPUs may use there:
 * no clean ones of others, and isolcpus only if there are no others. */
void acdr_place_shared_cpus(const struct acdr_place_request *q, size_t at, struct acdr_bitmap *ret);
/* vCPUs that already share the CPUs of that node, minus the number of these CPUs. */
long long acdr_place_load(const struct acdr_place_request *q, size_t at);
/* Those of FROM that vCPUs on the CPUs of LIST have or keep idle: with the siblings, except under
 * any, of the CPUs of LIST that are in FROM. */
void acdr_place_keep_cores(const struct acdr_place_request *q, const struct acdr_bitmap *list,
                           struct acdr_bitmap *from);
/* Is this running vCPU bound by the class's list of CPUs, and by no narrower pin of the XML? For a
 * domain as acdr_place_named() makes it. */
bool acdr_place_is_listed(const struct acdr_place_request *q, int rank);
/* All CPUs of a set of nodes. */
void acdr_place_cpus(const struct acdr_host *host, const struct acdr_bitmap *nodes,
                     struct acdr_bitmap *ret);
/* The distance of a node to the nearest one of TO, less the 10 of a node to itself; 0 if TO is
 * empty. */
int acdr_place_nearest(const struct acdr_host *h, int node, const struct acdr_bitmap *to);
/* The sum of squares of the most even split of ALL into N parts. */
long long acdr_place_even(int all, int n);

#endif
