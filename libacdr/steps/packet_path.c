/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * packet-path: the whole path of a guest's packets as one placement.
 *
 * NIC queue, interrupt, softirq, vhost worker, vCPU: pinned one by one, each may be right and the
 * path may still cross nodes repeatedly. This step places the guest near its NICs (if it fits
 * there) and sends interrupts and softirqs to the same CPUs: the packet's consumer (vhost, vcpus),
 * its siblings (siblings), or named I/O cores (cpus). The settings are those of the steps irq and
 * softirq, with the same rules for several claims; [emulator] and [vcpus] place vhost workers and
 * vCPUs. `acdr plan` prints the path.
 */
#include <string.h>

#include "irq.h"
#include "netpath.h"
#include "softirq.h"
#include "steps.h"
#include "target.h"
#include "text.h"

/* Each queue costs the host a thread; few guests have packets for more than this. */
#define QUEUES_MAX 8

static const struct acdr_key keys[] = {
    { "to", ACDR_KEY_CHOICE, ACDR_TARGET_WORDS, "vhost", "where interrupts and softirqs go" },
    ACDR_TARGET_CPUS_KEY,
    { "xps", ACDR_KEY_BOOL, NULL, "no", "transmit queues of veths spread over the same CPUs" },
    { 0 },
};

static void add_set(struct acdr_strbuf *t, const char *before, const struct acdr_bitmap *s)
{
    acdr_auto(free) char *list = acdr_bitmap_print_list(s);

    acdr_strbuf_addf(t, "%s%s", before, list && *list ? list : "no CPU");
}

/* "irq 40,41 on 6": the NIC's interrupts that this plan sends to one CPU. */
static void add_irqs(struct acdr_strbuf *t, const struct acdr_view *v, const struct acdr_plan *p,
                     const struct acdr_nic *n, int cpu)
{
    int count = 0;

    for (size_t i = 0; i < v->host->n_irqs; i++) {
        const struct acdr_irq *irq = &v->host->irqs[i];
        acdr_auto(free) char *knob = acdr_text_format("irq:%d/", irq->num);
        acdr_auto(free) char *value = acdr_text_format("%d", cpu);

        if (!acdr_irq_of_nic(n, irq))
            continue;
        for (size_t k = 0; knob && value && k < p->n_claims; k++)
            if (!strncmp(p->claims[k].knob, knob, strlen(knob)) &&
                p->claims[k].op == ACDR_OP_PREFER && !strcmp(p->claims[k].step, p->step) &&
                !strcmp(p->claims[k].value, value))
                acdr_strbuf_addf(t, "%s%d",
                                 count++                   ? ","
                                 : t->s[t->len - 1] == ' ' ? "irq "
                                                           : ", irq ",
                                 irq->num);
    }
    if (count)
        acdr_strbuf_addf(t, " on %d", cpu);
}

static void add_nic(struct acdr_strbuf *t, const struct acdr_view *v, const struct acdr_plan *p,
                    const struct acdr_nic *n, const struct acdr_bitmap *cpus)
{
    size_t named;

    acdr_strbuf_addf(t, "%s%s", t->len ? ", " : "", n->name);
    if (n->node >= 0)
        acdr_strbuf_addf(t, " (node %d)", n->node);
    named = t->len;
    acdr_strbuf_add(t, ": ");
    ACDR_BITMAP_FOR(c, cpus)
        add_irqs(t, v, p, n, c);
    if (!t->bad && t->len == named + 2) { /* none: they stay */
        t->len = named;
        t->s[named] = '\0';
    }
}

static void add_guest(struct acdr_strbuf *t, const struct acdr_view *v)
{
    add_set(t, " -> vhost on ", &v->place->vhost);
    acdr_strbuf_add(t, " -> vCPU");
    for (int i = 0; i < v->place->n_vcpus; i++)
        acdr_strbuf_addf(t, "%s %d on %d", i ? "," : "", i, v->place->vcpu[i]);
    add_set(t, v->place->n_vcpus ? " (node " : "s anywhere (node ", &v->place->nodes);
    acdr_strbuf_add(t, ")");
}

