/* A thread on each CPU that does nothing but run, behind everybody else. See awake.h. */
#include "awake.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum { TICKS = 3, STACK = 65536, SETS = 8 }; /* SETS of CPU_SETSIZE CPUs */

struct acdr_awake {
    struct acdr_cpus cpus;
    atomic_bool stop;
    size_t n;
    pthread_t v[];
};

static void *spin(void *arg)
{
    const struct sched_param none = { 0 };
    atomic_bool *stop = arg;

    sched_setscheduler(0, SCHED_IDLE, &none); /* a vCPU that has work is not to feel it */
    while (!atomic_load(stop))
        continue;
    return NULL;
}

static bool start(struct acdr_awake *w, int cpu)
{
    cpu_set_t set[SETS];
    pthread_attr_t attr;
    bool runs;

    CPU_ZERO_S(sizeof(set), set);
    CPU_SET_S((size_t)cpu, sizeof(set), set);
    if (pthread_attr_init(&attr))
        return false;
    runs = pthread_attr_setaffinity_np(&attr, sizeof(set), set) == 0 &&
           pthread_attr_setstacksize(&attr, STACK) == 0 &&
           pthread_create(&w->v[w->n], &attr, spin, &w->stop) == 0;
    pthread_attr_destroy(&attr);
    return runs;
}

struct acdr_awake *acdr_awake_begin(const struct acdr_cpus *cpus)
{
    struct acdr_awake *w = calloc(1, sizeof(*w) + (size_t)acdr_cpus_count(cpus) * sizeof(*w->v));
    struct timespec tick = { 0 };
    sigset_t all, was;

    if (!w)
        return NULL;
    w->cpus = *cpus;
    sigfillset(&all); /* signals are for the threads of whom we work for */
    pthread_sigmask(SIG_SETMASK, &all, &was);
    ACDR_CPUS_FOR(cpu, cpus)
        w->n += start(w, cpu);
    pthread_sigmask(SIG_SETMASK, &was, NULL);
    clock_getres(CLOCK_MONOTONIC_COARSE, &tick); /* which is counted by it */
    tick.tv_nsec *= TICKS;
    if (w->n)
        nanosleep(&tick, NULL);
    return w;
}

/* To where it has its turn soon: on its own CPU a vCPU may leave it none. */
static void let_go(const struct acdr_awake *w, pthread_t thread)
{
    const struct sched_param none = { 0 };
    cpu_set_t set[SETS];

    CPU_ZERO_S(sizeof(set), set);
    for (size_t cpu = 0; cpu < sizeof(set) * 8; cpu++)
        if (!acdr_cpus_has(&w->cpus, (int)cpu))
            CPU_SET_S(cpu, sizeof(set), set);
    pthread_setaffinity_np(thread, sizeof(set), set);
    pthread_setschedparam(thread, SCHED_OTHER, &none);
}

void acdr_awake_end(struct acdr_awake *w)
{
    if (!w)
        return;
    /* Before any is told to stop: the number of a thread that has ended is 0, which is ours. */
    for (size_t i = 0; i < w->n; i++)
        let_go(w, w->v[i]);
    atomic_store(&w->stop, true);
    for (size_t i = 0; i < w->n; i++)
        pthread_join(w->v[i], NULL);
    free(w);
}
