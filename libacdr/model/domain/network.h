/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The XML of a libvirt network: which host devices are behind it. Knows libvirt's network format
 * (formatnetwork); knows nothing of the host.
 */
#ifndef ACDR_MODEL_DOMAIN_NETWORK_H
#define ACDR_MODEL_DOMAIN_NETWORK_H

#include <stdbool.h>
#include <stddef.h>

#include "auto.h"
#include "err.h"

struct acdr_network {
    bool hostdev;     /* forward mode='hostdev': each guest gets a device of the pool by VFIO */
    bool openvswitch; /* its bridge is an Open vSwitch bridge */
    char *bridge;     /* the host bridge of the guests' interfaces; "" if there is none */
    char **devs;      /* outgoing interfaces, or the physical function of a pool */
    size_t n_devs;
    char **addresses; /* PCI addresses of a pool */
    size_t n_addresses;
};

/*
 * Read a <network>, or the <network> within a <networkstatus>. The caller frees. -EBADMSG with line
 * in E: not well-formed, a DTD, no network, or an invalid address.
 */
int acdr_network_parse(const char *xml, size_t len, struct acdr_network **ret, struct acdr_err *e);
void acdr_network_free(struct acdr_network *n);
ACDR_AUTO_DEFINE(struct acdr_network, acdr_network_free);

#endif
