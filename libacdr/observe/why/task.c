/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tasks that ran on a guest's cores. The kernel reports for each task how long it ran and where it
 * ran last; its run time between two looks is attributed to its CPU at the second. Knows the
 * purpose of kernel threads; reads /proc/PID/task/TID/stat, schedstat, status.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "decimal.h"
#include "kernel_file.h"
#include "task.h"
#include "why.h"

#define PF_KTHREAD 0x00200000U

static size_t bucket(const struct acdr_why *y, int tid)
{
    return (size_t)tid % (sizeof(y->heads) / sizeof(*y->heads));
}

static struct acdr_why_task *find(struct acdr_why *y, int tid)
{
    for (int i = y->heads[bucket(y, tid)]; i >= 0; i = y->tasks[i].next)
        if (y->tasks[i].tid == tid)
            return &y->tasks[i];
    return NULL;
}

static struct acdr_why_task *add(struct acdr_why *y, int pid, int tid)
{
    struct acdr_why_task *v = acdr_hostfile_grow(y->tasks, y->n_tasks, sizeof(*v));
    size_t b = bucket(y, tid);

    if (!v)
        return NULL;
    y->tasks = v;
    v += y->n_tasks;
    *v = (struct acdr_why_task){ .pid = pid, .tid = tid, .next = y->heads[b], .run = -1 };
    y->heads[b] = (int)y->n_tasks++;
    return v;
}

static void put_down(struct acdr_why_task *t, int cpu, double run)
{
    for (int i = 0; i < t->n_on; i++) {
        if (t->on[i].cpu == cpu) {
            t->on[i].run += run;
            return;
        }
    }
    if (t->n_on < ACDR_WHY_PLACES) {
        t->on[t->n_on].cpu = cpu;
        t->on[t->n_on++].run = run;
    }
}

/* A new task, or a reused task id. One that started after the start of the window has run from
 * 0. */
static void meet(struct acdr_why *y, struct acdr_why_task *t, const struct acdr_task_stat *stat)
{
    struct acdr_task_status status;

    t->start = stat->start;
    t->kthread = stat->flags & PF_KTHREAD;
    t->run = (double)stat->start > y->ticks ? 0 : -1;
    t->n_on = 0;
    t->away = acdr_task_status(y->watch->root, t->pid, t->tid, &status) == 0 &&
              !acdr_bitmap_intersects(&status.cpus, &y->near);
}

/* 0 or -ENOMEM. A task that has ended is not an error. */
static int look_at(struct acdr_why *y, int pid, int tid)
{
    struct acdr_why_task *t = find(y, tid);
    struct acdr_task_stat stat;
    struct acdr_task_sched sched;
    double run;

    if (t && t->away)
        return 0;
    if (acdr_task_stat(y->watch->root, pid, tid, &stat) < 0)
        return 0;
    if (!t)
        t = add(y, pid, tid);
    if (!t)
        return -ENOMEM;
    if (t->start != stat.start)
        meet(y, t, &stat);
    snprintf(t->comm, sizeof(t->comm), "%.31s", stat.comm);
    run = stat.user + stat.system + stat.guest;
    if (acdr_task_sched(y->watch->root, pid, tid, &sched) == 0)
        run = sched.run;
    else
        y->blind = true;
    if (t->run >= 0 && run > t->run && acdr_bitmap_has(&y->near, stat.cpu))
        put_down(t, stat.cpu, run - t->run);
    t->run = run;
    return 0;
}

int acdr_why_task_look(struct acdr_why *y)
{
    acdr_auto(free) int *pids = NULL;
    size_t n_pids = 0;
    char dir[32];
    int err = acdr_hostfile_numbers(y->watch->root, "/proc", "", &pids, &n_pids);

    for (size_t i = 0; err == 0 && i < n_pids; i++) {
        acdr_auto(free) int *tids = NULL;
        size_t n = 0;

        snprintf(dir, sizeof(dir), "/proc/%d/task", pids[i]);
        err = acdr_hostfile_numbers(y->watch->root, dir, "", &tids, &n);
        if (err != -ENOMEM)
            err = 0;
        for (size_t k = 0; err == 0 && k < n; k++)
            err = look_at(y, pids[i], tids[k]);
    }
    return err == -ENOMEM ? err : 0;
}

double acdr_why_ran(const struct acdr_why *y, const struct acdr_why_task *t, int cpu)
{
    for (int i = 0; i < t->n_on; i++)
        if (t->on[i].cpu == cpu)
            return t->on[i].run * 1000 / y->seconds;
    return 0;
}

