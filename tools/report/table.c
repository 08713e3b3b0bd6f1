/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of a report: the mean and maximum of each figure for each guest and state, to compare
 * conditioned with not conditioned in numbers. */
#include <errno.h>
#include <stdlib.h>

#include "out.h"
#include "report_means.h"

enum { FIGURES = 16 }; /* room for those of report_summary */

static void put_cell(FILE *f, const struct report_mean *c, const char *unit)
{
    if (c->n <= 0) {
        fputs("<td class='none'>–</td>", f);
        return;
    }
    fputs("<td>", f);
    report_put_number(f, c->sum / c->n, unit);
    fputs("<br/><small>", f);
    report_put_number(f, c->max, unit);
    fputs("</small></td>", f);
}

static void put_row(FILE *f, const struct report_row *row, int state,
                    struct report_mean cells[FIGURES][REPORT_STATES])
{
    size_t here = report_samples_in(row, state);

    if (!here)
        return;
    fputs("<tr><th scope='row'>", f);
    out_xml(f, row->guest->name);
    fprintf(f, "</th><td class='text'>%s<br/><small>", report_state_name((enum report_state)state));
    report_put_classes(f, row, state, "");
    fputs("</small></td><td class='text'>", f);
    out_xml(f, row->run->name);
    fprintf(f, "<br/><small>%zu samples</small></td>", here);
    for (int k = 0; report_summary[k].title; k++)
        put_cell(f, &cells[k][state], report_summary[k].unit);
    fputs("</tr>\n", f);
}

static int put_guest(FILE *f, const struct report_row *row)
{
    struct report_mean cells[FIGURES][REPORT_STATES] = { 0 };
    int err = 0;

    for (int k = 0; report_summary[k].title && err == 0; k++)
        err = report_means(row, &report_summary[k], cells[k]);
    for (int state = REPORT_PLAIN; state < REPORT_STATES && err == 0; state++)
        put_row(f, row, state, cells);
    return err;
}

int report_table(const struct report *r, FILE *f)
{
    size_t n;
    struct report_row *rows = report_rows(r, &n);
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
