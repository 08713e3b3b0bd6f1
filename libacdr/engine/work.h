/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CPUs for work that is no guest: chosen as for a guest, conditioned as a pool. */
#ifndef ACDR_ENGINE_WORK_H
#define ACDR_ENGINE_WORK_H

#include "acdr/workload.h"
#include "handle.h"
#include "item.h"

/* As acdr_workload_begin(). */
int acdr_workload_start(struct acdr *a, const struct acdr_workload *w, struct acdr_item **ret,
                        struct acdr_err *e);
/* As acdr_workload_end(). */
int acdr_workload_finish(struct acdr *a, const char *name, int pid, struct acdr_err *e);

#endif
