/*
 * The state of acdr top, and what a key makes of it. A state machine: knows pages and keys; what
 * has to be done beside (asking the library) it returns as a word, and does nothing itself.
 */
#ifndef ACDR_TOOLS_TOP_KEYS_H
#define ACDR_TOOLS_TOP_KEYS_H

#include "top_model.h"

enum acdr_top_page {
    ACDR_TOP_PAGE_GUESTS,
    ACDR_TOP_PAGE_LAYER,   /* one layer of the guest */
    ACDR_TOP_PAGE_WHY,     /* what disturbs it: text, once it is known */
    ACDR_TOP_PAGE_CLASSES, /* which class to try */
    ACDR_TOP_PAGE_PLAN,    /* what it would do, and the question: text */
    ACDR_TOP_PAGE_TRIAL    /* before and after */
};

/* Keys beyond the characters. */
enum { ACDR_TOP_UP = 0x1000, ACDR_TOP_DOWN, ACDR_TOP_PAGE_UP, ACDR_TOP_PAGE_DOWN, ACDR_TOP_HOME,
       ACDR_TOP_END, ACDR_TOP_ENTER, ACDR_TOP_ESCAPE };

/* What the caller has to do after a key. */
enum acdr_top_act {
    ACDR_TOP_NOTHING,
    ACDR_TOP_FILL,     /* another page or order: fill it from the sample that is there */
    ACDR_TOP_QUIT,
    ACDR_TOP_WHY,      /* begin to look what disturbs the guest */
    ACDR_TOP_WHY_STOP, /* not wanted any more */
    ACDR_TOP_CLASSES,  /* list them */
    ACDR_TOP_PLAN,     /* plan class_name for the guest, and say in may_try whether to ask */
    ACDR_TOP_TRY,      /* it was said yes: the one act that leads to a change */
    ACDR_TOP_KEEP,
    ACDR_TOP_BACK
};

struct acdr_top_state {
    enum acdr_top_page page;
    enum acdr_top_layer layer;
    char guest[ACDR_TOP_TEXT]; /* whose page it is */
    size_t chosen, first;      /* the row under the bar, the first one shown (or line of text) */
    int sort[ACDR_TOP_LAYERS]; /* a column; -1: as they come */
    bool up[ACDR_TOP_LAYERS];  /* the least first */
    bool paused, help;
    int interval; /* seconds */
    char class_name[ACDR_TOP_TEXT]; /* the one that is asked about */
    bool may_try;                   /* set by the caller: the plan can be done */
    bool trying;                    /* likewise: there is something to keep or to take back */
};

/* All guests, by their CPU time, each INTERVAL seconds. */
struct acdr_top_state acdr_top_begin(int interval);
/* Open the page of a guest. */
enum acdr_top_act acdr_top_open(struct acdr_top_state *s, const char *guest);
/* T is what the page shows (for its rows and columns), ROOM how many rows of it are seen, LINES how
 * many lines a page of text has. */
enum acdr_top_act acdr_top_key(struct acdr_top_state *s, int key, const struct acdr_top_table *t,
                               size_t room, size_t lines);
/* Keep the bar within N rows and on the page of ROOM. */
void acdr_top_keep_in_sight(struct acdr_top_state *s, size_t n, size_t room);

#endif
