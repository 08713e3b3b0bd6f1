/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The state of acdr top, and what a key makes of it. A state machine: knows pages and keys; what
 * has to be done beside (asking the library) it returns as a word, and does nothing itself.
 */
#ifndef ACDR_TOOLS_TOP_TOP_KEYS_H
#define ACDR_TOOLS_TOP_TOP_KEYS_H

#include "top_model.h"

enum top_page {
    TOP_PAGE_GUESTS,
    TOP_PAGE_LAYER,   /* one layer of the guest */
    TOP_PAGE_WHY,     /* what disturbs it: text, once it is known */
    TOP_PAGE_CLASSES, /* which class to try */
    TOP_PAGE_PLAN,    /* what it would do, and the question: text */
    TOP_PAGE_TRIAL    /* before and after */
};

/* Keys beyond the characters. */
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
    TOP_FILL, /* another page or order: fill it from the sample that is there */
    TOP_QUIT,
    TOP_WHY,      /* begin to look what disturbs the guest */
    TOP_WHY_STOP, /* not wanted any more */
    TOP_CLASSES,  /* list them */
    TOP_PLAN,     /* plan class_name for the guest, and say in may_try whether to ask */
    TOP_TRY,      /* it was said yes: the one act that leads to a change */
    TOP_KEEP,
    TOP_BACK
};

struct top_state {
    enum top_page page;
    enum top_layer layer;
    char guest[TOP_TEXT]; /* whose page it is */
    size_t chosen, first; /* the row under the bar, the first one shown (or line of text) */
    int sort[TOP_LAYERS]; /* a column; -1: as they come */
    bool up[TOP_LAYERS];  /* the least first */
    bool paused, help;
    int interval;              /* seconds */
    char class_name[TOP_TEXT]; /* the one that is asked about */
    bool may_try;              /* set by the caller: the plan can be done */
    bool trying;               /* likewise: there is something to keep or to take back */
};

/* All guests, by their CPU time, each INTERVAL seconds. */
struct top_state top_begin(int interval);
/* Open the page of a guest. */
enum top_act top_open(struct top_state *s, const char *guest);
/* T is what the page shows (for its rows and columns), ROOM how many rows of it are seen, LINES how
 * many lines a page of text has. */
enum top_act top_key(struct top_state *s, int key, const struct top_table *t, size_t room,
                     size_t lines);
/* Keep the bar within N rows and on the page of ROOM. */
void top_keep_in_sight(struct top_state *s, size_t n, size_t room);

#endif
