/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The window and its report; see why.h. */
#include "why.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "decimal.h"
#include "kernel_file.h"
#include "task.h"

#define PROBES "cpu,softirq,irq,cgroup,memory"

void acdr_why_drop(struct acdr_why *y)
{
    if (!y)
        return;
    acdr_watch_free(y->watch);
    free(y->name);
    free(y->tasks);
    free(y->cores);
    for (size_t i = 0; i < y->n_findings; i++)
        free(y->findings[i].own);
    free(y->findings);
    free(y);
}

static double ticks_after_boot(struct acdr_root *root)
{
    char buf[64], *end;
    double up = 0;

    if (acdr_root_get(root, buf, sizeof(buf), "/proc/uptime") > 0)
        up = acdr_decimal_parse(buf, &end);
    return up * (double)sysconf(_SC_CLK_TCK);
}

/* The guest still runs, and is the same as at the start. */
static int find_guest(struct acdr_why *y, struct acdr_err *e)
{
    y->watched = acdr_inventory_find(y->watch->inventory, y->name);
    if (!y->watched)
        return acdr_err_set(e, ESRCH, "guest %s: does not run%s", y->name,
                            y->start ? " any more" : "; see virsh list");
    if (y->start && y->start != y->watched->guest->start)
        return acdr_err_set(e, ESRCH, "guest %s: was restarted in the meantime", y->name);
    y->start = y->watched->guest->start;
    return 0;
}

/* Where its vCPUs may run; if that is anywhere, where they ran last. */
static void find_cpus(struct acdr_why *y)
{
    struct acdr_task_stat stat;
    struct acdr_bitmap core;

    y->cpus = y->watched->cpus;
    ACDR_PROBE_THREADS(t, y->watched)
        if (acdr_bitmap_empty(&y->watched->cpus) && t->kind == ACDR_THREAD_VCPU &&
            acdr_task_stat(y->watch->root, t->pid, t->tid, &stat) == 0)
            acdr_bitmap_add(&y->cpus, stat.cpu);
    y->near = y->cpus;
    ACDR_BITMAP_FOR(cpu, &y->cpus) {
        acdr_host_core(y->watch->inventory->host, cpu, &core);
        acdr_bitmap_or(&y->near, &core);
    }
}

/* The only vCPU bound to it, or that last ran there; "" if several. */
static void name_thread(struct acdr_why *y, struct acdr_why_core *c)
{
    struct acdr_task_stat stat;
    struct acdr_task_status status;

    ACDR_PROBE_THREADS(t, y->watched) {
        char name[32];
        bool here;

        if (t->kind != ACDR_THREAD_VCPU ||
            acdr_task_status(y->watch->root, t->pid, t->tid, &status) < 0 ||
            acdr_task_stat(y->watch->root, t->pid, t->tid, &stat) < 0)
            continue;
        here = acdr_bitmap_weight(&status.cpus) == 1 ? acdr_bitmap_has(&status.cpus, c->cpu)
                                                     : stat.cpu == c->cpu;
        if (here && c->thread[0])
            c->thread[0] = '\0';
        else if (here)
            snprintf(c->thread, sizeof(c->thread), "%s", acdr_inventory_thread(t, name));
    }
}

static int make_cores(struct acdr_why *y)
{
    y->cores = calloc((size_t)acdr_bitmap_weight(&y->cpus) + 1, sizeof(*y->cores));
    if (!y->cores)
        return -ENOMEM;
    ACDR_BITMAP_FOR(cpu, &y->cpus) {
        y->cores[y->n_cores].cpu = cpu;
        name_thread(y, &y->cores[y->n_cores++]);
    }
    return 0;
}

int acdr_why_start(struct acdr_root *root, const struct acdr_log *log,
                   const struct acdr_status_source *source, const char *guest,
                   long long (*clock)(void *arg), void *clock_arg, struct acdr_why **ret,
                   struct acdr_err *e)
{
    acdr_auto(acdr_why_drop) struct acdr_why *y = calloc(1, sizeof(*y));
    int err;

    if (!y)
        return acdr_err_nomem(e);
    memset(y->heads, 0xff, sizeof(y->heads));
    y->name = strdup(guest);
    if (!y->name)
        return acdr_err_nomem(e);
    err = acdr_watch_new(root, log, source, NULL, PROBES, &y->watch, e);
    if (err < 0)
        return err;
    if (clock) {
        y->watch->clock = clock;
        y->watch->clock_arg = clock_arg;
    }
    y->watch->eager = true;
    y->ticks = ticks_after_boot(root);
    acdr_root_get_num(root, &y->ksm_scans, "/sys/kernel/mm/ksm/full_scans");
    y->begun = y->watch->clock(y->watch->clock_arg);
    err = acdr_inventory_renew(y->watch->inventory, y->begun, e);
    if (err == 0)
        err = find_guest(y, e);
    if (err < 0)
        return err;
    find_cpus(y);
    y->watch->inventory->also = y->near;
    err = acdr_watch_sample(y->watch, e);
    if (err == 0)
        err = find_guest(y, e);
    if (err < 0)
        return err;
    if (make_cores(y) < 0 || acdr_why_see_tasks(y) < 0)
        return acdr_err_nomem(e);
    *ret = acdr_take(y);
    return 0;
}

