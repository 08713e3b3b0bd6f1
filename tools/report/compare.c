/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guest before and after: the mean of each figure on both sides, the difference, and what differs
 * most in words. Two recordings compare by their first and last; one compares its guest without and
 * with a class. Knows no pictures. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"
#include "report_means.h"

enum { FIGURES = 16, NAMED = 3 }; /* room for report_summary; figures that a headline names */

struct side {
    struct report_row row;
    int state;
};

enum verdict { UNKNOWN, SAME, BETTER, WORSE, OTHER };

struct line {
    const struct report_figure *figure;
    struct report_mean before, after;
    enum verdict verdict;
    double weight; /* how much it differs */
};

static double mean(const struct report_mean *m)
{
    return m->sum / m->n;
}

static double variance_of_mean(const struct report_mean *m)
{
    double square = m->squares / m->n - mean(m) * mean(m);

    return square > 0 ? square / m->n : 0;
}

/* The state that the guest is in for most of its samples, among those from FROM on. */
static int main_state(const struct report_row *row, int from)
{
    int best = REPORT_ABSENT;
    size_t most = 0;

    for (int s = from; s < REPORT_STATES; s++) {
        size_t n = report_samples_in(row, s);

        if (n > most) {
            most = n;
            best = s;
        }
    }
    return best;
}

/* ROWS are one guest's. False: there is nothing to compare it with. */
static bool find_sides(const struct report_row *rows, size_t n, struct side ret[2])
{
    ret[0].row = rows[0];
    ret[1].row = rows[n - 1];
    ret[0].state = n > 1                                       ? main_state(&rows[0], REPORT_PLAIN)
                   : report_samples_in(&rows[0], REPORT_PLAIN) ? REPORT_PLAIN
                                                               : REPORT_ABSENT;
    ret[1].state = main_state(&rows[n - 1], n > 1 ? REPORT_PLAIN : REPORT_CONDITIONED);
    return ret[0].state != REPORT_ABSENT && ret[1].state != REPORT_ABSENT;
}

/* A difference counts if it is more than a twentieth, and more than two standard errors. */
static void judge(struct line *l)
{
    double b, a, error;

    l->verdict = UNKNOWN;
    if (l->before.n < 2 || l->after.n < 2) /* how much they vary is not known */
        return;
    b = mean(&l->before);
    a = mean(&l->after);
    error = sqrt(variance_of_mean(&l->before) + variance_of_mean(&l->after));
    l->verdict = SAME;
    if (fabs(a - b) <= 0.05 * fmax(fabs(a), fabs(b)) || fabs(a - b) <= 2 * error)
        return;
    l->verdict = l->figure->better == 0               ? OTHER
                 : (a > b) == (l->figure->better > 0) ? BETTER
                                                      : WORSE;
    l->weight = b > 0 && a > 0 ? fabs(log(a / b)) : 10;
    if (l->verdict == OTHER)
        l->weight = 0;
}

static int measure(const struct side v[2], struct line lines[FIGURES], int *n)
{
    int err = 0;

    for (*n = 0; report_summary[*n].title && err == 0; ++*n) {
        struct report_mean before[REPORT_STATES] = { 0 }, after[REPORT_STATES] = { 0 };
        struct line *l = &lines[*n];

        err = report_means(&v[0].row, &report_summary[*n], before);
        if (err == 0)
            err = report_means(&v[1].row, &report_summary[*n], after);
        *l = (struct line){ .figure = &report_summary[*n],
                            .before = before[v[0].state],
                            .after = after[v[1].state] };
        judge(l);
    }
    return err;
}

/* "9.0 times", "+38 %", "−95 %"; nothing if either side is zero. */
static void put_ratio(FILE *f, double before, double after)
{
    double r = before > 0 ? after / before : 0;

    if (r <= 0)
        return;
    if (r >= 2)
        fprintf(f, "%.*f times", r < 9.95, r);
    else
        fprintf(f, "%s%.*f&#160;%%", r < 1 ? "−" : "+", r < 0.01, fabs(r - 1) * 100);
}

static void put_difference(FILE *f, const struct line *l)
{
    static const char *const words[] = { "", "no clear difference", "better", "worse", "" };
    static const char *const marks[] = { "none", "same", "better", "worse", "other" };
    double b, a;

    fprintf(f, "<td class='%s'>", marks[l->verdict]);
    if (l->verdict == UNKNOWN) {
        fputs("–</td>", f);
        return;
    }
    if (l->verdict != SAME) {
        b = mean(&l->before);
        a = mean(&l->after);
        fputs(a < b ? "−" : "+", f);
        report_put_number(f, fabs(a - b), l->figure->unit);
        fputs("<br/><small>", f);
        put_ratio(f, b, a);
        fputs(b > 0 && a > 0 && *words[l->verdict] ? ", " : "", f);
    } else {
        fputs("<small>", f);
    }
    fprintf(f, "%s</small></td>", words[l->verdict]);
}

