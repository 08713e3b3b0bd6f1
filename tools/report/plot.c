/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One picture: the gnuplot script for a panel, lines for a guest or a map of the host's CPUs.
 * Colours are those of Okabe and Ito, which people with any kind of colour vision can distinguish,
 * and each line also has its own dashes and points; the map's colours darken in one direction. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "run_report.h"

/* In pixels: a picture of lines without its legend, the margins of lines and of a map, a row of a
 * map or a legend, a letter. */
enum {
    WIDE = 460,
    HIGH = 292,
    TOP = 62,
    BOTTOM = 76,
    LEFT = 74,
    RIGHT = 14,
    MAP_BOTTOM = 54,
    MAP_LEFT = 44,
    MAP_RIGHT = 100,
    ROW = 16,
    KEY_ROW = 20,
    LETTER = 6
};
/* Rows of texts above a picture, and points of a line, at the most; and so many rows a map's scale
 * needs at the least. */
enum { MARKS = 3, POINTS = 400, FEW = 8 };

static const struct {
    const char *colour, *dashes;
    int point;
} styles[REPORT_LINES] = {
    { "#0072b2", "solid", 7 },       { "#d55e00", "(8,4)", 5 },  { "#009e73", "(2,3)", 9 },
    { "#cc79a7", "(10,3,2,3)", 13 }, { "#e69f00", "(14,5)", 4 }, { "#56b4e9", "(5,2)", 6 },
    { "#000000", "(1,4)", 2 },
};

/* A time axis: the length of a second on it. */
struct axis {
    double last; /* of the axis, in its unit */
    double per_second;
    const char *unit;
    int left, wide; /* pixels */
};

/* LABELS: letters of the longest one beside a map; 0: no map. */
static struct axis axis_of(const struct recording *r, size_t labels)
{
    double last = r->when[r->n_samples - 1];
    struct axis a = { .per_second = 1, .unit = "seconds" };

    if (last > 3 * 3600.0)
        a = (struct axis){ .per_second = 1 / 3600.0, .unit = "hours" };
    else if (last > 180)
        a = (struct axis){ .per_second = 1 / 60.0, .unit = "minutes" };
    a.last = (last > 0 ? last : 1) * a.per_second;
    a.left = labels ? MAP_LEFT + (int)labels * LETTER : LEFT;
    a.wide = WIDE - a.left - (labels ? MAP_RIGHT : RIGHT);
    return a;
}

/*
 * In single quotes gnuplot takes everything literally except the quote, which is doubled; but it
 * reads no quote at the begin, nor two in a row, so these become apostrophes. It writes "]]>" as it
 * is, which no XML may contain. The text is a stranger's: a name spoils its own line at most.
 */
static void quote(FILE *f, const char *s)
{
    putc('\'', f);
    for (char last = '\''; *s; last = *s++)
        if (*s == '\'')
            fputs(last == '\'' ? "\u2019" : "''", f);
        else if (*s == '>' && last == ']')
            fputs(" >", f);
        else
            putc((unsigned char)*s < ' ' ? '?' : *s, f);
    putc('\'', f);
}

/* The unit of an axis up to TOP: "Mbit/s", "GiB", "thousand exits/s". Returns the value of one such
 * unit. */
static double unit_of(const struct report_figure *fig, double top, char *text, size_t size)
{
    static const char *const words[] = { "", "thousand ", "million ", "billion ", "trillion " };
    static const char *const prefixes[2][5] = { { "", "k", "M", "G", "T" },
                                                { "", "Ki", "Mi", "Gi", "Ti" } };
    bool bytes = strcmp(fig->unit, "B") == 0, bits = strcmp(fig->unit, "bit/s") == 0;
    double worth = 1, step = bytes ? 1024 : 1000;
    int k = 0;

    for (; top / worth >= step && k < 4; k++)
        worth *= step;
    snprintf(text, size, "%s%s", bytes || bits ? prefixes[bytes][k] : words[k], fig->unit);
    return worth;
}

/* Names of guests may be long, and margins are not. */
static char *shorten(const char *name)
{
    enum { MOST = 18 };
    size_t n = 0, at = 0;
    char *text = NULL;

    for (; name[at] && n <= MOST; at++)
        n += (name[at + 1] & 0xc0) != 0x80; /* the next byte begins a character */
    while (at > 0 && n > MOST && (name[--at] & 0xc0) == 0x80)
        ;
    return asprintf(&text, "%.*s%s", (int)at, name, name[at] ? "…" : "") < 0 ? NULL : text;
}

size_t report_step(const struct recording *r)
{
    return (r->n_samples + POINTS - 1) / POINTS;
}

static size_t letters(const char *s)
{
    size_t n = 0;

    for (; *s; s++)
        n += (*s & 0xc0) != 0x80;
    return n;
}

/* Rows and columns of a legend: gnuplot makes a row too many where it may choose. */
static void legend_of(const struct report_panel *p, int *rows, int *columns)
{
    enum { SAMPLE = 80, WIDER = 9 }; /* a line's sample with its margins; a letter of a legend */
    int longest = 1;

    for (size_t i = 0; i < p->n; i++)
        if ((int)letters(p->v[i].name) > longest)
            longest = (int)letters(p->v[i].name);
    *columns = WIDE / (SAMPLE + WIDER * longest);
    *columns = *columns < 1 ? 1 : *columns;
    *rows = ((int)p->n + *columns - 1) / *columns;
}

