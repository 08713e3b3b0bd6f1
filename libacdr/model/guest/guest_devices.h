/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The host devices that a guest has or will have, with their NUMA nodes. Knows libvirt's network
 * files; domain/device.c knows how the XML names devices, host/device.c how /sys does.
 */
#ifndef ACDR_MODEL_GUEST_GUEST_DEVICES_H
#define ACDR_MODEL_GUEST_GUEST_DEVICES_H

#include "domain.h"
#include "host.h"
#include "network.h"

struct acdr_guest_device {
    const char *bus; /* as in struct acdr_domain_device, or nic: a NIC behind its interfaces */
    char *name;
    struct acdr_bitmap nodes; /* of a pool: the nodes of its devices, as it may get any of them */
    bool pins;                /* it will pin the guest's memory */
    char *why;                /* why no node is known, NULL if one is */
};

struct acdr_guest_devices {
    struct acdr_guest_device *v;
    size_t n;
};

/*
 * List them; HOST has ACDR_HOST_NICS if the domain has interfaces. A network without a host device
 * behind it is left out. A device with unknown nodes is listed with the reason. RET always needs
 * acdr_guest_devices_done(). 0 or -ENOMEM.
 */
int acdr_guest_devices_read(const struct acdr_host *h, const struct acdr_domain *d,
                            struct acdr_guest_devices *ret);
void acdr_guest_devices_done(struct acdr_guest_devices *g);

/* The device with that bus and name, NULL if there is none. */
const struct acdr_guest_device *acdr_guest_devices_find(const struct acdr_guest_devices *g,
                                                        const char *bus, const char *name);
/* As acdr_domain_memory_pinned(), including the pools of networks. */
int acdr_guest_devices_pin(const struct acdr_guest_devices *g, const struct acdr_domain *d,
                           char **ret);

/* Find the host's interfaces of the guest's libvirt networks, which no tap shows before its start.
 * A network that cannot be read leads nowhere. 0 or -ENOMEM. */
int acdr_guest_networks(struct acdr_root *root, struct acdr_domain *d);

/*
 * The libvirt network NAME: the running one, else the defined one. The caller frees. -ENOENT: there
 * is none; -EINVAL: not a valid network name; -EBADMSG: the file is not a network's XML; other
 * -errno: it cannot be read.
 */
int acdr_guest_network(struct acdr_root *root, const char *name, struct acdr_network **ret);

#endif
