/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the XML of a libvirt network says of the host's devices behind it. Knows libvirt's network
 * format (formatnetwork); knows nothing of the host.
 */
#ifndef ACDR_MODEL_DOMAIN_NETWORK_H
#define ACDR_MODEL_DOMAIN_NETWORK_H

#include <stdbool.h>
#include <stddef.h>

#include "auto.h"
#include "err.h"

struct acdr_network {
    bool hostdev;     /* forward mode='hostdev': each guest gets a device of the pool by VFIO */
    bool openvswitch; /* its bridge is one of Open vSwitch */
    char *bridge;     /* of the host, that guests' interfaces are put on; "" where there is none */
    char **devs;      /* interfaces: that packets leave by, or of a pool its physical function */
    size_t n_devs;
    char **addresses; /* PCI addresses of a pool */
    size_t n_addresses;
};

/*
 * Read a <network>, or the <network> within a <networkstatus>. The caller frees. -EBADMSG with
 * line in E: not well-formed, a DTD, no network, or an address that is none.
 */
int acdr_network_parse(const char *xml, size_t len, struct acdr_network **ret, struct acdr_err *e);
void acdr_network_free(struct acdr_network *n);
ACDR_AUTO_DEFINE(struct acdr_network, acdr_network_free);

#endif
