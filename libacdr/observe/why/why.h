/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What disturbed a guest during a time window: two samples, looks in between at every task that may
 * run on its cores, and then one finding for each disturbance, by name. As acdr_why_begin() in
 * acdr/watch.h. The end of this file lists the parts that add findings.
 */
#ifndef ACDR_OBSERVE_WHY_WHY_H
#define ACDR_OBSERVE_WHY_WHY_H

#include "item.h"
#include "sampler.h"

/* Below these, a disturbance is not reported. Some always occur: the kernel's own threads on each
 * CPU run for microseconds per second. */
#define ACDR_WHY_MS      1.0  /* milliseconds per second that a task or the lack of a CPU took */
#define ACDR_WHY_IRQS    1.0  /* a device's interrupts per second */
#define ACDR_WHY_EVENTS  10.0 /* softirqs, or TLB shootdowns, per second */
#define ACDR_WHY_SIBLING 10.0 /* milliseconds per second that a sibling was busy */
#define ACDR_WHY_REMOTE  0.01 /* share of memory on other nodes */

struct acdr_finding {
    int cpu;         /* -1: the guest as a whole */
    char thread[32]; /* "" none */
    const char *layer;
    char culprit[200], figure[120];
    const char *remedy;
    char *own;     /* owned text of remedy, NULL: a constant */
    double ms;     /* per second; -1 if only counted */
    double weight; /* rank: ms, or an estimate of it if only counted */
};

enum { ACDR_WHY_PLACES = 6 };

/* A task that was seen near the guest's cores. */
struct acdr_why_task {
    int pid, tid;
    unsigned long long start;
    char comm[32];
    bool kthread, away; /* away: may not run there, and is not read again */
    double run;         /* at the latest look, seconds */
    struct {
        int cpu;
        double run; /* seconds there, as far as the looks show */
    } on[ACDR_WHY_PLACES];
    int n_on;
    int next; /* with the same hash, -1 none */
};

struct acdr_why_core {
    int cpu;
    char thread[32];                                /* the vCPU there, "" if ambiguous */
    double run, delay, others, irq, softirq;        /* milliseconds per second */
    double ticks, interrupts, shootdowns, switches; /* per second */
};

struct acdr_why {
    struct acdr_watch *watch;
    char *name;
    const struct acdr_watched_guest *watched; /* in the watch's inventory */
    unsigned long long start;                 /* the guest's; another start time is another run */
    long long begun;                          /* ns */
    double seconds, ticks;                    /* the window; its start in ticks after boot */
    long long ksm_scans;                      /* rounds of KSM at the start */
    struct acdr_bitmap cpus, near;            /* its vCPUs' CPUs; those and their siblings */
    struct acdr_why_task *tasks;
    size_t n_tasks;
    int heads[4096];
    bool blind; /* run times of tasks are only known in ticks */
    struct acdr_why_core *cores;
    size_t n_cores;
    struct acdr_finding *findings;
    size_t n_findings;
    bool bad; /* out of memory */
};

/* Take the first sample and look. Arguments as for acdr_watch_new(). The caller frees. -ESRCH: no
 * such guest runs. CLOCK (may be NULL) is for tests. */
int acdr_why_start(struct acdr_root *root, const struct acdr_log *log,
                   const struct acdr_status_source *source, const char *guest,
                   long long (*clock)(void *arg), void *clock_arg, struct acdr_why **ret,
                   struct acdr_err *e);
void acdr_why_drop(struct acdr_why *y);
ACDR_AUTO_DEFINE(struct acdr_why, acdr_why_drop);
/* Look at the tasks again; four times per second shows where each ran. 0 or -ENOMEM. */
int acdr_why_see_tasks(struct acdr_why *y);
/* Take the second sample and make the report. As acdr_why_end(). */
int acdr_why_finish(struct acdr_why *y, struct acdr_item **ret, struct acdr_err *e);
/* A new finding of LAYER; the caller fills in the rest. NULL if out of memory. WEIGHT as above. */
struct acdr_finding *acdr_why_add(struct acdr_why *y, const char *layer, int cpu, double ms,
                                  double weight);
/* The core with that number, NULL if it is not one of the guest's. */
struct acdr_why_core *acdr_why_core(struct acdr_why *y, int cpu);
/* "guest web2: vhost" for a thread of a guest, "kernel thread x", "task x (PID)". */
void acdr_why_name(const struct acdr_why *y, const struct acdr_why_task *t, char *buf, size_t size);
/* Its run time on CPU, in milliseconds per second of the window. */
double acdr_why_ran(const struct acdr_why *y, const struct acdr_why_task *t, int cpu);

/* task.c: looks at all tasks; findings about what ran on the guest's cores. */
int acdr_why_task_look(struct acdr_why *y);
void acdr_why_task_find(struct acdr_why *y);
/* core.c: interrupts, softirqs, siblings, and the cores' figures. */
void acdr_why_core_fill(struct acdr_why *y);
void acdr_why_core_find(struct acdr_why *y);
/* guest.c: control groups, memory, and waiting that nothing else explains (the last one). */
void acdr_why_guest_find(struct acdr_why *y);
void acdr_why_guest_rest(struct acdr_why *y);
/* present.c: make the remedies fit what the guest's class does already. After all findings. */
void acdr_why_present(struct acdr_why *y);

#endif
