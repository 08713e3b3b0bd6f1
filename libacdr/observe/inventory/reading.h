/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What acdr_metric and acdr_reading of acdr/watch.h are made of. */
#ifndef ACDR_OBSERVE_INVENTORY_READING_H
#define ACDR_OBSERVE_INVENTORY_READING_H

#include "acdr/watch.h"

/* For acdr_metric.bits, see acdr_metric_is_young(). */
enum { ACDR_METRIC_YOUNG = -1 };

struct acdr_metric {
    const char *name, *unit, *help;
    const char *what; /* the label that reading.what is the value of, or NULL */
    enum acdr_metric_kind kind;
    int bits; /* the counter starts again after so many bits (32); 0: it does not in our time;
                 ACDR_METRIC_YOUNG */
};

struct acdr_reading {
    const struct acdr_metric *metric;
    const char *guest, *thread, *device, *what; /* NULL: it has none */
    int cpu, node, tid;                         /* -1 where it has none */
    unsigned long long id;
    long long when; /* ns */
    double value;
    double rate; /* below 0: not known */
};

#endif
