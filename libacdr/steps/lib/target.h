/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where work that the host does for a guest is sent: the keys `to` and `cpus` of several steps. */
#ifndef ACDR_STEPS_LIB_TARGET_H
#define ACDR_STEPS_LIB_TARGET_H

#include "step.h"

#define ACDR_TARGET_WORDS "vhost|emulator|node|vcpus|siblings|cpus"
#define ACDR_TARGET_CPUS_KEY                                                                       \
    {                                                                                              \
        "cpus", ACDR_KEY_CPUS, NULL, "", "the CPUs of to = cpus"                                   \
    }

/*
 * The CPUs that the present step's key `to` names, without offline ones and other guests' clean
 * cores. NULL, or why there are none, for the step's result.
 *   vhost, emulator   where those threads of QEMU are
 *   node              the guest's nodes without clean cores and isolcpus
 *   vcpus, siblings   the guest's own: the vCPUs' CPUs; the idle threads of its cores
 *   cpus              as the key `cpus` lists them
 */
const char *acdr_target_find(const struct acdr_view *v, const struct acdr_plan *p,
                             struct acdr_bitmap *ret);
/* The I-th CPU of a set, counted round and round; the set is not empty. */
int acdr_target_nth(const struct acdr_bitmap *s, int i);

#endif
