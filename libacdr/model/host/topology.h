/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The array of CPUs, which is read from the kernel or from the kept topology. */
#ifndef ACDR_MODEL_HOST_TOPOLOGY_H
#define ACDR_MODEL_HOST_TOPOLOGY_H

#include <stdbool.h>

struct acdr_host;

/* With fewer CPUs online the kernel's files are hardly more than those read instead. */
#define ACDR_TOPOLOGY_LEAST 64

/* The array of all CPUs of H, with nothing known but which are online. 0 or -ENOMEM. */
int acdr_topology_make_cpus(struct acdr_host *h);

/* A file of it could not be read: what is known of H is not kept. */
void acdr_topology_doubt(struct acdr_host *h);

/* Fill the CPUs of H, of which the online ones are known, from ACDR_TOPOLOGY_FILE. False, and
 * nothing but the key is changed: fewer than LEAST are online, or there is no file that describes
 * this host now. */
bool acdr_topology_take(struct acdr_host *h, int least);

#endif