static double mean_of(const float *v, size_t from, size_t end)
{
    double sum = 0, n = 0;

    for (size_t i = from; i < end; i++) {
        if (isnan(v[i]))
            continue;
        sum += (double)v[i];
        n++;
    }
    return n > 0 ? sum / n : NAN;
}

static void put_value(FILE *f, double v)
{
    if (isnan(v))
        fputs(" NaN", f);
    else
        fprintf(f, " %.6g", v);
}

/* ROWS: of the map or of the legend. */
static void put_head(FILE *f, const struct axis *a, bool map, int rows)
{
    int high = map ? TOP + MAP_BOTTOM + ROW * (rows < FEW ? FEW : rows) : HIGH + KEY_ROW * rows;
    int bottom = map ? MAP_BOTTOM : BOTTOM + KEY_ROW * rows;

    fprintf(f,
            "set terminal svg size %d,%d noenhanced font 'DejaVu Sans,12'\n"
            "set encoding utf8\n"
            "set border 3 lc '#444444'\n"
            "set tics nomirror out\n"
            "set xtics offset 0,0.3\n"
            "set xlabel '%s since the recording began' offset 0,0.7\n"
            "set xrange [0:%.9g]\n",
            WIDE, high, a->unit, a->last);
    fprintf(f,
            "set tmargin at screen %.6g\nset bmargin at screen %.6g\n"
            "set lmargin at screen %.6g\nset rmargin at screen %.6g\n",
            1 - (double)TOP / high, (double)bottom / high, (double)a->left / WIDE,
            (double)(a->left + a->wide) / WIDE);
}

/* Texts of marks stand above the picture, in up to MARKS rows; one without room has only its line.
 * At the right edge a text stands before its line. */
static void put_mark(FILE *f, const char *text, double at, const struct axis *a,
                     double taken[MARKS])
{
    double wide = (double)(letters(text) + 1) * LETTER / a->wide * a->last;
    bool before = at + wide > a->last;
    double from = before ? at - wide : at;
    int row = 0;

    while (row < MARKS && taken[row] > from)
        row++;
    fprintf(f, "set arrow from %.9g,graph 0 to %.9g,graph 1 nohead front lc '#222222' dt (4,3)\n",
            at, at);
    if (row == MARKS)
        return;
    taken[row] = from + wide + LETTER / (double)a->wide * a->last;
    fputs("set label ", f);
    quote(f, text);
    fprintf(f, " at %.9g,graph 1 %s offset char %s,%.1f font ',10'\n", at,
            before ? "right" : "left", before ? "0.3" : "-0.3", 0.7 + row);
}

static int put_marks(FILE *f, const struct report_panel *p, const struct axis *a)
{
    double taken[MARKS] = { -INFINITY, -INFINITY, -INFINITY };

    for (size_t i = 0; i < p->run->rec.n_samples; i++) {
        for (size_t k = 0; k < p->run->n_events; k++) {
            const struct report_event *ev = &p->run->events[k];
            char *text = NULL, *name;

            /* Guests present from the start get no mark on a picture of all guests. */
            if (ev->sample != i || (p->guest ? strcmp(ev->guest, p->guest->name) != 0 : i == 0))
                continue;
            name = shorten(p->guest ? "" : ev->guest);
            if (!name || asprintf(&text, "%s%s%s", name, *name ? " " : "", ev->word) < 0)
                return -ENOMEM;
            free(name);
            put_mark(f, text, p->run->rec.when[i] * a->per_second, a, taken);
            free(text);
        }
    }
    return 0;
}

static void put_lines(FILE *f, const struct report_panel *p, const struct axis *a, double top)
{
    const struct recording *r = &p->run->rec;
    size_t step = report_step(r), points = (r->n_samples + step - 1) / step;
    char unit[64];
    double worth = unit_of(p->figure, top, unit, sizeof(unit));
    int rows, columns;

    legend_of(p, &rows, &columns);
    fputs("$data << END\n", f);
    for (size_t i = 0; i < r->n_samples; i += step) {
        size_t end = i + step < r->n_samples ? i + step : r->n_samples;

        fprintf(f, "%.9g", (r->when[i] + r->when[end - 1]) / 2 * a->per_second);
        for (size_t k = 0; k < p->n; k++)
            put_value(f, mean_of(p->v[k].v, i, end) / worth);
        putc('\n', f);
    }
    fprintf(f, "END\nset yrange [0:%.6g]\nset ylabel ", top > 0 ? 1.05 * top / worth : 1);
    quote(f, unit);
    fprintf(f,
            " offset 1\nset grid y lc '#dddddd' lt 1\n"
            "set key at screen 0.5,0.01 bottom center horizontal Left reverse samplen 4 width 2 "
            "maxcols %d\nplot ",
            columns);
    for (size_t k = 0; k < p->n; k++) {
        int s = p->v[k].style;

        fprintf(f,
                "%s$data using 1:%zu with linespoints lw 1.6 ps 0.6 pi %zu lc '%s' dt %s pt %d "
                "title ",
                k ? ", " : "", k + 2, points / 12 + 1, styles[s].colour, styles[s].dashes,
                styles[s].point);
        quote(f, p->v[k].name);
    }
    putc('\n', f);
}

