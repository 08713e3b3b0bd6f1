/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A made-up host with a running guest to be watched, and a clock that the test turns: include after
 * <cmocka.h>.
 *
 *     struct watch_world w;
 *     watch_world_make(&w, "cpu");     4 CPUs, nodes 0-1 and 2-3, CPUs 0,1 and 2,3 siblings;
 *                                      guest g1: pid 100, vCPU 0 (tid 103) on CPU 2
 *     watch_world_take(&w, 1.0);       a sample, one second after the one before
 *     watch_world_value(&w, "acdr_thread_run_seconds", "vcpu0", NULL)
 */
#ifndef ACDR_TESTS_LIB_WATCH_WORLD_H
#define ACDR_TESTS_LIB_WATCH_WORLD_H

#include <math.h>

#include "scratch.h"
#include "sampler.h"

#define WATCH_SCOPE "/machine.slice/machine-qemu\\x2d1\\x2dg1.scope"

struct watch_world {
    struct scratch t;
    struct acdr_watch *watch;
    struct acdr_log log;
    struct acdr_status_source source;
    char said[512];
    int times;
    long long now;
};

static inline void watch_world_say(void *arg, int priority, const char *text)
{
    struct watch_world *w = arg;

    (void)priority;
    snprintf(w->said, sizeof(w->said), "%s", text);
    w->times++;
}

static inline long long watch_world_clock(void *arg)
{
    return ((struct watch_world *)arg)->now;
}

/* A thread as the kernel shows it: ran on CPU last, RUN and DELAY in ns, TICKS of user time of
 * which all but a half were in guest mode, INVOLUNTARY switches (and twice as many others). */
struct watch_thread {
    int pid, tid;
    const char *comm, *cgroup, *cpus;
    int cpu;
    long long run, delay;
    long ticks, involuntary;
    unsigned flags;
};

static inline void watch_world_thread(struct scratch *t, const struct watch_thread *v)
{
    char dir[64];
    char path[96];
    char stat[512];

    snprintf(dir, sizeof(dir), "/proc/%d/task/%d", v->pid, v->tid);
    snprintf(stat, sizeof(stat),
             "%d (%s) S 1 1 1 0 -1 %u 1 2 3 4 %ld 7 0 0 20 0 2 0 %d 1000 5 18446744073709551615 "
             "1 1 0 0 0 0 0 0 0 0 0 0 17 %d 11 3 0 %ld 0\n",
             v->tid, v->comm, v->flags ? v->flags : 0x400000, v->ticks, v->tid + 5000, v->cpu,
             v->ticks / 2);
    snprintf(path, sizeof(path), "%s/stat", dir);
    scratch_put(t, path, "%s", stat);
    if (v->pid == v->tid) {
        snprintf(path, sizeof(path), "/proc/%d/stat", v->pid);
        scratch_put(t, path, "%s", stat);
    }
    snprintf(path, sizeof(path), "%s/schedstat", dir);
    scratch_put(t, path, "%lld %lld 9\n", v->run, v->delay);
    snprintf(path, sizeof(path), "%s/status", dir);
    scratch_put(t, path,
                "Name:\t%s\nCpus_allowed:\tf\nCpus_allowed_list:\t%s\n"
                "voluntary_ctxt_switches:\t%ld\nnonvoluntary_ctxt_switches:\t%ld\n",
                v->comm, v->cpus, 2 * v->involuntary, v->involuntary);
    snprintf(path, sizeof(path), "%s/cgroup", dir);
    scratch_put(t, path, "0::%s\n", v->cgroup ? v->cgroup : "/");
}

static inline void watch_world_host(struct scratch *t)
{
    char path[96];

    scratch_put(t, "/sys/devices/system/cpu/online", "0-3\n");
    for (int i = 0; i < 4; i++) {
        snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/topology/core_cpus_list", i);
        scratch_put(t, path, "%s\n", i < 2 ? "0-1" : "2-3");
    }
    scratch_put(t, "/sys/devices/system/node/online", "0-1\n");
    scratch_put(t, "/sys/devices/system/node/node0/cpulist", "0-1\n");
    scratch_put(t, "/sys/devices/system/node/node1/cpulist", "2-3\n");
    scratch_put(t, "/proc/mounts", "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n");
    scratch_put(t, "/sys/fs/cgroup/cgroup.controllers", "cpuset cpu\n");
    scratch_put(t, "/proc/uptime", "60.00 100.00\n");
}

