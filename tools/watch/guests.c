/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * acdr watch, guests: what each class requests to watch, one watch per interval, and one line per
 * figure above its limit, with what disturbs the guest. Knows no claims; reports a new vCPU as a
 * sign.
 *
 * Finding the cause takes seconds, during which nothing else is done; so it is done rarely.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"
#include "watch_part.h"
#include "why_ask.h"

enum {
    ROSTER_SECONDS = 5,
    WHY_SECONDS = 3,
    WORST = 3 /* findings that are told */
};

struct watch_guests_one {
    char *name;
    double vcpus;
    unsigned long long id; /* another number is another life */
};

struct watch_guests_group {
    struct acdr_watch *watch;
    int interval;
    char *probes; /* of all its guests */
    long long due;
};

/* A lasting problem is not logged each time. */
static int fail(struct watch_guests *g, const struct acdr_err *e)
{
    long long now = watch_now();

    if (watch_pace_ready(&g->pace, "(fail)", now)) {
        watch_log("guests cannot be watched: %s", e->text[0] ? e->text : "no memory");
        watch_pace_done(&g->pace, "(fail)", now);
    }
    return -1;
}

int watch_guests_begin(struct watch_guests *g, struct tool *t, struct watch_repair *r)
{
    struct acdr_err e = { 0 };

    *g = (struct watch_guests){ .t = t,
                                .repair = r,
                                .pace = { .first = 600, .most = 3600, .calm = 3600 } };
    return acdr_watch_open(t->a, NULL, "map", &g->roster, &e) < 0 ? fail(g, &e) : 0;
}

static void drop_groups(struct watch_guests *g)
{
    for (size_t i = 0; i < g->n_groups; i++) {
        acdr_watch_close(g->groups[i].watch);
        free(g->groups[i].probes);
    }
    free(g->groups);
    g->groups = NULL;
    g->n_groups = 0;
}

static void drop_names(struct watch_guests_one *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(v[i].name);
    free(v);
}

void watch_guests_end(struct watch_guests *g)
{
    drop_groups(g);
    drop_names(g->v, g->n);
    acdr_watch_close(g->roster);
    watch_pace_free(&g->pace);
}

/* --- Who runs --------------------------------------------------------------------------------- */

/* From the roster's latest sample. -1: out of memory. */
static int read_roster(struct watch_guests *g, struct watch_guests_one **ret, size_t *n)
{
    const struct acdr_reading *r = NULL;
    struct watch_guests_one *v = NULL, *more;

    *n = 0;
    while ((r = acdr_watch_find(g->roster, r, "acdr_guest_threads", NULL))) {
        const char *kind = acdr_reading_label(r);

        if (!kind || strcmp(kind, "vcpu") != 0)
            continue;
        more = reallocarray(v, *n + 1, sizeof(*v));
        if (more)
            v = more;
        char *name = more ? strdup(acdr_reading_guest(r)) : NULL;
        if (!name) {
            drop_names(v, *n);
            return -1;
        }
        v[(*n)++] = (struct watch_guests_one){ name, acdr_reading_value(r), acdr_reading_id(r) };
    }
    *ret = v;
    return 0;
}

static const struct watch_guests_one *find(const struct watch_guests *g, const char *name)
{
    for (size_t i = 0; i < g->n; i++)
        if (strcmp(g->v[i].name, name) == 0)
            return &g->v[i];
    return NULL;
}

/* Have guests come or gone since the last call? Changed vCPUs of a guest are a sign. */
static bool has_changed(struct watch_guests *g, const struct watch_guests_one *v, size_t n)
{
    bool changed = n != g->n;

    for (size_t i = 0; i < n; i++) {
        const struct watch_guests_one *was = find(g, v[i].name);

        if (!was || was->id != v[i].id)
            changed = true;
        else if (was->vcpus != v[i].vcpus)
            watch_repair_note(g->repair, WATCH_SIGN_PLAN, v[i].name, "its vCPUs have changed");
    }
    return changed;
}

/* --- What they are watched for ---------------------------------------------------------------- */

static struct watch_guests_group *group_of(struct watch_guests *g, int interval)
{
    struct watch_guests_group *more;

    for (size_t i = 0; i < g->n_groups; i++)
        if (g->groups[i].interval == interval)
            return &g->groups[i];
    more = reallocarray(g->groups, g->n_groups + 1, sizeof(*more));
    if (!more)
        return NULL;
    g->groups = more;
    more += g->n_groups++;
    *more = (struct watch_guests_group){ .interval = interval, .probes = strdup("") };
    return more;
}

/* A probe may be named twice. */
static int add_probes(struct watch_guests_group *p, const char *probes)
{
    size_t len = strlen(probes) + (p->probes ? strlen(p->probes) : 0) + 3;
    char *all = p->probes ? malloc(len) : NULL;

    if (!all)
        return -1;
    snprintf(all, len, "%s%s%s", p->probes, p->probes[0] ? ", " : "", probes);
    free(p->probes);
    p->probes = all;
    return 0;
}

/* CHOICES has one report for each guest, NULL for those that have ended. */
static int open_groups(struct watch_guests *g, struct acdr_item *const *choices, struct acdr_err *e)
{
    int err = 0;

    for (size_t i = 0; i < g->n_groups && err == 0; i++)
        err = acdr_watch_open(g->t->a, NULL, g->groups[i].probes, &g->groups[i].watch, e);
    for (size_t i = 0; i < g->n && err == 0; i++) {
        const struct acdr_item *c = choices[i];
        const char *limits = acdr_item_text(acdr_item_find(c, "limits"));

        if (c)
            err = acdr_watch_limit(
                group_of(g, (int)acdr_item_num(acdr_item_find(c, "interval")))->watch, g->v[i].name,
                *limits ? limits : "-", e);
    }
    return err;
}

