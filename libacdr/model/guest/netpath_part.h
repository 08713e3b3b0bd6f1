/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of the packet path share: how one interface leads to others. */
#ifndef ACDR_MODEL_GUEST_NETPATH_PART_H
#define ACDR_MODEL_GUEST_NETPATH_PART_H

#include "netpath.h"

/* Call FN for each interface in the text NAMES (" br0 eth0 "). */
void acdr_netpath_each(const struct acdr_host *h, const char *names,
                       void (*fn)(void *arg, const struct acdr_nic *n), void *arg);
/* The other end of a veth: each one's iflink is the other's ifindex. NULL: it is none. */
const struct acdr_nic *acdr_netpath_peer(const struct acdr_host *h, const struct acdr_nic *n);
/* The same for the interfaces where NIC's packets arrive on the host, or will arrive if it has no
 * tap yet. */
void acdr_netpath_begin(const struct acdr_host *h, const struct acdr_domain_nic *nic,
                        void (*fn)(void *arg, const struct acdr_nic *n), void *arg);

#endif
