/*
 * A page of acdr top as cells of a given size. Pure: knows columns and rows of characters; what
 * shows them, and whether anything does, it does not know.
 */
#ifndef ACDR_TOOLS_TOP_VIEW_H
#define ACDR_TOOLS_TOP_VIEW_H

#include <wchar.h>

#include "top_keys.h"

enum acdr_top_look { ACDR_TOP_PLAIN, ACDR_TOP_HEAD, ACDR_TOP_BAR, ACDR_TOP_BOLD };

struct acdr_top_spot {
    wchar_t c; /* 0: the second half of the wide one before it */
    enum acdr_top_look look;
};

struct acdr_top_grid {
    int width, height;
    struct acdr_top_spot *v; /* line by line */
};

/* Empty, of that size; the caller frees. 0 or -ENOMEM. */
int acdr_top_grid_make(struct acdr_top_grid *g, int width, int height);
void acdr_top_grid_done(struct acdr_top_grid *g);
/* Write TEXT (UTF-8) from X on in at most WIDTH columns, from the left or against the RIGHT; what
 * does not fit ends with an ellipsis. Nothing is written outside the grid. */
void acdr_top_grid_put(struct acdr_top_grid *g, int x, int y, int width, const char *text,
                       bool right);

/* What is on a page, beside its state. */
struct acdr_top_sheet {
    const struct acdr_top_table *table;
    const char *text;   /* lines, on a page of text; not NULL there */
    const char *status; /* one line: why something is not known; "" */
};

/* How many rows of a table, or lines of a text, a page of that height shows. */
size_t acdr_top_room(int height);
void acdr_top_draw(struct acdr_top_grid *g, const struct acdr_top_state *s,
                   const struct acdr_top_sheet *sheet);

#endif
