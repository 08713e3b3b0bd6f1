/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * acdr top: a live view of the guests. Takes samples, passes keys to the state and shows the page;
 * it decides only how long to wait. Every exit undoes a trial, and restores the terminal before it
 * prints the result.
 */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "stop.h"
#include "top_live.h"
#include "top_screen.h"
#include "top_texts.h"

enum { WHY_SECONDS = 10, GLANCE_MS = 200 };

/* The screen is in use: the library's messages go to the status line. */
static void hear(void *arg, int priority, const char *text)
{
    struct top *t = arg;

    (void)priority;
    snprintf(t->said, sizeof(t->said), "%s", text);
}

static size_t room(void)
{
    int width, height;

    top_screen_size(&width, &height);
    return top_room(height);
}

static int fill_table(struct top *t, struct top_table *table, enum top_layer layer,
                      const char *guest)
{
    struct tool_reading *v = NULL;
    size_t n = 0;
    int err = tool_readings(t->watch, &v, &n);

    if (err == 0) {
        err = top_fill(table, layer, guest, v, n);
        top_host_line(v, n, t->host);
    }
    free(v);
    return err;
}

/* A layer from the present sample; the bar stays on its subject. */
static int fill_layer(struct top *t, bool same_page)
{
    struct top_state *s = &t->state;
    struct top_row was = { 0 };
    bool known = same_page && s->chosen < t->table.n;
    const char *guest = s->page == TOP_PAGE_GUESTS ? NULL : s->guest;

    if (known)
        was = t->table.rows[s->chosen];
    if (fill_table(t, &t->table, s->layer, guest) < 0)
        return -ENOMEM;
    top_sort(&t->table, s->sort[s->layer], !s->up[s->layer]);
    if (known)
        s->chosen = top_find(&t->table, was.key, was.id, s->chosen);
    top_keep_in_sight(s, t->table.n, room());
    return 0;
}

static int fill(struct top *t, bool same_page)
{
    switch (t->state.page) {
    case TOP_PAGE_GUESTS:
    case TOP_PAGE_LAYER:
        return fill_layer(t, same_page);
    case TOP_PAGE_CLASSES:
        return same_page ? 0 : top_trial_classes(t->t->a, &t->table, NULL);
    case TOP_PAGE_TRIAL:
        return top_compare(&t->table, &t->trial.before, &t->trial.after);
    case TOP_PAGE_WHY:
    case TOP_PAGE_PLAN:
        break;
    }
    return 0;
}

/* The figures of the guest of the trial. */
static int feed_trial(struct top *t)
{
    if (!top_trial_runs(&t->trial))
        return 0;
    if (fill_table(t, &t->guests, TOP_GUESTS, NULL) < 0)
        return -ENOMEM;
    for (size_t i = 0; i < t->guests.n; i++)
        if (strcmp(t->guests.rows[i].key, t->trial.guest) == 0)
            top_trial_sample(&t->trial, &t->guests, i);
    return 0;
}

static int sample(struct top *t, struct acdr_err *e)
{
    int err = acdr_watch_take(t->watch, e);

    if (err < 0)
        return err;
    acdr_item_free(t->probes);
    t->probes = NULL;
    t->taken = time(NULL);
    t->asked_for[0] = '\0';
    /* Rates need two samples: the second one comes soon. */
    t->due = top_live_now() + 1000LL * (t->samples++ ? t->state.interval : 1);
    err = acdr_watch_probes(t->watch, &t->probes, e);
    if (err == 0)
        err = feed_trial(t);
    return err < 0 ? err : fill(t, true);
}

static int wait_ms(const struct top *t)
{
    long long left = t->state.paused ? 1000 : t->due - top_live_now();
    bool waits = (t->why && !top_why_text(t->why)) || top_trial_runs(&t->trial);

    if (left < 0)
        left = 0;
    return waits && left > GLANCE_MS ? GLANCE_MS : (int)left;
}

/* What the class would do, or why no trial is possible: then no question is asked. */
static int plan(struct top *t)
{
    struct acdr_err e = { 0 };
    int err;

    free(t->plan);
    t->plan = NULL;
    err = top_trial_plan(t->t->a, t->state.guest, t->state.class_name, &t->plan, &e);
    t->state.may_try = err == 0;
    if (err < 0 && asprintf(&t->plan, "%s\n", e.text[0] ? e.text : strerrordesc_np(-err)) < 0)
        t->plan = NULL;
    return 0;
}

