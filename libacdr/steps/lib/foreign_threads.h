/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Threads of other guests on a guest's new clean cores. */
#ifndef ACDR_STEPS_LIB_FOREIGN_THREADS_H
#define ACDR_STEPS_LIB_FOREIGN_THREADS_H

#include "step.h"

/* Claim that threads which another owner's class keeps on a wider set leave the clean cores, for
 * housekeeping CPUs if nothing else is left. vCPUs stay on cores that both may use. 0 or -1. */
int acdr_foreign_threads_leave(const struct acdr_view *v, struct acdr_plan *p);

#endif
