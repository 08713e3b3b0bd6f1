/* What a key does in acdr top: see top_keys.h. */
#include "top_keys.h"

#include <stdio.h>
#include <string.h>

enum { MOST_SECONDS = 60, TRIAL_SECONDS = 5 /* there are several samples of each side then */ };

struct acdr_top_state acdr_top_begin(int interval)
{
    struct acdr_top_state s = {.interval = interval};

    /* CPU time of guests and threads, the names of all else. */
    for (int i = 0; i < ACDR_TOP_LAYERS; i++)
        s.up[i] = i != ACDR_TOP_GUESTS && i != ACDR_TOP_THREADS;
    s.sort[ACDR_TOP_GUESTS] = 4;
    s.sort[ACDR_TOP_THREADS] = 4;
    return s;
}

void acdr_top_keep_in_sight(struct acdr_top_state *s, size_t n, size_t room)
{
    if (s->chosen >= n)
        s->chosen = n ? n - 1 : 0;
    if (s->chosen < s->first)
        s->first = s->chosen;
    if (room && s->chosen >= s->first + room)
        s->first = s->chosen - room + 1;
}

static enum acdr_top_act open_page(struct acdr_top_state *s, enum acdr_top_page page,
                                   enum acdr_top_layer layer)
{
    s->page = page;
    s->layer = layer;
    s->chosen = 0;
    s->first = 0;
    return ACDR_TOP_FILL;
}

enum acdr_top_act acdr_top_open(struct acdr_top_state *s, const char *guest)
{
    snprintf(s->guest, sizeof(s->guest), "%s", guest);
    return open_page(s, ACDR_TOP_PAGE_LAYER, ACDR_TOP_THREADS);
}

static enum acdr_top_act sort_next(struct acdr_top_state *s, int columns)
{
    s->sort[s->layer] = (s->sort[s->layer] + 1) % (columns ? columns : 1);
    return ACDR_TOP_FILL;
}

/* By how much a key moves; 0: it is of another kind. The ends are farther than any page is long. */
static long step_of(int key, size_t room)
{
    long page = room > 1 ? (long)room - 1 : 1;

    switch (key) {
    case ACDR_TOP_UP:
    case 'k': return -1;
    case ACDR_TOP_DOWN:
    case 'j': return 1;
    case ACDR_TOP_PAGE_UP: return -page;
    case ACDR_TOP_PAGE_DOWN: return page;
    case ACDR_TOP_HOME: return -1000000;
    case ACDR_TOP_END: return 1000000;
    default: return 0;
    }
}

static void move(size_t *where, long by, size_t last)
{
    long to = (long)*where + by;

    *where = to < 0 ? 0 : to > (long)last ? last : (size_t)to;
}

static bool interval(struct acdr_top_state *s, int key)
{
    int by = key == '+' ? 1 : key == '-' ? -1 : 0;

    if (by && s->interval + by >= 1 && s->interval + by <= MOST_SECONDS)
        s->interval += by;
    return by != 0;
}

/* What a key does on each page. True where it is one of those. */
static bool common(struct acdr_top_state *s, int key)
{
    if (key == 'h' || key == '?')
        s->help = !s->help;
    else if (key == 'p' || key == ' ')
        s->paused = !s->paused;
    else
        return interval(s, key);
    return true;
}

static enum acdr_top_act in_guests(struct acdr_top_state *s, int key,
                                   const struct acdr_top_table *t)
{
    if (key == 'q' || key == ACDR_TOP_ESCAPE)
        return ACDR_TOP_QUIT;
    if (key != ACDR_TOP_ENTER || s->chosen >= t->n)
        return ACDR_TOP_NOTHING;
    return acdr_top_open(s, t->rows[s->chosen].key);
}

static enum acdr_top_act in_layer(struct acdr_top_state *s, int key)
{
    static const char letters[] = {[ACDR_TOP_THREADS] = 't', [ACDR_TOP_CORES] = 'c',
                                   [ACDR_TOP_TAPS] = 'n', [ACDR_TOP_MEMORY] = 'm'};