static int choose(struct watch_guests *g, size_t i, struct acdr_item **ret)
{
    struct acdr_err e = { 0 };
    struct watch_guests_group *p;

    if (acdr_watch_choose(g->t->a, g->v[i].name, ret, &e) < 0)
        return 0;
    watch_log("%s: watched as a guest of %s%s, every %lld s: %s", g->v[i].name,
              out_text_of(*ret, "kind"),
              acdr_item_num(acdr_item_find(*ret, "own")) ? " and as its class says" : "",
              acdr_item_num(acdr_item_find(*ret, "interval")), out_text_of(*ret, "limits"));
    p = group_of(g, (int)acdr_item_num(acdr_item_find(*ret, "interval")));
    return p ? add_probes(p, out_text_of(*ret, "probes")) : -1;
}

/* Rebuild all: a watch has fixed probes. */
static int watch_anew(struct watch_guests *g)
{
    struct acdr_item **choices = calloc(g->n + 1, sizeof(*choices));
    struct acdr_err e = { 0 };
    int err = choices ? 0 : -1;

    drop_groups(g);
    for (size_t i = 0; i < g->n && err == 0; i++)
        err = choose(g, i, &choices[i]);
    if (err == 0)
        err = open_groups(g, choices, &e);
    for (size_t i = 0; choices && i < g->n; i++)
        acdr_item_free(choices[i]);
    free(choices);
    if (err < 0)
        drop_groups(g);
    return err < 0 ? fail(g, &e) : 0;
}

static int call_roll(struct watch_guests *g)
{
    struct watch_guests_one *v = NULL;
    struct acdr_err e = { 0 };
    size_t n = 0;
    bool changed;

    if (acdr_watch_take(g->roster, &e) < 0 || read_roster(g, &v, &n) < 0)
        return fail(g, &e);
    changed = has_changed(g, v, n);
    drop_names(g->v, g->n);
    g->v = v;
    g->n = n;
    return changed ? watch_anew(g) : 0;
}

/* --- What is above its limit ------------------------------------------------------------------ */

/* The name of what disturbs the guest most now. */
static void say_why(struct watch_guests *g, const char *guest)
{
    struct acdr_err e = { 0 };
    struct acdr_item *report = NULL;
    const struct acdr_item *f;
    int left = WORST;

    if (why_ask(g->t->a, guest, WHY_SECONDS, &report, &e) < 0) {
        watch_log("%s: the cause cannot be determined: %s", guest, e.text);
        return;
    }
    f = acdr_item_first(acdr_item_find(report, "findings"));
    if (!f)
        watch_log("%s: nothing disturbs it now", guest);
    for (; f && left > 0; f = acdr_item_next(f), left--)
        watch_log("%s: disturbed by %s (%s): %s; what would stop it: %s", guest,
                  out_text_of(f, "culprit"), out_text_of(f, "layer"), out_text_of(f, "figure"),
                  out_text_of(f, "remedy"));
    acdr_item_free(report);
}

/* True if it was logged; false if it was logged recently. */
static bool say_crossed(struct watch_guests *g, const struct acdr_item *c, long long now)
{
    const char *guest = acdr_item_text(acdr_item_find(c, "guest")), *unit;
    const char *subject = acdr_item_text(acdr_item_find(c, "subject"));
    char key[320];

    snprintf(key, sizeof(key), "%.255s %s", guest, out_text_of(c, "figure"));
    if (!watch_pace_ready(&g->pace, key, now))
        return false;
    unit = acdr_item_text(acdr_item_find(c, "unit"));
    watch_log("%s: %s is %s%s%s%s%s, above %s, in %lld sample%s, since %lld s: %s", guest,
              out_text_of(c, "figure"), out_text_of(c, "value"), unit[0] ? " " : "", unit,
              subject[0] ? " on " : "", subject, out_text_of(c, "limit"),
              acdr_item_num(acdr_item_find(c, "samples")),
              out_s(acdr_item_num(acdr_item_find(c, "samples"))),
              acdr_item_num(acdr_item_find(c, "seconds")), out_text_of(c, "help"));
    watch_pace_done(&g->pace, key, now);
    return true;
}

/* Those of one guest stand together. */
static void log_crossed(struct watch_guests *g, const struct acdr_item *report, long long now)
{
    const struct acdr_item *c = acdr_item_first(acdr_item_find(report, "crossed"));
    bool said = false;

    for (; c; c = acdr_item_next(c)) {
        const struct acdr_item *next = acdr_item_next(c);
        const char *guest = acdr_item_text(acdr_item_find(c, "guest"));

        said = say_crossed(g, c, now) || said;
        if (next && strcmp(acdr_item_text(acdr_item_find(next, "guest")), guest) == 0)
            continue;
        if (said)
            say_why(g, guest);
        said = false;
    }
}

static int judge(struct watch_guests *g, struct watch_guests_group *p, long long now)
{
    struct acdr_err e = { 0 };
    struct acdr_item *report = NULL;
    int r = acdr_watch_take(p->watch, &e);

    if (r == 0)
        r = acdr_watch_crossed(p->watch, &report, &e);
    if (r < 0)
        return fail(g, &e);
    log_crossed(g, report, now);
    acdr_item_free(report);
    return 0;
}

int watch_guests_turn(struct watch_guests *g, long long now)
{
    int err = 0;

    if (now >= g->due) {
        g->due = now + ROSTER_SECONDS;
        err = call_roll(g);
    }
    for (size_t i = 0; i < g->n_groups; i++) {
        struct watch_guests_group *p = &g->groups[i];

        if (now < p->due)
            continue;
        p->due = now + p->interval;
        if (judge(g, p, now) < 0)
            err = -1;
    }
    return err;
}
