/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The readings of a sample with their values, for callers that iterate several times. */
#ifndef ACDR_TOOLS_COMMON_READINGS_H
#define ACDR_TOOLS_COMMON_READINGS_H

#include <stdbool.h>

#include <acdr/watch.h>

/* Strings and OF belong to the watch and are valid until its next sample. */
struct tool_reading {
    const struct acdr_metric *of;
    const char *metric; /* its name */
    enum acdr_metric_kind kind;
    const char *guest, *thread, *device, *what; /* NULL: it has none */
    int cpu, node, tid;                         /* -1: it has none */
    double value;
    bool has_rate;
    double rate;
};

/* Those of the latest sample; the caller frees *RET. 0 or -ENOMEM. */
int tool_readings(const struct acdr_watch *w, struct tool_reading **ret, size_t *n);

#endif
