/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Turns the subjects of a recording into the lines of a picture: groups and sums them, and selects
 * the lines to show. Knows no pictures. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "run_report.h"

/* The name of a subject's line; free it. */
static char *name_of(const struct report_figure *f, const struct recording_subject *s)
{
    char *name = NULL;
    size_t len = strlen(s->thread);
    int n = -1;

    switch (f->by) {
    case REPORT_BY_ALL:
        return strdup("all");
    case REPORT_BY_CPU:
        n = asprintf(&name, "%d", s->cpu);
        break;
    case REPORT_BY_DEVICE:
        n = asprintf(&name, "%s %s guest", s->device,
                     strcmp(s->what, "transmit") == 0 ? "to" : "from");
        break;
    case REPORT_BY_NODE:
        n = asprintf(&name, "node %d", s->node);
        break;
    case REPORT_BY_THREAD:
        return strdup(s->thread);
    case REPORT_BY_THREADS:
        while (len && s->thread[len - 1] >= '0' && s->thread[len - 1] <= '9')
            len--;
        return strndup(s->thread, len);
    case REPORT_BY_WHAT:
        n = asprintf(&name, "%s", s->what);
        break;
    }
    return n < 0 ? NULL : name;
}

static bool of_guest(const struct report_guest *g, const struct recording_subject *s)
{
    return strcmp(s->guest, g ? g->name : "") == 0;
}

/* The panel's line of that name, without values if new; NULL if out of memory. */
static struct report_series *find_series(struct report_panel *p, char *name, int cpu)
{
    size_t samples = p->run->rec.n_samples;
    struct report_series *v;

    for (size_t i = 0; name && i < p->n; i++) {
        if (strcmp(p->v[i].name, name) == 0) {
            free(name);
            return &p->v[i];
        }
    }
    v = name ? reallocarray(p->v, p->n + 1, sizeof(*v)) : NULL;
    if (!v) {
        free(name);
        return NULL;
    }
    p->v = v;
    v += p->n++;
    *v = (struct report_series){ .name = name, .cpu = cpu, .v = calloc(samples, sizeof(*v->v)) };
    for (size_t i = 0; v->v && i < samples; i++)
        v->v[i] = NAN;
    return v->v ? v : NULL;
}

/* A missing value adds nothing and does not make a sum unknown. */
static void add(float *sum, const float *v, size_t n, double scale)
{
    for (size_t i = 0; i < n; i++)
        if (!isnan(v[i]))
            sum[i] = (isnan(sum[i]) ? 0 : sum[i]) + v[i] * (float)scale;
}

static void measure(struct report_series *s, size_t n)
{
    double sum = 0, known = 0;

    s->max = NAN;
    for (size_t i = 0; i < n; i++) {
        if (isnan(s->v[i]))
            continue;
        sum += (double)s->v[i];
        known++;
        s->max = fmax(s->max, (double)s->v[i]);
    }
    s->mean = known > 0 ? sum / known : NAN;
}

static int by_name(const void *a, const void *b)
{
    const struct report_series *s = a, *t = b;

    return strverscmp(s->name, t->name);
}

static int by_mean(const void *a, const void *b)
{
    const struct report_series *s = a, *t = b;

    if (s->mean > t->mean || s->mean < t->mean)
        return s->mean < t->mean ? 1 : -1;
    return by_name(a, b);
}

static void free_series(struct report_series *s)
{
    free(s->name);
    free(s->v);
}

/* Drop lines without any value: a counter seen once has no rate. */
static void drop_empty(struct report_panel *p)
{
    size_t kept = 0;

    for (size_t i = 0; i < p->n; i++) {
        measure(&p->v[i], p->run->rec.n_samples);
        if (isnan(p->v[i].mean))
            free_series(&p->v[i]);
        else
            p->v[kept++] = p->v[i];
    }
    p->n = kept;
}

/* By name, "others" last. */
static int join_least(struct report_panel *p, size_t most)
{
    size_t samples = p->run->rec.n_samples;
    struct report_series *rest;
    char *name;

    if (!most || p->n <= most) {
        if (p->n)
            qsort(p->v, p->n, sizeof(*p->v), by_name);
        return 0;
    }
    qsort(p->v, p->n, sizeof(*p->v), by_mean);
    rest = &p->v[most - 1];
    if (asprintf(&name, "%zu others", p->n - most + 1) < 0)
        return -ENOMEM;
    free(rest->name);
    rest->name = name;
    while (p->n > most) {
        add(rest->v, p->v[p->n - 1].v, samples, 1);
        free_series(&p->v[--p->n]);
    }
    measure(rest, samples);
    qsort(p->v, most - 1, sizeof(*p->v), by_name);
    return 0;
}