    for (int i = ACDR_TOP_THREADS; i < ACDR_TOP_LAYERS; i++)
        if (key == letters[i])
            return open_page(s, ACDR_TOP_PAGE_LAYER, (enum acdr_top_layer)i);
    if (key == 'q' || key == ACDR_TOP_ESCAPE)
        return open_page(s, ACDR_TOP_PAGE_GUESTS, ACDR_TOP_GUESTS);
    if (key == 'w') {
        open_page(s, ACDR_TOP_PAGE_WHY, s->layer);
        return ACDR_TOP_WHY;
    }
    if (key != 'x')
        return ACDR_TOP_NOTHING;
    open_page(s, ACDR_TOP_PAGE_CLASSES, s->layer);
    return ACDR_TOP_CLASSES;
}

static enum acdr_top_act in_classes(struct acdr_top_state *s, int key,
                                    const struct acdr_top_table *t)
{
    if (key == 'q' || key == ACDR_TOP_ESCAPE)
        return open_page(s, ACDR_TOP_PAGE_LAYER, s->layer);
    if (key != ACDR_TOP_ENTER || s->chosen >= t->n)
        return ACDR_TOP_NOTHING;
    snprintf(s->class_name, sizeof(s->class_name), "%s", t->rows[s->chosen].key);
    s->may_try = false;
    open_page(s, ACDR_TOP_PAGE_PLAN, s->layer);
    return ACDR_TOP_PLAN;
}

/* Nothing but y is a yes. */
static enum acdr_top_act in_plan(struct acdr_top_state *s, int key)
{
    if (key == 'y' && s->may_try) {
        s->may_try = false;
        s->paused = false;
        if (s->interval > TRIAL_SECONDS)
            s->interval = TRIAL_SECONDS;
        open_page(s, ACDR_TOP_PAGE_TRIAL, s->layer);
        return ACDR_TOP_TRY;
    }
    if (key != 'n' && key != 'q' && key != ACDR_TOP_ESCAPE)
        return ACDR_TOP_NOTHING;
    open_page(s, ACDR_TOP_PAGE_CLASSES, s->layer);
    return ACDR_TOP_CLASSES;
}

/* Who leaves the page takes back, and sees there how that went. */
static enum acdr_top_act in_trial(struct acdr_top_state *s, int key)
{
    bool leave = key == 'q' || key == ACDR_TOP_ESCAPE;

    if (s->trying && key == 'k')
        return ACDR_TOP_KEEP;
    if (s->trying && (key == 'u' || leave))
        return ACDR_TOP_BACK;
    return leave ? open_page(s, ACDR_TOP_PAGE_LAYER, s->layer) : ACDR_TOP_NOTHING;
}

static enum acdr_top_act in_why(struct acdr_top_state *s, int key)
{
    if (key == 'w')
        return ACDR_TOP_WHY;
    if (key != 'q' && key != ACDR_TOP_ESCAPE)
        return ACDR_TOP_NOTHING;
    open_page(s, ACDR_TOP_PAGE_LAYER, s->layer);
    return ACDR_TOP_WHY_STOP;
}

static enum acdr_top_act in_table(struct acdr_top_state *s, int key, const struct acdr_top_table *t)
{
    if (s->page == ACDR_TOP_PAGE_CLASSES)
        return in_classes(s, key, t);
    if (key == 's')
        return sort_next(s, t->n_columns);
    if (key != 'S')
        return s->page == ACDR_TOP_PAGE_GUESTS ? in_guests(s, key, t) : in_layer(s, key);
    s->up[s->layer] = !s->up[s->layer];
    return ACDR_TOP_FILL;
}

enum acdr_top_act acdr_top_key(struct acdr_top_state *s, int key, const struct acdr_top_table *t,
                               size_t room, size_t lines)
{
    bool text = s->page == ACDR_TOP_PAGE_WHY || s->page == ACDR_TOP_PAGE_PLAN;
    long step = step_of(key, room);

    if (common(s, key))
        return ACDR_TOP_NOTHING;
    if (s->page == ACDR_TOP_PAGE_TRIAL)
        return in_trial(s, key);
    if (step && text)
        move(&s->first, step, lines > room ? lines - room : 0);
    else if (step && t->n)
        move(&s->chosen, step, t->n - 1);
    if (step && !text)
        acdr_top_keep_in_sight(s, t->n, room);
    if (step)
        return ACDR_TOP_NOTHING;
    if (text)
        return s->page == ACDR_TOP_PAGE_WHY ? in_why(s, key) : in_plan(s, key);
    return in_table(s, key, t);
}
