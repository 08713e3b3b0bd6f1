/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tables with a column per CPU: /proc/interrupts and /proc/softirqs. Knows their format, for
 * thousands of CPUs; does not know what a row means.
 */
#ifndef ACDR_OBSERVE_PROBES_COLUMN_H
#define ACDR_OBSERVE_PROBES_COLUMN_H

#include <stddef.h>

#include "bitmap.h"

struct acdr_column {
    int *cpu;      /* the CPU of each wanted column, ascending */
    double *value; /* its value in the current row */
    size_t n;
    int *place; /* for each column of the table: index into the above, -1 not wanted */
    size_t n_places;
};

void acdr_column_done(struct acdr_column *c);

/* One row: its label ("24", "TLB", "NET_RX"), the wanted columns, and the trimmed text after the
 * numbers. Return 0 to continue; any other value ends the walk. */
typedef int acdr_column_fn(void *arg, char *label, const struct acdr_column *c, char *rest);

/*
 * Walk a table, which is modified. Only columns of the CPUs WANT are kept. A row with fewer numbers
 * than columns (ERR, MIS, or a truncated one) is skipped. C is initialized with { 0 } and can be
 * reused. 0; the value FN returned; -ENOMEM; -EINVAL: the first line names no CPUs.
 */
int acdr_column_walk(struct acdr_column *c, char *table, const struct acdr_bitmap *want,
                     acdr_column_fn *fn, void *arg);

#endif