void acdr_why_name(const struct acdr_why *y, const struct acdr_why_task *t, char *buf, size_t size)
{
    const struct acdr_thread *thread = NULL;
    const struct acdr_watched_guest *a = acdr_inventory_owner(y->watch->inventory, t->tid, &thread);
    char name[32];

    if (a)
        snprintf(buf, size, "%s%.64s: %s (%s, %d)", a == y->watched ? "its own guest " : "guest ",
                 a->name, acdr_inventory_thread(thread, name), t->comm, t->tid);
    else if (t->kthread)
        snprintf(buf, size, "kernel thread %s (%d)", t->comm, t->tid);
    else if (t->pid != t->tid)
        snprintf(buf, size, "task %s (%d of process %d)", t->comm, t->tid, t->pid);
    else
        snprintf(buf, size, "task %s (%d)", t->comm, t->tid);
}

/* How to keep a kernel thread away. */
static const char *kthread_remedy(const char *comm)
{
    static const struct {
        const char *begin, *remedy;
    } known[] = {
        { "ksmd", "[ksm] run = off" },
        { "kworker/u", "[cleaner] workqueues = yes" },
        { "kworker/", "[cleaner] stat-interval; isolcpus= and nohz_full= of boot" },
        { "ksoftirqd/", "[softirq], [irq-ban]: what raises the softirqs" },
        { "rcu", "rcu_nocbs= of boot" },
        { "watchdog/", "[cleaner] watchdog = yes" },
        { "vhost-", "[emulator] vhost = housekeeping in the class of the guest that it serves" },
        { "irq/", "[irq-ban]" },
        { "migration/", "" },
        { "cpuhp/", "" },
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (!strncmp(comm, known[i].begin, strlen(known[i].begin)))
            return known[i].remedy;
    return "[cleaner]";
}

static const char *guest_remedy(const struct acdr_thread *t)
{
    switch (t->kind) {
    case ACDR_THREAD_VCPU:
        return "[vcpus] in the classes of both: a CPU for each vCPU";
    case ACDR_THREAD_VHOST:
        return "[emulator] vhost = housekeeping in that guest's class";
    case ACDR_THREAD_IOTHREAD:
        return "[emulator] iothreads = housekeeping in that guest's class";
    default:
        return "[emulator] emulator = housekeeping in that guest's class";
    }
}

/* THREADS of its process ran there, MS in total. */
static void add_task_finding(struct acdr_why *y, const struct acdr_why_task *t, int cpu, double ms,
                             int threads)
{
    const struct acdr_thread *thread = NULL;
    const struct acdr_watched_guest *a = acdr_inventory_owner(y->watch->inventory, t->tid, &thread);
    struct acdr_finding *f = acdr_why_add(y, a ? "guest" : "task", cpu, ms, ms);

    if (!f)
        return;
    if (threads > 1)
        snprintf(f->culprit, sizeof(f->culprit), "%d threads of process %d (%s)", threads, t->pid,
                 t->comm);
    else
        acdr_why_name(y, t, f->culprit, sizeof(f->culprit));
    acdr_decimal_print(f->figure, sizeof(f->figure), "ran %.1f ms a second there", ms);
    if (a)
        f->remedy = guest_remedy(thread);
    else
        f->remedy = t->kthread ? kthread_remedy(t->comm) : "[cleaner]";
}

/* The vCPU of a core; if several of the guest's share it, each one disturbs the others. */
static bool is_at_home(const struct acdr_why *y, const struct acdr_why_task *t,
                       const struct acdr_why_core *c)
{
    const struct acdr_thread *thread = NULL;
    char name[32];

    if (acdr_inventory_owner(y->watch->inventory, t->tid, &thread) != y->watched || !thread ||
        thread->kind != ACDR_THREAD_VCPU)
        return false;
    return !c->thread[0] || !strcmp(c->thread, acdr_inventory_thread(thread, name));
}

/* The run time of T's process on CPU, reported with its first thread: 0 for the others. A guest's
 * threads are reported one by one, as each has its own remedy. */
static double sum(const struct acdr_why *y, const struct acdr_why_task *t, int cpu, int *threads)
{
    double ms = 0;

    *threads = 0;
    if (t->kthread || acdr_inventory_owner(y->watch->inventory, t->tid, NULL)) {
        *threads = 1;
        return acdr_why_ran(y, t, cpu);
    }
    for (const struct acdr_why_task *o = y->tasks; o < y->tasks + y->n_tasks; o++) {
        double ran = o->pid == t->pid ? acdr_why_ran(y, o, cpu) : 0;

        if (ran > 0 && o < t)
            return 0;
        ms += ran;
        *threads += ran > 0;
    }
    return ms;
}

void acdr_why_task_find(struct acdr_why *y)
{
    for (size_t i = 0; i < y->n_tasks; i++) {
        const struct acdr_why_task *t = &y->tasks[i];

        for (int k = 0; k < t->n_on; k++) {
            struct acdr_why_core *c = acdr_why_core(y, t->on[k].cpu);
            double ms;
            int threads;

            if (!c || is_at_home(y, t, c))
                continue;
            ms = sum(y, t, c->cpu, &threads);
            c->others += ms;
            if (ms >= ACDR_WHY_MS)
                add_task_finding(y, t, c->cpu, ms, threads);
        }
    }
}