/* The path as one line, its stations separated by " -> ". */
static int note_way(const struct acdr_view *v, struct acdr_plan *p, const struct acdr_bitmap *nics,
                    const struct acdr_bitmap *cpus)
{
    acdr_auto(strbuf) struct acdr_strbuf t = { 0 };
    struct acdr_bitmap own;
    int n = 0;

    ACDR_BITMAP_FOR(i, nics)
        if (!t.bad)
            add_nic(&t, v, p, &v->host->nics[i], cpus);
    acdr_strbuf_add(&t, t.len ? " -> softirq of" : "softirq of");
    acdr_netpath_own(v->host, v->domain, &own);
    ACDR_BITMAP_FOR(i, &own)
        acdr_strbuf_addf(&t, "%s %s", n++ ? "," : "", v->host->nics[i].name);
    add_set(&t, n ? " on " : " its interfaces on ", cpus);
    add_guest(&t, v);
    return t.bad ? -1 : acdr_plan_note(p, "%s", t.s);
}

static int note_crossing(const struct acdr_view *v, struct acdr_plan *p,
                         const struct acdr_bitmap *nics)
{
    int err = 0;

    ACDR_BITMAP_FOR(i, nics) {
        const struct acdr_nic *n = &v->host->nics[i];

        if (n->node >= 0 && !acdr_bitmap_has(&v->place->nodes, n->node))
            err |= acdr_plan_note(p,
                                  "%s is on node %d and the guest is not: each packet crosses "
                                  "between nodes",
                                  n->name, n->node);
    }
    return err;
}

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    struct acdr_irq_choice c = { .v = v, .words = "" };
    struct acdr_bitmap cpus, nics;
    const char *why;
    struct acdr_irq_count n;
    size_t before = p->n_claims;

    if (!v->domain)
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "no guest, no packets");
    why = acdr_target_find(v, p, &cpus);
    if (why)
        return acdr_plan_result(p, ACDR_STEP_REFUSED, "%s", why);
    acdr_irq_choose_uplinks(&c);
    nics = c.uplinks;
    acdr_bitmap_or(&nics, &c.shared);
    if (acdr_irq_claim(&c, p, &cpus, &n) < 0 ||
        acdr_softirq_claim(v, p, &cpus, acdr_view_yes(v, p, "xps"), 0) < 0)
        return acdr_err_nomem(e);
    if (p->n_claims == before)
        return 0;
    if (note_way(v, p, &nics, &cpus) < 0 || note_crossing(v, p, &nics) < 0)
        return acdr_err_nomem(e);
    return 0;
}

/* A tap with a kernel worker: each pair of queues gets its own worker. */
static bool has_one_queue(const struct acdr_domain_nic *n)
{
    static const char *const types[] = { "network", "bridge", "ethernet", "direct" };
    bool tap = false;

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        tap |= !strcmp(n->type, types[i]);
    return tap && !strcmp(n->model, "virtio") && strcmp(n->driver, "qemu") && n->queues < 2;
}

static void define(const struct acdr_view *v, struct acdr_definitions *ds)
{
    int queues = v->domain->vcpus < QUEUES_MAX ? v->domain->vcpus : QUEUES_MAX;

    for (size_t i = 0; queues > 1 && i < v->domain->n_nics; i++) {
        acdr_auto(free) char *path = acdr_text_format("devices/interface[%zu]/driver", i);
        acdr_auto(free) char *value = acdr_text_format("%d", queues);

        if (has_one_queue(&v->domain->nics[i]))
            acdr_define(ds, path, "queues", value,
                        "a queue and a vhost worker for each vCPU, at most 8");
    }
}

const struct acdr_step acdr_step_packet_path = {
    .name = "packet-path",
    .help = "interrupts, softirqs and vhost of the guest's packets as one placement",
    .stages = ACDR_STAGE_GUEST,
    .needs_place = true,
    .guest_reads = ACDR_HOST_IRQS | ACDR_HOST_NICS,
    .keys = keys,
    .define = define,
    .plan = plan,
};
