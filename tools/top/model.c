/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rows and columns of acdr top. Knows the readings of a row, see top_model.h; the tables of
 * columns.c define its columns. One pass over the readings; a column adds up all that belong to it.
 */
#include "top_columns.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(v) (int)(sizeof(v) / sizeof((v)[0]))

static bool same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static bool is_vcpu(const struct tool_reading *r)
{
    return r->thread && strncmp(r->thread, "vcpu", 4) == 0;
}

void top_done(struct top_table *t)
{
    free(t->rows);
    *t = (struct top_table){ 0 };
}

struct top_row *top_add(struct top_table *t, const char *key, int id)
{
    struct top_row *row;

    if (t->n == t->cap) {
        size_t cap = t->cap ? 2 * t->cap : 16;
        struct top_row *rows = realloc(t->rows, cap * sizeof(*rows));

        if (!rows)
            return NULL;
        t->rows = rows;
        t->cap = cap;
    }
    row = &t->rows[t->n++];
    *row = (struct top_row){ .id = id };
    snprintf(row->key, sizeof(row->key), "%s", key);
    for (int i = 0; i < TOP_COLUMNS; i++)
        row->cells[i].value = NAN;
    return row;
}

/* --- which rows there are --- */

/* Where a guest's vCPUs ran last: these are its cores, pinned or not. */
struct home {
    const char *guest;
    int cpu;
};

struct homes {
    struct home *v;
    size_t n;
};

static int find_homes(struct homes *h, const struct tool_reading *v, size_t n)
{
    h->v = calloc(n + 1, sizeof(*h->v));
    if (!h->v)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++)
        if (v[i].guest && is_vcpu(&v[i]) && same(v[i].metric, "acdr_thread_last_cpu"))
            h->v[h->n++] = (struct home){ v[i].guest, (int)v[i].value };
    return 0;
}

static bool is_home(const struct homes *h, const char *guest, int cpu)
{
    for (size_t i = 0; i < h->n; i++)
        if (h->v[i].cpu == cpu && strcmp(h->v[i].guest, guest) == 0)
            return true;
    return false;
}

/* The kind of memory of a reading, as a row's name; NULL: none. */
static const char *memory_name(const struct tool_reading *r, char buf[TOP_TEXT])
{
    static const char *const kinds[][2] = {
        { "acdr_guest_memory_thp_bytes", "transparent huge" },
        { "acdr_guest_memory_swap_bytes", "swapped out" },
        { "acdr_guest_memory_ksm_bytes", "merged by KSM" },
        { "acdr_guest_memory_current_bytes", "left by the balloon" },
        { "acdr_guest_memory_max_bytes", "defined" },
    };

    if (same(r->metric, "acdr_guest_memory_bytes")) {
        snprintf(buf, TOP_TEXT, "pages of %s", r->what ? r->what : "any size");
        return buf;
    }
    for (int i = 0; i < COUNT(kinds); i++)
        if (same(r->metric, kinds[i][0]))
            return kinds[i][1];
    return NULL;
}

/* The subject of a reading in that layer; NULL: not on the page. */
static const char *subject(enum top_layer layer, const char *guest, const struct tool_reading *r,
                           int *id, char buf[TOP_TEXT])
{
    *id = -1;
    if (layer == TOP_GUESTS)
        return r->guest;
    if (layer == TOP_CORES) {
        *id = r->cpu;
        return !r->guest && r->cpu >= 0 ? "" : NULL;
    }
    if (!same(r->guest, guest))
        return NULL;
    if (layer == TOP_THREADS) {
        *id = r->tid;
        return r->tid >= 0 && r->thread ? r->thread : NULL;
    }
    if (layer == TOP_MEMORY) {
        *id = r->node;
        return memory_name(r, buf);
    }
    return strncmp(r->metric, "acdr_interface_", 15) == 0 || same(r->metric, "acdr_guest_nic")
               ? r->device
               : NULL;
}

static struct top_row *find_row(const struct top_table *t, const char *key, int id)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->rows[i].id == id && strcmp(t->rows[i].key, key) == 0)
            return &t->rows[i];
    return NULL;
}

static int list_cores(struct top_table *t, const struct homes *h, const char *guest)
{
    for (size_t i = 0; i < h->n; i++)
        if (same(h->v[i].guest, guest) && !find_row(t, "", h->v[i].cpu) &&
            !top_add(t, "", h->v[i].cpu))
            return -ENOMEM;
    return 0;
}

