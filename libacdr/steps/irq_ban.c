/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * irq-ban: device interrupts away from the clean cores.
 *
 * An interrupt stops the vCPU on its CPU, however well it is pinned, and its softirq follows.
 * Isolated partitions and isolcpus do not move interrupts. Clean cores are removed from the
 * /proc/irq/N/smp_affinity_list of every movable IRQ, by one claim for all of them (irqs:), which
 * also counts for those that appear later; an IRQ without any CPU left moves to housekeeping of its
 * device's node; /proc/irq/default_smp_affinity covers later requests. Managed and per-CPU
 * interrupts cannot move (EIO, since 6.12 EPERM): they are listed, not failed. irqbalance gets the
 * banned CPUs through its socket. Claims of several guests combine as sets: each removes its own
 * CPUs. An IRQ that [irq] or [packet-path] of the same guest places is where that claim says.
 */
#include <errno.h>

#include "irq.h"
#include "steps.h"
#include "text.h"

static const struct acdr_key keys[] = {
    { "default", ACDR_KEY_BOOL, NULL, "yes", "also interrupts that are requested later" },
    { "irqbalance", ACDR_KEY_BOOL, NULL, "yes", "exclude the cores from irqbalance" },
    { 0 },
};

static bool can_move(const struct acdr_irq *irq)
{
    return irq->has_affinity && irq->managed != ACDR_MANAGED_YES;
}

static int list_one(const struct acdr_host *h, const struct acdr_irq *irq, acdr_member_fn *fn,
                    void *arg)
{
    acdr_auto(strbuf) struct acdr_strbuf knob = { 0 };
    const struct acdr_node *node = acdr_host_node(h, irq->node);
    struct acdr_member m = { .now = &irq->affinity };

    if (acdr_irq_knob(irq, &knob) < 0)
        return -ENOMEM;
    m.knob = knob.s;
    if (node)
        m.near = node->cpus;
    return fn(arg, &m);
}

static int list(const struct acdr_host *h, const struct acdr_bitmap *cpus, acdr_member_fn *fn,
                void *arg)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < h->n_irqs; i++) {
        const struct acdr_irq *irq = &h->irqs[i];

        if (can_move(irq) && acdr_bitmap_intersects(&irq->affinity, cpus))
            r = list_one(h, irq, fn, arg);
    }
    return r;
}

static const struct acdr_family interrupts = {
    .knob = "irqs:",
    .reads = ACDR_HOST_IRQS,
    .list = list,
};

static int note_managed(const struct acdr_view *v, struct acdr_plan *p)
{
    const struct acdr_host *h = v->host;
    int managed = 0;

    for (size_t i = 0; i < h->n_irqs; i++)
        managed += h->irqs[i].has_affinity && h->irqs[i].managed == ACDR_MANAGED_YES &&
                   acdr_bitmap_intersects(&h->irqs[i].affinity, &v->place->clean);
    if (!managed)
        return 0;
    return acdr_plan_note(p,
                          "%d managed interrupt%s (only the boot parameter "
                          "isolcpus=managed_irq moves %s)",
                          managed, managed == 1 ? " stays" : "s stay",
                          managed == 1 ? "it" : "those");
}

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    const struct acdr_bitmap *clean = &v->place->clean;

    if (acdr_bitmap_empty(clean))
        return acdr_plan_result(p, ACDR_STEP_UNSUPPORTED,
                                "no dedicated cores to keep interrupts from; add [vcpus]");
    if (acdr_view_yes(v, p, "default") &&
        acdr_plan_claim_cpus(p, ACDR_OP_MINUS, clean, &v->housekeeping, true,
                             "mask:/proc/irq/default_smp_affinity") < 0)
        return acdr_err_nomem(e);
    if (v->host->irqbalance && acdr_view_yes(v, p, "irqbalance") &&
        acdr_plan_claim_cpus(p, ACDR_OP_PLUS, clean, NULL, true, "irqbalance:") < 0)
        return acdr_err_nomem(e);
    if (acdr_plan_claim_cpus(p, ACDR_OP_MINUS, clean, &v->housekeeping, true, "%s",
                             interrupts.knob) < 0 ||
        note_managed(v, p) < 0)
        return acdr_err_nomem(e);
    return 0;
}

const struct acdr_step acdr_step_irq_ban = {
    .name = "irq-ban",
    .help = "movable interrupts away from the clean cores",
    .stages = ACDR_STAGE_HOST,
    .needs_place = true,
    .reads = ACDR_HOST_IRQS,
    .keys = keys,
    .family = &interrupts,
    .plan = plan,
};
