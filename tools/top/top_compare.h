/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Figures of a guest before and after: means over samples, and the two side by side. Pure. */
#ifndef ACDR_TOOLS_TOP_TOP_COMPARE_H
#define ACDR_TOOLS_TOP_TOP_COMPARE_H

#include "top_model.h"

/* Means of a row's numbers. Start from { 0 }. */
struct top_mean {
    double sum[TOP_COLUMNS];
    int n[TOP_COLUMNS]; /* samples with the number */
    int samples;
};

/* Add row I of T, a page of guests. */
void top_mean_add(struct top_mean *m, const struct top_table *t, size_t i);
/* Fill RET with a row for each figure: in words, before, after, and the change. 0 or -ENOMEM. */
int top_compare(struct top_table *ret, const struct top_mean *before, const struct top_mean *after);

#endif
