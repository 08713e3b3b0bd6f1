/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which interrupts the class's [irq] and [packet-path] place, for those steps and for irq-ban. */
#ifndef ACDR_STEPS_IRQ_H
#define ACDR_STEPS_IRQ_H

#include "step.h"

struct acdr_irq_choice {
    const struct acdr_view *v;
    struct acdr_bitmap nics;   /* indexes into host->nics */
    struct acdr_bitmap shared; /* uplinks that serve others too, whose interrupts stay */
    bool hostdevs, disks;
    const char *words; /* may hold irq:PATTERN */
};

/* What [irq] and [packet-path] of the class name. NULL, or a word of the key `device` that is none;
 * it lives as long as the class. */
const char *acdr_irq_choose(const struct acdr_view *v, struct acdr_irq_choice *ret);
bool acdr_irq_chosen(const struct acdr_irq_choice *c, const struct acdr_irq *irq);
/* Choose the guest's uplinks, but for those that serve others as well. */
void acdr_irq_choose_uplinks(struct acdr_irq_choice *c);
/* True where the NIC's driver has requested this interrupt for its queues; that of another function
 * of the same device, RDMA, is none of the NIC's. */
bool acdr_irq_of_nic(const struct acdr_nic *n, const struct acdr_irq *irq);

/* The queue that a vector's name ends with; 0 where it has no number. */
int acdr_irq_queue(const struct acdr_irq *irq);
/* Claim one interrupt for one CPU. 0; 1: another guest has it on another CPU, which is noted;
 * -ENOMEM. */
int acdr_irq_pin(const struct acdr_view *v, const struct acdr_irq *irq, struct acdr_plan *p,
                 int cpu);

/* Claim the chosen interrupts for CPUS, one vector of a queue each, and note whom else that
 * concerns; counts those that are there and those that another guest has. 0 or -ENOMEM. */
struct acdr_irq_count {
    int found, held;
};
int acdr_irq_claim(const struct acdr_irq_choice *c, struct acdr_plan *p,
                   const struct acdr_bitmap *cpus, struct acdr_irq_count *ret);

#endif