int acdr_why_see_tasks(struct acdr_why *y)
{
    return acdr_why_task_look(y);
}

static int compare(const void *a, const void *b)
{
    const struct acdr_finding *x = a;
    const struct acdr_finding *y = b;

    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    return x->cpu != y->cpu ? (x->cpu > y->cpu ? 1 : -1) : strcmp(x->culprit, y->culprit);
}

static void add_num(struct acdr_item *m, const char *name, int n)
{
    if (n < 0)
        acdr_item_add_null(m, name);
    else
        acdr_item_add_num(m, name, n);
}

static void report_findings(const struct acdr_why *y, struct acdr_item *root)
{
    struct acdr_item *list = acdr_item_add(root, "findings", ACDR_ITEM_LIST);

    for (size_t i = 0; i < y->n_findings; i++) {
        const struct acdr_finding *f = &y->findings[i];
        struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);

        add_num(m, "cpu", f->cpu);
        acdr_item_add_text(m, "thread", f->thread[0] ? f->thread : NULL);
        acdr_item_add_text(m, "layer", f->layer);
        acdr_item_add_text(m, "culprit", f->culprit);
        acdr_item_add_text(m, "figure", f->figure);
        acdr_item_add_num(m, "ms_per_s", (long long)(f->ms < 0 ? -1 : f->ms + 0.5));
        acdr_item_add_text(m, "remedy", f->remedy);
    }
}

static void report_cores(const struct acdr_why *y, struct acdr_item *root)
{
    struct acdr_item *list = acdr_item_add(root, "cores", ACDR_ITEM_LIST);

    for (size_t i = 0; i < y->n_cores; i++) {
        const struct acdr_why_core *c = &y->cores[i];
        struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);
        const struct {
            const char *name;
            double value;
        } v[] = {
            { "run", c->run },
            { "delay", c->delay },
            { "others", c->others },
            { "irq", c->irq },
            { "softirq", c->softirq },
            { "ticks", c->ticks },
            { "interrupts", c->interrupts },
            { "shootdowns", c->shootdowns },
            { "switches", c->switches },
        };

        acdr_item_add_num(m, "cpu", c->cpu);
        acdr_item_add_text(m, "thread", c->thread[0] ? c->thread : NULL);
        for (size_t k = 0; k < sizeof(v) / sizeof(*v); k++)
            acdr_item_add_num(m, v[k].name, (long long)(v[k].value * 1000 + 0.5));
    }
}

static void report_unseen(const struct acdr_why *y, struct acdr_item *root)
{
    struct acdr_item *list = acdr_item_add(root, "unseen", ACDR_ITEM_LIST);

    for (size_t i = 0; i < y->watch->n_slots; i++)
        if (y->watch->slots[i].off[0])
            acdr_item_add_text(list, NULL, y->watch->slots[i].off);
    if (y->blind)
        acdr_item_add_text(list, NULL,
                           "the run times of some tasks are only known in clock ticks: the kernel "
                           "has no schedstat for them");
}

int acdr_why_finish(struct acdr_why *y, struct acdr_item **ret, struct acdr_err *e)
{
    acdr_auto(acdr_item_free) struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP);
    int err = acdr_watch_sample(y->watch, e);

    if (err == 0)
        err = find_guest(y, e);
    if (err < 0)
        return err;
    if (acdr_why_see_tasks(y) < 0)
        return acdr_err_nomem(e);
    y->seconds = (double)(y->watch->clock(y->watch->clock_arg) - y->begun) / 1e9;
    acdr_why_core_fill(y);
    acdr_why_task_find(y);
    acdr_why_core_find(y);
    acdr_why_guest_find(y);
    acdr_why_guest_rest(y);
    acdr_why_present(y);
    if (y->n_findings)
        qsort(y->findings, y->n_findings, sizeof(*y->findings), compare);
    acdr_item_add_text(root, "guest", y->name);
    acdr_item_add_num(root, "seconds", (long long)(y->seconds + 0.5));
    report_findings(y, root);
    report_cores(y, root);
    report_unseen(y, root);
    if (y->bad || acdr_item_bad(root))
        return acdr_err_nomem(e);
    *ret = acdr_take(root);
    return y->n_findings > 0;
}
