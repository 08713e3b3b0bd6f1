/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The inventory; see inventory.h. Checking which guests still run costs one stat per guest; all
 * else is read again only if something has changed.
 */
#include "inventory.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kernel_file.h"
#include "task.h"
#include "text.h"

#define RUN_DIR "/run/libvirt/qemu"

#define SECOND       1000000000LL
#define THREADS_PACE (5 * SECOND)
#define DETAIL_PACE  (10 * SECOND)
#define HOST_PACE    (60 * SECOND)

enum { FEW_CPUS = 64 };

int acdr_inventory_new(struct acdr_root *root, const char *only, struct acdr_inventory **ret)
{
    acdr_auto(acdr_inventory_free) struct acdr_inventory *s = calloc(1, sizeof(*s));

    if (!s)
        return -ENOMEM;
    s->root = root;
    s->only = only ? strdup(only) : NULL;
    if (only && !s->only)
        return -ENOMEM;
    *ret = acdr_take(s);
    return 0;
}

static void done_guest(struct acdr_watched_guest *a)
{
    free(a->name);
    acdr_guest_free(a->guest);
    acdr_domain_free(a->domain);
}

void acdr_inventory_free(struct acdr_inventory *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n_guests; i++)
        done_guest(&s->guests[i]);
    free(s->guests);
    acdr_host_free(s->host);
    free(s->only);
    free(s);
}

static struct acdr_watched_guest *find(struct acdr_inventory *s, const char *name)
{
    for (size_t i = 0; i < s->n_guests; i++)
        if (!strcmp(s->guests[i].name, name))
            return &s->guests[i];
    return NULL;
}

const struct acdr_watched_guest *acdr_inventory_find(const struct acdr_inventory *s,
                                                     const char *name)
{
    for (size_t i = 0; i < s->n_guests; i++)
        if (!strcmp(s->guests[i].name, name))
            return &s->guests[i];
    return NULL;
}

const struct acdr_watched_guest *acdr_inventory_owner(const struct acdr_inventory *s, int tid,
                                                      const struct acdr_thread **t)
{
    for (size_t i = 0; i < s->n_guests; i++) {
        const struct acdr_guest *g = s->guests[i].guest;

        for (size_t k = 0; k < g->n_threads; k++) {
            if (g->threads[k].tid != tid)
                continue;
            if (t)
                *t = &g->threads[k];
            return &s->guests[i];
        }
    }
    return NULL;
}

const char *acdr_inventory_thread(const struct acdr_thread *t, char buf[32])
{
    static const char *const kinds[] = {
        [ACDR_THREAD_EMULATOR] = "emulator",
        [ACDR_THREAD_VCPU] = "vcpu",
        [ACDR_THREAD_IOTHREAD] = "iothread",
        [ACDR_THREAD_VHOST] = "vhost",
    };

    if (t->index < 0)
        snprintf(buf, 32, "%s", kinds[t->kind]);
    else
        snprintf(buf, 32, "%s%d", kinds[t->kind], t->index);
    return buf;
}

/* A name that libvirt gives a pid file; slirp-, swtpm- and other helpers have theirs elsewhere. */
static int see(void *arg, const char *name)
{
    struct acdr_inventory *s = arg;
    size_t len = strlen(name);
    struct acdr_watched_guest *guests;
    struct acdr_watched_guest *a;
    char *base;

    if (len < 5 || strcmp(name + len - 4, ".pid") != 0)
        return 0;
    base = strndup(name, len - 4);
    if (!base)
        return -ENOMEM;
    a = find(s, base);
    if (a || (s->only && strcmp(s->only, base) != 0)) {
        if (a)
            a->seen = true;
        free(base);
        return 0;
    }
    guests = acdr_hostfile_grow(s->guests, s->n_guests, sizeof(*guests));
    if (!guests) {
        free(base);
        return -ENOMEM;
    }
    s->guests = guests;
    guests[s->n_guests++] = (struct acdr_watched_guest){ .name = base, .seen = true };
    return 0;
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct acdr_watched_guest *)a)->name,
                  ((const struct acdr_watched_guest *)b)->name);
}

/* True if the known process still runs, with as many threads; *THREADS is set. */
static bool is_as_known(struct acdr_inventory *s, const struct acdr_watched_guest *a, long long now,
                        int *threads)
{
    struct acdr_hostfile_task t;

    if (!a->guest || acdr_hostfile_task(s->root, a->guest->pid, 0, &t) < 0 ||
        t.start != a->guest->start || t.state == 'Z' || t.state == 'X')
        return false;
    *threads = t.threads;
    return t.threads == a->threads || now - a->looked < THREADS_PACE;
}

