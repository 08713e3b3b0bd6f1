/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What interrupted a guest's cores: devices, softirqs, other CPUs, and tasks on the sibling of
 * each. Works on the readings of the window's second sample, whose rates are those of the window.
 */
#include <stdio.h>
#include <string.h>

#include "decimal.h"
#include "root.h"
#include "why.h"

/* Estimated cost of one event in milliseconds, only to order the findings. */
#define IRQ_MS       0.005
#define SHOOTDOWN_MS 0.003
/* A busy sibling takes about this share of the core from the other thread. */
#define SIBLING_SHARE 0.3

/* A counter missing at the start had never counted before the window. */
static double rate_of(const struct acdr_why *y, const struct acdr_reading *r)
{
    return r->rate >= 0 ? r->rate : r->value / y->seconds;
}

static void fill_thread(struct acdr_why *y, const struct acdr_reading *r)
{
    for (size_t i = 0; i < y->n_cores; i++) {
        struct acdr_why_core *c = &y->cores[i];

        if (!r->thread || strcmp(c->thread, r->thread) || r->rate < 0)
            continue;
        if (!strcmp(r->metric->name, "acdr_thread_run_seconds"))
            c->run = r->rate * 1000;
        else if (!strcmp(r->metric->name, "acdr_thread_run_delay_seconds"))
            c->delay = r->rate * 1000;
        else if (!strcmp(r->metric->name, "acdr_thread_switches") &&
                 !strcmp(r->what, "involuntary"))
            c->switches = r->rate;
    }
}

static void fill_cpu(struct acdr_why *y, struct acdr_why_core *c, const struct acdr_reading *r)
{
    const char *name = r->metric->name;

    if (!strcmp(name, "acdr_cpu_seconds") && r->rate >= 0) {
        if (!strcmp(r->what, "irq"))
            c->irq = r->rate * 1000;
        else if (!strcmp(r->what, "softirq"))
            c->softirq = r->rate * 1000;
    } else if (!strcmp(name, "acdr_cpu_interrupts")) {
        c->interrupts += rate_of(y, r);
    } else if (!strcmp(name, "acdr_cpu_kernel_interrupts")) {
        if (!strcmp(r->what, "LOC") || !strcmp(r->what, "arch_timer"))
            c->ticks += rate_of(y, r);
        else if (!strcmp(r->what, "TLB"))
            c->shootdowns += rate_of(y, r);
    }
}

void acdr_why_core_fill(struct acdr_why *y)
{
    for (size_t i = 0; i < y->watch->now.n; i++) {
        const struct acdr_reading *r = &y->watch->now.v[i];
        struct acdr_why_core *c = r->cpu >= 0 ? acdr_why_core(y, r->cpu) : NULL;

        if (r->guest && !strcmp(r->guest, y->name))
            fill_thread(y, r);
        else if (c)
            fill_cpu(y, c, r);
    }
}

/* The interface that has this interrupt, NULL if none. */
static const struct acdr_nic *nic_of(const struct acdr_host *h, int irq)
{
    for (size_t i = 0; i < h->n_nics; i++)
        for (size_t k = 0; k < h->nics[i].n_irqs; k++)
            if (h->nics[i].irqs[k] == irq)
                return &h->nics[i];
    return NULL;
}

static bool is_managed(const struct acdr_host *h, int irq)
{
    for (size_t i = 0; i < h->n_irqs; i++)
        if (h->irqs[i].num == irq)
            return h->irqs[i].managed == ACDR_MANAGED_YES;
    return false;
}

static void find_irq(struct acdr_why *y, const struct acdr_reading *r)
{
    const struct acdr_host *h = y->watch->inventory->host;
    double rate = rate_of(y, r);
    int irq = (int)strtol(r->what, NULL, 10);
    const struct acdr_nic *nic = nic_of(h, irq);
    struct acdr_finding *f;

    if (rate < ACDR_WHY_IRQS)
        return;
    f = acdr_why_add(y, "interrupt", r->cpu, -1, rate * IRQ_MS);
    if (!f)
        return;
    snprintf(f->culprit, sizeof(f->culprit), "IRQ %d (%.64s)%s%.32s", irq,
             r->device ? r->device : "", nic ? " of " : "", nic ? nic->name : "");
    acdr_decimal_print(f->figure, sizeof(f->figure), "%.0f a second", rate);
    f->remedy = is_managed(h, irq) ? "isolcpus=managed_irq of boot" : "[irq-ban]";
}

