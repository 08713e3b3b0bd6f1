/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The CPUs of QEMU's other threads in a guest's place, according to the hints. */
#ifndef ACDR_PLACE_PLACE_THREADS_H
#define ACDR_PLACE_PLACE_THREADS_H

#include "place_find.h"

/* True if any kind of thread needs its own CPUs. */
bool acdr_place_wants_own(const struct acdr_place_request *q);
/* Fill emulator, iothreads and vhost of a place whose nodes, clean and reserved CPUs are known.
 * -ENOSPC with E: libvirt's cgroup has no CPU for them; -ENOMEM. */
int acdr_place_threads(const struct acdr_place_request *q, struct acdr_place *p,
                       struct acdr_err *e);

#endif
