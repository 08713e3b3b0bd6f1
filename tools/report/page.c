/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The document of a report: one self-contained page with its tables and pictures. HTML that is also
 * XML. Knows the order of the parts, not how they are measured or drawn. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <acdr/acdr.h>

#include "out.h"
#include "run_report.h"

/* The page may load nothing, whatever is in it. */
static const char head[] =
    "<!DOCTYPE html>\n"
    "<html xmlns='http://www.w3.org/1999/xhtml' lang='en'>\n<head>\n<meta charset='utf-8'/>\n"
    "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:\"/>\n"
    "<meta name='viewport' content='width=device-width'/>\n"
    "<title>What acdr recorded</title>\n"
    "<style>\n"
    "body{font:14px/1.4 'DejaVu Sans',Arial,sans-serif;color:#222;background:#fff;margin:24px}\n"
    "h1{font-size:22px}h2{font-size:17px;margin:32px 0 4px}p{max-width:72em;margin:6px 0}\n"
    "table{border-collapse:collapse;margin:10px 0;font-variant-numeric:tabular-nums}\n"
    "th,td{padding:4px 9px;border-bottom:1px solid #ccc;text-align:right;vertical-align:top}\n"
    "th{text-align:left}thead th{border-bottom:2px solid #444;vertical-align:bottom}\n"
    "#guests thead th:nth-child(n+4){text-align:right}\n"
    "td.text{text-align:left;white-space:nowrap}\n"
    "small{color:#555}.none{color:#555}.wide{overflow-x:auto}\n"
    ".panels{display:flex;flex-wrap:wrap;gap:10px 18px;align-items:flex-end}\n"
    "figure{margin:0;flex:0 1 540px;min-width:300px;break-inside:avoid}\n"
    "figcaption{font-weight:bold;border-left:4px solid #444;padding-left:8px}\n"
    "figcaption small{font-weight:normal}\n"
    "svg{width:100%;height:auto}svg image{image-rendering:pixelated}\n"
    "</style>\n</head>\n<body>\n<h1>What acdr recorded</h1>\n";

static void put_duration(FILE *f, double seconds)
{
    if (seconds >= 2 * 3600)
        fprintf(f, "%.1f hours", seconds / 3600);
    else if (seconds >= 120)
        fprintf(f, "%.1f minutes", seconds / 60);
    else
        fprintf(f, "%.0f seconds", seconds);
}

static const char *end_of(const struct recording *r)
{
    static const char *const ends[][2] = {
        { "stopped", "stopped" },
        { "time", "its time has elapsed" },
        { "size", "its size was reached" },
        { "failed", "a sample failed" },
        { "", "truncated; its last sample is omitted" },
    };

    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
        if (strcmp(r->end, ends[i][0]) == 0)
            return ends[i][1];
    return "ended";
}

static void put_runs(FILE *f, const struct report *r)
{
    fputs("<table id='recordings'><thead><tr><th>Recording</th><th>Began</th><th>Took</th>"
          "<th>Samples</th><th>Guests</th><th>End</th></tr></thead><tbody>\n",
          f);
    for (size_t i = 0; i < r->n_runs; i++) {
        const struct report_run *run = &r->runs[i];
        time_t began = (time_t)run->rec.began;
        char text[64] = "";
        struct tm tm;

        if (localtime_r(&began, &tm))
            strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %z", &tm);
        fputs("<tr><th scope='row'>", f);
        out_xml(f, run->name);
        fprintf(f, "</th><td class='text'>%s</td><td>", text);
        put_duration(f, run->rec.when[run->rec.n_samples - 1]);
        fprintf(f, "</td><td>%zu, each %d s", run->rec.n_samples, run->rec.interval);
        if (report_step(&run->rec) > 1)
            fprintf(f, "<br/><small>drawn as means of %zu</small>", report_step(&run->rec));
        fprintf(f, "</td><td>%zu</td><td class='text'>%s</td></tr>\n", run->n_guests,
                end_of(&run->rec));
    }
    fputs("</tbody></table>\n", f);
    for (size_t i = 0; i < r->n_runs; i++) {
        if (r->runs[i].tells_classes)
            continue;
        fputs("<p class='none'>", f);
        out_xml(f, r->runs[i].name);
        fputs(" contains no class: none of its guests had one, or the probe acdr was not "
              "recorded.</p>\n",
              f);
    }
}

