/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libacdr: watching. What runs, what it waits for, what disturbs it; nothing is changed.
 *
 * A sample is a list of readings, taken at one time. A reading is one figure of one subject: what
 * it is (the metric), whose it is (guest, thread, device, CPU, node), and its value. All times are
 * nanoseconds of CLOCK_MONOTONIC. Names, units and labels follow Prometheus' conventions.
 */
#ifndef ACDR_WATCH_H
#define ACDR_WATCH_H

#include <acdr/base.h>

#ifdef __cplusplus
extern "C" {
#endif

enum acdr_metric_kind {
    ACDR_METRIC_GAUGE,   /* a level */
    ACDR_METRIC_COUNTER, /* a total that only grows; its rate is what one looks at */
    ACDR_METRIC_INFO     /* the value is always 1; what it tells stands in the labels */
};

/* What a figure is. Static: lasts as long as the program, and may be compared by its address. */
struct acdr_metric;

/* "acdr_thread_run_delay_seconds"; counters are without "_total". */
const char *acdr_metric_name(const struct acdr_metric *m);
/* "seconds", "bytes", ... as the name ends, or "". */
const char *acdr_metric_unit(const struct acdr_metric *m);
/* One line, without a full stop. */
const char *acdr_metric_help(const struct acdr_metric *m);
/* The name of the label that acdr_reading_label() is the value of; NULL where it has none. */
const char *acdr_metric_label(const struct acdr_metric *m);
enum acdr_metric_kind acdr_metric_kind(const struct acdr_metric *m);
/* 1: the total of this counter began when the watch first saw its subject: only its rate tells
 * something; else 0. */
int acdr_metric_is_young(const struct acdr_metric *m);

/* One figure. It and its strings belong to the watch and last until the watch's next sample. */
struct acdr_reading;

const struct acdr_metric *acdr_reading_metric(const struct acdr_reading *r);
/* Whose it is; NULL where it has none: the domain's name; "vcpu0", "emulator", "iothread1", "vhost"
 * (with the tid as its number); "vnet0", "eth0", "nvme0n1", an interrupt's name; by
 * acdr_metric_label(), "user", "NET_RX", "hugetlb", ... */
const char *acdr_reading_guest(const struct acdr_reading *r);
const char *acdr_reading_thread(const struct acdr_reading *r);
const char *acdr_reading_device(const struct acdr_reading *r);
const char *acdr_reading_label(const struct acdr_reading *r);
/* 1 with *RET; 0: it has none, *RET is not written. */
int acdr_reading_cpu(const struct acdr_reading *r, int *ret);
int acdr_reading_node(const struct acdr_reading *r, int *ret);
int acdr_reading_tid(const struct acdr_reading *r, int *ret);
/* Another number is another life of the subject: a thread's start, an inode. */
unsigned long long acdr_reading_id(const struct acdr_reading *r);
/* When it was read. */
long long acdr_reading_when(const struct acdr_reading *r);
/* The level, or the total since the subject began. */
double acdr_reading_value(const struct acdr_reading *r);
/* Of counters, per second since the reading before: 1 with *RET; 0: not known, because it is the
 * first, or the counter began anew. */
int acdr_reading_rate(const struct acdr_reading *r, double *ret);

/* A host that is watched, with the two latest samples. */
struct acdr_watch;

/*
 * Watch GUEST (a name; NULL: all that run) with PROBES (names with commas between; NULL: all but
 * "exits", which guests notice).
 * Reads nothing yet. A must outlive it. Guests may come and go between samples.
 * -EINVAL: there is no probe of a name, E lists those there are.
 */
int acdr_watch_open(struct acdr *a, const char *guest, const char *probes, struct acdr_watch **ret,
                    struct acdr_err *e);
void acdr_watch_close(struct acdr_watch *w);

/*
 * Take a sample. A probe that cannot run here is told to the log once, and not asked again; what
 * cannot be read of one subject is left out. Probes that cost much (memory) are asked less often
 * than each time: their readings stay, with their old WHEN.
 * 0; -ENOMEM, and the sample before stands.
 */
int acdr_watch_take(struct acdr_watch *w, struct acdr_err *e);
/* When the latest sample began, 0 before the first. */
long long acdr_watch_when(const struct acdr_watch *w);
/* How many readings the latest sample has. */
size_t acdr_watch_count(const struct acdr_watch *w);
/* The next reading behind AFTER (NULL: from the first) of that metric and guest (NULL: any). NULL
 * at the end. Those of one metric and guest stand in the same order in each sample while no subject
 * comes or goes. */
const struct acdr_reading *acdr_watch_find(const struct acdr_watch *w,
                                           const struct acdr_reading *after, const char *metric,
                                           const char *guest);

/*
 * What this watch can see:
 *   probes (list): name, help, seconds (num: asked at most so often, 0: at each sample),
 *     off (text: why it does not run, null where it does),
 *     metrics (list): name, unit, help, kind (gauge, counter or info), label (text or null),
 *       young (bool: acdr_metric_is_young())
 */
int acdr_watch_probes(const struct acdr_watch *w, struct acdr_item **ret, struct acdr_err *e);

/*
 * What a guest that runs is worth watching for: what the [observe] of its class says
 * (acdr.conf(5)), and what that leaves open by what the guest is.
 *   guest, class (null without), error (text: why the class cannot be read, null where it can),
 *   kind (text: dedicated cores or shared cores; and big memory), own (bool: the class says some
 *     of it), probes (text, as acdr_watch_open() takes them), interval (num, seconds),
 *     limits (text, as acdr_watch_limit() takes them)
 * -ESRCH: no guest of that name runs.
 */
int acdr_watch_choose(struct acdr *a, const char *guest, struct acdr_item **ret,
                      struct acdr_err *e);

/*
 * Limits on figures of GUEST from now on, in place of those before: "run-delay > 5 ms/s for 3,
 * interrupts > 100", or "none". The watch must ask the probes that the figures are from; what it
 * does not see is never over a limit.
 * -EINVAL: there is no such figure, or it is not written so; E says what to write.
 */
int acdr_watch_limit(struct acdr_watch *w, const char *guest, const char *limits,
                     struct acdr_err *e);

/*
 * Which figures are over their limits; to be called once after each sample. Of vCPUs, CPUs and
 * devices the worst counts.
 *   crossed (list): guest, figure, value, limit, unit (text), subject (text: vcpu0, CPU 2 and what
 *     most of it is by; "" the guest as a whole), help (text: what the figure is), samples (num: in
 *     a row), seconds (num: since when), new (bool: it is so since this sample)
 * 1: there are some; 0: there are none.
 */
int acdr_watch_crossed(struct acdr_watch *w, struct acdr_item **ret, struct acdr_err *e);

/*
 * What a guest runs on, layer by layer, found by itself:
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

/* What took time from a guest's cores, or interrupted them. */
struct acdr_why;

/*
 * Begin to look at GUEST (a name); returns at once. A must outlive *RET.
 * -ESRCH: no guest of that name runs; -EINVAL: GUEST is NULL; -ENOMEM.
 */
int acdr_why_begin(struct acdr *a, const char *guest, struct acdr_why **ret, struct acdr_err *e);
/*
 * Look at the tasks near the guest's cores; to be called some four times a second, so that each
 * task that runs there is seen where it runs. Only -ENOMEM.
 */
int acdr_why_look(struct acdr_why *y, struct acdr_err *e);
/*
 * The answer for the time since acdr_why_begin(); once.
 *   guest, seconds;
 *   findings (list, the worst first): cpu (null where it is the guest as a whole), thread (text,
 *     whose vCPU it hurts, null), layer (task, interrupt, softirq, sibling, guest, cgroup, memory,
 *     scheduler, host), culprit (text), figure (text: how much), ms_per_s (num: what it took in
 *     milliseconds a second, -1 where only counted), remedy (text: what would stop it, a
 *     class section and key where there is one, "" where nothing does)
 *   cores (list): cpu, thread, run, delay, others, irq, softirq (num: microseconds a second),
 *     ticks, interrupts, shootdowns, switches (num: each a second, in thousandths)
 *   unseen (list of text): what could not be looked at, and why
 * 1: there are findings; 0: there are none. -ESRCH: the guest has ended meanwhile; -ENOMEM.
 */
int acdr_why_end(struct acdr_why *y, struct acdr_item **ret, struct acdr_err *e);
void acdr_why_free(struct acdr_why *y);

#ifdef __cplusplus
}
#endif

#endif
