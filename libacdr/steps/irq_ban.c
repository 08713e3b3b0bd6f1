/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * irq-ban: device interrupts away from the clean cores.
 *
 * An interrupt stops the vCPU on its CPU, however well it is pinned, and its softirq follows.
 * Isolated partitions and isolcpus do not move interrupts. Clean cores are removed from the
 * /proc/irq/N/smp_affinity_list of every movable IRQ; an IRQ without any CPU left moves to
 * housekeeping of its device's node; /proc/irq/default_smp_affinity covers later requests. Managed
 * and per-CPU interrupts cannot move (EIO, since 6.12 EPERM): they are listed, not failed.
 * irqbalance gets the banned CPUs through its socket. Claims of several guests combine as sets:
 * each removes its own CPUs. [irq] or [packet-path] of the same class keep the IRQs that they
 * place.
 */
#include "irq.h"
#include "steps.h"
#include "text.h"

static const struct acdr_key keys[] = {
    { "default", ACDR_KEY_BOOL, NULL, "yes", "also interrupts that are requested later" },
    { "irqbalance", ACDR_KEY_BOOL, NULL, "yes", "exclude the cores from irqbalance" },
    { 0 },
};

/* The CPUs for an interrupt without any other: housekeeping of its device's node, so that its data
 * does not cross nodes; all housekeeping if that node has none or is unknown. */
static void find_refuge(const struct acdr_view *v, const struct acdr_irq *irq,
                        struct acdr_bitmap *ret)
{
    const struct acdr_node *node = acdr_host_node(v->host, irq->node);

    *ret = v->housekeeping;
    if (node && acdr_bitmap_intersects(&node->cpus, ret))
        acdr_bitmap_and(ret, &node->cpus);
}

static int claim_irq(const struct acdr_view *v, const struct acdr_irq *irq, struct acdr_plan *p)
{
    struct acdr_strbuf name = { 0 };
    struct acdr_bitmap refuge;
    int err;

    acdr_strbuf_add_field(&name, irq->actions[0] ? irq->actions : "-");
    if (name.bad)
        return -1;
    find_refuge(v, irq, &refuge);
    err = acdr_plan_claim_cpus(p, ACDR_OP_MINUS, &v->place->clean, &refuge, true, "irq:%d/%s",
                               irq->num, name.s);
    acdr_strbuf_done(&name);
    return err;
}

static int claim_irqs(const struct acdr_view *v, struct acdr_plan *p)
{
    const struct acdr_host *h = v->host;
    struct acdr_irq_choice placed;
    int managed = 0;

    acdr_irq_choose(v, &placed);
    for (size_t i = 0; i < h->n_irqs; i++) {
        const struct acdr_irq *irq = &h->irqs[i];

        if (!irq->has_affinity || !acdr_bitmap_intersects(&irq->affinity, &v->place->clean) ||
            acdr_irq_chosen(&placed, irq))
            continue;
        if (irq->managed == ACDR_MANAGED_YES)
            managed++;
        else if (claim_irq(v, irq, p) < 0)
            return -1;
    }
    if (managed)
        acdr_plan_note(p,
                       "%d managed interrupts stay (only the boot parameter "
                       "isolcpus=managed_irq moves those)",
                       managed);
    return 0;
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
    if (claim_irqs(v, p) < 0)
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
    .plan = plan,
};
