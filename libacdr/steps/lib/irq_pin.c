/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One interrupt for one CPU, beside what other guests claim. See irq.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "irq.h"

/* Without an address after it: "eth0-TxRx-3", "virtio1-input.3", "mlx5_comp3@pci:0000:3b:00.0",
 * "vfio-msix[3](0000:3b:00.0)". */
int acdr_irq_queue(const struct acdr_irq *irq)
{
    const char *actions = irq->actions;
    size_t len = strcspn(actions, "@(,");
    int n = 0;

    while (len && (actions[len - 1] < '0' || actions[len - 1] > '9'))
        len--;
    for (int unit = 1; len && unit <= 1000 && actions[len - 1] >= '0' && actions[len - 1] <= '9';
         len--, unit *= 10)
        n += unit * (actions[len - 1] - '0');
    return n;
}

/* Another guest's claim of that op that puts this knob elsewhere: its name, or NULL. */
static const char *held_by(const struct acdr_view *v, enum acdr_op op, const char *knob,
                           const char *cpu)
{
    for (size_t i = 0; i < v->n_foreign; i++) {
        const struct acdr_claim *c = v->foreign[i].claim;

        if (c->op == op && !strcmp(c->knob, knob) && strcmp(c->value, cpu) != 0)
            return v->foreign[i].owner;
    }
    return NULL;
}

int acdr_irq_knob(const struct acdr_irq *irq, struct acdr_strbuf *ret)
{
    acdr_strbuf_addf(ret, "irq:%d/", irq->num);
    acdr_strbuf_add_field(ret, irq->actions[0] ? irq->actions : "-");
    return ret->bad ? -ENOMEM : 0;
}

/* If the preferences of several differ, the clean cores of all are left out. */
static int claim(const struct acdr_view *v, struct acdr_plan *p, enum acdr_op op, int cpu,
                 const char *knob)
{
    struct acdr_bitmap one = { 0 };

    acdr_bitmap_add(&one, cpu);
    return acdr_plan_claim_cpus(p, op, &one, op == ACDR_OP_PREFER ? &v->place->clean : NULL, true,
                                "%s", knob);
}

int acdr_irq_pin(const struct acdr_view *v, const struct acdr_irq *irq, struct acdr_plan *p,
                 enum acdr_op op, int cpu)
{
    acdr_auto(strbuf) struct acdr_strbuf knob = { 0 };
    char number[16];
    const char *owner;

    snprintf(number, sizeof(number), "%d", cpu);
    if (acdr_irq_knob(irq, &knob) < 0)
        return -1;
    owner = held_by(v, ACDR_OP_SET, knob.s, number);
    if (owner)
        return acdr_plan_note(p, "irq %d stays where %s claims it", irq->num, owner) < 0 ? -1 : 1;
    return claim(v, p, op, cpu, knob.s);
}

int acdr_irq_object(const struct acdr_view *v, const struct acdr_irq *irq, struct acdr_plan *p,
                    int cpu, const char **owner)
{
    acdr_auto(strbuf) struct acdr_strbuf knob = { 0 };
    char number[16];

    snprintf(number, sizeof(number), "%d", cpu);
    if (acdr_irq_knob(irq, &knob) < 0)
        return -1;
    *owner = held_by(v, ACDR_OP_PREFER, knob.s, number);
    return *owner ? claim(v, p, ACDR_OP_PREFER, cpu, knob.s) : 0;
}
