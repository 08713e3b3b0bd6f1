/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * flow: the packets of a guest through one queue of the NIC, which one chosen CPU serves.
 *
 * A NIC spreads received packets over its queues by a hash, and so over the CPUs of the host. A
 * rule (ntuple; by the guest's MAC, VLAN or address) sends the guest's to one queue, whose
 * interrupt goes to one CPU; XPS sends that CPU's packets through the same queue; with `exclusive`
 * the hash spreads all other packets over the remaining queues. The CPU's rank in its node selects
 * the queue, or the next one without a rule of another guest; the step is refused if each queue has
 * one. Without its rule, which the driver may refuse, the step claims nothing: the queue carries
 * packets of others. Channels are never changed: that resets a live NIC.
 *
 * The queue is taken at `prepare`, where a guest that needs one can still be refused; what stands
 * behind an interface that only its start creates (`ethernet`) shows at `started`.
 *
 * Rule: one owner, because a MAC belongs to one guest; guests of one VLAN share its first one's
 * queue (set). The table of queues: each guest removes its own (minus), and if none is left it
 * stays unchanged.
 */
#include <stdio.h>
#include <string.h>

#include "irq.h"
#include "netpath.h"
#include "steps.h"
#include "target.h"
#include "text.h"

static const struct acdr_key keys[] = {
    { "to", ACDR_KEY_CHOICE, ACDR_TARGET_WORDS, "vhost", "the CPUs that serve the guest's queues" },
    ACDR_TARGET_CPUS_KEY,
    { "by", ACDR_KEY_CHOICE, "mac|vlan|ip", "mac", "how the NIC identifies the guest's packets" },
    { "exclusive", ACDR_KEY_BOOL, NULL, "no", "no other packets in the guest's queues" },
    { "xps", ACDR_KEY_BOOL, NULL, "yes", "what those CPUs send through the same queues" },
    { 0 },
};

/* The queue that belongs to a CPU. */
static int rank_of(const struct acdr_host *h, const struct acdr_nic *n, int cpu)
{
    const struct acdr_cpu *c = acdr_host_cpu(h, cpu);
    const struct acdr_node *node = c ? acdr_host_node(h, c->node) : NULL;
    int rank = 0;

    if (!node)
        return cpu % n->rx_queues;
    ACDR_BITMAP_FOR(i, &node->cpus)
        rank += i < cpu;
    return rank % n->rx_queues;
}

/* The queue that the claim's rule sends packets to, -1 if it is no rule of N. RULE: of this name.
 */
static int queue_of(const struct acdr_claim *c, const struct acdr_nic *n, const char *rule)
{
    size_t len = strlen(n->name);
    long long queue;

    if (c->op != ACDR_OP_SET || strncmp(c->knob, "flow:", 5) != 0 ||
        strncmp(c->knob + 5, n->name, len) != 0 || c->knob[5 + len] != '/' ||
        (rule && strcmp(c->knob + 6 + len, rule) != 0))
        return -1;
    return acdr_text_parse_num(c->value, &queue) == 0 && queue >= 0 && queue < n->rx_queues
               ? (int)queue
               : -1;
}

/* The queue of a rule that is claimed already, by this guest or, for its VLAN, by another; -1. */
static int known_queue(const struct acdr_view *v, const struct acdr_nic *n, const char *rule)
{
    int queue = -1;

    for (size_t i = 0; queue < 0 && i < v->n_own; i++)
        queue = queue_of(v->own[i].claim, n, rule);
    for (size_t i = 0; queue < 0 && i < v->n_foreign; i++)
        queue = queue_of(v->foreign[i].claim, n, rule);
    return queue;
}

/* The queue for a rule of this guest; -1: other guests' rules have all. */
static int find_queue(const struct acdr_view *v, const struct acdr_nic *n, const char *rule,
                      int cpu)
{
    int queue = known_queue(v, n, rule), first = rank_of(v->host, n, cpu);
    struct acdr_bitmap taken = { 0 };

    if (queue >= 0)
        return queue;
    for (size_t i = 0; i < v->n_foreign; i++) {
        queue = queue_of(v->foreign[i].claim, n, NULL);
        if (queue >= 0)
            acdr_bitmap_add(&taken, queue);
    }
    for (int i = 0; i < n->rx_queues; i++) {
        queue = (first + i) % n->rx_queues;
        if (!acdr_bitmap_has(&taken, queue))
            return queue;
    }
    return -1;
}

/* "mac=52:54:00:00:00:01", or why there is none. */
static const char *match_of(const struct acdr_domain_nic *nic, const char *by, char buf[64])
{
    if (!strcmp(by, "vlan")) {
        snprintf(buf, 64, "vlan=%d", nic->vlan);
        return nic->vlan ? NULL : "has no single VLAN tag in the domain's XML";
    }
    if (!strcmp(by, "ip")) {
        snprintf(buf, 64, "ip=%.45s", nic->ip);
        return nic->ip[0] ? NULL : "has no address (filterref, parameter IP) in the domain's XML";
    }
    snprintf(buf, 64, "mac=%.32s", nic->mac);
    return nic->mac[0] ? NULL : "has no MAC address in the domain's XML";
}

static int pin_vectors(const struct acdr_view *v, struct acdr_plan *p, const struct acdr_nic *n,
                       int queue, int cpu)
{
    int err = 0;

    for (size_t i = 0; err >= 0 && i < v->host->n_irqs; i++) {
        const struct acdr_irq *irq = &v->host->irqs[i];

        if (irq->has_affinity && irq->managed != ACDR_MANAGED_YES && acdr_irq_of_nic(n, irq) &&
            acdr_irq_queue(irq) == queue)
            err = acdr_irq_pin(v, irq, p, ACDR_OP_SET, cpu);
    }
    return err < 0 ? err : 0;
}

/* The rule; without it there is no dedicated queue, and the step's other claims go (`essential` of
 * its knob). */
static int claim_rule(struct acdr_plan *p, const struct acdr_nic *n, const char *match, int queue,
                      bool exclusive)
{
    struct acdr_bitmap own = { 0 };
    char text[16];

    snprintf(text, sizeof(text), "%d", queue);
    if (!exclusive)
        return acdr_plan_claim_soft(p, ACDR_OP_SET, text, "flow:%s/%s", n->name, match);
    acdr_bitmap_add(&own, queue);
    if (acdr_plan_claim(p, ACDR_OP_SET, text, "flow:%s/%s", n->name, match) < 0)
        return -1;
    return acdr_plan_claim_cpus(p, ACDR_OP_MINUS, &own, NULL, true, "rss:%s", n->name);
}

/* FULL: other guests have all queues. */
static int claim_nic(const struct acdr_view *v, struct acdr_plan *p, const struct acdr_nic *n,
                     const char *match, int cpu, bool *full)
{
    int queue = find_queue(v, n, match, cpu);
    struct acdr_bitmap one = { 0 };

    *full |= queue < 0;
    if (queue < 0)
        return acdr_plan_note(p, "another guest's rule is on the %d receive queue%s of %s",
                              n->rx_queues, acdr_text_s(n->rx_queues), n->name);
    acdr_bitmap_add(&one, cpu);
    if (claim_rule(p, n, match, queue, acdr_view_yes(v, p, "exclusive")) < 0 ||
        pin_vectors(v, p, n, queue, cpu) < 0)
        return -1;
    if (!acdr_view_yes(v, p, "xps") || n->tx_queues < 2)
        return 0;
    return acdr_plan_claim_cpus(p, ACDR_OP_PLUS, &one, NULL, true,
                                "mask:/sys/class/net/%s/queues/tx-%d/xps_cpus", n->name,
                                queue % n->tx_queues);
}

static int claim_all(const struct acdr_view *v, struct acdr_plan *p, const struct acdr_bitmap *nics,
                     const struct acdr_bitmap *cpus, bool *full)
{
    const char *by = acdr_view_key(v, p, "by");
    char match[64];
    int err = 0;

    ACDR_BITMAP_FOR(i, nics) {
        const struct acdr_nic *n = &v->host->nics[i];

        if (n->rx_queues < 2)
            acdr_plan_note(p, "%s has only one receive queue", n->name);
        for (size_t k = 0; n->rx_queues > 1 && err == 0 && k < v->domain->n_nics; k++) {
            const char *why = match_of(&v->domain->nics[k], by, match);

            if (why)
                acdr_plan_note(p, "interface %zu %s", k, why);
            else
                err = claim_nic(v, p, n, match, acdr_target_nth(cpus, (int)k), full);
        }
    }
    return err;
}

/* Has the guest got its queues before it ran? Where an interface of type ethernet leads only its
 * tap shows. */
static bool is_planned(const struct acdr_view *v, const struct acdr_plan *p)
{
    bool found = false;

    for (size_t i = 0; i < v->domain->n_nics; i++)
        if (!strcmp(v->domain->nics[i].type, "ethernet"))
            return false;
    for (size_t i = 0; i < p->n_claims; i++)
        found |= !strcmp(p->claims[i].step, acdr_step_flow.name);
    for (size_t i = 0; i < v->n_own; i++)
        found |= !strcmp(v->own[i].claim->step, acdr_step_flow.name) &&
                 v->own[i].claim->stage == ACDR_STAGE_HOST;
    return found;
}

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    struct acdr_bitmap nics, cpus;
    size_t before = p->n_claims;
    bool full = false;
    const char *why;

    if (!v->domain)
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "no guest, no packets");
    if (p->stage == ACDR_STAGE_GUEST && is_planned(v, p))
        return 0;
    why = acdr_target_find(v, p, &cpus);
    if (why)
        return acdr_plan_result(p, ACDR_STEP_REFUSED, "%s", why);
    acdr_netpath_uplinks(v->host, v->domain, &nics);
    if (acdr_bitmap_empty(&nics) && p->stage == ACDR_STAGE_HOST &&
        acdr_netpath_is_open(v->host, v->domain))
        return 0;
    if (acdr_bitmap_empty(&nics))
        return acdr_plan_result(p, ACDR_STEP_UNSUPPORTED,
                                "there is no NIC behind the guest's interfaces");
    if (claim_all(v, p, &nics, &cpus, &full) < 0)
        return acdr_err_nomem(e);
    if (full)
        return acdr_plan_result(p, ACDR_STEP_REFUSED, "no queue is left for this guest");
    if (p->n_claims == before)
        return acdr_plan_result(p, ACDR_STEP_UNSUPPORTED, "no packets can be identified");
    return 0;
}

const struct acdr_step acdr_step_flow = {
    .name = "flow",
    .help = "the guest's packets through a NIC queue of its own, on chosen CPUs",
    .stages = ACDR_STAGE_HOST | ACDR_STAGE_GUEST,
    .needs_place = true,
    .reads = ACDR_HOST_IRQS | ACDR_HOST_NICS,
    .guest_reads = ACDR_HOST_IRQS | ACDR_HOST_NICS,
    .keys = keys,
    .plan = plan,
};
