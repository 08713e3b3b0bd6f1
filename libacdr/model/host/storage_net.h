/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which interfaces of the host carry its storage: mounts of NFS and sessions of iSCSI. */
#ifndef ACDR_MODEL_HOST_STORAGE_NET_H
#define ACDR_MODEL_HOST_STORAGE_NET_H

#include "host.h"

/* FN is called for each server: the interface that the route to it names, and WHAT, "NFS" or
 * "iSCSI". Servers with an IPv6 address, and those without a route, are left out. FN returns 0 to
 * continue. 0, what FN returned, or -ENOMEM. */
int acdr_host_storage_nics(const struct acdr_host *h,
                           int (*fn)(void *arg, const char *interface, const char *what),
                           void *arg);

/* Does INTERFACE, or one that it is made of, lie on the device NIC? Bridges, bonds and VLANs are
 * made of others. */
bool acdr_host_lies_on(const struct acdr_host *h, const char *interface,
                       const struct acdr_nic *nic);

#endif
