/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * irq: the interrupts of named devices on chosen CPUs.
 *
 * The softirq follows its interrupt, and the packet or block is in that CPU's cache: it should be
 * near the consumer. /proc/irq/N/smp_affinity_list is set to one CPU, the vectors of a device's
 * queues in turn over the chosen ones: queue 0's on the first of them, and so on. Managed and
 * per-CPU interrupts cannot move (EIO, since 6.12 EPERM): they are listed, not failed. Those of a
 * passed-through device appear when the guest's driver requests them, mostly after `started`; the
 * next reconnect finds them.
 *
 * The interrupts of a NIC that serves only this guest, of those that are known, are preferred there
 * (prefer): a guest that comes later and wants them elsewhere sends them back to where they were,
 * and a queue that [flow] gives a guest is that guest's (set). A NIC that serves others from the
 * start keeps its interrupts: their traffic would go to this guest's CPUs. What the class names
 * (nic:, irq:, hostdev, disk) is moved in any case, and the plan notes who is affected.
 *
 * Two guests on one named interrupt: it stays on the first one's CPU (set), and the second gets a
 * note; a step without any interrupt left is refused. With irq-ban: in the same class interrupts
 * placed here are not banned; other guests' clean cores are never used, and their bans remove them
 * again (minus comes after set).
 */
#include "irq.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "netpath.h"
#include "steps.h"
#include "target.h"
#include "text.h"

static const struct acdr_key keys[] = {
    { "device", ACDR_KEY_TEXT, NULL, "uplinks",
      "what: uplinks, hostdev, disk, nic:NAME, irq:PATTERN; several with blanks between" },
    { "to", ACDR_KEY_CHOICE, ACDR_TARGET_WORDS, "vhost", "where they go" },
    ACDR_TARGET_CPUS_KEY,
    { 0 },
};

/* The next word of *S into BUF; false at the end. */
static bool next_word(const char **s, char buf[64])
{
    size_t len;

    *s += strspn(*s, " \t,");
    len = strcspn(*s, " \t,");
    snprintf(buf, 64, "%.*s", (int)(len < 63 ? len : 63), *s);
    *s += len;
    return len > 0;
}

void acdr_irq_choose_uplinks(struct acdr_irq_choice *c)
{
    const struct acdr_view *v = c->v;
    struct acdr_bitmap up = { 0 }, others;

    if (v->domain)
        acdr_netpath_uplinks(v->host, v->domain, &up);
    ACDR_BITMAP_FOR(i, &up) {
        acdr_netpath_others(v->host, v->domain, i, &others);
        acdr_bitmap_add(acdr_bitmap_empty(&others) ? &c->uplinks : &c->shared, i);
    }
}

static bool choose_word(struct acdr_irq_choice *c, const char *word)
{
    const struct acdr_host *h = c->v->host;
    const struct acdr_nic *n;

    if (!strcmp(word, "uplinks")) {
        acdr_irq_choose_uplinks(c);
        return true;
    }
    if (!strcmp(word, "hostdev"))
        return c->hostdevs = true;
    if (!strcmp(word, "disk"))
        return c->disks = true;
    if (!strncmp(word, "nic:", 4)) {
        n = acdr_host_nic(h, word + 4);
        if (n)
            acdr_bitmap_add(&c->nics, (int)(n - h->nics));
        return true;
    }
    return !strncmp(word, "irq:", 4);
}

/* The choice of the class. NULL, or an invalid word of the key `device`, valid as long as the
 * class. */
static const char *choose(const struct acdr_view *v, struct acdr_irq_choice *ret)
{
    const char *s, *at;
    char word[64];

    *ret = (struct acdr_irq_choice){ .v = v, .words = "" };
    ret->words = acdr_class_get(v->class, acdr_step_irq.name, "device");
    for (s = at = ret->words; next_word(&s, word); at = s)
        if (!choose_word(ret, word))
            return at + strspn(at, " \t,");
    return NULL;
}

/* Drivers with separate RDMA interrupts: "irdma-ens3f0-CEQ-5", "bnxt_re-nq-0@pci:...",
 * "hns_roce-...". That of mlx5 shares the vectors of the queues. */
static bool is_of_rdma(const struct acdr_irq *irq)
{
    static const char *const names[] = { "rdma",     "i40iw", "bnxt_re", "qedr",
                                         "hns_roce", "-CEQ-", "-AEQ" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strstr(irq->actions, names[i]))
            return true;
    return false;
}

