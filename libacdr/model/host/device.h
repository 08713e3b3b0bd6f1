/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The NUMA nodes of devices that a guest can be given, by their names in the XML. */
#ifndef ACDR_MODEL_HOST_DEVICE_H
#define ACDR_MODEL_HOST_DEVICE_H

#include "host.h"

/*
 * Add the nodes of a device to NODES. BUS and NAME as in struct acdr_domain_device, except
 * networks. 0; -ENOENT: there is no such device now; -ENODATA: it exists, but the kernel reports no
 * node for it, or one without CPUs and memory; -EINVAL: not a name of that bus; other -errno: a
 * file cannot be read.
 */
int acdr_device_nodes(const struct acdr_host *h, const char *bus, const char *name,
                      struct acdr_bitmap *nodes);

/* The node in the device directory DIR. 0; -ENOENT: it has no such file; -ENODATA and others as
 * above. */
int acdr_device_dir_node(const struct acdr_host *h, const char *dir, int *node);

/* For recordings: read, for each device of this host, the files that acdr_device_nodes() reads. */
void acdr_device_visit_all(const struct acdr_host *h);

#endif
