/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes the recording format; see docs/record.md. Writes only the changes of a subject, so that an
 * idle host fills no disk. Does not know where samples come from. */
#include "recorder.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "readings.h"

static double wall_clock(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void record_begin(struct record_file *r, FILE *f, bool csv, int seconds)
{
    *r = (struct record_file){ .f = f, .csv = csv };
    if (csv)
        fprintf(f, "time,metric,guest,thread,tid,cpu,node,device,label,value\n");
    else
        fprintf(f, "acdr-record\t1\t%s\t%d\n", acdr_version(), seconds);
}

/* A field of a line: tabs, newlines and percent signs as %XX; "" where there is none. */
static void put_field(FILE *f, const char *s)
{
    for (; s && *s; s++) {
        if (*s == '%' || (unsigned char)*s < ' ')
            fprintf(f, "%%%02X", (unsigned char)*s);
        else
            putc(*s, f);
    }
}

void record_host(struct record_file *r, const char *host, const char *kernel)
{
    if (r->csv)
        return;
    fputs("host\t", r->f);
    put_field(r->f, host);
    putc('\t', r->f);
    put_field(r->f, kernel);
    putc('\n', r->f);
}

static void put_number(FILE *f, char separator, int n)
{
    if (n >= 0)
        fprintf(f, "%d", n);
    putc(separator, f);
}

/* The key of a reading's subject, its line without the number; free it. */
static char *make_key(const struct tool_reading *r)
{
    static const char *const kinds[] = { "gauge", "counter", "info" };
    const char *const texts[] = { r->metric, kinds[r->kind], acdr_metric_unit(r->of),  r->guest,
                                  r->thread, r->device,      acdr_metric_label(r->of), r->what };
    const int numbers[] = { r->tid, r->cpu, r->node };
    char *key = NULL;
    size_t len;
    FILE *f = open_memstream(&key, &len);

    if (!f)
        return NULL;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        put_field(f, texts[i]);
        putc('\t', f);
    }
    for (int i = 0; i < 3; i++)
        put_number(f, i < 2 ? '\t' : '\n', numbers[i]);
    if (fclose(f)) {
        free(key);
        return NULL;
    }
    return key;
}

static uint64_t hash(const char *key)
{
    uint64_t h = 0xcbf29ce484222325U;

    for (; *key; key++)
        h = (h ^ (unsigned char)*key) * 0x100000001b3U;
    return h;
}

static size_t *find_place(const struct record_file *r, const char *key)
{
    size_t i = hash(key) & (r->places - 1);

    while (r->place[i] && strcmp(r->v[r->place[i] - 1].key, key) != 0)
        i = (i + 1) & (r->places - 1);
    return &r->place[i];
}

static bool grow(struct record_file *r)
{
    size_t cap = r->cap ? 2 * r->cap : 1024;
    struct record_subject *v = reallocarray(r->v, cap, sizeof(*v));
    size_t *place = calloc(2 * cap, sizeof(*place));

    if (v)
        r->v = v;
    if (!v || !place) {
        free(place);
        return false;
    }
    free(r->place);
    r->place = place;
    r->places = 2 * cap;
    r->cap = cap;
    for (size_t i = 0; i < r->n; i++)
        *find_place(r, r->v[i].key) = i + 1;
    return true;
}

/* The subject of a reading, written to the file if new; NULL if out of memory. */
static struct record_subject *find_subject(struct record_file *r,
                                           const struct tool_reading *reading)
{
    char *key = make_key(reading);
    size_t *place;

    if (!key || (r->n == r->cap && !grow(r))) {
        free(key);
        return NULL;
    }
    place = find_place(r, key);
    if (*place) {
        free(key);
        return &r->v[*place - 1];
    }
    r->v[r->n] = (struct record_subject){ .key = key };
    *place = ++r->n;
    fprintf(r->f, "subject\t%zu\t%s", r->n, key);
    return &r->v[r->n - 1];
}

/* A counter is recorded by its rate. */
static bool value_of(const struct tool_reading *reading, double *ret)
{
    bool counter = reading->kind == ACDR_METRIC_COUNTER;

    *ret = counter ? reading->rate : reading->value;
    return !counter || reading->has_rate;
}

static int add(struct record_file *r, const struct tool_reading *reading)
{
    struct record_subject *s;
    double value;

    if (!value_of(reading, &value))
        return 0;
    s = find_subject(r, reading);
    if (!s)
        return -1;
    s->seen = r->samples;
    if (s->known && s->last >= value && s->last <= value)
        return 0;
    s->known = true;
    s->last = value;
    fprintf(r->f, "%zu\t%.10g\n", (size_t)(s - r->v) + 1, value);
    return 0;
}

static void add_gone(struct record_file *r)
{
    for (size_t i = 0; i < r->n; i++) {
        if (!r->v[i].known || r->v[i].seen == r->samples)
            continue;
        r->v[i].known = false;
        fprintf(r->f, "%zu\t-\n", i + 1);
    }
}

static void put_csv_text(FILE *f, const char *s)
{
    bool quote = s && strpbrk(s, ",\"\r\n");

    if (quote)
        putc('"', f);
    for (; s && *s; s++) {
        if (*s == '"')
            putc('"', f);
        putc(*s, f);
    }
    if (quote)
        putc('"', f);
    putc(',', f);
}

static void add_csv(struct record_file *r, const struct tool_reading *reading, double now)
{
    double value;

    if (!value_of(reading, &value))
        return;
    fprintf(r->f, "%.3f,%s,", now, reading->metric);
    put_csv_text(r->f, reading->guest);
    put_csv_text(r->f, reading->thread);
    put_number(r->f, ',', reading->tid);
    put_number(r->f, ',', reading->cpu);
    put_number(r->f, ',', reading->node);
    put_csv_text(r->f, reading->device);
    put_csv_text(r->f, reading->what);
    fprintf(r->f, "%.10g\n", value);
}

int record_sample(struct record_file *r, const struct acdr_watch *w)
{
    double now = wall_clock();
    struct tool_reading *v = NULL;
    size_t n = 0;

    r->samples++;
    r->failed = tool_readings(w, &v, &n) < 0;
    if (!r->csv)
        fprintf(r->f, "sample\t%.3f\t%lld\n", now, acdr_watch_when(w));
    for (size_t i = 0; i < n && !r->failed; i++) {
        r->met |= r->guest && v[i].guest && !strcmp(v[i].guest, r->guest);
        if (r->csv)
            add_csv(r, &v[i], now);
        else
            r->failed = add(r, &v[i]) < 0;
    }
    free(v);
    if (!r->csv)
        add_gone(r);
    return fflush(r->f) || ferror(r->f) || r->failed ? -1 : 0;
}

int record_end(struct record_file *r, const char *why)
{
    if (!r->csv)
        fprintf(r->f, "end\t%s\n", why);
    for (size_t i = 0; i < r->n; i++)
        free(r->v[i].key);
    free(r->v);
    free(r->place);
    r->v = NULL;
    r->place = NULL;
    return fflush(r->f) || ferror(r->f) || r->failed ? -1 : 0;
}