static int list_rows(struct top_table *t, enum top_layer layer, const char *guest,
                     const struct tool_reading *v, size_t n)
{
    char buf[TOP_TEXT];
    int id;

    for (size_t i = 0; i < n; i++) {
        const char *key = subject(layer, guest, &v[i], &id, buf);

        if (key && !find_row(t, key, id) && !top_add(t, key, id))
            return -ENOMEM;
    }
    return 0;
}

/* --- what is in them --- */

static void put_word(struct top_cell *cell, const char *text)
{
    snprintf(cell->text, sizeof(cell->text), "%s", text ? text : "");
}

static void put_state(struct top_cell *cell, const char *text, enum top_hue hue)
{
    put_word(cell, text);
    cell->hue = hue;
}

static void put(struct top_cell *cell, const struct top_source *s, const struct tool_reading *r)
{
    double value = r->kind != ACDR_METRIC_COUNTER ? r->value : r->has_rate ? r->rate : -1;

    if (s->take == TOP_LABEL)
        put_word(cell, r->what);
    else if (s->take == TOP_STATE)
        put_state(cell, value > 0 ? "degraded" : "conditioned", value > 0 ? TOP_WARN : TOP_GOOD);
    else if (s->take == TOP_LACK && value > 0)
        put_state(cell, "NOT conditioned", TOP_ALARM);
    else if (s->take == TOP_SUM && value >= 0)
        cell->value = (isnan(cell->value) ? 0 : cell->value) + value * s->scale;
}

static void put_names(struct top_table *t, const struct top_layer_columns *l)
{
    for (size_t i = 0; i < t->n; i++) {
        struct top_row *row = &t->rows[i];

        for (int c = 0; c < l->n; c++) {
            enum top_take take = l->sources[c][0].take;

            if (take == TOP_KEY)
                put_word(&row->cells[c], row->key);
            if (take == TOP_ID && row->id >= 0)
                row->cells[c].value = row->id;
        }
    }
}

/* Add a CPU's figure to all guests on it. */
static void share(struct top_table *t, int column, const struct top_source *s,
                  const struct tool_reading *r, const struct homes *h)
{
    for (size_t i = 0; i < t->n; i++)
        if (is_home(h, t->rows[i].key, r->cpu))
            put(&t->rows[i].cells[column], s, r);
}

/* Of memory all metrics have one column, as each has rows of its own. */
static bool fits(enum top_layer layer, const struct top_source *s, const struct tool_reading *r)
{
    if (layer == TOP_MEMORY)
        return s->take == TOP_SUM;
    return same(s->metric, r->metric) && (!s->what || same(s->what, r->what));
}

static void place(struct top_table *t, enum top_layer layer, struct top_row *row,
                  const struct tool_reading *r, const struct homes *h)
{
    const struct top_layer_columns *l = &top_layers[layer];

    for (int c = 0; c < l->n; c++) {
        for (int k = 0; k < 3; k++) {
            const struct top_source *s = &l->sources[c][k];

            if (!fits(layer, s, r))
                continue;
            if (s->scope == TOP_OF_CPUS && r->cpu >= 0)
                share(t, c, s, r, h);
            else if (row && (s->scope == TOP_OF_ROW || (s->scope == TOP_OF_VCPUS && is_vcpu(r))))
                put(&row->cells[c], s, r);
        }
    }
}

int top_fill(struct top_table *t, enum top_layer layer, const char *guest,
             const struct tool_reading *v, size_t n)
{
    struct homes h = { 0 };
    char buf[TOP_TEXT];
    int id, err = find_homes(&h, v, n);

    t->columns = top_layers[layer].columns;
    t->n_columns = top_layers[layer].n;
    t->n = 0;
    if (err == 0)
        err = layer == TOP_CORES ? list_cores(t, &h, guest) : list_rows(t, layer, guest, v, n);
    for (size_t i = 0; err == 0 && i < n; i++) {
        const char *key = subject(layer, guest, &v[i], &id, buf);

        place(t, layer, key ? find_row(t, key, id) : NULL, &v[i], &h);
    }
    if (err == 0)
        put_names(t, &top_layers[layer]);
    free(h.v);
    return err;
}