bool acdr_irq_of_nic(const struct acdr_nic *n, const struct acdr_irq *irq)
{
    const char *const starts[] = { n->name, n->device };

    if (is_of_rdma(irq))
        return false;
    for (size_t i = 0; i < n->n_irqs; i++)
        if (n->irqs[i] == irq->num)
            return true;
    for (int i = 0; n->n_irqs == 0 && i < 2; i++) {
        size_t len = strlen(starts[i]);

        if (len && !strncmp(irq->actions, starts[i], len) &&
            (!irq->actions[len] || irq->actions[len] == '-'))
            return true;
    }
    return false;
}

static bool is_hostdev(const struct acdr_domain *d, const struct acdr_irq *irq)
{
    for (size_t i = 0; d && irq->device[0] && i < d->n_devices; i++)
        if ((!strcmp(d->devices[i].bus, "pci") || !strcmp(d->devices[i].bus, "nvme")) &&
            !strcmp(d->devices[i].name, irq->device))
            return true;
    return false;
}

/* "nvme0q3" is nvme0's, "virtio3-req.0" virtio3's. */
static bool is_of_disk(const struct acdr_storage *s, const struct acdr_irq *irq)
{
    for (size_t i = 0; i < s->n_blocks; i++) {
        size_t len = strlen(s->blocks[i].device);

        if (len && !strncmp(irq->actions, s->blocks[i].device, len) &&
            (irq->actions[len] == 'q' || irq->actions[len] == '-'))
            return true;
    }
    return false;
}

static bool fits_pattern(const char *words, const char *actions)
{
    char word[64];

    while (next_word(&words, word))
        if (!strncmp(word, "irq:", 4) && fnmatch(word + 4, actions, 0) == 0)
            return true;
    return false;
}

static bool is_of_any(const struct acdr_host *h, const struct acdr_bitmap *nics,
                      const struct acdr_irq *irq)
{
    ACDR_BITMAP_FOR(i, nics)
        if (acdr_irq_of_nic(&h->nics[i], irq))
            return true;
    return false;
}

/* By what the class names. */
static bool is_named(const struct acdr_irq_choice *c, const struct acdr_irq *irq)
{
    if (c->hostdevs && is_hostdev(c->v->domain, irq))
        return true;
    if (c->disks && is_of_disk(&c->v->host->storage, irq))
        return true;
    return is_of_any(c->v->host, &c->nics, irq) || fits_pattern(c->words, irq->actions);
}

static bool is_chosen(const struct acdr_irq_choice *c, const struct acdr_irq *irq)
{
    return is_named(c, irq) || is_of_any(c->v->host, &c->uplinks, irq);
}

/* Some of the interfaces in SET by name. */
static char *name_some(const struct acdr_host *h, const struct acdr_bitmap *set)
{
    struct acdr_strbuf t = { 0 };
    int n = 0, all = acdr_bitmap_weight(set);

    ACDR_BITMAP_FOR(i, set)
        if (n++ < 3)
            acdr_strbuf_addf(&t, "%s%s", t.len ? ", " : "", h->nics[i].name);
    if (all > 3)
        acdr_strbuf_addf(&t, " and %d more", all - 3);
    return acdr_strbuf_take(&t);
}

/* The other users of a NIC, besides this guest. */
static int note_sharers(const struct acdr_irq_choice *c, struct acdr_plan *p)
{
    const struct acdr_host *h = c->v->host;
    struct acdr_bitmap all = c->nics, others;
    int err = 0;

    acdr_bitmap_or(&all, &c->uplinks);
    acdr_bitmap_or(&all, &c->shared);
    ACDR_BITMAP_FOR(i, &all) {
        acdr_auto(free) char *names = NULL;
        bool moved = acdr_bitmap_has(&c->nics, i) || acdr_bitmap_has(&c->uplinks, i);

        acdr_bitmap_zero(&others);
        if (c->v->domain)
            acdr_netpath_others(h, c->v->domain, i, &others);
        names = name_some(h, &others);
        if (!names)
            return -1;
        if (moved && !*names)
            err |= acdr_plan_note(p, "all of %s: what the host itself receives there goes along",
                                  h->nics[i].name);
        else
            err |= acdr_plan_note(p,
                                  moved ? "all of %s, which serves %s as well"
                                        : "%s serves %s as well: its interrupts stay",
                                  h->nics[i].name, names);
    }
    return err;
}

