/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Judges samples by limits; see guard.h. */
#include "guard.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "decimal.h"
#include "item.h"
#include "text.h"

void acdr_guards_free(struct acdr_guard *guards, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(guards[i].guest);
    free(guards);
}

static void drop(struct acdr_watch *w, const char *guest)
{
    size_t kept = 0;

    for (size_t i = 0; i < w->n_guards; i++) {
        if (strcmp(w->guards[i].guest, guest))
            w->guards[kept++] = w->guards[i];
        else
            free(w->guards[i].guest);
    }
    w->n_guards = kept;
}

int acdr_guard_set(struct acdr_watch *w, const char *guest, const char *limits, struct acdr_err *e)
{
    acdr_auto(free) struct acdr_limit *v = NULL;
    struct acdr_guard *grown;
    size_t n;
    int err = acdr_limits_parse(limits, &v, &n, e);

    if (err < 0)
        return err;
    drop(w, guest);
    grown = reallocarray(w->guards, w->n_guards + n + 1, sizeof(*grown));
    if (!grown)
        return acdr_err_nomem(e);
    w->guards = grown;
    for (size_t i = 0; i < n; i++) {
        struct acdr_guard *g = &w->guards[w->n_guards];

        *g = (struct acdr_guard){ .guest = strdup(guest), .limit = v[i] };
        if (!g->guest)
            return acdr_err_nomem(e);
        w->n_guards++;
    }
    return 0;
}

static bool counts(const struct acdr_figure *f, const struct acdr_reading *r)
{
    size_t len = r->what ? strlen(r->what) : 0;

    if (strcmp(r->metric->name, f->metric))
        return false;
    for (const char *s = f->what; s; s = strchr(s, '|')) {
        s += *s == '|';
        if (len && strcspn(s, "|") == len && !strncmp(s, r->what, len))
            return true;
    }
    return !f->what;
}

/* The guest's own; for threads, its vCPUs'; or of a CPU that its vCPUs run on. */
static bool concerns(const struct acdr_reading *r, const struct acdr_watched_guest *a)
{
    if (!r->guest)
        return r->cpu >= 0 && acdr_bitmap_has(&a->cpus, r->cpu);
    return !strcmp(r->guest, a->name) && (!r->thread || !strncmp(r->thread, "vcpu", 4));
}

/* False if it is a counter without a rate yet. */
static bool value_of(const struct acdr_figure *f, const struct acdr_reading *r, double *ret)
{
    double raw = r->metric->kind == ACDR_METRIC_COUNTER ? r->rate : r->value;

    *ret = f->scale * raw + f->add;
    return r->metric->kind != ACDR_METRIC_COUNTER || raw >= 0;
}

/* All readings of one subject: a CPU has one for each interrupt. */
struct tally {
    const struct acdr_reading *most; /* the largest of them, which names the source */
    double sum, largest;
};

static bool same_subject(const struct acdr_reading *a, const struct acdr_reading *b)
{
    return a->cpu == b->cpu && a->tid == b->tid &&
           (a->cpu >= 0 || acdr_text_same(a->device, b->device));
}

static void count(struct tally *t, const struct acdr_reading *r, double value)
{
    if (!t->most || value > t->largest) {
        t->most = r;
        t->largest = value;
    }
    t->sum += value;
}

/* Subjects are few: the CPUs, threads, devices or groups of one guest. */
static int add_up(const struct acdr_watch *w, const struct acdr_figure *f,
                  const struct acdr_watched_guest *a, struct tally **ret, size_t *n)
{
    struct tally *v = NULL;
    size_t slot;
    double value;

    *n = 0;
    for (size_t i = 0; i < w->now.n; i++) {
        const struct acdr_reading *r = &w->now.v[i];

        if (!counts(f, r) || !concerns(r, a) || !value_of(f, r, &value))
            continue;
        for (slot = 0; slot < *n && !same_subject(v[slot].most, r); slot++)
            ;
        if (slot == *n) {
            struct tally *more = reallocarray(v, *n + 1, sizeof(*v));

            if (!more) {
                free(v);
                return -ENOMEM;
            }
            v = more;
            v[(*n)++] = (struct tally){ 0 };
        }
        count(&v[slot], r, value);
    }
    *ret = v;
    return 0;
}

static void name_subject(const struct tally *t, char *buf, size_t size)
{
    const struct acdr_reading *r = t->most;
    const char *by = r->device ? r->device : r->what;

    if (r->cpu >= 0 && by)
        snprintf(buf, size, "CPU %d, most by %.120s", r->cpu, by);
    else if (r->cpu >= 0)
        snprintf(buf, size, "CPU %d", r->cpu);
    else
        snprintf(buf, size, "%.150s", r->thread ? r->thread : r->device ? r->device : "");
}

static int judge(const struct acdr_watch *w, struct acdr_guard *g)
{
    const struct acdr_watched_guest *a = acdr_inventory_find(w->inventory, g->guest);
    acdr_auto(free) struct tally *v = NULL;
    const struct tally *worst = NULL;
    size_t n = 0;

    g->news = false;
    if (a && add_up(w, g->limit.figure, a, &v, &n) < 0)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++)
        if (!worst || v[i].sum > worst->sum)
            worst = &v[i];
    if (worst && worst->most->when <= g->looked)
        return 0;
    if (!worst || worst->sum <= g->limit.most) {
        g->over = 0;
        g->looked = worst ? worst->most->when : g->looked;
        return 0;
    }
    g->looked = worst->most->when;
    if (!g->over++)
        g->since = g->looked;
    g->news = g->over == g->limit.times;
    g->value = worst->sum;
    name_subject(worst, g->subject, sizeof(g->subject));
    return 0;
}

static void add_crossed(struct acdr_item *list, const struct acdr_guard *g)
{
    const struct acdr_figure *f = g->limit.figure;
    struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);
    char value[32], most[32];

    acdr_decimal_print(value, sizeof(value), "%.4g", g->value);
    acdr_decimal_print(most, sizeof(most), "%g", g->limit.most);
    acdr_item_add_text(m, "guest", g->guest);
    acdr_item_add_text(m, "figure", f->name);
    acdr_item_add_text(m, "value", value);
    acdr_item_add_text(m, "limit", most);
    acdr_item_add_text(m, "unit", f->unit);
    acdr_item_add_text(m, "subject", g->subject);
    acdr_item_add_text(m, "help", f->help);
    acdr_item_add_num(m, "samples", g->over);
    acdr_item_add_num(m, "seconds", (g->looked - g->since) / 1000000000LL);
    acdr_item_add_bool(m, "new", g->news);
}

int acdr_guard_report(struct acdr_watch *w, struct acdr_item **ret, struct acdr_err *e)
{
    acdr_auto(acdr_item_free) struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP);
    struct acdr_item *list = acdr_item_add(root, "crossed", ACDR_ITEM_LIST);

    for (size_t i = 0; i < w->n_guards; i++) {
        if (judge(w, &w->guards[i]) < 0)
            return acdr_err_nomem(e);
        if (w->guards[i].over >= w->guards[i].limit.times)
            add_crossed(list, &w->guards[i]);
    }
    if (!root || acdr_item_bad(root))
        return acdr_err_nomem(e);
    *ret = acdr_take(root);
    return acdr_item_first(acdr_item_find(*ret, "crossed")) != NULL;
}
