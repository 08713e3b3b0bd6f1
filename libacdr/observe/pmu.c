/*
 * pmu: what the processor counts of each vCPU: cycles, instructions, references to the last level
 * cache and misses, misses of the data TLB. Counted in guest and host mode alike.
 *
 * perf_event_open(2) upon the thread, this machine only. The kernel needs CAP_PERFMON, or
 * CAP_SYS_ADMIN where kernel.perf_event_paranoid is 3. Where others count too, the kernel
 * takes turns, and figures are scaled up by the share of time that ours counted.
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hostfile.h"
#include "probes.h"

static const struct acdr_metric metrics[] = {
    { "acdr_thread_pmu_events", "", "What the processor counted while the thread ran", "event",
      ACDR_METRIC_COUNTER, 0 },
    { 0 },
};

#define CACHE(cache, result)                                                                       \
    (PERF_COUNT_HW_CACHE_##cache | PERF_COUNT_HW_CACHE_OP_READ << 8 |                              \
     PERF_COUNT_HW_CACHE_RESULT_##result << 16)

static const struct event {
    const char *name;
    uint32_t type;
    uint64_t config;
} events[] = {
    { "cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES },
    { "instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS },
    { "llc_references", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_REFERENCES },
    { "llc_misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES },
    { "dtlb_misses", PERF_TYPE_HW_CACHE, CACHE(DTLB, MISS) },
};

enum { EVENTS = sizeof(events) / sizeof(*events) };

struct counted {
    int tid;
    unsigned long long start;
    int fd[EVENTS]; /* -1: this processor does not count it */
    bool seen;
};

struct state {
    struct counted *v;
    size_t n;
};

static void close_fds(const struct counted *c)
{
    for (int i = 0; i < EVENTS; i++)
        if (c->fd[i] >= 0)
            close(c->fd[i]);
}

static void close_state(void *arg)
{
    struct state *s = arg;

    for (size_t i = 0; i < s->n; i++)
        close_fds(&s->v[i]);
    free(s->v);
    free(s);
}

static int open_event(const struct event *ev, int tid)
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

/* 0; -errno where not even the first event can be counted. */
static int open_thread(struct counted *c, const struct acdr_thread *t)
{
    *c = (struct counted){ .tid = t->tid, .start = t->start, .seen = true };
    c->fd[0] = open_event(&events[0], t->tid);
    if (c->fd[0] < 0)
        return c->fd[0];
    for (int i = 1; i < EVENTS; i++)
        c->fd[i] = open_event(&events[i], t->tid);
    return 0;
}

static void add_events(struct acdr_look *l, const struct acdr_actor *a, const struct acdr_thread *t,
                       const struct counted *c)
{
    struct acdr_reading who = acdr_look_thread(l, a, t);
    uint64_t v[3]; /* the count, ns enabled, ns that it counted */

    for (int i = 0; i < EVENTS; i++) {
        if (c->fd[i] < 0 || read(c->fd[i], v, sizeof(v)) != sizeof(v) || (v[1] && !v[2]))
            continue;
        acdr_sample_add(l->sample, &who, &metrics[0], events[i].name,
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

/* 0; -ENOMEM; another -errno where it cannot be counted. */
static int count(struct acdr_look *l, struct state *s, const struct acdr_actor *a,
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
        err = open_thread(c, t);
        if (err < 0)
            return err;
        s->n++;
    }
    c->seen = true;
    add_events(l, a, t, c);
    return 0;
}

/* Threads that are gone keep no descriptor. */
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

static int refuse(struct acdr_err *e, int err)
{
    if (err == -ENOENT || err == -ENODEV || err == -EOPNOTSUPP)
        return acdr_look_nothing(e, "this machine has no performance counters");
    if (err == -EACCES || err == -EPERM)
        return acdr_look_nothing(e, "the kernel does not let us count: CAP_PERFMON is missing, or "
                                    "kernel.perf_event_paranoid is too high");
    return acdr_look_nothing(e, "perf_event_open: %s", strerror(-err));
}

static int read_all(struct acdr_look *l, struct acdr_err *e)
{
    struct state *s = l->state;
    int err;

    if (!acdr_root_live(l->root))
        return acdr_look_nothing(e, "the counters of a recorded host cannot be read");
    if (!s)
        s = l->state = calloc(1, sizeof(*s));
    if (!s)
        return -ENOMEM;
    for (size_t i = 0; i < s->n; i++)
        s->v[i].seen = false;
    ACDR_LOOK_ACTORS(a, l)
    {
        ACDR_LOOK_THREADS(t, a)
        {
            err = t->kind == ACDR_THREAD_VCPU ? count(l, s, a, t) : 0;
            if (err == -ENOMEM)
                return err;
            if (err < 0 && err != -ESRCH)
                return refuse(e, err);
        }
    }
    forget(s);
    return 0;
}

const struct acdr_probe acdr_probe_pmu = {
    .name = "pmu",
    .help = "cycles, instructions, last level cache and TLB misses of vCPUs",
    .metrics = metrics,
    .read = read_all,
    .close = close_state,
};
