/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A page of acdr top as cells of a given size. Pure: knows columns and rows of characters, not the
 * terminal.
 */
#ifndef ACDR_TOOLS_TOP_TOP_VIEW_H
#define ACDR_TOOLS_TOP_TOP_VIEW_H

#include <wchar.h>

#include "top_keys.h"

enum top_look { TOP_PLAIN, TOP_HEAD, TOP_BAR, TOP_BOLD };

struct top_spot {
    wchar_t c; /* 0: the second half of the wide one before it */
    enum top_look look;
    enum top_hue hue;
};

struct top_grid {
    int width, height;
    struct top_spot *v; /* line by line */
};

/* Empty, of that size; the caller frees. 0 or -ENOMEM. */
int top_grid_make(struct top_grid *g, int width, int height);
void top_grid_done(struct top_grid *g);
/* Write TEXT (UTF-8) from X on in at most WIDTH columns, aligned left or RIGHT; longer text ends
 * with an ellipsis. Nothing is written outside the grid. */
void top_grid_put(struct top_grid *g, int x, int y, int width, const char *text, bool right);

/* The columns that the next character of *TEXT takes; *TEXT goes past it. */
int top_grid_step(const char **text);

/* The contents of a page, besides its state. */
struct top_sheet {
    const struct top_table *table;
    const char *text;   /* lines, on a page of text; not NULL there */
    const char *detail; /* lines about the row under the bar, below a short table; NULL: none */
    const char *status; /* lines: why something is unknown; "". The first ones, if space is short */
    const char *name;   /* of the host */
    const char *host;   /* one line: what its CPUs do; "" */
    const char *clock;  /* the time of the sample; "" */
};

/* The number of table rows or text lines on a page of that height. */
size_t top_room(int height);
void top_draw(struct top_grid *g, const struct top_state *s, const struct top_sheet *sheet);

#endif
