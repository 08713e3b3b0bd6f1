/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Means of a guest's figures in each of its states, and numbers for people. Knows no document. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"
#include "report_means.h"

static int by_guest(const void *a, const void *b)
{
    const struct report_row *r = a, *s = b;
    int order = strverscmp(r->guest->name, s->guest->name);

    return order ? order : r->run < s->run ? -1 : r->run > s->run;
}

struct report_row *report_rows(const struct report *r, size_t *n)
{
    struct report_row *rows;

    *n = 0;
    for (size_t i = 0; i < r->n_runs; i++)
        *n += r->runs[i].n_guests;
    rows = calloc(*n + 1, sizeof(*rows));
    for (size_t i = 0, k = 0; rows && i < r->n_runs; i++)
        for (size_t g = 0; g < r->runs[i].n_guests; g++)
            rows[k++] = (struct report_row){ &r->runs[i], &r->runs[i].guests[g] };
    if (rows)
        qsort(rows, *n, sizeof(*rows), by_guest);
    return rows;
}

void report_put_number(FILE *f, double v, const char *unit)
{
    static const char prefixes[] = " kMGT";
    bool small = strcmp(unit, "%") == 0 || strcmp(unit, "CPUs") == 0 || strcmp(unit, "ms/s") == 0;
    int k = 0;

    while (!small && fabs(v) >= 999.5 && k < 4) {
        v /= 1000;
        k++;
    }
    if (fabs(v) >= 99.95)
        fprintf(f, "%.0f", v);
    else
        fprintf(f, "%.*f", fabs(v) < 9.995 ? 2 : 1, v);
    fprintf(f, "&#160;%.*s%s", k > 0, &prefixes[k], unit);
}

int report_means(const struct report_row *row, const struct report_figure *f,
                 struct report_mean ret[REPORT_STATES])
{
    struct report_panel p;
    int err = f->by == REPORT_BY_CPU ? report_panel_follow(f, row->run, row->guest, &p)
                                     : report_panel_make(f, row->run, row->guest, 0, &p);

    if (err < 0)
        return err;
    for (size_t i = 0; p.n && i < row->run->rec.n_samples; i++) {
        struct report_mean *m = &ret[row->guest->state[i]];
        double v = (double)p.v[0].v[i];

        if (isnan(v))
            continue;
        m->max = m->n > 0 ? fmax(m->max, v) : v;
        m->sum += v;
        m->squares += v * v;
        m->n++;
    }
    report_panel_done(&p);
    return 0;
}

size_t report_samples_in(const struct report_row *row, int state)
{
    size_t n = 0;

    for (size_t i = 0; i < row->run->rec.n_samples; i++)
        n += row->guest->state[i] == state;
    return n;
}

void report_put_classes(FILE *f, const struct report_row *row, int state, const char *before)
{
    const char *last = "";

    for (size_t i = 0; i < row->run->rec.n_samples; i++) {
        const char *name = row->guest->class_name[i];

        if (row->guest->state[i] != state || strcmp(name, last) == 0)
            continue;
        fputs(*last ? ", " : before, f);
        last = name;
        out_xml(f, last);
    }
}
