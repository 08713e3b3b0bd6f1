/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The host interfaces that a guest's packets pass, as sets of indexes into host->nics
 * (ACDR_HOST_NICS). Knows taps, bridges, veth pairs, VLANs and bonds, not their settings.
 */
#ifndef ACDR_MODEL_GUEST_NETPATH_H
#define ACDR_MODEL_GUEST_NETPATH_H

#include "domain.h"
#include "host.h"

/*
 * The interfaces that carry only this guest's packets: its taps, and if a tap's bridge has just one
 * other port, a veth, that veth and its peer (OpenStack's layout in front of Open vSwitch). Before
 * the guest runs its taps have no names, and the set is empty.
 */
void acdr_netpath_own(const struct acdr_host *h, const struct acdr_domain *d,
                      struct acdr_bitmap *ret);
/* The NICs with a device that are uplinks of the bridges of the guest's interfaces. */
void acdr_netpath_uplinks(const struct acdr_host *h, const struct acdr_domain *d,
                          struct acdr_bitmap *ret);
/* Does an interface get its way through the host only when the guest starts? A script of the
 * administrator connects the tap of one of type `ethernet`. */
bool acdr_netpath_is_open(const struct acdr_host *h, const struct acdr_domain *d);
/*
 * One interface of the guest and its way to a NIC: from its tap (or, before it has one, from the
 * bridge that it will be on) over the fewest interfaces to one with a device. NICS are all with a
 * device that the last one leads to: the members of a bond. N 0: no interface of the host is known.
 */
enum { ACDR_NETPATH_MAX = 16 };
struct acdr_netpath_way {
    int v[ACDR_NETPATH_MAX];
    int n;
    struct acdr_bitmap nics;
};
void acdr_netpath_way(const struct acdr_host *h, const struct acdr_domain_nic *nic,
                      struct acdr_netpath_way *ret);
/* Add the uplinks of the host's interface NAME, which may be such a NIC itself. */
void acdr_netpath_uplinks_of(const struct acdr_host *h, const char *name, struct acdr_bitmap *ret);
/* What else the NIC with index NIC serves: taps, macvtaps and veths into containers, except the
 * guest's own. The host's own traffic is not visible. */
void acdr_netpath_others(const struct acdr_host *h, const struct acdr_domain *d, int nic,
                         struct acdr_bitmap *ret);

#endif
