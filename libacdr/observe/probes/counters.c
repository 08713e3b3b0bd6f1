/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Kernel counters on threads; see counters.h. */
#include "counters.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel_file.h"

struct counted {
    int tid;
    unsigned long long start;
    int fd[ACDR_COUNTERS_MAX]; /* negative: not counted here */
    int n;
    bool seen;
};

struct state {
    struct counted *v;
    size_t n;
};

/* The caller's request. */
struct ask {
    struct acdr_probe_ctx *l;
    const struct acdr_metric *metric;
    const struct acdr_counter *v;
    int n;
};

static void close_fds(const struct counted *c)
{
    for (int i = 0; i < c->n; i++)
        if (c->fd[i] >= 0)
            close(c->fd[i]);
}

void acdr_counters_close(void *state)
{
    struct state *s = state;

    for (size_t i = 0; i < s->n; i++)
        close_fds(&s->v[i]);
    free(s->v);
    free(s);
}

static int open_counter(const struct acdr_counter *ev, int tid)
{
    struct perf_event_attr attr = {
        .type = ev->type,
        .size = sizeof(attr),
        .config = ev->config,
        .read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
    };
    long fd = syscall(SYS_perf_event_open, &attr, tid, -1, -1, PERF_FLAG_FD_CLOEXEC);

    return fd < 0 ? -errno : (int)fd;
}

/* 0; -errno if not even the first can be counted. */
static int open_thread(struct counted *c, const struct ask *q, const struct acdr_thread *t)
{
    *c = (struct counted){ .tid = t->tid, .start = t->start, .n = q->n, .seen = true };
    for (int i = 0; i < q->n; i++) {
        c->fd[i] = open_counter(&q->v[i], t->tid);
        if (c->fd[0] < 0)
            return c->fd[0];
    }
    return 0;
}

static void add_readings(const struct ask *q, const struct acdr_watched_guest *a,
                         const struct acdr_thread *t, const struct counted *c)
{
    struct acdr_reading who = acdr_probe_reading_of_thread(q->l, a, t);
    uint64_t v[3]; /* the count, ns enabled, ns running */

    /* If others count too, the kernel multiplexes the counters. */
    for (int i = 0; i < q->n; i++) {
        if (c->fd[i] < 0 || read(c->fd[i], v, sizeof(v)) != sizeof(v) || (v[1] && !v[2]))
            continue;
        acdr_sample_add(q->l->sample, &who, q->metric, q->v[i].name,
                        v[2] ? (double)v[0] * ((double)v[1] / (double)v[2]) : 0);
    }
}

static struct counted *find(struct state *s, const struct acdr_thread *t)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->v[i].tid == t->tid && s->v[i].start == t->start)
            return &s->v[i];
    return NULL;
}

/* 0; -ENOMEM; another -errno if it cannot be counted. */
static int count(const struct ask *q, struct state *s, const struct acdr_watched_guest *a,
                 const struct acdr_thread *t)
{
    struct counted *c = find(s, t);
    struct counted *v;
    int err;

    if (!c) {
        v = acdr_hostfile_grow(s->v, s->n, sizeof(*v));
        if (!v)
            return -ENOMEM;
        s->v = v;
        c = &v[s->n];
        err = open_thread(c, q, t);
        if (err < 0)
            return err;
        s->n++;
    }
    c->seen = true;
    add_readings(q, a, t, c);
    return 0;
}

/* Close the descriptors of threads that have ended. */
static void forget(struct state *s)
{
    size_t kept = 0;

    for (size_t i = 0; i < s->n; i++) {
        if (s->v[i].seen)
            s->v[kept++] = s->v[i];
        else
            close_fds(&s->v[i]);
    }
    s->n = kept;
}

static int unsupported(struct acdr_err *e, int err, const char *missing)
{
    if (err == -ENOENT || err == -ENODEV || err == -EOPNOTSUPP)
        return acdr_probe_unsupported(e, "%s", missing);
    if (err == -EACCES || err == -EPERM)
        return acdr_probe_unsupported(
            e, "the kernel does not allow counting: CAP_PERFMON is missing, or "
               "kernel.perf_event_paranoid is too high");
    return acdr_probe_unsupported(e, "perf_event_open: %s", strerrordesc_np(-err));
}

int acdr_counters_read(struct acdr_probe_ctx *l, const struct acdr_metric *metric,
                       const struct acdr_counter *v, int n, const char *missing, struct acdr_err *e)
{
    const struct ask q = { l, metric, v, n };
    struct state *s = l->state;
    int err;

    if (!acdr_root_live(l->root))
        return acdr_probe_unsupported(e, "the counters of a recorded host cannot be read");
    if (!s)
        s = l->state = calloc(1, sizeof(*s));
    if (!s)
        return -ENOMEM;
    for (size_t i = 0; i < s->n; i++)
        s->v[i].seen = false;
    ACDR_PROBE_GUESTS(a, l) {
        ACDR_PROBE_THREADS(t, a) {
            err = t->kind == ACDR_THREAD_VCPU ? count(&q, s, a, t) : 0;
            if (err == -ENOMEM)
                return err;
            if (err < 0 && err != -ESRCH)
                return unsupported(e, err, missing);
        }
    }
    forget(s);
    return 0;
}
