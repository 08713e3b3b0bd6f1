/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where QEMU's other threads go beside a guest's place: what the hints say, as CPUs. */
#ifndef ACDR_PLACE_PLACE_THREADS_H
#define ACDR_PLACE_PLACE_THREADS_H

#include "place_find.h"

/* True where any kind of thread is to have CPUs of its own. */
bool acdr_place_wants_own(const struct acdr_place_request *q);
/* Fill emulator, iothreads and vhost of a place whose nodes, clean and reserved CPUs are known. */
void acdr_place_threads(const struct acdr_place_request *q, struct acdr_place *p);

#endif
