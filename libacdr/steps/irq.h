/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The interrupts that a class's [irq] and [packet-path] place, for these steps; their names, also
 * for irq-ban. */
#ifndef ACDR_STEPS_IRQ_H
#define ACDR_STEPS_IRQ_H

#include "step.h"
#include "text.h"

struct acdr_irq_choice {
    const struct acdr_view *v;
    struct acdr_bitmap nics;    /* that the class names; indexes into host->nics */
    struct acdr_bitmap uplinks; /* that serve nobody else, as far as is known */
    struct acdr_bitmap shared;  /* uplinks that also serve others */
    bool hostdevs, disks;
    const char *words; /* may hold irq:PATTERN */
};

/* Choose the guest's uplinks. */
void acdr_irq_choose_uplinks(struct acdr_irq_choice *c);
/* True if the NIC's driver requested this interrupt for its queues; one of another function of the
 * same device, such as RDMA, does not count. */
bool acdr_irq_of_nic(const struct acdr_nic *n, const struct acdr_irq *irq);

/* The queue number at the end of a vector's name; 0 if there is none. */
int acdr_irq_queue(const struct acdr_irq *irq);
/* Append the name of its knob, "irq:40/eth0-TxRx-1". 0 or -ENOMEM. */
int acdr_irq_knob(const struct acdr_irq *irq, struct acdr_strbuf *ret);
/* Claim one interrupt for one CPU: SET, or PREFER, which others' claims can end. 0; 1: another
 * guest has it on another CPU (noted); -ENOMEM. */
int acdr_irq_pin(const struct acdr_view *v, const struct acdr_irq *irq, struct acdr_plan *p,
                 enum acdr_op op, int cpu);

/* An interrupt of a NIC that has more users now: if another guest, *OWNER, prefers it on another
 * CPU, that preference ends, as long as this one is there. 0 or -ENOMEM. */
int acdr_irq_object(const struct acdr_view *v, const struct acdr_irq *irq, struct acdr_plan *p,
                    int cpu, const char **owner);

/* Claim the chosen interrupts for CPUS, one vector of a queue each, and record who else is
 * affected; counts all chosen interrupts and those that another guest has. 0 or -ENOMEM. */
struct acdr_irq_count {
    int found, held;
    int objected; /* interrupts that others preferred elsewhere */
};
int acdr_irq_claim(const struct acdr_irq_choice *c, struct acdr_plan *p,
                   const struct acdr_bitmap *cpus, struct acdr_irq_count *ret);

#endif
