/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * irq: how often each device interrupted each CPU, and the kernel's own interrupts between CPUs:
 * TLB shootdowns (TLB), rescheduling (RES), function calls (CAL), the timer (LOC).
 *
 * /proc/interrupts, which has 32 bits for each. Without an interrupt on a CPU there is no reading.
 */
#include <errno.h>
#include <string.h>

#include "column.h"
#include "kernel_file.h"
#include "probes.h"

/* A row has a dozen bytes per CPU, and there may be thousands of both. */
#define MOST ((size_t)64 << 20)

enum { DEVICE, KERNEL };

static const struct acdr_metric metrics[] = {
    [DEVICE] = { "acdr_cpu_interrupts", "", "Interrupts of a device that the CPU handled", "irq",
                 ACDR_METRIC_COUNTER, 32 },
    [KERNEL] = { "acdr_cpu_kernel_interrupts", "",
                 "Interrupts without a device, by the kernel's name for them", "kind",
                 ACDR_METRIC_COUNTER, 32 },
    { 0 },
};

/* Its action names from the snapshot; for a newer interrupt, the last word of the row. */
static const char *name_of(const struct acdr_probe_ctx *l, int num, const char *rest)
{
    const struct acdr_host *h = l->inventory->host;
    const char *blank = strrchr(rest, ' ');

    for (size_t i = 0; i < h->n_irqs; i++)
        if (h->irqs[i].num == num)
            return h->irqs[i].actions;
    return blank ? blank + 1 : rest;
}

static int add_row(void *arg, char *label, const struct acdr_column *c, char *rest)
{
    struct acdr_probe_ctx *l = arg;
    struct acdr_reading who = ACDR_READING_NONE;
    int num = acdr_hostfile_number(label, "");
    const char *what = NULL;

    for (size_t i = 0; i < c->n; i++) {
        if (c->value[i] <= 0)
            continue;
        if (!what) {
            what = acdr_sample_text(l->sample, label);
            who.device = num < 0 ? NULL : acdr_sample_text(l->sample, name_of(l, num, rest));
        }
        who.cpu = c->cpu[i];
        acdr_sample_add(l->sample, &who, &metrics[num < 0 ? KERNEL : DEVICE], what, c->value[i]);
    }
    return 0;
}

static int read_all(struct acdr_probe_ctx *l, struct acdr_err *e)
{
    acdr_auto(free) char *text = NULL;
    struct acdr_column c = { 0 };
    int err = acdr_root_read(l->root, "/proc/interrupts", MOST, &text, NULL);

    if (err < 0)
        return err == -ENOMEM ? err : acdr_probe_unsupported(e, "there is no /proc/interrupts");
    err = acdr_column_walk(&c, text, &l->inventory->focus, add_row, l);
    acdr_column_done(&c);
    return err == -EINVAL ? 0 : err;
}

const struct acdr_probe acdr_probe_irq = {
    .name = "irq",
    .help = "interrupts by device and CPU, TLB shootdowns, rescheduling, timers",
    .metrics = metrics,
    .read = read_all,
};
