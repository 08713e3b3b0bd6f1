/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * softirq: how often each kind of soft interrupt ran on each CPU.
 *
 * /proc/softirqs, which has 32 bits for each.
 */
#include <errno.h>

#include "column.h"
#include "probes.h"
#include "root.h"

static const struct acdr_metric metrics[] = {
    { "acdr_cpu_softirqs", "", "Soft interrupts that ran on the CPU", "kind", ACDR_METRIC_COUNTER,
      32 },
    { 0 },
};

static int add_row(void *arg, char *label, const struct acdr_column *c, char *rest)
{
    struct acdr_probe_ctx *l = arg;
    struct acdr_reading who = ACDR_READING_NONE;
    const char *kind = acdr_sample_text(l->sample, label);

    (void)rest;
    for (size_t i = 0; i < c->n; i++) {
        who.cpu = c->cpu[i];
        acdr_sample_add(l->sample, &who, &metrics[0], kind, c->value[i]);
    }
    return 0;
}

static int read_all(struct acdr_probe_ctx *l, struct acdr_err *e)
{
    acdr_auto(free) char *text = NULL;
    struct acdr_column c = { 0 };
    int err = acdr_root_read(l->root, "/proc/softirqs", 0, &text, NULL);

    if (err < 0)
        return err == -ENOMEM ? err : acdr_probe_unsupported(e, "there is no /proc/softirqs");
    err = acdr_column_walk(&c, text, &l->inventory->focus, add_row, l);
    acdr_column_done(&c);
    return err == -EINVAL ? 0 : err;
}

const struct acdr_probe acdr_probe_softirq = {
    .name = "softirq",
    .help = "soft interrupts by kind and CPU",
    .metrics = metrics,
    .read = read_all,
};
