/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Before and after: see top_compare.h. */
#include "top_compare.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "top_columns.h"

void top_mean_add(struct top_mean *m, const struct top_table *t, size_t i)
{
    m->samples++;
    for (int c = 0; c < t->n_columns; c++) {
        double value = t->rows[i].cells[c].value;

        if (isnan(value))
            continue;
        m->sum[c] += value;
        m->n[c]++;
    }
}

static double mean(const struct top_mean *m, int column)
{
    return m->n[column] ? m->sum[column] / m->n[column] : NAN;
}

int top_compare(struct top_table *ret, const struct top_mean *before, const struct top_mean *after)
{
    static const struct top_column columns[] = {
        { "FIGURE", 32, TOP_WORD, NULL, NULL },
        { "BEFORE", 7, TOP_NUMBER, NULL, NULL },
        { "AFTER", 7, TOP_NUMBER, NULL, NULL },
        { "CHANGE", 7, TOP_CHANGE, NULL, NULL },
    };
    const struct top_layer_columns *l = &top_layers[TOP_GUESTS];

    ret->columns = columns;
    ret->n_columns = 4;
    ret->n = 0;
    for (int c = 0; c < l->n; c++) {
        struct top_row *row;

        if (l->columns[c].form == TOP_WORD || l->columns[c].form == TOP_WHOLE)
            continue;
        row = top_add(ret, l->columns[c].head, -1);
        if (!row)
            return -ENOMEM;
        snprintf(row->cells[0].text, sizeof(row->cells[0].text), "%s", l->columns[c].means);
        row->cells[1].value = mean(before, c);
        row->cells[2].value = mean(after, c);
        row->cells[3].value = row->cells[2].value - row->cells[1].value;
    }
    return 0;
}