/* From libvirt's status file, which may be half written or of an unknown format. */
static void read_domain(struct acdr_inventory *s, struct acdr_watched_guest *a)
{
    struct acdr_domain *d = NULL;

    if (acdr_guest_domain(s->root, a->name, &d, NULL) < 0)
        return;
    acdr_domain_free(a->domain);
    a->domain = d;
}

/* A thread that may run anywhere does not show where the guest runs. */
static void find_cpus(struct acdr_inventory *s, struct acdr_watched_guest *a)
{
    struct acdr_task_status status;

    acdr_bitmap_zero(&a->cpus);
    for (size_t i = 0; i < a->guest->n_threads; i++) {
        const struct acdr_thread *t = &a->guest->threads[i];

        if (t->kind == ACDR_THREAD_VCPU &&
            acdr_task_status(s->root, t->pid, t->tid, &status) == 0 &&
            !acdr_bitmap_subset(&s->host->online, &status.cpus))
            acdr_bitmap_or(&a->cpus, &status.cpus);
    }
    acdr_bitmap_and(&a->cpus, &s->host->online);
}

/* What libvirt changes while a guest runs: its balloon, its interfaces, the pins of its vCPUs. */
static void read_details(struct acdr_inventory *s, struct acdr_watched_guest *a, long long now)
{
    read_domain(s, a);
    find_cpus(s, a);
    a->detailed = now;
}

/* 0; 1: it has arrived; -ESRCH: it has ended, or is not a guest; -ENOMEM. */
static int look_at(struct acdr_inventory *s, struct acdr_watched_guest *a, long long now)
{
    struct acdr_guest *g = NULL;
    bool came = !a->guest;
    int threads = 0;
    int err;

    if (is_as_known(s, a, now, &threads)) {
        if (now - a->detailed >= DETAIL_PACE)
            read_details(s, a, now);
        return 0;
    }
    err = acdr_guest_read(s->host, a->name, &g, NULL);
    if (err < 0)
        return err;
    acdr_guest_free(a->guest);
    a->guest = g;
    a->looked = now;
    a->threads = threads;
    if (!threads)
        is_as_known(s, a, now, &a->threads);
    read_details(s, a, now);
    return came;
}

static int read_host(struct acdr_inventory *s, long long now, struct acdr_err *e)
{
    struct acdr_host *h = NULL;
    int err = acdr_host_read(s->root, ACDR_HOST_ISOLATION | ACDR_HOST_NICS | ACDR_HOST_IRQS, &h, e);

    if (err < 0)
        return err;
    acdr_host_free(s->host);
    s->host = h;
    s->read = now;
    return 0;
}

/* Remove guests that have ended; update the others. 1: a guest has arrived. */
static int renew_guests(struct acdr_inventory *s, long long now)
{
    size_t kept = 0;
    int came = 0;

    for (size_t i = 0; i < s->n_guests; i++) {
        struct acdr_watched_guest *a = &s->guests[i];
        int r = came >= 0 && a->seen ? look_at(s, a, now) : -ESRCH;

        if (r > 0 || r == -ENOMEM)
            came = r;
        if (r < 0)
            done_guest(a);
        else
            s->guests[kept++] = *a;
    }
    s->n_guests = kept;
    return came;
}

/* On a large host only the CPUs of guests that have some of their own. */
static void find_focus(struct acdr_inventory *s)
{
    s->focus = s->host->online;
    if (acdr_bitmap_weight(&s->focus) <= FEW_CPUS)
        return;
    acdr_bitmap_zero(&s->focus);
    for (size_t i = 0; i < s->n_guests; i++)
        acdr_bitmap_or(&s->focus, &s->guests[i].cpus);
    acdr_bitmap_or(&s->focus, &s->also);
}

int acdr_inventory_renew(struct acdr_inventory *s, long long now, struct acdr_err *e)
{
    int err = 0;

    for (size_t i = 0; i < s->n_guests; i++)
        s->guests[i].seen = false;
    if (acdr_root_list(s->root, RUN_DIR, see, s) == -ENOMEM)
        return acdr_err_nomem(e);
    if (s->n_guests)
        qsort(s->guests, s->n_guests, sizeof(*s->guests), compare);
    if (!s->host || now - s->read >= HOST_PACE)
        err = read_host(s, now, e);
    if (err < 0)
        return err;
    err = renew_guests(s, now);
    if (err > 0)
        s->came = now;
    if (err > 0 && s->read != now) /* its taps */
        err = read_host(s, now, e);
    if (err < 0)
        return err == -ENOMEM ? acdr_err_nomem(e) : err;
    find_focus(s);
    return 0;
}
