/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block: what a guest's process reads and writes, how long its threads waited for disks, and the
 * activity of the host's disks.
 *
 * /proc/PID/io (CAP_SYS_PTRACE); /sys/class/block/DEVICE/stat, whose times are milliseconds
 * (Documentation/block/stat.rst).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "probes.h"
#include "task.h"

enum { BYTES, BLOCKED, REQUESTS, SECTORS, WAIT, BUSY };

static const struct acdr_metric metrics[] = {
    [BYTES] = { "acdr_guest_disk_bytes", "bytes",
                "Bytes that the guest's process made the host read from or write to disks",
                "direction", ACDR_METRIC_COUNTER, 0 },
    [BLOCKED] = { "acdr_guest_disk_wait_seconds", "seconds",
                  "Time that the guest's threads waited for the host's disks", NULL,
                  ACDR_METRIC_COUNTER, 0 },
    [REQUESTS] = { "acdr_disk_requests", "", "Requests that the disk of the host served",
                   "direction", ACDR_METRIC_COUNTER, 0 },
    [SECTORS] = { "acdr_disk_bytes", "bytes", "Bytes that the disk of the host read or wrote",
                  "direction", ACDR_METRIC_COUNTER, 0 },
    [WAIT] = { "acdr_disk_wait_seconds", "seconds",
               "Time that requests waited or were served, all together", "direction",
               ACDR_METRIC_COUNTER, 0 },
    [BUSY] = { "acdr_disk_busy_seconds", "seconds", "Time that the disk was busy", NULL,
               ACDR_METRIC_COUNTER, 0 },
    { 0 },
};

static void read_guest(struct acdr_probe_ctx *l, const struct acdr_watched_guest *a)
{
    struct acdr_reading who = acdr_probe_reading_of_guest(l, a);
    struct acdr_task_stat stat;
    char buf[512];
    double n, waited = 0;

    if (acdr_root_get(l->root, buf, sizeof(buf), "/proc/%d/io", a->guest->pid) > 0) {
        if (acdr_task_value(buf, "read_bytes", &n))
            acdr_sample_add(l->sample, &who, &metrics[BYTES], "read", n);
        if (acdr_task_value(buf, "write_bytes", &n))
            acdr_sample_add(l->sample, &who, &metrics[BYTES], "write", n);
    }
    if (acdr_task_stat(l->root, a->guest->pid, 0, &stat) == 0 && stat.start == a->guest->start)
        waited = stat.blocked;
    if (waited > 0)
        acdr_sample_add(l->sample, &who, &metrics[BLOCKED], NULL, waited);
}

/* A whole disk, reported once: partitions repeat what their disk counts. */
static int read_disk(void *arg, const char *name)
{
    struct acdr_probe_ctx *l = arg;
    struct acdr_reading who = ACDR_READING_NONE;
    unsigned long long v[10];
    char buf[512];

    if (!acdr_yes(acdr_root_has(l->root, "/sys/block/%s/device", name)) ||
        acdr_root_get(l->root, buf, sizeof(buf), "/sys/block/%s/stat", name) < 0 ||
        sscanf(buf, "%llu %llu %llu %llu %llu %llu %llu %llu %llu %llu", &v[0], &v[1], &v[2], &v[3],
               &v[4], &v[5], &v[6], &v[7], &v[8], &v[9]) != 10)
        return 0;
    who.device = acdr_sample_text(l->sample, name);
    acdr_sample_add(l->sample, &who, &metrics[REQUESTS], "read", (double)v[0]);
    acdr_sample_add(l->sample, &who, &metrics[REQUESTS], "write", (double)v[4]);
    acdr_sample_add(l->sample, &who, &metrics[SECTORS], "read", (double)v[2] * 512);
    acdr_sample_add(l->sample, &who, &metrics[SECTORS], "write", (double)v[6] * 512);
    acdr_sample_add(l->sample, &who, &metrics[WAIT], "read", (double)v[3] / 1e3);
    acdr_sample_add(l->sample, &who, &metrics[WAIT], "write", (double)v[7] / 1e3);
    acdr_sample_add(l->sample, &who, &metrics[BUSY], NULL, (double)v[9] / 1e3);
    return 0;
}

static int read_all(struct acdr_probe_ctx *l, struct acdr_err *e)
{
    (void)e;
    ACDR_PROBE_GUESTS(a, l)
        read_guest(l, a);
    return acdr_root_list(l->root, "/sys/block", read_disk, l) == -ENOMEM ? -ENOMEM : 0;
}

const struct acdr_probe acdr_probe_block = {
    .name = "block",
    .help = "disk traffic of guests, wait for disks, and the host's disks",
    .seconds = 5,
    .metrics = metrics,
    .read = read_all,
};
