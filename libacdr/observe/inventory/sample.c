/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Samples and rates; see sample.h. Texts are in chunks that live as long as the sample, so that a
 * reading costs no allocation. Readings of two samples are matched by subject: usually they come in
 * the same order, otherwise a hash table finds them.
 */
#include "sample.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 32768 };

struct acdr_chunk {
    struct acdr_chunk *next;
    size_t used, size;
    char text[];
};

static struct acdr_chunk *new_chunk(struct acdr_sample *s, size_t len)
{
    size_t size = len > CHUNK ? len : CHUNK;
    struct acdr_chunk *c = malloc(sizeof(*c) + size);

    if (!c)
        return NULL;
    *c = (struct acdr_chunk){ .next = s->chunks, .size = size };
    s->chunks = c;
    return c;
}

const char *acdr_sample_text(struct acdr_sample *s, const char *text)
{
    struct acdr_chunk *c = s->chunks;
    size_t len;
    char *copy;

    if (!text)
        return NULL;
    len = strlen(text) + 1;
    if (!c || c->size - c->used < len)
        c = new_chunk(s, len);
    if (!c) {
        s->bad = true;
        return "";
    }
    copy = memcpy(c->text + c->used, text, len);
    c->used += len;
    return copy;
}

static struct acdr_reading *grow(struct acdr_sample *s)
{
    size_t cap = s->cap ? 2 * s->cap : 256;
    struct acdr_reading *v;

    if (s->n < s->cap)
        return &s->v[s->n++];
    v = reallocarray(s->v, cap, sizeof(*v));
    if (!v) {
        s->bad = true;
        return NULL;
    }
    s->v = v;
    s->cap = cap;
    return &s->v[s->n++];
}

void acdr_sample_add(struct acdr_sample *s, const struct acdr_reading *who,
                     const struct acdr_metric *m, const char *what, double value)
{
    struct acdr_reading *r = grow(s);

    if (!r)
        return;
    *r = *who;
    r->metric = m;
    r->what = what;
    r->when = s->when;
    r->value = value;
    r->rate = -1;
}

void acdr_sample_carry(struct acdr_sample *s, const struct acdr_reading *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct acdr_reading *r = grow(s);

        if (!r)
            return;
        *r = from[i];
        r->guest = acdr_sample_text(s, r->guest);
        r->thread = acdr_sample_text(s, r->thread);
        r->device = acdr_sample_text(s, r->device);
        r->what = acdr_sample_text(s, r->what);
    }
}

/* One chunk is kept: the next sample needs about as much. */
void acdr_sample_clear(struct acdr_sample *s)
{
    while (s->chunks && s->chunks->next) {
        struct acdr_chunk *next = s->chunks->next;

        free(s->chunks);
        s->chunks = next;
    }
    if (s->chunks)
        s->chunks->used = 0;
    s->n = 0;
    s->bad = false;
}

void acdr_sample_done(struct acdr_sample *s)
{
    acdr_sample_clear(s);
    free(s->chunks);
    free(s->v);
    *s = (struct acdr_sample){ 0 };
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

static bool same_subject(const struct acdr_reading *a, const struct acdr_reading *b)
{
    return a->metric == b->metric && a->cpu == b->cpu && a->node == b->node && a->tid == b->tid &&
           a->id == b->id && same_text(a->what, b->what) && same_text(a->device, b->device) &&
           same_text(a->thread, b->thread) && same_text(a->guest, b->guest);
}

static uint64_t mix(uint64_t h, const char *text)
{
    for (; text && *text; text++)
        h = (h ^ (unsigned char)*text) * 0x100000001b3U;
    return (h ^ 0xff) * 0x100000001b3U;
}

static uint64_t hash(const struct acdr_reading *r)
{
    uint64_t h = (uintptr_t)r->metric ^ r->id;

    h = h * 31 + (uint64_t)r->cpu;
    h = h * 31 + (uint64_t)r->node;
    h = h * 31 + (uint64_t)r->tid;
    return mix(mix(mix(mix(h, r->guest), r->thread), r->device), r->what);
}

/* The position of each reading of a sample: number + 1 by hash, 0 for an empty slot. */
struct table {
    const struct acdr_sample *of;
    uint32_t *place;
    size_t size; /* a power of two */
};

/* False if out of memory: then readings that are out of order have no rate this time. */
static bool make_table(struct table *t)
{
    if (t->place)
        return true;
    for (t->size = 64; t->size < 2 * t->of->n;)
        t->size *= 2;
    t->place = calloc(t->size, sizeof(*t->place));
    for (size_t i = 0; t->place && i < t->of->n; i++) {
        size_t k = hash(&t->of->v[i]) & (t->size - 1);

        while (t->place[k])
            k = (k + 1) & (t->size - 1);
        t->place[k] = (uint32_t)i + 1;
    }
    return t->place != NULL;
}

static const struct acdr_reading *look_up(struct table *t, const struct acdr_reading *r)
{
    size_t k;

    if (!make_table(t))
        return NULL;
    for (k = hash(r) & (t->size - 1); t->place[k]; k = (k + 1) & (t->size - 1))
        if (same_subject(&t->of->v[t->place[k] - 1], r))
            return &t->of->v[t->place[k] - 1];
    return NULL;
}

/*
 * A total that decreased has restarted, which leaves no rate, unless it wrapped: it was in the
 * upper half of its range and is in the lower half now.
 */
static double rate(const struct acdr_reading *now, const struct acdr_reading *before)
{
    double more = now->value - before->value;
    double seconds = (double)(now->when - before->when) / 1e9;
    double full = now->metric->bits > 0 ? ldexp(1, now->metric->bits) : 0;

    if (more < 0 && before->value >= full / 2 && before->value < full && now->value < full / 2)
        more += full;
    return more < 0 || seconds <= 0 ? -1 : more / seconds;
}

void acdr_sample_rates(struct acdr_sample *now, const struct acdr_sample *before)
{
    struct table t = { .of = before };
    size_t next = 0; /* the expected next one */

    for (size_t i = 0; i < now->n; i++) {
        struct acdr_reading *r = &now->v[i];
        const struct acdr_reading *old = next < before->n ? &before->v[next] : NULL;

        if (r->metric->kind != ACDR_METRIC_COUNTER) {
            next += old && old->metric == r->metric;
            continue;
        }
        if (!old || !same_subject(old, r))
            old = look_up(&t, r);
        if (!old)
            continue;
        next = (size_t)(old - before->v) + 1;
        r->rate = r->when == old->when ? old->rate : rate(r, old);
    }
    free(t.place);
}
