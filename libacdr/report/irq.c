/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One interrupt: its allowed CPUs, whose clean cores those are, who claims its affinity, and what
 * prevents moving it. Reads the host and the journal.
 */
#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "family.h"
#include "host.h"

static const struct acdr_irq *find(const struct acdr_host *h, int num)
{
    for (size_t i = 0; i < h->n_irqs; i++)
        if (h->irqs[i].num == num)
            return &h->irqs[i];
    return NULL;
}

/* "" if nothing prevents moving it. */
static const char *why_it_stays(const struct acdr_irq *q)
{
    if (!q->actions[0])
        return "no driver uses it now: it does not fire";
    if (!q->has_affinity)
        return "the kernel has no affinity for it: it belongs to one CPU or to all";
    if (q->managed == ACDR_MANAGED_YES)
        return "managed by the kernel alone; isolcpus=managed_irq of boot keeps it off the CPUs "
               "named there";
    return "";
}

static void add_owners(struct acdr_item *root, const struct acdr_journal *j,
                       const struct acdr_irq *q)
{
    struct acdr_item *list = acdr_item_add(root, "owners", ACDR_ITEM_LIST);

    for (size_t i = 0; q->has_affinity && i < j->n_entries; i++) {
        const struct acdr_place *p = j->entries[i].place;
        struct acdr_bitmap shared = q->affinity;
        struct acdr_item *m;

        if (!p)
            continue;
        acdr_bitmap_and(&shared, &p->clean);
        if (acdr_bitmap_empty(&shared))
            continue;
        m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);
        acdr_item_add_text(m, "owner", j->entries[i].name);
        acdr_item_add_cpus(m, "cpus", &shared);
    }
}

static void add_claim(struct acdr_item *list, struct acdr_journal *j,
                      const struct acdr_owned_claim *h)
{
    const struct acdr_entry *en = acdr_journal_find(j, h->id);
    struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);

    acdr_item_add_text(m, "owner", en ? en->name : h->id);
    acdr_item_add_text(m, "step", h->claim.step);
    acdr_item_add_text(m, "op", acdr_op_name(h->claim.op));
    acdr_item_add_text(m, "value", h->claim.value);
}

/* Those on the setting, and those on its family that concern it. */
static void add_claims_on(struct acdr_item *list, struct acdr_journal *j,
                          const struct acdr_saved_knob *k)
{
    const struct acdr_saved_knob *fam = k->fixed ? NULL : acdr_family_of(j, k);

    for (const struct acdr_owned_claim *h = k->claims.first; h;
         h = acdr_claim_next(h, ACDR_CHAIN_KNOB))
        add_claim(list, j, h);
    for (const struct acdr_owned_claim *h = fam ? fam->claims.first : NULL; h;
         h = acdr_claim_next(h, ACDR_CHAIN_KNOB))
        if (!acdr_journal_claim_of(k, h->id) && acdr_family_concerns(k, h->claim.value))
            add_claim(list, j, h);
}

/* For the knobs irq:NUM/ACTIONS. */
static void add_claims(struct acdr_item *root, struct acdr_journal *j, int num)
{
    struct acdr_item *list = acdr_item_add(root, "claims", ACDR_ITEM_LIST);
    char knob[32];
    const char *base = NULL;

    snprintf(knob, sizeof(knob), "irq:%d/", num);
    for (size_t i = 0; i < j->n_saved; i++) {
        if (strncmp(j->saved[i]->name, knob, strlen(knob)))
            continue;
        add_claims_on(list, j, j->saved[i]);
        base = j->saved[i]->base;
    }
    acdr_item_add_text(root, "was", base);
}

int acdr_report_irq(struct acdr *a, int num, struct acdr_item **ret, struct acdr_err *e)
{
    acdr_auto(acdr_host_free) struct acdr_host *h = NULL;
    acdr_auto(acdr_journal_free) struct acdr_journal *j = NULL;
    acdr_auto(acdr_item_free) struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP);
    const struct acdr_irq *q;
    int err = acdr_host_read(a->root, ACDR_HOST_IRQS, &h, e);

    if (err == 0)
        err = acdr_journal_read(a->root, &j, e);
    if (err < 0)
        return err;
    q = find(h, num);
    if (!q)
        return acdr_err_set(e, EINVAL, "interrupt %d: does not exist", num);
    acdr_item_add_num(root, "irq", num);
    acdr_item_add_text(root, "name", q->actions);
    acdr_item_add_text(root, "device", q->device);
    if (q->has_affinity)
        acdr_item_add_cpus(root, "affinity", &q->affinity);
    else
        acdr_item_add_null(root, "affinity");
    acdr_item_add_bool(root, "movable", !why_it_stays(q)[0]);
    acdr_item_add_text(root, "why", why_it_stays(q));
    add_owners(root, j, q);
    add_claims(root, j, num);
    return acdr_report_done(&root, ret, e);
}
