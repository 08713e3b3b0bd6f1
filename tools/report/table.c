/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of a report: the mean and maximum of each figure for each guest and state, to compare
 * conditioned with not conditioned in numbers. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"
#include "run_report.h"

struct row {
    const struct report_run *run;
    const struct report_guest *guest;
};

enum { FIGURES = 16 }; /* room for those of report_summary */

struct cell {
    double sum, n, max;
};

static int by_guest(const void *a, const void *b)
{
    const struct row *r = a, *s = b;
    int order = strverscmp(r->guest->name, s->guest->name);

    return order ? order : r->run < s->run ? -1 : r->run > s->run;
}

/* Three digits, and the power of 1000 that avoids zeros. */
static void put_number(FILE *f, double v, const char *unit)
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

/* A guest's figure in each of its states. */
static int measure(const struct row *row, const struct report_figure *f,
                   struct cell cells[REPORT_STATES])
{
    struct report_panel p;
    int err = f->by == REPORT_BY_CPU ? report_panel_follow(f, row->run, row->guest, &p)
                                     : report_panel_make(f, row->run, row->guest, 0, &p);

    if (err < 0)
        return err;
    for (size_t i = 0; p.n && i < row->run->rec.n_samples; i++) {
        struct cell *c = &cells[row->guest->state[i]];
        double v = (double)p.v[0].v[i];

        if (isnan(v))
            continue;
        c->max = c->n > 0 ? fmax(c->max, v) : v;
        c->sum += v;
        c->n++;
    }
    report_panel_done(&p);
    return 0;
}

static void put_cell(FILE *f, const struct cell *c, const char *unit)
{
    if (c->n <= 0) {
        fputs("<td class='none'>–</td>", f);
        return;
    }
    fputs("<td>", f);
    put_number(f, c->sum / c->n, unit);
    fputs("<br/><small>", f);
    put_number(f, c->max, unit);
    fputs("</small></td>", f);
}

/* The classes that it had while it was in that state. */
static void put_classes(FILE *f, const struct report_guest *g, size_t n, int state)
{
    const char *last = "";

    for (size_t i = 0; i < n; i++) {
        if (g->state[i] != state || strcmp(g->class_name[i], last) == 0)
            continue;
        fputs(*last ? ", " : "<br/><small>", f);
        last = g->class_name[i];
        out_xml(f, last);
    }
    if (*last)
        fputs("</small>", f);
}

static void put_row(FILE *f, const struct row *row, int state,
                    struct cell cells[FIGURES][REPORT_STATES])
{
    size_t n = row->run->rec.n_samples, here = 0;

    for (size_t i = 0; i < n; i++)
        here += row->guest->state[i] == state;
    if (!here)
        return;
    fputs("<tr><th scope='row'>", f);
    out_xml(f, row->guest->name);
    fprintf(f, "</th><td class='text'>%s", report_state_name((enum report_state)state));
    put_classes(f, row->guest, n, state);
    fputs("</td><td class='text'>", f);
    out_xml(f, row->run->name);
    fprintf(f, "<br/><small>%zu samples</small></td>", here);
    for (int k = 0; report_summary[k].title; k++)
        put_cell(f, &cells[k][state], report_summary[k].unit);
    fputs("</tr>\n", f);
}

static int put_guest(FILE *f, const struct row *row)
{
    struct cell cells[FIGURES][REPORT_STATES] = { 0 };
    int err = 0;

    for (int k = 0; report_summary[k].title && err == 0; k++)
        err = measure(row, &report_summary[k], cells[k]);
    for (int state = REPORT_PLAIN; state < REPORT_STATES && err == 0; state++)
        put_row(f, row, state, cells);
    return err;
}

static struct row *list_rows(const struct report *r, size_t *n)
{
    struct row *rows;

    *n = 0;
    for (size_t i = 0; i < r->n_runs; i++)
        *n += r->runs[i].n_guests;
    rows = calloc(*n + 1, sizeof(*rows));
    for (size_t i = 0, k = 0; rows && i < r->n_runs; i++)
        for (size_t g = 0; g < r->runs[i].n_guests; g++)
            rows[k++] = (struct row){ &r->runs[i], &r->runs[i].guests[g] };
    if (rows)
        qsort(rows, *n, sizeof(*rows), by_guest);
    return rows;
}

int report_table(const struct report *r, FILE *f)
{
    size_t n;
    struct row *rows = list_rows(r, &n);
    int err = 0;

    if (!rows)
        return -ENOMEM;
    fputs("<table id='guests'><thead><tr><th>Guest</th><th>Conditioning</th><th>Recording</th>", f);
    for (const struct report_figure *k = report_summary; k->title; k++)
        fprintf(f, "<th>%s</th>", k->title);
    fputs("</tr></thead><tbody>\n", f);
    for (size_t i = 0; i < n && err == 0; i++)
        err = put_guest(f, &rows[i]);
    fputs("</tbody></table>\n", f);
    free(rows);
    return err;
}