static int act(struct top *t, enum top_act what)
{
    switch (what) {
    case TOP_NOTHING:
    case TOP_QUIT:
        return 0;
    case TOP_WHY:
        top_why_drop(t->why);
        t->why = top_why_begin(t->t->root, t->state.guest, WHY_SECONDS);
        break;
    case TOP_WHY_STOP:
        top_why_drop(t->why);
        t->why = NULL;
        break;
    case TOP_PLAN:
        return plan(t);
    case TOP_TRY:
        top_trial_begin(&t->trial, t->state.guest, t->state.class_name, top_live_now());
        t->due = top_live_now();
        break;
    case TOP_KEEP:
        top_trial_keep(&t->trial);
        break;
    case TOP_BACK:
        top_trial_back(&t->trial);
        break;
    case TOP_CLASSES:
    case TOP_FILL:
        break;
    }
    return fill(t, false);
}

/* What is due now, without any key. */
static int turn(struct top *t, struct acdr_err *e)
{
    int err = 0;

    top_trial_tick(&t->trial, top_live_now());
    t->state.trying = top_trial_runs(&t->trial);
    if (!t->samples || (!t->state.paused && top_live_now() >= t->due))
        err = sample(t, e);
    return err < 0 ? err : top_live_draw(t);
}

static int loop(struct top *t, struct acdr_err *e)
{
    enum top_act what = TOP_NOTHING;
    int err = 0, key = 0;

    while (!tool_stopped && err == 0 && key >= 0 && what != TOP_QUIT) {
        err = turn(t, e);
        if (err < 0)
            break;
        key = top_screen_key(wait_ms(t));
        what = TOP_NOTHING;
        if (key > 0)
            what = top_key(&t->state, key, &t->table, room(), top_live_lines(t));
        err = act(t, what);
    }
    return err;
}

/* -1 if the trial could not be undone. */
static int end_trial(struct top *t)
{
    bool ran = top_trial_runs(&t->trial);

    t->said[0] = '\0';
    top_trial_back(&t->trial);
    if (t->said[0])
        fprintf(stderr, "acdr: %s\n", t->said);
    if (ran || t->trial.failed)
        fprintf(stderr, "acdr: top: %s\n", t->trial.note);
    return t->trial.failed ? -1 : 0;
}

static int show(struct top *t, struct acdr_err *e)
{
    static const char probes[] = "cpu,softirq,irq,pmu,kvm,net,block,cgroup,sched,map,memory,acdr";
    int err = acdr_watch_open(t->t->a, NULL, probes, &t->watch, e);

    if (err < 0)
        return err;
    acdr_log_to(t->t->a, hear, t);
    err = top_screen_open(e);
    if (err == 0)
        err = loop(t, e);
    top_screen_close();
    if (end_trial(t) < 0 && err == 0)
        err = 1;
    acdr_log_to(t->t->a, NULL, NULL);
    top_why_drop(t->why);
    free(t->plan);
    free(t->shown);
    top_done(&t->guests);
    acdr_item_free(t->probes);
    top_done(&t->table);
    acdr_watch_close(t->watch);
    return err;
}

static int run(struct tool *tool)
{
    struct top t = { .t = tool, .trial = { .a = tool->a } };
    struct acdr_err e = { 0 };
    int seconds = 2, err;

    if (tool->interval && tool_seconds(tool->interval, &seconds) < 0)
        return tool_usage(tool, "--interval takes seconds, or 30s, 5m");
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return tool_usage(tool, "it needs a terminal; acdr metrics prints the figures");
    setlocale(LC_CTYPE, ""); // NOLINT(concurrency-mt-unsafe): no other thread runs yet
    t.state = top_begin(seconds);
    if (tool->arg[0])
        top_open(&t.state, tool->arg[0]);
    /* Do not interrupt a write halfway; a wait for a key ends nevertheless. */
    tool_stop_listen(SA_RESTART);
    err = show(&t, &e);
    if (err == -ENOMEM && !e.code)
        e.code = ENOMEM;
    return err < 0 ? tool_fail(&e) : err;
}

const struct tool_command cmd_top = {
    .name = "top",
    .args = "[GUEST] [-i TIME]",
    .help = "Show all guests, or one by its layers, live on the terminal",
    .about = "The default interval is 2 seconds. Enter opens a guest, h lists the keys, q goes "
             "back. A class can be tried on a running guest and reverted: x.",
    .example = "acdr top web1 -i 5",
    .options = "root interval",
    .max = 1,
    .run = run,
};
