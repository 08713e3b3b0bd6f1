/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Holders of CPUs, by guests' pins and threads' affinities. holders_group.c handles the groups. */
#include "holders.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holders_part.h"
#include "kernel_file.h"
#include "text.h"

int acdr_holders_add(struct acdr_holders *l, const struct acdr_bitmap *cpus, bool firm, char *who)
{
    struct acdr_holder *v = who ? acdr_hostfile_grow(l->v, l->n, sizeof(*v)) : NULL;

    if (!v) {
        free(who);
        return -ENOMEM;
    }
    l->v = v;
    v[l->n++] = (struct acdr_holder){ .cpus = *cpus, .who = who, .firm = firm };
    return 0;
}

void acdr_holders_done(struct acdr_holders *l)
{
    for (size_t i = 0; i < l->n; i++)
        free(l->v[i].who);
    free(l->v);
    *l = (struct acdr_holders){ 0 };
}

void acdr_holders_sum(const struct acdr_holders *l, bool firm_only, struct acdr_bitmap *ret)
{
    acdr_bitmap_zero(ret);
    for (size_t i = 0; i < l->n; i++)
        if (l->v[i].firm || !firm_only)
            acdr_bitmap_or(ret, &l->v[i].cpus);
}

/* --- guests --- */

/* Sets that are compared with each other: all of an owner who binds a thousand vCPUs to pairs. */
enum { COMPARED_MAX = 512 };

/* Equal pins of a guest's running vCPUs. */
struct pins {
    const struct acdr_bitmap *set;
    int n, weight;
};

static int by_set(const void *a, const void *b)
{
    const struct pins *x = a, *y = b;

    return memcmp(x->set, y->set, sizeof(*x->set));
}

/* The guest's pins, each once; N counts them. NULL if out of memory. */
static struct pins *list_pins(const struct acdr_domain *d, int *n)
{
    struct pins *v = calloc((size_t)d->vcpus + 1, sizeof(*v));
    int all = 0;

    *n = 0;
    for (int i = 0; v && i < d->vcpus; i++)
        if (d->pin[d->vcpu_id[i]])
            v[all++] = (struct pins){ .set = d->pin[d->vcpu_id[i]], .n = 1 };
    if (v && all)
        qsort(v, (size_t)all, sizeof(*v), by_set);
    for (int i = 0; i < all; i++)
        if (*n && !by_set(&v[*n - 1], &v[i]))
            v[*n - 1].n++;
        else
            v[(*n)++] = v[i];
    for (int i = 0; i < *n; i++)
        v[i].weight = acdr_bitmap_weight(v[i].set);
    return v;
}

/* Do as many vCPUs run on the CPUs of V[I] only as it has CPUs? Of more sets than can be compared
 * in a bounded time this is assumed. */
static bool is_used_up(const struct pins *v, int n, int i)
{
    int within = v[i].n;

    if (within >= v[i].weight || n > COMPARED_MAX)
        return true;
    for (int k = 0; k < n && within < v[i].weight; k++)
        if (k != i && v[k].weight <= v[i].weight && acdr_bitmap_subset(v[k].set, v[i].set))
            within += v[k].n;
    return within >= v[i].weight;
}

static void add_unless_all(const struct acdr_host *h, const struct acdr_bitmap *pin,
                           struct acdr_bitmap *to)
{
    if (!acdr_bitmap_subset(&h->online, pin))
        acdr_bitmap_or(to, pin);
}

/* FULL: the CPUs that the guest's vCPUs use up; POOL: those that its threads share. */
static int sort_pins(const struct acdr_host *h, const struct acdr_domain *d,
                     struct acdr_bitmap *full, struct acdr_bitmap *pool)
{
    int n;
    acdr_auto(free) struct pins *pins = list_pins(d, &n);

    if (!pins)
        return -ENOMEM;
    acdr_bitmap_zero(full);
    acdr_bitmap_zero(pool);
    for (int i = 0; i < n; i++)
        add_unless_all(h, pins[i].set, is_used_up(pins, n, i) ? full : pool);
    if (d->has_emulatorpin)
        add_unless_all(h, &d->emulatorpin, pool);
    for (size_t i = 0; i < d->n_iothreadpins; i++)
        add_unless_all(h, &d->iothreadpins[i].cpus, pool);
    acdr_bitmap_andnot(pool, full);
    return 0;
}

static int add_guest(const struct acdr_host *h, const struct acdr_domain *d, bool runs,
                     struct acdr_holders *l)
{
    struct acdr_bitmap full, pool;
    const char *how = runs ? "" : ", which does not run";
    int err = sort_pins(h, d, &full, &pool);

    if (err == 0 && !acdr_bitmap_empty(&full))
        err = acdr_holders_add(l, &full, runs,
                               acdr_text_format("guest %s%s, whose XML pins vCPUs there", d->name,
                                                how));
    if (err == 0 && !acdr_bitmap_empty(&pool))
        err = acdr_holders_add(l, &pool, false,
                               acdr_text_format("guest %s%s, whose threads may run there", d->name,
                                                how));
    return err;
}

static bool is_other(const struct acdr_domain *d, const char *uuid)
{
    return !*uuid || strcmp(d->uuid, uuid) != 0;
}

int acdr_holders_guests(const struct acdr_host *h, const struct acdr_neighbours *running,
                        const struct acdr_neighbours *defined, const char *uuid,
                        struct acdr_holders *l)
{
    int err = 0;

