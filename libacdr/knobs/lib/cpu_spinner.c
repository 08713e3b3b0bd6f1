/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A thread on each CPU that does nothing but run. See cpu_spinner.h. */
#include "cpu_spinner.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

/* SETS of CPU_SETSIZE CPUs. */
enum { STEP_US = 1000, PATIENCE_US = 250000, STACK = 65536, SETS = 8 };

struct spinner {
    pthread_t thread;
    int cpu;
    atomic_bool *stop;
    atomic_bool ready;
};

struct acdr_awake {
    struct acdr_bitmap cpus;
    atomic_bool stop;
    size_t n;
    struct spinner v[];
};

static long long clock_us(clockid_t clock)
{
    struct timespec t = { 0 };

    clock_gettime(clock, &t);
    return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static void *spin(void *arg)
{
    struct spinner *s = arg;
    const struct timespec nap = { .tv_nsec = STEP_US * 1000L };
    struct timespec tick = { 0 };

    clock_getres(CLOCK_MONOTONIC_COARSE, &tick); /* which is counted by it */
    while (!atomic_load(s->stop)) {
        if (clock_us(CLOCK_THREAD_CPUTIME_ID) > tick.tv_nsec * 2 / 1000)
            atomic_store(&s->ready, true);
        /* Its CPU has been isolated: the kernel has moved it to where others work. */
        if (sched_getcpu() != s->cpu)
            nanosleep(&nap, NULL);
    }
    return NULL;
}

static bool start(struct acdr_awake *w, int cpu)
{
    cpu_set_t set[SETS];
    pthread_attr_t attr;
    bool runs;

    w->v[w->n].stop = &w->stop;
    w->v[w->n].cpu = cpu;
    CPU_ZERO_S(sizeof(set), set);
    CPU_SET_S((size_t)cpu, sizeof(set), set);
    if (pthread_attr_init(&attr))
        return false;
    runs = pthread_attr_setaffinity_np(&attr, sizeof(set), set) == 0 &&
           pthread_attr_setstacksize(&attr, STACK) == 0 &&
           pthread_create(&w->v[w->n].thread, &attr, spin, &w->v[w->n]) == 0;
    pthread_attr_destroy(&attr);
    return runs;
}

static bool all_ready(const struct acdr_awake *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (!atomic_load(&w->v[i].ready))
            return false;
    return true;
}

struct acdr_awake *acdr_awake_begin(const struct acdr_bitmap *cpus)
{
    struct acdr_awake *w = calloc(1, sizeof(*w) + (size_t)acdr_bitmap_weight(cpus) * sizeof(*w->v));
    const struct timespec step = { .tv_nsec = STEP_US * 1000L };
    long long until = clock_us(CLOCK_MONOTONIC) + PATIENCE_US;
    sigset_t all, was;

    if (!w)
        return NULL;
    w->cpus = *cpus;
    sigfillset(&all); /* signals are for the threads of whom we work for */
    pthread_sigmask(SIG_SETMASK, &all, &was);
    ACDR_BITMAP_FOR(cpu, cpus)
        w->n += start(w, cpu);
    pthread_sigmask(SIG_SETMASK, &was, NULL);
    while (!all_ready(w) && clock_us(CLOCK_MONOTONIC) < until)
        nanosleep(&step, NULL);
    return w;
}

/* To where it has its turn soon: on its own CPU a vCPU may leave it none. */
static void let_go(const struct acdr_awake *w, pthread_t thread)
{
    cpu_set_t set[SETS];

    CPU_ZERO_S(sizeof(set), set);
    for (size_t cpu = 0; cpu < sizeof(set) * 8; cpu++)
        if (!acdr_bitmap_has(&w->cpus, (int)cpu))
            CPU_SET_S(cpu, sizeof(set), set);
    pthread_setaffinity_np(thread, sizeof(set), set);
}

void acdr_awake_end(struct acdr_awake *w)
{
    if (!w)
        return;
    /* Before any is told to stop: the number of a thread that has ended is 0, which is ours. */
    for (size_t i = 0; i < w->n; i++)
        let_go(w, w->v[i].thread);
    atomic_store(&w->stop, true);
    for (size_t i = 0; i < w->n; i++)
        pthread_join(w->v[i].thread, NULL);
    free(w);
}