/* Those of NICs that others were alone on until now. */
static int object_to_others(const struct acdr_irq_choice *c, struct acdr_plan *p,
                            const struct acdr_bitmap *cpus, int *objected)
{
    const struct acdr_host *h = c->v->host;
    const char *owner = NULL, *one = NULL;
    int err = 0;

    for (size_t i = 0; err == 0 && i < h->n_irqs; i++) {
        const struct acdr_irq *irq = &h->irqs[i];

        if (!irq->has_affinity || is_named(c, irq) || !is_of_any(h, &c->shared, irq))
            continue;
        err = acdr_irq_object(c->v, irq, p, acdr_target_nth(cpus, acdr_irq_queue(irq)), &one);
        owner = one ? one : owner;
        *objected += one != NULL;
    }
    if (err == 0 && owner)
        err = acdr_plan_note(p, "they go back to where they were before %s", owner);
    return err;
}

int acdr_irq_claim(const struct acdr_irq_choice *c, struct acdr_plan *p,
                   const struct acdr_bitmap *cpus, struct acdr_irq_count *ret)
{
    const struct acdr_host *h = c->v->host;
    int managed = 0, err = 0;

    *ret = (struct acdr_irq_count){ 0 };
    for (size_t i = 0; err >= 0 && i < h->n_irqs; i++) {
        const struct acdr_irq *irq = &h->irqs[i];

        if (!irq->has_affinity || !is_chosen(c, irq))
            continue;
        ret->found++;
        if (irq->managed == ACDR_MANAGED_YES) {
            managed++;
            continue;
        }
        err = acdr_irq_pin(c->v, irq, p, is_named(c, irq) ? ACDR_OP_SET : ACDR_OP_PREFER,
                           acdr_target_nth(cpus, acdr_irq_queue(irq)));
        ret->held += err == 1;
    }
    if (managed)
        acdr_plan_note(p, "%d managed interrupt%s where the kernel placed %s", managed,
                       managed == 1 ? " stays" : "s stay", managed == 1 ? "it" : "them");
    if (err >= 0)
        err = note_sharers(c, p);
    if (err >= 0)
        err = object_to_others(c, p, cpus, &ret->objected);
    return err < 0 ? err : 0;
}

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    struct acdr_irq_choice c;
    struct acdr_bitmap cpus;
    const char *why = choose(v, &c);
    struct acdr_irq_count n = { 0 };

    if (v->domain && p->stage == ACDR_STAGE_HOST)
        return 0; /* its interfaces and devices appear once it runs */
    if (why)
        return acdr_plan_result(p, ACDR_STEP_REFUSED,
                                "device: \"%.*s\" is not one of uplinks, hostdev, disk, nic:NAME, "
                                "irq:PATTERN",
                                (int)strcspn(why, " \t,"), why);
    why = acdr_target_find(v, p, &cpus);
    if (why)
        return acdr_plan_result(p, ACDR_STEP_REFUSED, "%s", why);
    if (acdr_irq_claim(&c, p, &cpus, &n) < 0)
        return acdr_err_nomem(e);
    if (n.held && n.held == n.found)
        return acdr_plan_result(p, ACDR_STEP_REFUSED, "all of them are taken");
    if (n.found == 0 && n.objected)
        return 0;
    if (n.found == 0 && !acdr_bitmap_empty(&c.shared))
        return acdr_plan_result(p, ACDR_STEP_REFUSED,
                                "no NIC behind the guest is its own; [flow] gives it a queue");
    if (n.found == 0)
        return acdr_plan_result(p, ACDR_STEP_UNSUPPORTED,
                                "no interrupt on this host matches `device` (%s)%s", c.words,
                                c.hostdevs ? "; a passed-through device has none until "
                                             "the guest's driver asks for them"
                                           : "");
    return 0;
}

const struct acdr_step acdr_step_irq = {
    .name = "irq",
    .help = "interrupts of named devices on chosen CPUs",
    .stages = ACDR_STAGE_HOST | ACDR_STAGE_GUEST,
    .needs_place = true,
    .reads = ACDR_HOST_IRQS | ACDR_HOST_NICS | ACDR_HOST_STORAGE,
    .guest_reads = ACDR_HOST_IRQS | ACDR_HOST_NICS | ACDR_HOST_STORAGE,
    .keys = keys,
    .plan = plan,
};