    for (size_t i = 0; err == 0 && i < running->n; i++)
        if (is_other(running->v[i].domain, uuid))
            err = add_guest(h, running->v[i].domain, true, l);
    for (size_t i = 0; err == 0 && i < defined->n; i++) {
        const struct acdr_domain *d = defined->v[i].domain;

        if (is_other(d, uuid) && !acdr_neighbours_has(running, d->uuid))
            err = add_guest(h, d, false, l);
    }
    return err;
}

/* --- threads --- */

/* The guest whose QEMU is process PID, NULL if it is none. */
static const char *find_guest(const struct acdr_neighbours *running, int pid)
{
    for (size_t i = 0; i < running->n; i++)
        if (running->v[i].pid == pid)
            return running->v[i].domain->name;
    return NULL;
}

/* Clock ticks since boot: 0 where there is no such file, as on a recorded host; -1 if unknown. */
static double read_uptime(struct acdr_root *root)
{
    char buf[64];
    long long seconds = 0;
    ssize_t n = acdr_root_get(root, buf, sizeof(buf), "/proc/uptime");

    if ((n < 0 && n != -ENOENT) || (n >= 0 && sscanf(buf, "%lld", &seconds) != 1))
        return -1;
    return (double)seconds * (double)sysconf(_SC_CLK_TCK);
}

/* Has it used at least a tenth of its CPU since its start? UPTIME is negative if not known. */
static struct acdr_answer is_busy(struct acdr_root *root, const struct acdr_task *t, double uptime)
{
    struct acdr_hostfile_task stat;
    int err = acdr_hostfile_task(root, t->pid, t->tid, &stat);

    if (err < 0)
        return acdr_answer(acdr_is_gone(err) ? 0 : err);
    if (uptime < 0)
        return acdr_answer(-EIO);
    return acdr_answer(uptime > (double)stat.start &&
                       (double)stat.used * 10 >= uptime - (double)stat.start);
}

/* A thread that may be busy counts as busy. */
static int add_thread(const struct acdr_host *h, const struct acdr_task *t, double uptime,
                      struct acdr_holders *l)
{
    struct acdr_answer busy = is_busy(h->root, t, uptime);
    const char *how = acdr_yes(busy) ? "busy and " : "";

    if (acdr_unknown(busy))
        how = uptime < 0 ? "perhaps busy (/proc/uptime cannot be read) and "
                         : "perhaps busy (its stat file cannot be read) and ";
    return acdr_holders_add(l, &t->mask, !acdr_no(busy),
                            acdr_text_format("thread %s (%d of process %d), which is %sbound to "
                                             "that CPU",
                                             t->comm, t->tid, t->pid, how));
}

int acdr_holders_threads(const struct acdr_host *h, const struct acdr_neighbours *running,
                         const struct acdr_bitmap *except, struct acdr_holders *l)
{
    double uptime = h->n_tasks ? read_uptime(h->root) : 0;
    int err = 0;

    for (size_t i = 0; err == 0 && i < h->n_tasks; i++) {
        const struct acdr_task *t = &h->tasks[i];

        if (t->kthread || acdr_bitmap_weight(&t->mask) != 1 || find_guest(running, t->pid) ||
            acdr_bitmap_subset(&t->mask, except))
            continue;
        err = add_thread(h, t, uptime, l);
    }
    return err;
}

/* As add_thread(); a thread of a guest counts always. */
static int add_within(const struct acdr_host *h, const struct acdr_task *t, const char *guest,
                      double uptime, struct acdr_holders *l)
{
    struct acdr_answer busy = guest ? acdr_answer(1) : is_busy(h->root, t, uptime);
    const char *how = acdr_unknown(busy) ? "perhaps busy" : "busy";

    if (acdr_no(busy))
        return 0;
    return acdr_holders_add(l, &t->mask, true,
                            guest ? acdr_text_format("thread %s (%d) of guest %s", t->comm, t->tid,
                                                     guest)
                                  : acdr_text_format("thread %s (%d of process %d), which is %s",
                                                     t->comm, t->tid, t->pid, how));
}

static bool is_within(const struct acdr_task *t, const struct acdr_bitmap *cpus, int pid)
{
    /* The first CPU tells most threads apart at once; an empty set has none. */
    return !t->kthread && t->pid != pid && acdr_bitmap_has(cpus, acdr_bitmap_next(&t->mask, -1)) &&
           acdr_bitmap_subset(&t->mask, cpus);
}

bool acdr_holders_any_within(const struct acdr_host *h, const struct acdr_bitmap *cpus, int pid)
{
    for (size_t i = 0; i < h->n_tasks; i++)
        if (is_within(&h->tasks[i], cpus, pid))
            return true;
    return false;
}

int acdr_holders_within(const struct acdr_host *h, const struct acdr_neighbours *running,
                        const struct acdr_bitmap *cpus, int pid, struct acdr_holders *l)
{
    double uptime = h->n_tasks ? read_uptime(h->root) : 0;
    int err = 0;

    for (size_t i = 0; err == 0 && i < h->n_tasks; i++) {
        const struct acdr_task *t = &h->tasks[i];

        if (is_within(t, cpus, pid))
            err = add_within(h, t, find_guest(running, t->pid), uptime, l);
    }
    return err;
}
