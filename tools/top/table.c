/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A table of acdr top: its order, and cells as text. Does not know its contents. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "top_model.h"

struct order {
    int column;
    bool words, descending;
};

static int compare_values(double a, double b)
{
    return (a > b) - (a < b);
}

/* Unknown cells are last in both directions. */
static int compare_cells(const struct order *o, const struct top_cell *a, const struct top_cell *b)
{
    bool no_a = o->words ? !a->text[0] : isnan(a->value);
    bool no_b = o->words ? !b->text[0] : isnan(b->value);
    int c;

    if (no_a || no_b)
        return no_a - no_b;
    c = o->words ? strcmp(a->text, b->text) : compare_values(a->value, b->value);
    return o->descending ? -c : c;
}

static int compare_rows(const void *x, const void *y, void *arg)
{
    const struct top_row *a = x, *b = y;
    const struct order *o = arg;
    int c = compare_cells(o, &a->cells[o->column], &b->cells[o->column]);

    if (c == 0)
        c = strcmp(a->key, b->key);
    return c ? c : (a->id > b->id) - (a->id < b->id);
}

void top_sort(struct top_table *t, int column, bool descending)
{
    struct order o = { column, false, descending };

    if (t->n == 0 || column < 0 || column >= t->n_columns)
        return;
    o.words = t->columns[column].form == TOP_WORD;
    qsort_r(t->rows, t->n, sizeof(*t->rows), compare_rows, &o);
}

size_t top_find(const struct top_table *t, const char *key, int id, size_t where)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->rows[i].id == id && strcmp(t->rows[i].key, key) == 0)
            return i;
    return where < t->n ? where : t->n ? t->n - 1 : 0;
}

/* At most four characters and a sign: "0.4", "12", "999k". */
static void print_short(char buf[TOP_TEXT], double value, double k, const char *sign)
{
    static const char units[] = " kMGTPE";
    double v = fabs(value);
    int unit = 0;

    while (v >= 999.5 && units[unit + 1]) {
        v /= k;
        unit++;
    }
    snprintf(buf, TOP_TEXT, v < 9.95 && v >= 0.05 ? "%s%.1f%c" : "%s%.0f%c", sign, v,
             unit ? units[unit] : '\0');
}

const char *top_show(const struct top_column *c, const struct top_cell *cell, char buf[TOP_TEXT])
{
    const char *minus = cell->value < 0 ? "-" : "";

    if (c->form == TOP_WORD)
        return cell->text[0] ? cell->text : "-";
    if (isnan(cell->value))
        return "-";
    if (c->form == TOP_WHOLE)
        snprintf(buf, TOP_TEXT, "%.0f", cell->value);
    else if (c->form == TOP_CHANGE)
        print_short(buf, cell->value, 1000, cell->value > 0 ? "+" : minus);
    else
        print_short(buf, cell->value, c->form == TOP_BYTES ? 1024 : 1000, minus);
    return buf;
}

static bool uses(const struct top_table *t, const char *probe)
{
    for (int i = 0; i < t->n_columns; i++)
        if (t->columns[i].probe && strcmp(t->columns[i].probe, probe) == 0)
            return true;
    return false;
}

void top_reason(const struct top_table *t, const struct acdr_item *probes, char buf[TOP_LINE])
{
    const struct acdr_item *p = acdr_item_first(acdr_item_find(probes, "probes"));
    size_t at = 0;

    buf[0] = '\0';
    for (; p; p = acdr_item_next(p)) {
        const char *name = acdr_item_text(acdr_item_find(p, "name"));
        const char *off = acdr_item_text(acdr_item_find(p, "off"));

        if (off[0] && uses(t, name) && at < TOP_LINE)
            at += (size_t)snprintf(buf + at, TOP_LINE - at, "%s%s: %s", at ? "; " : "", name, off);
    }
}
