/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The state of acdr top, and the effect of keys. A state machine: knows pages and keys; returns
 * further work (calls of the library) as an action for the caller.
 */
#ifndef ACDR_TOOLS_TOP_TOP_KEYS_H
#define ACDR_TOOLS_TOP_TOP_KEYS_H

#include "top_model.h"

enum top_page {
    TOP_PAGE_GUESTS,
    TOP_PAGE_LAYER,   /* one layer of the guest */
    TOP_PAGE_WHY,     /* what disturbs it: text, once known */
    TOP_PAGE_CLASSES, /* which class to try */
    TOP_PAGE_PLAN,    /* what it would do, and the question: text */
    TOP_PAGE_TRIAL    /* before and after */
};

/* Keys other than characters. */
enum {
    TOP_UP = 0x1000,
    TOP_DOWN,
    TOP_PAGE_UP,
    TOP_PAGE_DOWN,
    TOP_HOME,
    TOP_END,
    TOP_ENTER,
    TOP_ESCAPE
};

/* What the caller has to do after a key. */
enum top_act {
    TOP_NOTHING,
    TOP_FILL, /* another page or order: fill it from the present sample */
    TOP_QUIT,
    TOP_WHY,      /* begin to observe what disturbs the guest */
    TOP_WHY_STOP, /* no longer needed */
    TOP_CLASSES,  /* list them */
    TOP_PLAN,     /* plan class_name for the guest, and say in may_try whether to ask */
    TOP_TRY,      /* confirmed: the only action that leads to a change */
    TOP_KEEP,
    TOP_BACK
};

struct top_state {
    enum top_page page;
    enum top_layer layer;
    char guest[TOP_TEXT]; /* the guest of the page */
    size_t chosen, first; /* the row under the bar, the first one shown (or line of text) */
    size_t help_first;    /* of the help page: the first line shown */
    int sort[TOP_LAYERS]; /* a column; -1: unsorted */
    bool up[TOP_LAYERS];  /* ascending */
    bool paused, help;
    int interval;              /* seconds */
    char class_name[TOP_TEXT]; /* the one in question */
    bool may_try;              /* set by the caller: the plan is feasible */
    bool trying;               /* likewise: there is a change to keep or to undo */
};

/* All guests, by their CPU time, each INTERVAL seconds. */
struct top_state top_begin(int interval);
/* Open the page of a guest. */
enum top_act top_open(struct top_state *s, const char *guest);
/* T is the page's table (for its rows and columns), ROOM the number of visible rows, LINES the
 * number of lines of a page of text. */
enum top_act top_key(struct top_state *s, int key, const struct top_table *t, size_t room,
                     size_t lines);
/* Keep the bar within N rows and on the page of ROOM. */
void top_keep_in_sight(struct top_state *s, size_t n, size_t room);

#endif
