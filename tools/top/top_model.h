/*
 * What a page of acdr top is filled with: rows and columns made of a sample's readings. Pure: knows
 * the figures' names, and neither a terminal nor where readings come from.
 */
#ifndef ACDR_TOOLS_TOP_MODEL_H
#define ACDR_TOOLS_TOP_MODEL_H

#include <stdbool.h>

#include "readings.h"

enum { ACDR_TOP_COLUMNS = 16, ACDR_TOP_TEXT = 128, ACDR_TOP_LINE = 512 };

/* All guests, or one layer of a guest. */
enum acdr_top_layer {
    ACDR_TOP_GUESTS,
    ACDR_TOP_THREADS,
    ACDR_TOP_CORES,
    ACDR_TOP_TAPS,
    ACDR_TOP_MEMORY,
    ACDR_TOP_LAYERS
};

enum acdr_top_form {
    ACDR_TOP_WORD,   /* text, to the left; may be wider than its column says */
    ACDR_TOP_WHOLE,  /* a whole number in full: of a thread, a CPU */
    ACDR_TOP_NUMBER, /* by thousands: 340, 1.2k */
    ACDR_TOP_BYTES,  /* by 1024: 340, 1.2M */
    ACDR_TOP_CHANGE  /* a number with its sign */
};

struct acdr_top_column {
    const char *head;
    int width;
    enum acdr_top_form form;
    const char *probe; /* whose figure it is; NULL: of all */
    const char *means; /* in words, with its unit; NULL: no figure */
};

struct acdr_top_cell {
    char text[ACDR_TOP_TEXT]; /* of words; "" is not known */
    double value;             /* of all else; NAN is not known */
};

struct acdr_top_row {
    char key[ACDR_TOP_TEXT]; /* who it is: guest, device, ...; with id */
    int id;                  /* thread, CPU or node; -1 */
    struct acdr_top_cell cells[ACDR_TOP_COLUMNS];
};

/* Start from { 0 }. Columns are static, in order of importance. */
struct acdr_top_table {
    const struct acdr_top_column *columns;
    int n_columns;
    struct acdr_top_row *rows;
    size_t n, cap;
};

/* Fill T anew with that layer (of GUEST; NULL for all guests) by the N readings V. 0 or -ENOMEM. */
int acdr_top_fill(struct acdr_top_table *t, enum acdr_top_layer layer, const char *guest,
                  const struct acdr_tool_reading *v, size_t n);
void acdr_top_done(struct acdr_top_table *t);
/* The next row, with that key and with nothing known; NULL where memory is out. */
struct acdr_top_row *acdr_top_add(struct acdr_top_table *t, const char *key, int id);
/* By a column; what is not known comes last either way. Rows that are alike are by key and id. */
void acdr_top_sort(struct acdr_top_table *t, int column, bool descending);
/* The row of that key and id; WHERE itself, or the last one, where there is none. */
size_t acdr_top_find(const struct acdr_top_table *t, const char *key, int id, size_t where);

/* A cell as it is shown: "-" where it is not known, numbers in at most 5 columns but for signs. */
const char *acdr_top_show(const struct acdr_top_column *c, const struct acdr_top_cell *cell,
                          char buf[ACDR_TOP_TEXT]);
/* Why columns of T have nothing to show: those of their probes that are off, by the report of
 * acdr_watch_probes(). "" where all run. */
void acdr_top_reason(const struct acdr_top_table *t, const struct acdr_item *probes,
                     char buf[ACDR_TOP_LINE]);

#endif
