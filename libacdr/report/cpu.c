/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Everything that may run on one CPU, and why. Reads the host and the journal; knows which kernel
 * work is bound to a CPU and what would keep the rest away.
 */
#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "host.h"

/* One line of the list: everything with this name and this reason. */
struct runner {
    const char *kind;
    char name[64];
    const char *why, *remedy;
    int count;
};

struct listing {
    const struct acdr_host *host;
    const struct acdr_journal *journal;
    int cpu;
    struct runner *v;
    size_t n;
    bool bad; /* out of memory */
};

static void add(struct listing *l, const char *kind, const char *name, const char *why,
                const char *remedy)
{
    struct runner *v;

    for (size_t i = 0; i < l->n; i++)
        if (!strcmp(l->v[i].name, name) && l->v[i].why == why) {
            l->v[i].count++;
            return;
        }
    v = reallocarray(l->v, l->n + 1, sizeof(*v));
    if (!v) {
        l->bad = true;
        return;
    }
    l->v = v;
    v[l->n] = (struct runner){ .kind = kind, .why = why, .remedy = remedy, .count = 1 };
    snprintf(v[l->n++].name, sizeof(v->name), "%s", name);
}

/* Workers come and go and are named after their last work: one name for each kind of them. */
static void worker_name(const char *comm, char *ret, size_t size)
{
    size_t len = strcspn(comm, ":");

    if (!strncmp(comm, "kworker/R-", 10))
        snprintf(ret, size, "kworker/R-*");
    else
        snprintf(ret, size, "%.*s:*", (int)len, comm);
}

static void add_kthread(struct listing *l, const struct acdr_task *t)
{
    char name[64];

    if (!t->bound) {
        add(l, "thread", t->comm, "a kernel thread that may be moved", "[cleaner]");
        return;
    }
    if (strncmp(t->comm, "kworker/", 8)) {
        add(l, "thread", t->comm, "a kernel thread that is bound to its CPUs", "");
        return;
    }
    worker_name(t->comm, name, sizeof(name));
    if (t->comm[8] == 'u')
        add(l, "thread", name, "runs work of unbound workqueues", "[cleaner] workqueues = yes");
    else if (t->comm[8] == 'R')
        add(l, "thread", name, "replaces workers when memory is short", "");
    else
        add(l, "thread", name, "runs work of workqueues that are bound to the CPU",
            "fewer of them: [cleaner] stat-interval, isolcpus= and nohz_full= of boot");
}

static const struct acdr_entry *entry_of(const struct listing *l, int pid)
{
    for (size_t i = 0; i < l->journal->n_entries; i++)
        if (l->journal->entries[i].pid == pid)
            return &l->journal->entries[i];
    return NULL;
}

static void add_task(struct listing *l, const struct acdr_task *t)
{
    const struct acdr_entry *en = entry_of(l, t->pid);
    char name[64];

    if (en) {
        snprintf(name, sizeof(name), "%.24s: %s", en->name, t->comm);
        add(l, "guest", name, "a conditioned guest's thread", "");
    } else {
        add(l, "task", t->comm, "a task with this CPU in its affinity", "[cleaner]");
    }
}

static void add_tasks(struct listing *l, bool kthreads)
{
    for (size_t i = 0; i < l->host->n_tasks; i++) {
        const struct acdr_task *t = &l->host->tasks[i];

        if (t->kthread != kthreads || !acdr_bitmap_has(&t->mask, l->cpu))
            continue;
        if (kthreads)
            add_kthread(l, t);
        else
            add_task(l, t);
    }
}

static void add_irqs(struct listing *l)
{
    char name[64];

    for (size_t i = 0; i < l->host->n_irqs; i++) {
        const struct acdr_irq *q = &l->host->irqs[i];

        if (!q->has_affinity || !acdr_bitmap_has(&q->affinity, l->cpu) || !q->actions[0])
            continue;
        snprintf(name, sizeof(name), "%d %.48s", q->num, q->actions);
        if (q->managed == ACDR_MANAGED_YES)
            add(l, "interrupt", name, "managed by the kernel alone",
                "isolcpus=managed_irq of boot");
        else
            add(l, "interrupt", name, "its affinity has this CPU", "[irq-ban]");
    }
}

