/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The devices of the host that a guest has or will have, with their NUMA nodes. Knows libvirt's
 * files of networks; how the XML and /sys name devices, domain/device.c and host/device.c know.
 */
#ifndef ACDR_MODEL_GUEST_GUEST_DEVICES_H
#define ACDR_MODEL_GUEST_GUEST_DEVICES_H

#include "domain.h"
#include "host.h"
#include "network.h"

struct acdr_guest_device {
    const char *bus; /* as in struct acdr_domain_device, or nic: a NIC behind its interfaces */
    char *name;
    struct acdr_bitmap nodes; /* of a pool, where its devices are: it may get any of them */
    bool pins;                /* it will pin the guest's memory */
    char *why;                /* why no node is known, NULL where one is */
};

struct acdr_guest_devices {
    struct acdr_guest_device *v;
    size_t n;
};

/*
 * List them; HOST has ACDR_HOST_NICS where the domain has interfaces. A network without a device of
 * the host behind it is left out. A device of which no node is known is listed with the reason. RET
 * needs acdr_guest_devices_done() in any case. 0 or -ENOMEM.
 */
int acdr_guest_devices_read(const struct acdr_host *h, const struct acdr_domain *d,
                            struct acdr_guest_devices *ret);
void acdr_guest_devices_done(struct acdr_guest_devices *g);

/* The device of that bus and name, NULL where it has none. */
const struct acdr_guest_device *acdr_guest_devices_find(const struct acdr_guest_devices *g,
                                                        const char *bus, const char *name);
/* As acdr_domain_memory_pinned(), with the pools of networks. */
int acdr_guest_devices_pin(const struct acdr_guest_devices *g, const struct acdr_domain *d,
                           char **ret);

/*
 * The libvirt network NAME: as it runs, else as it is defined. The caller frees. -ENOENT: there is
 * none; -EINVAL: no name of a network; -EBADMSG: the file is not a network's XML; other -errno: it
 * cannot be read.
 */
int acdr_guest_network(struct acdr_root *root, const char *name, struct acdr_network **ret);

#endif
