/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The interfaces that a guest's packets pass on the host, as sets of indexes into host->nics
 * (ACDR_HOST_NICS). Knows taps, bridges, veth pairs, VLANs and bonds; not what is done with them.
 */
#ifndef ACDR_MODEL_GUEST_NETPATH_H
#define ACDR_MODEL_GUEST_NETPATH_H

#include "domain.h"
#include "host.h"

/*
 * Those that carry this guest's packets alone: its taps, and where a tap hangs on a bridge with
 * nothing else on it but one veth, that veth and its peer (as OpenStack does before Open vSwitch).
 * Before the guest runs its taps have no names yet, and the set is empty.
 */
void acdr_netpath_own(const struct acdr_host *h, const struct acdr_domain *d,
                      struct acdr_bitmap *ret);
/* The NICs with a device at the other end of the bridges that the guest's interfaces hang on. */
void acdr_netpath_uplinks(const struct acdr_host *h, const struct acdr_domain *d,
                          struct acdr_bitmap *ret);
/* Add those at the other end of the host's interface NAME, which may be such a NIC itself. */
void acdr_netpath_uplinks_of(const struct acdr_host *h, const char *name, struct acdr_bitmap *ret);
/* Whom else the NIC with index NIC serves: taps, macvtaps and veths into containers, without the
 * guest's own. What the host itself sends and receives does not show. */
void acdr_netpath_others(const struct acdr_host *h, const struct acdr_domain *d, int nic,
                         struct acdr_bitmap *ret);

#endif
