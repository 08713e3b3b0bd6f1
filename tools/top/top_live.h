/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr top while it runs: what it holds, and how a page of it is drawn. */
#ifndef ACDR_TOOLS_TOP_TOP_LIVE_H
#define ACDR_TOOLS_TOP_TOP_LIVE_H

#include <time.h>

#include "tool.h"
#include "top_keys.h"
#include "top_trial.h"
#include "top_why.h"

struct top {
    struct tool *t;
    struct acdr_watch *watch;
    struct acdr_item *probes;
    struct top_state state;
    struct top_table table;
    struct top_table guests; /* behind a page about one of them */
    struct top_why *why;
    struct top_trial trial;
    char *plan;  /* of the class that is asked about; NULL: not made */
    char *shown; /* the text of the page, its lines as wide as the terminal */
    char asked_for[TOP_TEXT], lack[TOP_LINE]; /* why that guest is not conditioned */
    char host[TOP_LINE];
    char said[TOP_LINE];
    time_t taken;  /* the latest sample */
    long long due; /* ms: when the next sample is to be taken */
    int samples;
};

/* Milliseconds of a clock that is never set. */
long long top_live_now(void);
/* 0 or -ENOMEM. */
int top_live_draw(struct top *t);
/* The number of lines of the page's text, as it is shown. */
size_t top_live_lines(struct top *t);

#endif