static void find_shootdowns(struct acdr_why *y, const struct acdr_reading *r)
{
    double rate = rate_of(y, r);
    struct acdr_finding *f;

    if (strcmp(r->what, "TLB") != 0 || rate < ACDR_WHY_EVENTS)
        return;
    f = acdr_why_add(y, "interrupt", r->cpu, -1, rate * SHOOTDOWN_MS);
    if (!f)
        return;
    snprintf(f->culprit, sizeof(f->culprit),
             "TLB shootdowns: other threads of its process change their mappings");
    acdr_decimal_print(f->figure, sizeof(f->figure), "%.0f a second", rate);
    f->remedy = "[hugepages]; [numa-balancing] mode = off; [ksm] run = off; [thp]";
}

/* The receive queue whose packets are steered to this CPU: "vnet1/rx-0", with its guest. */
struct steered {
    const struct acdr_why *y;
    const char *nic;
    int cpu;
    char *buf;
    size_t size;
};

static const char *owner_of(const struct acdr_why *y, const char *tap)
{
    const struct acdr_inventory *s = y->watch->inventory;

    for (size_t i = 0; i < s->n_guests; i++)
        for (size_t k = 0; s->guests[i].domain && k < s->guests[i].domain->n_nics; k++)
            if (!strcmp(s->guests[i].domain->nics[k].target, tap))
                return s->guests[i].name;
    return NULL;
}

static int look_at_queue(void *arg, const char *queue)
{
    struct steered *s = arg;
    const char *owner = owner_of(s->y, s->nic);
    struct acdr_bitmap mask;
    char text[4096];

    if (strncmp(queue, "rx-", 3) != 0 ||
        acdr_root_get(s->y->watch->root, text, sizeof(text), "/sys/class/net/%s/queues/%s/rps_cpus",
                      s->nic, queue) < 0 ||
        acdr_bitmap_parse_mask(&mask, text) < 0 || !acdr_bitmap_has(&mask, s->cpu))
        return 0;
    snprintf(s->buf, s->size, "%s/%s%s%s", s->nic, queue, owner ? ", the tap of guest " : "",
             owner ? owner : "");
    return 1;
}

/* True if a queue is steered there. */
static bool find_steered(const struct acdr_why *y, int cpu, char *buf, size_t size)
{
    const struct acdr_host *h = y->watch->inventory->host;
    char dir[128];

    for (size_t i = 0; i < h->n_nics; i++) {
        struct steered s = { y, h->nics[i].name, cpu, buf, size };

        snprintf(dir, sizeof(dir), "/sys/class/net/%.64s/queues", h->nics[i].name);
        if (acdr_root_list(y->watch->root, dir, look_at_queue, &s) == 1)
            return true;
    }
    return false;
}

/* The source: steering, else a device that interrupts there, else not known. */
static void blame_softirq(struct acdr_why *y, struct acdr_finding *f, const struct acdr_reading *r)
{
    const struct acdr_reading *most = NULL;
    char queue[128];

    if (!strcmp(r->what, "NET_RX") && find_steered(y, r->cpu, queue, sizeof(queue))) {
        snprintf(f->culprit, sizeof(f->culprit),
                 "softirq NET_RX: packets of %.120s are steered "
                 "here (RPS)",
                 queue);
        f->remedy = "[softirq]";
        return;
    }
    for (size_t i = 0; i < y->watch->now.n; i++) {
        const struct acdr_reading *o = &y->watch->now.v[i];

        if (o->cpu == r->cpu && o->device && !strcmp(o->metric->name, "acdr_cpu_interrupts") &&
            (!most || rate_of(y, o) > rate_of(y, most)))
            most = o;
    }
    f->remedy = "[irq-ban]; [softirq]";
    if (most && rate_of(y, most) >= ACDR_WHY_IRQS)
        snprintf(f->culprit, sizeof(f->culprit), "softirq %s, raised by IRQ %s (%.64s)", r->what,
                 most->what, most->device);
    else
        snprintf(f->culprit, sizeof(f->culprit), "softirq %s of a task that ran here", r->what);
}

