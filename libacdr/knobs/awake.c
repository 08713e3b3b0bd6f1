/* A thread on each CPU that does nothing but run. See awake.h. */
#include "awake.h"

#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum { STEP_US = 1000, PATIENCE_US = 50000, STACK = 65536 };

struct spinner {
    pthread_t thread;
    atomic_bool *stop;
    atomic_bool ready;
};

struct acdr_awake {
    atomic_bool stop;
    size_t n;
    struct spinner v[];
};

static long long nanoseconds(struct timespec t)
{
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void *spin(void *arg)
{
    struct spinner *s = arg;
    struct timespec tick = { 0 }, t = { 0 };

    clock_getres(CLOCK_MONOTONIC_COARSE, &tick); /* which is counted by it */
    while (!atomic_load(s->stop)) {
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
        if (nanoseconds(t) > nanoseconds(tick) * 2)
            atomic_store(&s->ready, true);
    }
    return NULL;
}

static bool start(struct spinner *s, int cpu)
{
    size_t size = CPU_ALLOC_SIZE(cpu + 1);
    cpu_set_t *set = CPU_ALLOC(cpu + 1);
    pthread_attr_t attr;
    bool runs = false;

    if (!set)
        return false;
    CPU_ZERO_S(size, set);
    CPU_SET_S((size_t)cpu, size, set);
    if (pthread_attr_init(&attr) == 0) {
        runs = pthread_attr_setaffinity_np(&attr, size, set) == 0 &&
               pthread_attr_setstacksize(&attr, STACK) == 0 &&
               pthread_create(&s->thread, &attr, spin, s) == 0;
        pthread_attr_destroy(&attr);
    }
    CPU_FREE(set);
    return runs;
}

static bool all_ready(const struct acdr_awake *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (!atomic_load(&w->v[i].ready))
            return false;
    return true;
}

struct acdr_awake *acdr_awake_begin(const struct acdr_cpus *cpus)
{
    const struct timespec step = { .tv_nsec = STEP_US * 1000L };
    struct acdr_awake *w = calloc(1, sizeof(*w) + (size_t)acdr_cpus_count(cpus) * sizeof(*w->v));
    sigset_t all, was;

    if (!w)
        return NULL;
    sigfillset(&all); /* signals are for the threads of whom we work for */
    pthread_sigmask(SIG_SETMASK, &all, &was);
    ACDR_CPUS_FOR(cpu, cpus)
    {
        w->v[w->n].stop = &w->stop;
        w->n += start(&w->v[w->n], cpu);
    }
    pthread_sigmask(SIG_SETMASK, &was, NULL);
    for (int us = 0; us < PATIENCE_US && !all_ready(w); us += STEP_US)
        nanosleep(&step, NULL);
    return w;
}

void acdr_awake_end(struct acdr_awake *w)
{
    cpu_set_t any;

    if (!w)
        return;
    atomic_store(&w->stop, true);
    CPU_ZERO(&any);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
        CPU_SET(cpu, &any);
    for (size_t i = 0; i < w->n; i++) {
        /* Behind a realtime vCPU it may never have its turn there to see that it is to stop. */
        pthread_setaffinity_np(w->v[i].thread, sizeof(any), &any);
        pthread_join(w->v[i].thread, NULL);
    }
    free(w);
}
