/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libacdr: monitoring: what runs, what it waits for, what disturbs it. Changes nothing.
 *
 * A sample is a list of readings taken at one time. A reading is one figure of one subject: the
 * metric, the subject (guest, thread, device, CPU, node) and the value. All times are nanoseconds
 * of CLOCK_MONOTONIC. Names, units and labels follow Prometheus' conventions.
 */
#ifndef ACDR_WATCH_H
#define ACDR_WATCH_H

#include <acdr/base.h>

#ifdef __cplusplus
extern "C" {
#endif

enum acdr_metric_kind {
    ACDR_METRIC_GAUGE,   /* a level */
    ACDR_METRIC_COUNTER, /* a total that only grows; read its rate */
    ACDR_METRIC_INFO     /* the value is always 1; the labels hold the information */
};

/* The kind of a figure. Static: valid as long as the program; may be compared by address. */
struct acdr_metric;

/* "acdr_thread_run_delay_seconds"; counters are without "_total". */
const char *acdr_metric_name(const struct acdr_metric *m);
/* "seconds", "bytes", ... as at the end of the name, or "". */
const char *acdr_metric_unit(const struct acdr_metric *m);
/* One line, without a full stop. */
const char *acdr_metric_help(const struct acdr_metric *m);
/* The name of the label whose value acdr_reading_label() returns; NULL if it has none. */
const char *acdr_metric_label(const struct acdr_metric *m);
enum acdr_metric_kind acdr_metric_kind(const struct acdr_metric *m);
/* 1: this counter starts when the watch first sees its subject, so only its rate is meaningful;
 * else 0. */
int acdr_metric_is_young(const struct acdr_metric *m);

/* One figure. It and its strings belong to the watch and are valid until its next sample. */
struct acdr_reading;

const struct acdr_metric *acdr_reading_metric(const struct acdr_reading *r);
/* The subject's labels; NULL if it has none: the domain's name; "vcpu0", "emulator", "iothread1",
 * "vhost" (with the tid as its number); "vnet0", "eth0", "nvme0n1", an interrupt's name; by
 * acdr_metric_label(), "user", "NET_RX", "hugetlb", ... */
const char *acdr_reading_guest(const struct acdr_reading *r);
const char *acdr_reading_thread(const struct acdr_reading *r);
const char *acdr_reading_device(const struct acdr_reading *r);
const char *acdr_reading_label(const struct acdr_reading *r);
/* 1 with *RET; 0: none, *RET is not written. */
int acdr_reading_cpu(const struct acdr_reading *r, int *ret);
int acdr_reading_node(const struct acdr_reading *r, int *ret);
int acdr_reading_tid(const struct acdr_reading *r, int *ret);
/* A different number means a new instance of the subject: a thread's start time, an inode. */
unsigned long long acdr_reading_id(const struct acdr_reading *r);
/* When it was read. */
long long acdr_reading_when(const struct acdr_reading *r);
/* The level, or the total since the subject began. */
double acdr_reading_value(const struct acdr_reading *r);
/* For counters, per second since the previous reading: 1 with *RET; 0: unknown, because it is the
 * first reading or the counter was reset. */
int acdr_reading_rate(const struct acdr_reading *r, double *ret);

/* A watched host with its two latest samples. */
struct acdr_watch;

/*
 * Watch GUEST (a name; NULL: all running guests) with PROBES (comma-separated names; NULL: all but
 * "exits", which affects guests).
 * Reads nothing yet. A must outlive it. Guests may come and go between samples.
 * -EINVAL: unknown probe, E lists the known ones.
 */
int acdr_watch_open(struct acdr *a, const char *guest, const char *probes, struct acdr_watch **ret,
                    struct acdr_err *e);
void acdr_watch_close(struct acdr_watch *w);

/*
 * Take a sample. A probe that cannot run here is logged once and then disabled; unreadable figures
 * of a subject are left out. Expensive probes (memory) are not read each time: their readings stay,
 * with their old WHEN. 0; -ENOMEM: the previous sample stays.
 */
int acdr_watch_take(struct acdr_watch *w, struct acdr_err *e);
/* The start time of the latest sample, 0 before the first. */
long long acdr_watch_when(const struct acdr_watch *w);
/* The number of readings in the latest sample. */
size_t acdr_watch_count(const struct acdr_watch *w);
/* The next reading after AFTER (NULL: the first) of that metric and guest (NULL: any). NULL at the
 * end. Readings of one metric and guest keep their order between samples while no subject comes or
 * goes. */
const struct acdr_reading *acdr_watch_find(const struct acdr_watch *w,
                                           const struct acdr_reading *after, const char *metric,
                                           const char *guest);

/*
 * What this watch can read:
 *   probes (list): name, help, seconds (num: minimum interval, 0: at each sample), off (text: why
 *     it does not run, null if it runs),
 *     metrics (list): name, unit, help, kind (gauge, counter or info), label (text or null),
 *       young (bool: acdr_metric_is_young())
 */
int acdr_watch_probes(const struct acdr_watch *w, struct acdr_item **ret, struct acdr_err *e);

/*
 * What to watch on a running guest: as [observe] of its class says (acdr.conf(5)), and the rest by
 * the kind of guest.
 *   guest, class (null without), error (text: why the class cannot be read, null if it can),
 *   kind (text: dedicated cores or shared cores; and big memory), own (bool: the class sets some of
 *     it), probes (text, as acdr_watch_open() takes them), interval (num, seconds),
 *     limits (text, as acdr_watch_limit() takes them)
 * -ESRCH: no guest of that name runs.
 */
int acdr_watch_choose(struct acdr *a, const char *guest, struct acdr_item **ret,
                      struct acdr_err *e);

/*
 * Set limits on figures of GUEST, replacing earlier ones: "run-delay > 5 ms/s for 3, interrupts >
 * 100", or "none". The watch must run the figures' probes; a figure that it does not read is never
 * over its limit.
 * -EINVAL: unknown figure or wrong syntax; E says what to write.
 */
int acdr_watch_limit(struct acdr_watch *w, const char *guest, const char *limits,
                     struct acdr_err *e);

/*
 * The figures over their limits; call once after each sample. Of vCPUs, CPUs and devices the worst
 * counts.
 *   crossed (list): guest, figure, value, limit, unit (text), subject (text: vcpu0, CPU 2 and the
 *     main cause; "" for the whole guest), help (text: what the figure is), samples (num: in a
 *     row), seconds (num: since the start), new (bool: crossed in this sample)
 * 1: there are some; 0: there are none.
 */
int acdr_watch_crossed(struct acdr_watch *w, struct acdr_item **ret, struct acdr_err *e);

/*
 * What a guest runs on, layer by layer:
 *   name, uuid, class (null without), state (conditioned, degraded, null without a class), pid
 *   threads (list): thread, tid, name, cgroup, cpus (cpulist it may run on), last_cpu, node
 *     (of last_cpu, null where not known), policy (text), priority (num: nice, or the realtime one)
 *   cores (list): cpu, core (cpulist of siblings), l3 (cpulist), node, threads (list of text)
 *   nodes (list): node, bytes (the guest's memory there), share (per cent)
 *   nics (list): device, mac, bridge (text, null where none), ovs (bool), uplinks (list: device,
 *     driver, node, queues, irqs (list: irq, name, cpus (cpulist)))
 *   disks (list): target, source, devices (list of text)
 * -ESRCH: no guest of that name runs.
 */
int acdr_map(struct acdr *a, const char *guest, struct acdr_item **ret, struct acdr_err *e);

/* What took time from a guest's cores or interrupted them. */
struct acdr_why;

/*
 * Start to observe GUEST (a name); does not block. A must outlive *RET.
 * -ESRCH: no guest of that name runs; -EINVAL: GUEST is NULL; -ENOMEM.
 */
int acdr_why_begin(struct acdr *a, const char *guest, struct acdr_why **ret, struct acdr_err *e);
/*
 * Read the tasks near the guest's cores; call about four times a second, so that each task is seen
 * on the CPU where it runs. Only -ENOMEM.
 */
int acdr_why_look(struct acdr_why *y, struct acdr_err *e);
/*
 * The result since acdr_why_begin(); call once.
 *   guest, seconds;
 *   findings (list, the worst first): cpu (null for the whole guest), thread (text: the affected
 *     vCPU, null), layer (task, interrupt, softirq, sibling, guest, cgroup, memory, scheduler,
 *     host), culprit (text), figure (text: how much), ms_per_s (num: time taken in milliseconds per
 *     second, -1 if only counted), remedy (text: what would stop it, a class section and key if
 *     there is one, "" if nothing does; if the guest's class has them already, what they lack)
 *   cores (list): cpu, thread, run, delay, others, irq, softirq (num: microseconds a second),
 *     ticks, interrupts, shootdowns, switches (num: each a second, in thousandths)
 *   unseen (list of text): what could not be read, and why
 * 1: there are findings; 0: there are none. -ESRCH: the guest has ended; -ENOMEM.
 */
int acdr_why_end(struct acdr_why *y, struct acdr_item **ret, struct acdr_err *e);
void acdr_why_free(struct acdr_why *y);

#ifdef __cplusplus
}
#endif

#endif
