/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a key does in acdr top: see top_keys.h. */
#include "top_keys.h"

#include <stdio.h>
#include <string.h>

enum { MOST_SECONDS = 60, TRIAL_SECONDS = 5 /* there are several samples of each side then */ };

struct top_state top_begin(int interval)
{
    struct top_state s = { .interval = interval };

    /* CPU time of guests and threads, the names of all else. */
    for (int i = 0; i < TOP_LAYERS; i++)
        s.up[i] = i != TOP_GUESTS && i != TOP_THREADS;
    s.sort[TOP_GUESTS] = 4;
    s.sort[TOP_THREADS] = 4;
    return s;
}

void top_keep_in_sight(struct top_state *s, size_t n, size_t room)
{
    if (s->chosen >= n)
        s->chosen = n ? n - 1 : 0;
    if (s->chosen < s->first)
        s->first = s->chosen;
    if (room && s->chosen >= s->first + room)
        s->first = s->chosen - room + 1;
}

static enum top_act open_page(struct top_state *s, enum top_page page, enum top_layer layer)
{
    s->page = page;
    s->layer = layer;
    s->chosen = 0;
    s->first = 0;
    return TOP_FILL;
}

enum top_act top_open(struct top_state *s, const char *guest)
{
    snprintf(s->guest, sizeof(s->guest), "%s", guest);
    return open_page(s, TOP_PAGE_LAYER, TOP_THREADS);
}

static enum top_act sort_next(struct top_state *s, int columns)
{
    s->sort[s->layer] = (s->sort[s->layer] + 1) % (columns ? columns : 1);
    return TOP_FILL;
}

/* The distance that a key moves; 0: another kind of key. Jumps to the ends exceed any page. */
static long step_of(int key, size_t room)
{
    long page = room > 1 ? (long)room - 1 : 1;

    switch (key) {
    case TOP_UP:
    case 'k':
        return -1;
    case TOP_DOWN:
    case 'j':
        return 1;
    case TOP_PAGE_UP:
        return -page;
    case TOP_PAGE_DOWN:
        return page;
    case TOP_HOME:
        return -1000000;
    case TOP_END:
        return 1000000;
    default:
        return 0;
    }
}

static void move(size_t *where, long by, size_t last)
{
    long to = (long)*where + by;

    *where = to < 0 ? 0 : to > (long)last ? last : (size_t)to;
}

static bool interval(struct top_state *s, int key)
{
    int by = key == '+' ? 1 : key == '-' ? -1 : 0;

    if (by && s->interval + by >= 1 && s->interval + by <= MOST_SECONDS)
        s->interval += by;
    return by != 0;
}

/* The keys common to all pages. True if it is one of them. */
static bool common(struct top_state *s, int key)
{
    if (key == 'h' || key == '?') {
        s->help = true;
        s->help_first = 0;
    } else if (key == 'p' || key == ' ') {
        s->paused = !s->paused;
    } else {
        return interval(s, key);
    }
    return true;
}

static enum top_act in_help(struct top_state *s, int key, size_t room, size_t lines)
{
    if (key == 'h' || key == '?' || key == 'q' || key == TOP_ESCAPE)
        s->help = false;
    move(&s->help_first, step_of(key, room), lines > room ? lines - room : 0);
    return TOP_NOTHING;
}

static enum top_act in_guests(struct top_state *s, int key, const struct top_table *t)
{
    if (key == 'q' || key == TOP_ESCAPE)
        return TOP_QUIT;
    if (key != TOP_ENTER || s->chosen >= t->n)
        return TOP_NOTHING;
    return top_open(s, t->rows[s->chosen].key);
}

static enum top_act in_layer(struct top_state *s, int key)
{
    static const char letters[] = {
        [TOP_THREADS] = 't', [TOP_CORES] = 'c', [TOP_TAPS] = 'n', [TOP_MEMORY] = 'm'
    };

