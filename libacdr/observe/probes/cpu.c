/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cpu: how time is spent, by thread and by CPU, and how long runnable threads waited for a CPU
 * (run delay; also called CPU ready, or steal in the guest).
 *
 * /proc/PID/task/TID/stat, schedstat, status; /proc/stat. Times of stat are in ticks of 10 ms; run
 * and run delay are nanoseconds of the scheduler.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "probes.h"
#include "task.h"

enum { SECONDS, RUN, DELAY, SWITCHES, LAST, CPU };

static const struct acdr_metric metrics[] = {
    [SECONDS] = { "acdr_thread_cpu_seconds", "seconds", "Time on a CPU, in the kernel's ticks",
                  "mode", ACDR_METRIC_COUNTER, 0 },
    [RUN] = { "acdr_thread_run_seconds", "seconds", "Time on a CPU, as the scheduler measures it",
              NULL, ACDR_METRIC_COUNTER, 0 },
    [DELAY] = { "acdr_thread_run_delay_seconds", "seconds",
                "Time that the thread could have run but waited for a CPU", NULL,
                ACDR_METRIC_COUNTER, 0 },
    [SWITCHES] = { "acdr_thread_switches", "", "Switches away from the thread", "kind",
                   ACDR_METRIC_COUNTER, 0 },
    [LAST] = { "acdr_thread_last_cpu", "", "The CPU that the thread ran on last", NULL,
               ACDR_METRIC_GAUGE, 0 },
    [CPU] = { "acdr_cpu_seconds", "seconds",
              "Time of the CPU by what it did; user is without guest", "mode", ACDR_METRIC_COUNTER,
              0 },
    { 0 },
};

static void read_thread(struct acdr_probe_ctx *l, const struct acdr_watched_guest *a,
                        const struct acdr_thread *t)
{
    struct acdr_reading who = acdr_probe_reading_of_thread(l, a, t);
    struct acdr_task_stat stat;
    struct acdr_task_sched sched;
    struct acdr_task_status status;

    /* A thread id that was reused in the meantime is not ours. */
    if (acdr_task_stat(l->root, t->pid, t->tid, &stat) < 0 || stat.start != t->start)
        return;
    acdr_sample_add(l->sample, &who, &metrics[SECONDS], "user", stat.user);
    acdr_sample_add(l->sample, &who, &metrics[SECONDS], "system", stat.system);
    acdr_sample_add(l->sample, &who, &metrics[SECONDS], "guest", stat.guest);
    acdr_sample_add(l->sample, &who, &metrics[LAST], NULL, stat.cpu);
    if (acdr_task_sched(l->root, t->pid, t->tid, &sched) == 0) {
        acdr_sample_add(l->sample, &who, &metrics[RUN], NULL, sched.run);
        acdr_sample_add(l->sample, &who, &metrics[DELAY], NULL, sched.delay);
    }
    if (acdr_task_status(l->root, t->pid, t->tid, &status) == 0 && status.involuntary >= 0) {
        acdr_sample_add(l->sample, &who, &metrics[SWITCHES], "voluntary", status.voluntary);
        acdr_sample_add(l->sample, &who, &metrics[SWITCHES], "involuntary", status.involuntary);
    }
}

/* "cpu3 user nice system idle iowait irq softirq steal guest guest_nice": user includes guest, and
 * nice guest_nice. */
static void read_cpu(struct acdr_probe_ctx *l, const char *line)
{
    static const char *const modes[] = { "user", "nice",    "system", "idle",  "iowait",
                                         "irq",  "softirq", "steal",  "guest", "guest_nice" };
    struct acdr_reading who = ACDR_READING_NONE;
    unsigned long long v[10] = { 0 };
    double hz = (double)sysconf(_SC_CLK_TCK);
    int n = sscanf(line, "cpu%d %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu", &who.cpu, &v[0],
                   &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7], &v[8], &v[9]);

    if (n < 5 || !acdr_bitmap_has(&l->inventory->focus, who.cpu))
        return;
    v[0] -= v[8] < v[0] ? v[8] : v[0];
    v[1] -= v[9] < v[1] ? v[9] : v[1];
    for (int i = 0; i < n - 1; i++)
        acdr_sample_add(l->sample, &who, &metrics[CPU], modes[i], (double)v[i] / hz);
}

static int read_cpus(struct acdr_probe_ctx *l)
{
    acdr_auto(free) char *text = NULL;
    char *next;

    if (acdr_root_read(l->root, "/proc/stat", 0, &text, NULL) < 0)
        return 0;
    next = text;
    /* A last line without a newline is incomplete. */
    for (char *line = strsep(&next, "\n"); next; line = strsep(&next, "\n"))
        if (!strncmp(line, "cpu", 3) && line[3] >= '0' && line[3] <= '9')
            read_cpu(l, line);
    return 0;
}

static int read_all(struct acdr_probe_ctx *l, struct acdr_err *e)
{
    (void)e;
    ACDR_PROBE_GUESTS(a, l)
        ACDR_PROBE_THREADS(t, a)
            read_thread(l, a, t);
    return read_cpus(l);
}

const struct acdr_probe acdr_probe_cpu = {
    .name = "cpu",
    .help = "time by thread and CPU, run delay, switches",
    .metrics = metrics,
    .read = read_all,
};