static void find_softirq(struct acdr_why *y, const struct acdr_reading *r)
{
    static const char *const work[] = { "NET_RX", "NET_TX", "BLOCK", "TASKLET", "HI" };
    double rate = rate_of(y, r);
    struct acdr_finding *f;

    for (size_t i = 0; i < sizeof(work) / sizeof(*work); i++) {
        if (strcmp(r->what, work[i]) != 0 || rate < ACDR_WHY_EVENTS)
            continue;
        f = acdr_why_add(y, "softirq", r->cpu, -1, rate * IRQ_MS);
        if (!f)
            return;
        acdr_decimal_print(f->figure, sizeof(f->figure), "%.0f a second", rate);
        blame_softirq(y, f, r);
    }
}

static void find_steal(struct acdr_why *y, const struct acdr_reading *r)
{
    struct acdr_finding *f;

    if (strcmp(r->what, "steal") != 0 || r->rate * 1000 < ACDR_WHY_MS)
        return;
    f = acdr_why_add(y, "host", r->cpu, r->rate * 1000, r->rate * 1000);
    if (!f)
        return;
    snprintf(f->culprit, sizeof(f->culprit), "the hypervisor that this host runs under");
    acdr_decimal_print(f->figure, sizeof(f->figure), "took %.1f ms a second", r->rate * 1000);
}

/* The task that ran longest on CPU. */
static const struct acdr_why_task *longest(const struct acdr_why *y, int cpu)
{
    const struct acdr_why_task *most = NULL;

    for (size_t i = 0; i < y->n_tasks; i++)
        if (acdr_why_ran(y, &y->tasks[i], cpu) > (most ? acdr_why_ran(y, most, cpu) : 0))
            most = &y->tasks[i];
    return most;
}

static void look_at_sibling(struct acdr_why *y, int cpu, int sibling)
{
    const struct acdr_why_task *t = longest(y, sibling);
    double ms = t ? acdr_why_ran(y, t, sibling) : 0;
    struct acdr_finding *f;

    if (ms < ACDR_WHY_SIBLING)
        return;
    f = acdr_why_add(y, "sibling", cpu, -1, ms * SIBLING_SHARE);
    if (!f)
        return;
    acdr_why_name(y, t, f->culprit, sizeof(f->culprit));
    acdr_decimal_print(f->figure, sizeof(f->figure),
                       "ran %.0f ms a second on CPU %d, of the same core", ms, sibling);
    f->remedy = "[vcpus] smt = isolate";
}

/* The guest's own siblings are left out: they are its own choice. */
static void look_at_siblings(struct acdr_why *y)
{
    struct acdr_bitmap core;

    for (size_t i = 0; i < y->n_cores; i++) {
        acdr_host_core(y->watch->inventory->host, y->cores[i].cpu, &core);
        ACDR_BITMAP_FOR(cpu, &core)
            if (!acdr_bitmap_has(&y->cpus, cpu))
                look_at_sibling(y, y->cores[i].cpu, cpu);
    }
}

void acdr_why_core_find(struct acdr_why *y)
{
    for (size_t i = 0; i < y->watch->now.n; i++) {
        const struct acdr_reading *r = &y->watch->now.v[i];
        const char *name = r->metric->name;

        if (r->cpu < 0 || !acdr_bitmap_has(&y->cpus, r->cpu))
            continue;
        if (!strcmp(name, "acdr_cpu_interrupts"))
            find_irq(y, r);
        else if (!strcmp(name, "acdr_cpu_kernel_interrupts"))
            find_shootdowns(y, r);
        else if (!strcmp(name, "acdr_cpu_softirqs"))
            find_softirq(y, r);
        else if (!strcmp(name, "acdr_cpu_seconds"))
            find_steal(y, r);
    }
    look_at_siblings(y);
}
