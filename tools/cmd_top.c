/*
 * acdr top: a live view of the guests. Takes samples, hands keys to the state and shows what the
 * page is; how long to wait is all that it decides.
 */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tool.h"
#include "top_screen.h"
#include "top_why.h"

enum { WHY_SECONDS = 10, GLANCE_MS = 200 };

static volatile sig_atomic_t stopped;

static void stop(int sig)
{
    (void)sig;
    stopped = 1;
}

struct top {
    struct acdr_tool *t;
    struct acdr_watch *watch;
    struct acdr_item *probes;
    struct acdr_top_state state;
    struct acdr_top_table table;
    struct acdr_top_why *why;
    char said[ACDR_TOP_LINE];
    long long due; /* ms: when the next sample is to be taken */
    int samples;
};

/* The screen is taken: what the library has to say stands in the line of status. */
static void hear(void *arg, int priority, const char *text)
{
    struct top *t = arg;

    (void)priority;
    snprintf(t->said, sizeof(t->said), "%s", text);
}

static void listen(void)
{
    struct sigaction s = {.sa_handler = stop};

    sigaction(SIGINT, &s, NULL);
    sigaction(SIGTERM, &s, NULL);
    sigaction(SIGHUP, &s, NULL);
}

static long long now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static size_t room(void)
{
    int width, height;

    acdr_top_screen_size(&width, &height);
    return acdr_top_room(height);
}

/* The page from the sample that is there; the bar stays on who it was on. */
static int fill(struct top *t, bool same_page)
{
    struct acdr_top_state *s = &t->state;
    struct acdr_top_row was = {0};
    bool known = same_page && s->chosen < t->table.n;
    const char *guest = s->page == ACDR_TOP_PAGE_GUESTS ? NULL : s->guest;
    size_t n;
    const struct acdr_reading *v = acdr_watch_readings(t->watch, &n);

    if (known)
        was = t->table.rows[s->chosen];
    if (acdr_top_fill(&t->table, s->layer, guest, v, n) < 0)
        return -ENOMEM;
    acdr_top_sort(&t->table, s->sort[s->layer], !s->up[s->layer]);
    if (s->page == ACDR_TOP_PAGE_WHY)
        return 0;
    if (known)
        s->chosen = acdr_top_find(&t->table, was.key, was.id, s->chosen);
    acdr_top_keep_in_sight(s, t->table.n, room());
    return 0;
}

static int sample(struct top *t, struct acdr_err *e)
{
    int err = acdr_watch_take(t->watch, e);

    if (err < 0)
        return err;
    acdr_item_free(t->probes);
    t->probes = NULL;
    /* Rates need two samples: the second one comes soon. */
    t->due = now_ms() + 1000 * (t->samples++ ? t->state.interval : 1);
    err = acdr_watch_probes(t->watch, &t->probes, e);
    return err < 0 ? err : fill(t, true);
}

/* NULL on a page that is no text. */
static const char *text_of(const struct top *t)
{
    const char *text = t->why ? acdr_top_why_text(t->why) : NULL;

    if (t->state.page != ACDR_TOP_PAGE_WHY)
        return NULL;
    if (text)
        return text;
    return t->why ? "looking what disturbs it, for 10 seconds; q: do not wait\n"
                  : "no memory to look what disturbs it\n";
}

static size_t lines_of(const char *text)
{
    size_t n = 0;

    for (; text && *text; text++)
        n += *text == '\n';
    return n;
}

static int draw(struct top *t)
{
    struct acdr_top_sheet sheet = {.table = &t->table, .text = text_of(t)};
    struct acdr_top_grid grid;
    char reason[ACDR_TOP_LINE];
    int width, height;

    acdr_top_reason(&t->table, t->probes, reason);
    sheet.status = reason[0] ? reason : t->said;
    acdr_top_screen_size(&width, &height);
    if (acdr_top_grid_make(&grid, width, height) < 0)
        return -ENOMEM;
    acdr_top_draw(&grid, &t->state, &sheet);
    acdr_top_screen_show(&grid);
    acdr_top_grid_done(&grid);
    return 0;
}

static int wait_ms(const struct top *t)
{
    long long left = t->state.paused ? 1000 : t->due - now_ms();
    bool waits = t->why && !acdr_top_why_text(t->why);

    if (left < 0)
        left = 0;
    return waits && left > GLANCE_MS ? GLANCE_MS : (int)left;
}

/* False: the end. */
static bool act(struct top *t, enum acdr_top_act what)
{
    switch (what) {
    case ACDR_TOP_NOTHING:
        return true;
    case ACDR_TOP_QUIT:
        return false;
    case ACDR_TOP_WHY:
        acdr_top_why_drop(t->why);
        t->why = acdr_top_why_begin(t->t->root, t->state.guest, WHY_SECONDS);
        break;
    case ACDR_TOP_WHY_STOP:
        acdr_top_why_drop(t->why);
        t->why = NULL;
        break;
    case ACDR_TOP_FILL:
        break;
    }
    return fill(t, false) == 0;
}

static int loop(struct top *t, struct acdr_err *e)
{
    int err = 0, key;

    while (!stopped && err == 0) {
        if (!t->samples || (!t->state.paused && now_ms() >= t->due))
            err = sample(t, e);
        if (err == 0)
            err = draw(t);
        if (err < 0)
            break;
        key = acdr_top_screen_key(wait_ms(t));
        if (key < 0 || (key > 0 && !act(t, acdr_top_key(&t->state, key, &t->table, room(),
                                                        lines_of(text_of(t))))))
            break;
    }
    return err;
}

static int show(struct top *t, struct acdr_err *e)
{
    static const char probes[] = "cpu,softirq,irq,pmu,kvm,net,block,cgroup,sched,map,memory,acdr";
    int err = acdr_watch_open(t->t->a, NULL, probes, &t->watch, e);

    if (err < 0)
        return err;
    acdr_log_to(t->t->a, hear, t);
    err = acdr_top_screen_open(e);
    if (err == 0)
        err = loop(t, e);
    acdr_top_screen_close();
    acdr_log_to(t->t->a, NULL, NULL);
    acdr_top_why_drop(t->why);
    acdr_item_free(t->probes);
    acdr_top_done(&t->table);
    acdr_watch_close(t->watch);
    return err;
}

static int run(struct acdr_tool *tool)
{
    struct top t = {.t = tool};
    struct acdr_err e = {0};
    int seconds = 2, err;

    if (tool->interval && acdr_tool_seconds(tool->interval, &seconds) < 0)
        return acdr_tool_usage(tool, "--interval takes seconds, or 30s, 5m");
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return acdr_tool_usage(tool, "it needs a terminal; acdr metrics prints the figures");
    setlocale(LC_CTYPE, "");
    t.state = acdr_top_begin(seconds);
    if (tool->arg[0])
        acdr_top_open(&t.state, tool->arg[0]);
    listen();
    err = show(&t, &e);
    if (err == -ENOMEM && !e.code)
        e.code = ENOMEM;
    return err < 0 ? acdr_tool_fail(&e) : 0;
}

const struct acdr_command acdr_cmd_top = {
    .name = "top",
    .args = "[GUEST] [-i TIME]",
    .help = "Show all guests, or one by its layers, live on the terminal",
    .options = "root interval",
    .max = 1,
    .run = run,
};
