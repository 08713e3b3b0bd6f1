/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tables of a report are made of: one guest of one recording, and means of its figures. */
#ifndef ACDR_TOOLS_REPORT_REPORT_MEANS_H
#define ACDR_TOOLS_REPORT_REPORT_MEANS_H

#include "run_report.h"

struct report_row {
    const struct report_run *run;
    const struct report_guest *guest;
};

/* Of the samples with a value; N 0: there is none. */
struct report_mean {
    double sum, squares, n, max;
};

/* All guests of all runs, by guest, then by run; free it. NULL: out of memory. */
struct report_row *report_rows(const struct report *r, size_t *n);
/* The figure in each state of the guest, added to RET. 0 or -ENOMEM. */
int report_means(const struct report_row *row, const struct report_figure *f,
                 struct report_mean ret[REPORT_STATES]);
/* The number of samples in which the guest is in that state. */
size_t report_samples_in(const struct report_row *row, int state);
/* Three digits, and the power of 1000 that avoids zeros. */
void report_put_number(FILE *f, double v, const char *unit);
/* The classes that the guest had while in that state, after BEFORE; nothing if it had none. */
void report_put_classes(FILE *f, const struct report_row *row, int state, const char *before);

/* The section that compares each guest before and after. 0 or -ENOMEM. */
int report_compare(const struct report *r, FILE *f);

#endif
