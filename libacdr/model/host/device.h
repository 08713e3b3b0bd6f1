/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The NUMA nodes of devices that a guest can be given, by the names that its XML has for them. */
#ifndef ACDR_MODEL_HOST_DEVICE_H
#define ACDR_MODEL_HOST_DEVICE_H

#include "host.h"

/*
 * Add the nodes that a device is on to NODES. BUS and NAME as in struct acdr_domain_device, but for
 * networks. 0; -ENOENT: there is no such device now; -ENODATA: it is there, and the kernel names no
 * node for it, or one without CPUs and memory; -EINVAL: no name of that bus; other -errno: a file
 * cannot be read.
 */
int acdr_device_nodes(const struct acdr_host *h, const char *bus, const char *name,
                      struct acdr_bitmap *nodes);

/* The node that the device folder DIR tells. 0; -ENOENT: it has no such file; -ENODATA and others
 * as above. */
int acdr_device_dir_node(const struct acdr_host *h, const char *dir, int *node);

/* Read for each device of this host what acdr_device_nodes() reads: for recordings. */
void acdr_device_visit_all(const struct acdr_host *h);

#endif
