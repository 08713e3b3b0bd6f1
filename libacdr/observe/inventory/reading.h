/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The structures behind acdr_metric and acdr_reading of acdr/watch.h. */
#ifndef ACDR_OBSERVE_INVENTORY_READING_H
#define ACDR_OBSERVE_INVENTORY_READING_H

#include "acdr/watch.h"

/* For acdr_metric.bits, see acdr_metric_is_young(). */
enum { ACDR_METRIC_YOUNG = -1 };

struct acdr_metric {
    const char *name, *unit, *help;
    const char *what; /* the label whose value is reading.what, or NULL */
    enum acdr_metric_kind kind;
    int bits; /* width of the counter in bits (32); 0: it never wraps in practice;
               * ACDR_METRIC_YOUNG */
};

struct acdr_reading {
    const struct acdr_metric *metric;
    const char *guest, *thread, *device, *what; /* NULL: none */
    int cpu, node, tid;                         /* -1 if none */
    unsigned long long id;
    long long when; /* ns */
    double value;
    double rate; /* negative: not known */
};

#endif
