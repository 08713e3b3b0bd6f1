/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Receive packet steering of a guest's interfaces, for the steps softirq and packet-path. */
#ifndef ACDR_STEPS_SOFTIRQ_H
#define ACDR_STEPS_SOFTIRQ_H

#include "step.h"

/* Claim the softirqs of all interfaces that carry only this guest's packets for CPUS; XPS: also
 * their transmit queues; FLOWS: entries of each queue's flow table, 0 for none. The outcome says if
 * there is nothing to do. 0 or -ENOMEM. */
int acdr_softirq_claim(const struct acdr_view *v, struct acdr_plan *p,
                       const struct acdr_bitmap *cpus, bool xps, int flows);

#endif
