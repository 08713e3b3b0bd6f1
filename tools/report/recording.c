/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads the recording format; see docs/record.md, and recorder.c for the writer. Skips unknown
 * lines. Does not know the purpose of figures. */
#include "recording.h"

#include <errno.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 13 }; /* of a subject: the word, its number, and what it is */

struct reader {
    struct recording *r;
    bool (*wanted)(const struct recording_subject *s);
    const char *name;
    struct acdr_err *e;
    long line;
    long long first; /* CLOCK_MONOTONIC of the first sample */
    size_t cap_samples, cap_subjects;
    size_t *at; /* by number less 1: index among the subjects, plus 1; 0: not wanted */
    size_t n_at, cap_at;
};

/* An error at the last line read. */
static int damaged(struct reader *k, const char *what)
{
    k->e->code = EINVAL;
    snprintf(k->e->text, sizeof(k->e->text), "%.800s:%ld: %s", k->name, k->line, what);
    return -EINVAL;
}

static int no_memory(struct reader *k)
{
    k->e->code = ENOMEM;
    snprintf(k->e->text, sizeof(k->e->text), "%.800s: no memory for so long a recording", k->name);
    return -ENOMEM;
}

/* Make room for one more of SIZE bytes after the N of *V. */
static bool make_room(void *v, size_t n, size_t *cap, size_t size)
{
    size_t more = *cap ? 2 * *cap : 16;
    void *p;

    if (n < *cap)
        return true;
    p = reallocarray(*(void **)v, more, size);
    if (!p)
        return false;
    *(void **)v = p;
    *cap = more;
    return true;
}

/* The length in bytes of the first character of S; 0: not valid in a document. */
static size_t character(const unsigned char *s)
{
    size_t len = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

    if (s[0] < ' ' || s[0] == 0x7f || s[0] > 0xf4)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    /* Overlong, a UTF-16 surrogate, above the last code point, or a noncharacter. */
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] >= 0xa0) ||
        (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] >= 0x90) ||
        (s[0] == 0xef && s[1] == 0xbf && s[2] >= 0xbe))
        return 0;
    return len;
}

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

void recording_clean(char *s)
{
    size_t len;

    for (; *s; s += len) {
        len = character((const unsigned char *)s);
        if (!len)
            *s = '?';
        len += !len;
    }
}

/* %XX as the byte that it is, and then text. */
static void decode(char *s)
{
    char *to = s;

    for (const char *from = s; *from; to++) {
        bool coded = from[0] == '%' && hex(from[1]) >= 0 && hex(from[2]) >= 0;

        *to = coded ? (char)(hex(from[1]) << 4 | hex(from[2])) : *from;
        if (!*to)
            *to = '?';
        from += coded ? 3 : 1;
    }
    *to = '\0';
    recording_clean(s);
}

/* Cuts LINE at its tabs; how many fields that are, those behind the last of RET not kept. */
static int split(char *line, char **ret, int most)
{
    int n = 0;

    for (char *s = line; s; n++) {
        char *field = strsep(&s, "\t");

        if (n < most)
            ret[n] = field;
    }
    return n;
}

static bool parse_whole(const char *s, long long least, long long most, long long *ret)
{
    char *end;

    errno = 0;
    *ret = strtoll(s, &end, 10);
    return end != s && !*end && !errno && *ret >= least && *ret <= most;
}

static bool parse_real(const char *s, double *ret)
{
    char *end;

    *ret = strtod(s, &end);
    return end != s && !*end && fabs(*ret) <= FLT_MAX;
}

/* A number of a subject; an empty field is "has none". */
static bool parse_id(const char *s, int *ret)
{
    long long n = -1;

    if (*s && !parse_whole(s, 0, INT_MAX, &n))
        return false;
    *ret = (int)n;
    return true;
}

static int read_head(struct reader *k, char *line)
{
    char *f[4];
    int n = split(line, f, 4);
    long long seconds;

    if (strcmp(f[0], "acdr-record") != 0)
        return damaged(k, "not a recording of acdr record without --csv");
    if (n < 4 || strcmp(f[1], "1") != 0)
        return damaged(k, "a recording of a format that this acdr does not know");
    if (!parse_whole(f[3], 0, INT_MAX, &seconds))
        return damaged(k, "the interval is not a number");
    k->r->interval = (int)seconds;
    return 0;
}

static int read_sample(struct reader *k, char **f, int n)
{
    struct recording *r = k->r;
    long long when;
    double clock;

    if (n < 3 || !parse_real(f[1], &clock) || !parse_whole(f[2], 0, LLONG_MAX, &when))
        return damaged(k, "a sample without its time");
    if (!r->n_samples) {
        r->began = clock;
        k->first = when;
    }
    clock = (double)(when - k->first) / 1e9;
    if (r->n_samples && clock <= r->when[r->n_samples - 1])
        return damaged(k, "a sample that is not later than the one before");
    if (!make_room(&r->when, r->n_samples, &k->cap_samples, sizeof(*r->when)))
        return no_memory(k);
    r->when[r->n_samples++] = clock;
    return 0;
}

