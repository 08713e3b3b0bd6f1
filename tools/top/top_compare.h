/* Figures of a guest before and after: means over samples, and the two side by side. Pure. */
#ifndef ACDR_TOOLS_TOP_COMPARE_H
#define ACDR_TOOLS_TOP_COMPARE_H

#include "top_model.h"

/* Means of a row's numbers. Start from { 0 }. */
struct acdr_top_mean {
    double sum[ACDR_TOP_COLUMNS];
    int n[ACDR_TOP_COLUMNS]; /* samples that knew the number */
    int samples;
};

/* Add row I of T, a page of guests. */
void acdr_top_mean_add(struct acdr_top_mean *m, const struct acdr_top_table *t, size_t i);
/* Fill RET with a row for each figure: in words, before, after, and what has changed. 0 or
 * -ENOMEM. */
int acdr_top_compare(struct acdr_top_table *ret, const struct acdr_top_mean *before,
                     const struct acdr_top_mean *after);

#endif
