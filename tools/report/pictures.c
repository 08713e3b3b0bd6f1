/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The pictures of a report's document, figure by figure: one guest's recordings stand beside each
 * other. Knows captions and order, not how a picture is drawn. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "out.h"
#include "report_means.h"

/* What the picture shows, and a guest's states in the order of time. */
static void put_caption(FILE *f, const struct report_panel *p)
{
    const char *last = "";
    bool was[REPORT_STATES] = { false };

    fputs("<figcaption>", f);
    out_xml(f, p->guest ? p->guest->name : "host");
    fputs("<br/><small>", f);
    out_xml(f, p->run->name);
    for (size_t i = 0; p->guest && i < p->run->rec.n_samples; i++) {
        enum report_state state = p->guest->state[i];

        if (state == REPORT_ABSENT || (was[state] && strcmp(last, p->guest->class_name[i]) == 0))
            continue;
        was[state] = true;
        last = p->guest->class_name[i];
        fprintf(f, ", %s%s", report_state_name(state), *last ? " " : "");
        out_xml(f, last);
    }
    fputs("</small></figcaption>\n", f);
}

static void put_missing(FILE *f, const struct report_figure *fig)
{
    fprintf(f,
            "<p class='none'>Not recorded: the probe %s did not run here, or found nothing of "
            "it.</p>\n",
            fig->probe);
}

static int put_panel(FILE *f, const struct report_panel *p, double top, int number,
                     struct acdr_err *e)
{
    char prefix[32];
    int err = 0;

    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\rpicture %d", number);
    fputs("<figure>", f);
    put_caption(f, p);
    snprintf(prefix, sizeof(prefix), "p%d-", number);
    if (p->n)
        err = report_draw(p, top, prefix, f, e);
    else
        put_missing(f, p->figure);
    fputs("</figure>\n", f);
    return err;
}

/* Panels of one figure end at one value, so that they can be compared. APART: each guest begins a
 * row. */
static int put_panels(FILE *f, struct report_panel *v, size_t n, bool apart, int *number,
                      struct acdr_err *e)
{
    double top = 0;
    size_t missing = 0;
    int err = 0;

    for (size_t i = 0; i < n; i++) {
        top = v[i].top > top ? v[i].top : top;
        missing += !v[i].n;
    }
    if (missing == n) {
        put_missing(f, v[0].figure);
        return 0;
    }
    if (v[0].guest)
        report_panel_style(v, n);
    fputs("<div class='panels'>\n", f);
    for (size_t i = 0; i < n && err == 0; i++) {
        if (apart && i && v[i].guest && strcmp(v[i].guest->name, v[i - 1].guest->name) != 0)
            fputs("</div>\n<div class='panels'>\n", f);
        err = put_panel(f, &v[i], top, ++*number, e);
    }
    fputs("</div>\n", f);
    return err;
}

/* The figure of all guests, each with its recordings in order, or of the runs' hosts. V has room
 * for them; how many, or -ENOMEM. */
static int make_panels(const struct report *r, const struct report_figure *fig,
                       const struct report_row *rows, size_t n_rows, struct report_panel *v)
{
    bool host = fig->by == REPORT_BY_CPU;
    size_t n = host ? r->n_runs : n_rows;
    int err = 0;

    for (size_t i = 0; i < n && err == 0; i++) {
        err = host ? report_panel_make(fig, &r->runs[i], NULL, 0, &v[i])
                   : report_panel_make(fig, rows[i].run, rows[i].guest, REPORT_LINES, &v[i]);
        if (err < 0)
            n = i;
    }
    for (size_t i = 0; err < 0 && i < n; i++)
        report_panel_done(&v[i]);
    return err < 0 ? err : (int)n;
}

static int put_figure(FILE *f, const struct report *r, int which, const struct report_row *rows,
                      size_t n_rows, struct report_panel *v, int *number, struct acdr_err *e)
{
    const struct report_figure *fig = &report_plots[which];
    int n = make_panels(r, fig, rows, n_rows, v), err = n < 0 ? n : 0;

    e->code = ENOMEM; /* unless gnuplot says more */
    fprintf(f, "<h2 id='figure%d'>%s</h2>\n<p>%s%s</p>\n", which, fig->title, fig->note,
            fig->by == REPORT_BY_CPU ? " Grey: no value was recorded." : "");
    if (n == 0)
        fputs("<p class='none'>No guest was recorded.</p>\n", f);
    if (n > 0)
        err = put_panels(f, v, (size_t)n, r->n_runs > 1, number, e);
    for (int i = 0; i < n; i++)
        report_panel_done(&v[i]);
    return err;
}

int report_pictures(const struct report *r, FILE *f, struct acdr_err *e)
{
    size_t n;
    struct report_row *rows = report_rows(r, &n);
    struct report_panel *v = calloc(n + r->n_runs, sizeof(*v));
    int err = rows && v ? 0 : -(e->code = ENOMEM), number = 0;

    for (int i = 0; report_plots[i].title && err == 0; i++)
        err = put_figure(f, r, i, rows, n, v, &number, e);
    if (number && isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
    free(v);
    free(rows);
    return err;
}