/* The guest with a vCPU on the CPU in at least half of the samples that have it. */
static const char *owner_of(const struct report_panel *p, int cpu, float *v)
{
    const struct recording *r = &p->run->rec;
    const char *owner = NULL;

    for (size_t i = 0; i < r->n_subjects; i++) {
        const struct recording_subject *s = &r->subjects[i];
        size_t here = 0, known = 0;

        if (strcmp(s->metric, "acdr_thread_last_cpu") != 0 || strncmp(s->thread, "vcpu", 4) != 0)
            continue;
        recording_values(r, s, v);
        for (size_t n = 0; n < r->n_samples; n++) {
            known += !isnan(v[n]);
            here += !isnan(v[n]) && (int)v[n] == cpu;
        }
        if (known && 2 * here >= known)
            owner = s->guest;
    }
    return owner;
}

/* Names for the rows of a map; free all N and the array. LONGEST in letters. NULL: no memory. */
static char **name_rows(const struct report_panel *p, size_t *longest)
{
    char **v = calloc(p->n + 1, sizeof(*v));
    float *values = calloc(p->run->rec.n_samples, sizeof(*values));
    bool whole = v && values;

    *longest = 1;
    for (size_t k = 0; whole && k < p->n; k++) {
        const char *owner = owner_of(p, p->v[k].cpu, values);
        char *name = shorten(owner ? owner : "");

        whole = name && asprintf(&v[k], "%s%s%d", name, *name ? "  " : "", p->v[k].cpu) >= 0;
        v[k] = whole ? v[k] : NULL;
        if (whole && letters(v[k]) > *longest)
            *longest = letters(v[k]);
        free(name);
    }
    free(values);
    if (!whole)
        for (size_t k = 0; v && k < p->n; k++)
            free(v[k]);
    if (!whole) {
        free(v);
        v = NULL;
    }
    return v;
}

static void put_row_names(FILE *f, char *const *names, size_t n)
{
    fputs("set ytics (", f);
    for (size_t k = 0; k < n; k++) {
        fputs(k ? ", " : "", f);
        quote(f, names[k]);
        fprintf(f, " %zu", k);
    }
    fputs(") font ',10'\n", f);
}

/* Samples are of one interval, so that points of as many samples each are a grid. */
static void put_map(FILE *f, const struct report_panel *p, const struct axis *a, double top)
{
    const struct recording *r = &p->run->rec;
    size_t step = report_step(r), points = (r->n_samples + step - 1) / step;
    char unit[64];
    double worth = unit_of(p->figure, top, unit, sizeof(unit));

    fputs("$data << END\n", f);
    for (size_t k = 0; k <= p->n; k++) { /* a grid of one row is none: one more, out of sight */
        for (size_t i = 0; i < points; i++) {
            size_t end = (i + 1) * step < r->n_samples ? (i + 1) * step : r->n_samples;

            fprintf(f, "%.9g %zu", ((double)i + 0.5) / (double)points * a->last, k);
            put_value(f, k < p->n ? mean_of(p->v[k].v, i * step, end) / worth : NAN);
            putc('\n', f);
        }
    }
    fprintf(f, "END\nset yrange [%zu.5:-0.5]\nset cbrange [0:%.6g]\nset cblabel ", p->n - 1,
            top > 0 ? top / worth : 1);
    quote(f, unit);
    fputs(" offset 1\nunset key\n"
          "set palette defined (0 '#fffef5', 0.03 '#ffea46', 0.15 '#c4b56c', 0.45 '#666970', "
          "1 '#00204d')\nset object rectangle from graph 0,0 to graph 1,1 behind fc '#dddddd' "
          "fs noborder\n",
          f);
    fputs("plot $data using 1:2:3 with image\n", f);
}

static int map_script(const struct report_panel *p, double top, FILE *f)
{
    size_t longest;
    char **names = name_rows(p, &longest);
    struct axis a = axis_of(&p->run->rec, longest);
    int err = -ENOMEM;

    if (!names)
        return err;
    put_head(f, &a, true, (int)p->n);
    err = put_marks(f, p, &a);
    if (err == 0) {
        put_row_names(f, names, p->n);
        put_map(f, p, &a, top);
    }
    for (size_t k = 0; k < p->n; k++)
        free(names[k]);
    free(names);
    return err;
}

int report_script(const struct report_panel *p, double top, FILE *f)
{
    struct axis a = axis_of(&p->run->rec, 0);
    int err, rows, columns;

    if (p->figure->by == REPORT_BY_CPU)
        return map_script(p, top, f);
    legend_of(p, &rows, &columns);
    put_head(f, &a, false, rows);
    err = put_marks(f, p, &a);
    if (err == 0)
        put_lines(f, p, &a, top);
    return err;
}
