/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The contents of a page of acdr top: rows and columns from a sample's readings. Pure: knows the
 * figures' names, and neither a terminal nor where readings come from.
 */
#ifndef ACDR_TOOLS_TOP_TOP_MODEL_H
#define ACDR_TOOLS_TOP_TOP_MODEL_H

#include <stdbool.h>

#include "readings.h"

enum { TOP_COLUMNS = 16, TOP_TEXT = 128, TOP_LINE = 512 };

/* All guests, or one layer of a guest. */
enum top_layer { TOP_GUESTS, TOP_THREADS, TOP_CORES, TOP_TAPS, TOP_MEMORY, TOP_LAYERS };

enum top_form {
    TOP_WORD,   /* text, to the left; may be wider than its column says */
    TOP_WHOLE,  /* a whole number in full: of a thread, a CPU */
    TOP_NUMBER, /* by thousands: 340, 1.2k */
    TOP_BYTES,  /* by 1024: 340, 1.2M */
    TOP_CHANGE  /* a number with its sign */
};

struct top_column {
    const char *head;
    int width;
    enum top_form form;
    const char *probe; /* whose figure it is; NULL: of all */
    const char *means; /* in words, with its unit */
};

/* What a cell says of its row: shown by a colour where the terminal has them. */
enum top_hue { TOP_NO_HUE, TOP_GOOD, TOP_WARN, TOP_ALARM };

struct top_cell {
    char text[TOP_TEXT]; /* of words; "" is unknown */
    double value;        /* of all others; NAN is unknown */
    enum top_hue hue;
};

struct top_row {
    char key[TOP_TEXT]; /* who it is: guest, device, ...; with id */
    int id;             /* thread, CPU or node; -1 */
    struct top_cell cells[TOP_COLUMNS];
};

/* Start from { 0 }. Columns are static, in order of importance. */
struct top_table {
    const struct top_column *columns;
    int n_columns;
    struct top_row *rows;
    size_t n, cap;
};

/* Refill T with that layer (of GUEST; NULL for all guests) from the N readings V. 0 or -ENOMEM. */
int top_fill(struct top_table *t, enum top_layer layer, const char *guest,
             const struct tool_reading *v, size_t n);
void top_done(struct top_table *t);
/* The next row, with that key and unknown values; NULL if out of memory. */
struct top_row *top_add(struct top_table *t, const char *key, int id);
/* By a column; unknown values come last either way. Equal rows sort by key and id. */
void top_sort(struct top_table *t, int column, bool descending);
/* The row of that key and id; WHERE itself, or the last one, if there is none. */
size_t top_find(const struct top_table *t, const char *key, int id, size_t where);

/* A cell as shown: "-" if unknown, numbers in at most 5 columns besides the sign. */
const char *top_show(const struct top_column *c, const struct top_cell *cell, char buf[TOP_TEXT]);
/* Why columns of T are empty: their disabled probes, from the report of acdr_watch_probes(). "" if
 * all run. */
void top_reason(const struct top_table *t, const struct acdr_item *probes, char buf[TOP_LINE]);

#endif