static inline void watch_world_vcpu(struct scratch *t, long long run, long long delay, long ticks,
                                    long involuntary)
{
    watch_world_thread(t, &(struct watch_thread){ .pid = 100,
                                                  .tid = 103,
                                                  .comm = "CPU 0/KVM",
                                                  .cgroup = WATCH_SCOPE "/libvirt/vcpu0",
                                                  .cpus = "2",
                                                  .cpu = 2,
                                                  .run = run,
                                                  .delay = delay,
                                                  .ticks = ticks,
                                                  .involuntary = involuntary });
}

static inline void watch_world_emulator(struct scratch *t, int cpu, long long run)
{
    watch_world_thread(t, &(struct watch_thread){ .pid = 100,
                                                  .tid = 100,
                                                  .comm = "qemu-system-x86",
                                                  .cgroup = WATCH_SCOPE "/libvirt/emulator",
                                                  .cpus = "0-3",
                                                  .cpu = cpu,
                                                  .run = run });
}

static inline void watch_world_guest(struct scratch *t)
{
    static const char args[] = "/usr/bin/qemu\0-name\0guest=g1,debug-threads=on\0-S";

    scratch_put(t, "/run/libvirt/qemu/g1.pid", "100\n");
    scratch_write(t, "/proc/100/cmdline", args, sizeof(args));
    scratch_put(t, "/run/libvirt/qemu/g1.xml",
                "<domstatus state='running' pid='100'><domain type='kvm' id='1'><name>g1</name>"
                "<uuid>11111111-2222-3333-4444-555555555555</uuid>"
                "<memory unit='KiB'>2048</memory><currentMemory unit='KiB'>1024</currentMemory>"
                "<vcpu>1</vcpu><devices>"
                "<disk type='file' device='disk'><source file='/img/g1.raw'/>"
                "<target dev='vda'/></disk>"
                "<interface type='bridge'><source bridge='br0'/><target dev='vnet0'/>"
                "</interface></devices></domain></domstatus>\n");
    watch_world_emulator(t, 0, 0);
    watch_world_vcpu(t, 0, 0, 0, 0);
}

static inline void watch_world_make(struct watch_world *w, const char *probes)
{
    *w = (struct watch_world){ .now = 1000000000 };
    scratch_make(&w->t);
    watch_world_host(&w->t);
    watch_world_guest(&w->t);
    w->log = (struct acdr_log){ watch_world_say, w };
    assert_int_equal(acdr_watch_new(w->t.root, &w->log, NULL, NULL, probes, &w->watch, NULL), 0);
    w->watch->clock = watch_world_clock;
    w->watch->clock_arg = w;
}

static inline void watch_world_drop(struct watch_world *w)
{
    acdr_watch_free(w->watch);
    scratch_drop(&w->t);
}

static inline void watch_world_take(struct watch_world *w, double seconds)
{
    w->now += (long long)(seconds * 1e9);
    assert_int_equal(acdr_watch_sample(w->watch, NULL), 0);
}

/* The reading of that metric whose thread, device, CPU ("cpu2") or node ("node1") is SUBJECT (NULL:
 * any), and whose label is WHAT (NULL: any); NULL where there is none. */
static inline const struct acdr_reading *watch_world_find(struct watch_world *w, const char *metric,
                                                          const char *subject, const char *what)
{
    int cpu = subject && !strncmp(subject, "cpu", 3) ? atoi(subject + 3) : -2;
    int node = subject && !strncmp(subject, "node", 4) ? atoi(subject + 4) : -2;

    for (size_t i = 0; i < w->watch->now.n; i++) {
        const struct acdr_reading *r = &w->watch->now.v[i];

        if (!strcmp(r->metric->name, metric) &&
            (!subject || r->cpu == cpu || r->node == node ||
             (r->thread && !strcmp(subject, r->thread)) ||
             (r->device && !strcmp(subject, r->device))) &&
            (!what || (r->what && !strcmp(what, r->what))))
            return r;
    }
    return NULL;
}

static inline double watch_world_value(struct watch_world *w, const char *metric,
                                       const char *subject, const char *what)
{
    const struct acdr_reading *r = watch_world_find(w, metric, subject, what);

    if (!r)
        fail_msg("no reading %s of %s, %s", metric, subject ? subject : "any", what ? what : "any");
    return r->value;
}

static inline double watch_world_rate(struct watch_world *w, const char *metric,
                                      const char *subject, const char *what)
{
    const struct acdr_reading *r = watch_world_find(w, metric, subject, what);

    if (!r)
        fail_msg("no reading %s of %s, %s", metric, subject ? subject : "any", what ? what : "any");
    return r->rate;
}

static inline void assert_near(double is, double want)
{
    if (fabs(is - want) > 1e-6 * (1 + fabs(want)))
        fail_msg("%.9g is not %.9g", is, want);
}

#endif