static void put_mean(FILE *f, const struct report_mean *m, const char *unit)
{
    fputs(m->n > 0 ? "<td>" : "<td class='none'>–", f);
    if (m->n > 0)
        report_put_number(f, mean(m), unit);
    fputs("</td>", f);
}

static void put_side_name(FILE *f, const struct side *s)
{
    fputs("<th>", f);
    out_xml(f, s->row.run->name);
    fprintf(f, "<br/><small>%s", report_state_name((enum report_state)s->state));
    report_put_classes(f, &s->row, s->state, ", ");
    fprintf(f, "<br/>%zu samples</small></th>", report_samples_in(&s->row, s->state));
}

static void put_table(FILE *f, const struct side v[2], const struct line *lines, int n)
{
    fputs("<div class='wide'>\n<table class='compare'><thead><tr><th>Mean</th>", f);
    put_side_name(f, &v[0]);
    put_side_name(f, &v[1]);
    fputs("<th>Difference</th></tr></thead><tbody>\n", f);
    for (int i = 0; i < n; i++) {
        fprintf(f, "<tr><th scope='row'>%s</th>", lines[i].figure->title);
        put_mean(f, &lines[i].before, lines[i].figure->unit);
        put_mean(f, &lines[i].after, lines[i].figure->unit);
        put_difference(f, &lines[i]);
        fputs("</tr>\n", f);
    }
    fputs("</tbody></table>\n</div>\n", f);
}

static const struct line *most_different(const struct line *lines, int n, bool named[FIGURES])
{
    int best = -1;

    for (int i = 0; i < n; i++)
        if (!named[i] && lines[i].weight > 0 && (best < 0 || lines[i].weight > lines[best].weight))
            best = i;
    if (best < 0)
        return NULL;
    named[best] = true;
    return &lines[best];
}

static void put_clause(FILE *f, const struct line *l, const char *before)
{
    fprintf(f, "%s%s ", before, l->figure->title);
    report_put_number(f, mean(&l->after), l->figure->unit);
    fputs(" instead of ", f);
    report_put_number(f, mean(&l->before), l->figure->unit);
}

/* "5 figures are better, 1 is worse: Run delay 0.00 ms/s instead of 20.0 ms/s, ..." */
static void put_headline(FILE *f, const struct line *lines, int n)
{
    bool named[FIGURES] = { false };
    int better = 0, worse = 0;
    const struct line *l;

    for (int i = 0; i < n; i++) {
        better += lines[i].verdict == BETTER;
        worse += lines[i].verdict == WORSE;
    }
    fputs("<p class='headline'>", f);
    if (!better && !worse)
        fputs("No figure is clearly better or worse.", f);
    else
        fprintf(f, "%d %s better, %d worse. ", better, better == 1 ? "figure is" : "figures are",
                worse);
    for (int i = 0; i < NAMED && (l = most_different(lines, n, named)); i++)
        put_clause(f, l, i ? "; " : "Most of all: ");
    fputs(better || worse ? ".</p>\n" : "</p>\n", f);
}

static int put_guest(FILE *f, const struct report_row *rows, size_t n, bool *some)
{
    struct line lines[FIGURES];
    struct side v[2];
    int err, count;

    if (!find_sides(rows, n, v))
        return 0;
    *some = true;
    err = measure(v, lines, &count);
    if (err < 0)
        return err;
    fputs("<div class='guest'>\n<h3>", f);
    out_xml(f, rows[0].guest->name);
    fputs("</h3>\n", f);
    put_headline(f, lines, count);
    put_table(f, v, lines, count);
    fputs("</div>\n", f);
    return 0;
}

int report_compare(const struct report *r, FILE *f)
{
    bool some = false;
    size_t n, same;
    struct report_row *rows = report_rows(r, &n);
    int err = rows ? 0 : -ENOMEM;

    fputs("<h2 id='compare'>Before and after</h2>\n"
          "<p>Better or worse is what differs by more than a twentieth and by more than two "
          "standard errors. One run of each says nothing about chance between runs.</p>\n"
          "<div class='guests'>\n",
          f);
    for (size_t i = 0; i < n && err == 0; i += same) {
        for (same = 1; i + same < n; same++)
            if (strcmp(rows[i].guest->name, rows[i + same].guest->name) != 0)
                break;
        err = put_guest(f, &rows[i], same, &some);
    }
    if (!some)
        fputs("<p class='none'>Nothing to compare: no guest is in two recordings, or was in one "
              "both without and with a class.</p>\n",
              f);
    fputs("</div>\n", f);
    free(rows);
    return err;
}