    for (int i = TOP_THREADS; i < TOP_LAYERS; i++)
        if (key == letters[i])
            return open_page(s, TOP_PAGE_LAYER, (enum top_layer)i);
    if (key == 'q' || key == TOP_ESCAPE)
        return open_page(s, TOP_PAGE_GUESTS, TOP_GUESTS);
    if (key == 'w') {
        open_page(s, TOP_PAGE_WHY, s->layer);
        return TOP_WHY;
    }
    if (key != 'x')
        return TOP_NOTHING;
    open_page(s, TOP_PAGE_CLASSES, s->layer);
    return TOP_CLASSES;
}

static enum top_act in_classes(struct top_state *s, int key, const struct top_table *t)
{
    if (key == 'q' || key == TOP_ESCAPE)
        return open_page(s, TOP_PAGE_LAYER, s->layer);
    if (key != TOP_ENTER || s->chosen >= t->n)
        return TOP_NOTHING;
    snprintf(s->class_name, sizeof(s->class_name), "%s", t->rows[s->chosen].key);
    s->may_try = false;
    open_page(s, TOP_PAGE_PLAN, s->layer);
    return TOP_PLAN;
}

/* Only y confirms. */
static enum top_act in_plan(struct top_state *s, int key)
{
    if (key == 'y' && s->may_try) {
        s->may_try = false;
        s->paused = false;
        if (s->interval > TRIAL_SECONDS)
            s->interval = TRIAL_SECONDS;
        open_page(s, TOP_PAGE_TRIAL, s->layer);
        return TOP_TRY;
    }
    if (key != 'n' && key != 'q' && key != TOP_ESCAPE)
        return TOP_NOTHING;
    open_page(s, TOP_PAGE_CLASSES, s->layer);
    return TOP_CLASSES;
}

/* Leaving the page undoes the trial and shows the result there. */
static enum top_act in_trial(struct top_state *s, int key)
{
    bool leave = key == 'q' || key == TOP_ESCAPE;

    if (s->trying && key == 'k')
        return TOP_KEEP;
    if (s->trying && (key == 'u' || leave))
        return TOP_BACK;
    return leave ? open_page(s, TOP_PAGE_LAYER, s->layer) : TOP_NOTHING;
}

static enum top_act in_why(struct top_state *s, int key)
{
    if (key == 'w')
        return TOP_WHY;
    if (key != 'q' && key != TOP_ESCAPE)
        return TOP_NOTHING;
    open_page(s, TOP_PAGE_LAYER, s->layer);
    return TOP_WHY_STOP;
}

static enum top_act in_table(struct top_state *s, int key, const struct top_table *t)
{
    if (s->page == TOP_PAGE_CLASSES)
        return in_classes(s, key, t);
    if (key == 's')
        return sort_next(s, t->n_columns);
    if (key != 'S')
        return s->page == TOP_PAGE_GUESTS ? in_guests(s, key, t) : in_layer(s, key);
    s->up[s->layer] = !s->up[s->layer];
    return TOP_FILL;
}

enum top_act top_key(struct top_state *s, int key, const struct top_table *t, size_t room,
                     size_t lines)
{
    bool text = s->page == TOP_PAGE_WHY || s->page == TOP_PAGE_PLAN;
    long step = step_of(key, room);

    if (s->help)
        return in_help(s, key, room, lines);
    if (common(s, key))
        return TOP_NOTHING;
    if (s->page == TOP_PAGE_TRIAL)
        return in_trial(s, key);
    if (step && text)
        move(&s->first, step, lines > room ? lines - room : 0);
    else if (step && t->n)
        move(&s->chosen, step, t->n - 1);
    if (step && !text)
        top_keep_in_sight(s, t->n, room);
    if (step)
        return TOP_NOTHING;
    if (text)
        return s->page == TOP_PAGE_WHY ? in_why(s, key) : in_plan(s, key);
    return in_table(s, key, t);
}