/* As a clock that starts with the recording. */
static void put_clock(FILE *f, double seconds)
{
    long s = (long)(seconds + 0.5);

    fprintf(f, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
}

static void put_events(FILE *f, const struct report *r)
{
    fputs("<h2>Conditioning events</h2>\n"
          "<p>These are the marks on the time axes. Classes, steps and drift are read at most "
          "every 30 seconds.</p>\n"
          "<table id='events'><thead><tr><th>Recording</th><th>After</th><th>Guest</th>"
          "<th>What</th></tr></thead><tbody>\n",
          f);
    for (size_t i = 0; i < r->n_runs; i++) {
        const struct report_run *run = &r->runs[i];

        for (size_t k = 0; k < run->n_events; k++) {
            fputs("<tr><td class='text'>", f);
            out_xml(f, run->name);
            fputs("</td><td>", f);
            put_clock(f, run->rec.when[run->events[k].sample]);
            fputs("</td><td class='text'>", f);
            out_xml(f, run->events[k].guest);
            fputs("</td><td class='text'>", f);
            out_xml(f, run->events[k].text);
            fputs("</td></tr>\n", f);
        }
    }
    fputs("</tbody></table>\n", f);
}

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

/* Panels of one figure end at one value, so that they can be compared. */
static int put_panels(FILE *f, struct report_panel *v, size_t n, int *number, struct acdr_err *e)
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
    for (size_t i = 0; i < n && err == 0; i++)
        err = put_panel(f, &v[i], top, ++*number, e);
    fputs("</div>\n", f);
    return err;
}

/* The figure of all guests, run by run, or of the runs' hosts. V has room for them; how many, or
 * -ENOMEM. */
static int make_panels(const struct report *r, const struct report_figure *fig,
                       struct report_panel *v)
{
    int n = 0, err = 0;

    for (size_t i = 0; i < r->n_runs && err == 0; i++) {
        const struct report_run *run = &r->runs[i];

        if (fig->by == REPORT_BY_CPU)
            err = report_panel_make(fig, run, NULL, 0, &v[n++]);
        for (size_t g = 0; fig->by != REPORT_BY_CPU && g < run->n_guests && err == 0; g++)
            err = report_panel_make(fig, run, &run->guests[g], REPORT_LINES, &v[n++]);
    }
    for (int i = 0; err < 0 && i < n; i++)
        report_panel_done(&v[i]);
    return err < 0 ? err : n;
}

static int put_figure(FILE *f, const struct report *r, const struct report_figure *fig,
                      struct report_panel *v, int *number, struct acdr_err *e)
{
    int n = make_panels(r, fig, v), err = n < 0 ? n : 0;

    e->code = ENOMEM; /* unless gnuplot says more */
    fprintf(f, "<h2>%s</h2>\n<p>%s</p>\n", fig->title, fig->note);
    if (n == 0)
        fputs("<p class='none'>No guest was recorded.</p>\n", f);
    if (n > 0)
        err = put_panels(f, v, (size_t)n, number, e);
    for (int i = 0; i < n; i++)
        report_panel_done(&v[i]);
    return err;
}

int report_page(const struct report *r, FILE *f, struct acdr_err *e)
{
    struct report_panel *v;
    size_t most = r->n_runs;
    int err, number = 0;

    for (size_t i = 0; i < r->n_runs; i++)
        most += r->runs[i].n_guests;
    v = calloc(most, sizeof(*v));
    fputs(head, f);
    put_runs(f, r);
    fputs("<h2>Guests</h2>\n<p>Mean, and below it the highest sample. Softirq load and TLB "
          "shootdowns are those of a CPU that a vCPU of the guest was on, the mean over its vCPUs; "
          "run delay is that of all its vCPUs together. A guest that was conditioned for a part of "
          "the time has a row for each part.</p>\n<div class='wide'>\n",
          f);
    err = v ? report_table(r, f) : -ENOMEM;
    e->code = -err;
    fputs("</div>\n", f);
    put_events(f, r);
    for (const struct report_figure *k = report_plots; k->title && err == 0; k++)
        err = put_figure(f, r, k, v, &number, e);
    fprintf(f, "<p><small>acdr %s</small></p>\n</body>\n</html>\n", acdr_version());
    free(v);
    return err;
}