static int read_subject(struct reader *k, const char *line)
{
    struct recording *r = k->r;
    struct recording_subject s = { .text = strdup(line) };
    char *f[FIELDS];
    long long number;
    bool whole, kept;

    if (!s.text)
        return no_memory(k);
    whole = split(s.text, f, FIELDS) >= FIELDS && parse_whole(f[1], 1, LLONG_MAX, &number) &&
            parse_id(f[10], &s.tid) && parse_id(f[11], &s.cpu) && parse_id(f[12], &s.node);
    if (!whole || (size_t)number != k->n_at + 1) {
        free(s.text);
        return damaged(k, whole ? "a subject out of order" : "a subject with a field missing");
    }
    for (int i = 2; i < 10; i++)
        decode(f[i]);
    s.metric = f[2], s.kind = f[3], s.unit = f[4], s.guest = f[5];
    s.thread = f[6], s.device = f[7], s.label = f[8], s.what = f[9];
    kept = k->wanted(&s);
    if (!kept)
        free(s.text);
    if (!make_room(&k->at, k->n_at, &k->cap_at, sizeof(*k->at)) ||
        (kept && !make_room(&r->subjects, r->n_subjects, &k->cap_subjects, sizeof(s)))) {
        if (kept)
            free(s.text);
        return no_memory(k);
    }
    if (kept)
        r->subjects[r->n_subjects++] = s;
    k->at[k->n_at++] = kept ? r->n_subjects : 0;
    return 0;
}

/* Values double their room at each power of two, from 4 on. */
static bool add_value(struct recording_subject *s, struct recording_value v)
{
    size_t cap = s->n < 4 ? 4 : s->n;

    if (!s->n || (s->n >= 4 && !(s->n & (s->n - 1)))) {
        void *p = reallocarray(s->v, s->n ? 2 * cap : cap, sizeof(*s->v));

        if (!p)
            return false;
        s->v = p;
    }
    s->v[s->n++] = v;
    return true;
}

static int read_value(struct reader *k, char **f, int n)
{
    long long number;
    double value = NAN;

    if (n < 2 || !parse_whole(f[0], 1, LLONG_MAX, &number) || (size_t)number > k->n_at)
        return damaged(k, "a value of no subject");
    if (!k->r->n_samples)
        return damaged(k, "a value before the first sample");
    if (strcmp(f[1], "-") != 0 && !parse_real(f[1], &value))
        return damaged(k, "a value that is not a number");
    if (k->at[number - 1] &&
        !add_value(&k->r->subjects[k->at[number - 1] - 1],
                   (struct recording_value){ (unsigned)k->r->n_samples - 1, (float)value }))
        return no_memory(k);
    return 0;
}

/* Which host it is of; a second such line changes nothing. */
static int read_host(struct reader *k, const char *line)
{
    char *text = strdup(line), *f[3] = { 0 };

    if (!text)
        return no_memory(k);
    if (split(text, f, 3) < 3 || k->r->host_text) {
        free(text);
        return 0;
    }
    decode(f[1]);
    decode(f[2]);
    k->r->host = f[1];
    k->r->kernel = f[2];
    k->r->host_text = text;
    return 0;
}

/* 1: it was the end. */
static int read_line(struct reader *k, char *line)
{
    char *f[3];
    int n;

    if (k->line == 1)
        return read_head(k, line);
    if (strncmp(line, "subject\t", 8) == 0)
        return read_subject(k, line);
    if (strncmp(line, "host\t", 5) == 0)
        return read_host(k, line);
    n = split(line, f, 3);
    if (strcmp(f[0], "sample") == 0)
        return read_sample(k, f, n);
    if (f[0][0] >= '0' && f[0][0] <= '9')
        return read_value(k, f, n);
    if (strcmp(f[0], "end") != 0)
        return 0;
    k->r->text = strdup(n > 1 ? f[1] : "");
    if (!k->r->text)
        return no_memory(k);
    decode(k->r->text);
    k->r->end = k->r->text;
    return 1;
}

/* Up to its end, to a line without a newline, or to the zeros that a crashed machine leaves. */
static int read_lines(struct reader *k, FILE *f)
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    int err = 0;

    while (err == 0 && (len = getline(&line, &cap, f)) > 0 && line[len - 1] == '\n') {
        line[len - 1] = '\0';
        if (strlen(line) != (size_t)len - 1)
            break;
        k->line++;
        err = read_line(k, line);
    }
    free(line);
    if (err == 0 && ferror(f)) {
        k->e->code = errno ? errno : EIO;
        snprintf(k->e->text, sizeof(k->e->text), "%.800s: %s", k->name,
                 strerrordesc_np(k->e->code));
        err = -k->e->code;
    }
    return err;
}

/* The last sample of a truncated file may lack any of its values. */
static void drop_last(struct recording *r)
{
    if (r->n_samples)
        r->n_samples--;
    for (size_t i = 0; i < r->n_subjects; i++) {
        struct recording_subject *s = &r->subjects[i];

        while (s->n && s->v[s->n - 1].sample >= r->n_samples)
            s->n--;
    }
}

int recording_read(FILE *f, const char *name, bool (*wanted)(const struct recording_subject *s),
                   struct recording *ret, struct acdr_err *e)
{
    struct reader k = { .r = ret, .wanted = wanted, .name = name, .e = e };
    int err;

    *ret = (struct recording){ .host = "", .kernel = "", .end = "" };
    err = read_lines(&k, f);
    free(k.at);
    if (err == 0)
        drop_last(ret);
    if (err >= 0 && !ret->n_samples)
        err = damaged(&k, "the recording has no whole sample");
    if (err < 0)
        recording_done(ret);
    return err < 0 ? err : 0;
}

void recording_done(struct recording *r)
{
    for (size_t i = 0; i < r->n_subjects; i++) {
        free(r->subjects[i].text);
        free(r->subjects[i].v);
    }
    free(r->subjects);
    free(r->when);
    free(r->text);
    free(r->host_text);
    *r = (struct recording){ .host = "", .kernel = "", .end = "" };
}

void recording_values(const struct recording *r, const struct recording_subject *s, float *ret)
{
    float value = NAN;
    size_t k = 0;

    for (size_t i = 0; i < r->n_samples; i++) {
        for (; k < s->n && s->v[k].sample <= i; k++)
            value = s->v[k].value;
        ret[i] = value;
    }
}
