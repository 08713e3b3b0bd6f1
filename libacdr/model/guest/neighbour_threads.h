/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guest as the kernel shows it, where its XML cannot be read; private to neighbours.c. */
#ifndef ACDR_MODEL_GUEST_NEIGHBOUR_THREADS_H
#define ACDR_MODEL_GUEST_NEIGHBOUR_THREADS_H

#include "domain.h"

struct acdr_root;

/* The guest's UUID in its status file, whatever else that holds; false and "" if there is none. */
bool acdr_neighbour_uuid(const char *xml, char uuid[37]);
/*
 * The domain of QEMU process PID with that status file and UUID: its vCPUs, and as pins what the
 * kernel allows its threads. Its memory is not known. RET is NULL if it has ended. 0 or -ENOMEM.
 */
int acdr_neighbour_threads(struct acdr_root *root, const char *path, const char *uuid, int pid,
                           struct acdr_domain **ret);

#endif