/* Rows for all CPUs with any value, and 0 until the first. */
static int add_sparse(struct report_panel *p)
{
    const struct recording *r = &p->run->rec;
    float *v;

    for (size_t i = 0; p->n && i < r->n_subjects; i++) {
        char *name = NULL;
        struct report_series *s;

        if (r->subjects[i].cpu < 0 || *r->subjects[i].guest)
            continue;
        if (asprintf(&name, "%d", r->subjects[i].cpu) < 0)
            return -ENOMEM;
        s = find_series(p, name, r->subjects[i].cpu);
        if (!s)
            return -ENOMEM;
    }
    for (size_t i = 0; i < p->n; i++) {
        v = p->v[i].v;
        for (size_t k = 1; k < r->n_samples && isnan(v[k]); k++) /* no rate at the first sample */
            v[k] = 0;
    }
    return 0;
}

static int gather(struct report_panel *p, float *values)
{
    const struct recording *r = &p->run->rec;

    for (size_t i = 0; i < r->n_subjects; i++) {
        const struct recording_subject *s = &r->subjects[i];
        struct report_series *line;

        if (!report_figure_has(p->figure, s) || !of_guest(p->guest, s))
            continue;
        line = find_series(p, name_of(p->figure, s), s->cpu);
        if (!line)
            return -ENOMEM;
        recording_values(r, s, values);
        add(line->v, values, r->n_samples, p->figure->scale);
    }
    return p->figure->sparse ? add_sparse(p) : 0;
}

int report_panel_make(const struct report_figure *f, const struct report_run *run,
                      const struct report_guest *guest, size_t most, struct report_panel *ret)
{
    float *values = calloc(run->rec.n_samples, sizeof(*values));
    int err;

    *ret = (struct report_panel){ .figure = f, .run = run, .guest = guest };
    err = values ? gather(ret, values) : -ENOMEM;
    free(values);
    if (err == 0) {
        drop_empty(ret);
        err = join_least(ret, most);
    }
    if (err < 0) {
        report_panel_done(ret);
        return err;
    }
    for (size_t i = 0; i < ret->n; i++)
        ret->top = fmax(ret->top, ret->v[i].max);
    return 0;
}

/* The style of a line of this name in an earlier panel; -1: none. */
static int style_before(const struct report_panel *v, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < v[i].n; k++)
            if (strcmp(v[i].v[k].name, name) == 0)
                return v[i].v[k].style;
    return -1;
}

static void style_panel(struct report_panel *v, size_t at)
{
    bool used[REPORT_LINES] = { false };
    struct report_panel *p = &v[at];

    for (size_t k = 0; k < p->n; k++) {
        int style = style_before(v, at, p->v[k].name);

        p->v[k].style = style >= 0 && !used[style] ? style : -1;
        if (p->v[k].style >= 0)
            used[style] = true;
    }
    for (size_t k = 0; k < p->n; k++) {
        int style = 0;

        if (p->v[k].style >= 0)
            continue;
        while (used[style])
            style++;
        p->v[k].style = style;
        used[style] = true;
    }
}

void report_panel_style(struct report_panel *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        style_panel(v, i);
}

void report_panel_done(struct report_panel *p)
{
    for (size_t i = 0; i < p->n; i++)
        free_series(&p->v[i]);
    free(p->v);
    p->v = NULL;
    p->n = 0;
}

static const struct report_series *row_of(const struct report_panel *host, int cpu)
{
    for (size_t i = 0; i < host->n; i++)
        if (host->v[i].cpu == cpu)
            return &host->v[i];
    return NULL;
}

/* SUM and N get the host's figure of the CPU that each vCPU ran on last. */
static void follow_vcpus(const struct report_panel *host, const struct report_guest *guest,
                         float *values, float *sum, float *n)
{
    const struct recording *r = &host->run->rec;

    for (size_t i = 0; i < r->n_subjects; i++) {
        const struct recording_subject *s = &r->subjects[i];

        if (strcmp(s->metric, "acdr_thread_last_cpu") != 0 || !of_guest(guest, s) ||
            strncmp(s->thread, "vcpu", 4) != 0)
            continue;
        recording_values(r, s, values);
        for (size_t k = 0; k < r->n_samples; k++) {
            const struct report_series *row = values[k] >= 0 ? row_of(host, (int)values[k]) : NULL;

            if (!row || isnan(row->v[k]))
                continue;
            sum[k] += row->v[k];
            n[k]++;
        }
    }
}

int report_panel_follow(const struct report_figure *f, const struct report_run *run,
                        const struct report_guest *guest, struct report_panel *ret)
{
    size_t samples = run->rec.n_samples;
    float *values = calloc(samples, sizeof(*values)), *n = calloc(samples, sizeof(*n));
    struct report_panel host = { 0 };
    struct report_series *s = NULL;
    int err = -ENOMEM;

    *ret = (struct report_panel){ .figure = f, .run = run, .guest = guest };
    if (values && n)
        err = report_panel_make(f, run, NULL, 0, &host);
    if (err == 0)
        s = find_series(ret, strdup("all"), -1);
    if (s) {
        memset(s->v, 0, samples * sizeof(*s->v));
        follow_vcpus(&host, guest, values, s->v, n);
        for (size_t i = 0; i < samples; i++)
            s->v[i] = n[i] > 0 ? s->v[i] / n[i] : NAN;
        drop_empty(ret);
    } else {
        report_panel_done(ret);
    }
    report_panel_done(&host);
    free(values);
    free(n);
    return s ? 0 : -ENOMEM;
}
