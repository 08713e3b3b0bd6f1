/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The document of a report: one self-contained page with its tables and pictures. HTML that is also
 * XML. Knows the order of the parts, not how they are measured or drawn. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <acdr/acdr.h>

#include "out.h"
#include "report_means.h"

/* The page may load nothing, whatever is in it. */
static const char head[] =
    "<!DOCTYPE html>\n"
    "<html xmlns='http://www.w3.org/1999/xhtml' lang='en'>\n<head>\n<meta charset='utf-8'/>\n"
    "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:\"/>\n"
    "<meta name='viewport' content='width=device-width, initial-scale=1'/>\n"
    "<meta name='color-scheme' content='light dark'/>\n";

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

static void put_run(FILE *f, const struct report_run *run)
{
    time_t began = (time_t)run->rec.began;
    char text[64] = "";
    struct tm tm;

    if (localtime_r(&began, &tm))
        strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %z", &tm);
    fputs("<tr><th scope='row'>", f);
    out_xml(f, run->name);
    fputs("</th><td class='text'>", f);
    out_xml(f, *run->rec.host ? run->rec.host : "not recorded");
    fputs("<br/><small>", f);
    out_xml(f, run->rec.kernel);
    fprintf(f, "</small></td><td class='text'>%s</td><td>", text);
    put_duration(f, run->rec.when[run->rec.n_samples - 1]);
    fprintf(f, "</td><td>%zu, every %d s", run->rec.n_samples, run->rec.interval);
    if (report_step(&run->rec) > 1)
        fprintf(f, "<br/><small>drawn as means of %zu</small>", report_step(&run->rec));
    fprintf(f, "</td><td>%zu</td><td class='text'>%s</td></tr>\n", run->n_guests,
            end_of(&run->rec));
}

static void put_runs(FILE *f, const struct report *r)
{
    fputs("<h2 id='recordings'>Recordings</h2>\n<div class='wide'>\n"
          "<table><thead><tr><th>Recording</th><th>Host, kernel</th><th>Began</th><th>Took</th>"
          "<th>Samples</th><th>Guests</th><th>End</th></tr></thead><tbody>\n",
          f);
    for (size_t i = 0; i < r->n_runs; i++)
        put_run(f, &r->runs[i]);
    fputs("</tbody></table>\n</div>\n", f);
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
    fputs("<h2 id='events'>Conditioning events</h2>\n"
          "<p>These are the marks on the time axes. Classes, steps and drift are read at most "
          "every 30 seconds.</p>\n"
          "<div class='wide'>\n<table><thead><tr><th>Recording</th><th>After</th><th>Guest</th>"
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
    fputs("</tbody></table>\n</div>\n", f);
}

/* The host, if all recordings are of one; else how many there are. */
static void put_title(FILE *f, const struct report *r)
{
    const struct recording *first = &r->runs[0].rec;

    for (size_t i = 1; i < r->n_runs; i++) {
        if (strcmp(r->runs[i].rec.host, first->host) == 0)
            continue;
        fputs("What acdr recorded on several hosts", f);
        return;
    }
    fputs("What acdr recorded", f);
    if (*first->host)
        fputs(" on ", f);
    out_xml(f, first->host);
}

static void put_head(FILE *f, const struct report *r)
{
    fprintf(f, "%s<title>", head);
    put_title(f, r);
    fprintf(f, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<h1>", report_style);
    put_title(f, r);
    fputs("</h1>\n<nav><ul>\n<li><a href='#compare'>Before and after</a></li>\n"
          "<li><a href='#recordings'>Recordings</a></li>\n<li><a href='#guests'>Guests</a></li>\n"
          "<li><a href='#events'>Conditioning events</a></li>\n",
          f);
    for (int i = 0; report_plots[i].title; i++)
        fprintf(f, "<li><a href='#figure%d'>%s</a></li>\n", i, report_plots[i].title);
    fputs("</ul></nav>\n", f);
}

int report_page(const struct report *r, FILE *f, struct acdr_err *e)
{
    int err;

    put_head(f, r);
    err = report_compare(r, f);
    put_runs(f, r);
    fputs("<h2>Guests</h2>\n<p>Mean, and below it the highest sample. Softirq load and TLB "
          "shootdowns are those of a CPU that a vCPU of the guest was on, the mean over its vCPUs; "
          "run delay is that of all its vCPUs together. A guest that was conditioned for a part of "
          "the time has a row for each part.</p>\n<div class='wide'>\n",
          f);
    if (err == 0)
        err = report_table(r, f);
    e->code = -err;
    fputs("</div>\n", f);
    put_events(f, r);
    if (err == 0)
        err = report_pictures(r, f, e);
    fprintf(f, "<p><small>acdr %s</small></p>\n</body>\n</html>\n", acdr_version());
    return err;
}