static void add_timers(struct listing *l)
{
    const struct acdr_noise *n = &l->host->noise;

    if (!acdr_bitmap_has(&l->host->nohz_full, l->cpu))
        add(l, "timer", "tick", "no nohz_full: the scheduler's tick while a task runs",
            "nohz_full= of boot");
    if (n->knows_boot && !acdr_bitmap_has(&n->nocb, l->cpu))
        add(l, "timer", "RCU callbacks", "those that were queued on this CPU run on it",
            "rcu_nocbs= of boot");
    if (n->has_watchdog && acdr_bitmap_has(&n->watchdog, l->cpu))
        add(l, "timer", "watchdog", "the lockup detector's timer and counter",
            "[cleaner] watchdog = yes");
    if (n->check_interval > 0)
        add(l, "timer", "machine checks", "each CPU polls for corrected errors",
            "less often: [cleaner] machine-check-interval");
    add(l, "interrupt", "TLB, CAL, RES",
        "other CPUs call this one where they share memory or wake "
        "its tasks",
        "");
}

static void add_owner(struct acdr_item *root, const struct listing *l)
{
    for (size_t i = 0; i < l->journal->n_entries; i++) {
        const struct acdr_entry *en = &l->journal->entries[i];

        if (en->place && acdr_bitmap_has(&en->place->clean, l->cpu)) {
            acdr_item_add_text(root, "owner", en->name);
            return;
        }
    }
    acdr_item_add_null(root, "owner");
}

static void report(struct acdr_item *root, const struct listing *l)
{
    const struct acdr_cpu *c = acdr_host_cpu(l->host, l->cpu);
    struct acdr_item *list;
    struct acdr_bitmap core;

    acdr_host_core(l->host, l->cpu, &core);
    acdr_item_add_num(root, "cpu", l->cpu);
    acdr_item_add_bool(root, "online", c->online);
    acdr_item_add_bool(root, "isolated",
                       acdr_bitmap_has(&l->host->isolated, l->cpu) ||
                           acdr_bitmap_has(&l->host->partitioned, l->cpu));
    acdr_item_add_bool(root, "nohz_full", acdr_bitmap_has(&l->host->nohz_full, l->cpu));
    if (c->node < 0)
        acdr_item_add_null(root, "node");
    else
        acdr_item_add_num(root, "node", c->node);
    acdr_item_add_cpus(root, "core", &core);
    add_owner(root, l);
    list = acdr_item_add(root, "may_run", ACDR_ITEM_LIST);
    for (size_t i = 0; i < l->n; i++) {
        struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);

        acdr_item_add_text(m, "kind", l->v[i].kind);
        acdr_item_add_text(m, "name", l->v[i].name);
        acdr_item_add_num(m, "count", l->v[i].count);
        acdr_item_add_text(m, "why", l->v[i].why);
        acdr_item_add_text(m, "remedy", l->v[i].remedy);
    }
}

int acdr_report_cpu(struct acdr *a, int cpu, struct acdr_item **ret, struct acdr_err *e)
{
    acdr_auto(acdr_host_free) struct acdr_host *h = NULL;
    acdr_auto(acdr_journal_free) struct acdr_journal *j = NULL;
    acdr_auto(acdr_item_free) struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP);
    struct listing l = { .cpu = cpu };
    int err = acdr_host_read(a->root,
                             ACDR_HOST_IRQS | ACDR_HOST_ISOLATION | ACDR_HOST_NOISE |
                                 ACDR_HOST_EVERY_TASK,
                             &h, e);

    if (err == 0)
        err = acdr_journal_read(a->root, &j, e);
    if (err < 0)
        return err;
    if (!acdr_host_cpu(h, cpu))
        return acdr_err_set(e, EINVAL, "CPU %d: does not exist", cpu);
    l.host = h;
    l.journal = j;
    if (acdr_host_cpu(h, cpu)->online) {
        add_tasks(&l, false);
        add_tasks(&l, true);
        add_irqs(&l);
        add_timers(&l);
    }
    report(root, &l);
    free(l.v);
    return l.bad ? acdr_err_nomem(e) : acdr_report_done(&root, ret, e);
}
