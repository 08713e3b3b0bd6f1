/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Takes samples; see sampler.h. A probe that fails is off from then on, and reported once. */
#include "sampler.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#include "guard.h"
#include "item.h"
#include "limit.h"
#include "text.h"

#define SECOND 1000000000LL

static long long monotonic(void *arg)
{
    struct timespec t;

    (void)arg;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * SECOND + t.tv_nsec;
}

void acdr_watch_free(struct acdr_watch *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->n_slots; i++)
        if (w->slots[i].state && w->slots[i].probe->close)
            w->slots[i].probe->close(w->slots[i].state);
    free(w->slots);
    acdr_guards_free(w->guards, w->n_guards);
    acdr_inventory_free(w->inventory);
    acdr_sample_done(&w->now);
    acdr_sample_done(&w->spare);
    free(w);
}

static int unknown_probe(const char *name, struct acdr_err *e)
{
    acdr_auto(strbuf) struct acdr_strbuf all = { 0 };

    for (size_t i = 0; acdr_probes[i]; i++)
        acdr_strbuf_addf(&all, "%s%s", i ? ", " : "", acdr_probes[i]->name);
    return acdr_err_set(e, EINVAL, "unknown probe \"%s\"; available: %s", name, all.s ? all.s : "");
}

static int check_names(const char *probes, struct acdr_err *e)
{
    acdr_auto(free) char *names = strdup(probes);
    char *next = names;

    if (!names)
        return acdr_err_nomem(e);
    for (char *name = strsep(&next, ","); name; name = strsep(&next, ","))
        if (!acdr_probes_find(acdr_text_trim(name)))
            return unknown_probe(acdr_text_trim(name), e);
    return 0;
}

int acdr_watch_new(struct acdr_root *root, const struct acdr_log *log,
                   const struct acdr_status_source *source, const char *guest, const char *probes,
                   struct acdr_watch **ret, struct acdr_err *e)
{
    acdr_auto(acdr_watch_free) struct acdr_watch *w = calloc(1, sizeof(*w));
    size_t n = 0;
    int err = probes ? check_names(probes, e) : 0;

    if (err < 0)
        return err;
    while (acdr_probes[n])
        n++;
    if (!w || acdr_inventory_new(root, guest, &w->inventory) < 0)
        return acdr_err_nomem(e);
    w->slots = calloc(n, sizeof(*w->slots));
    if (!w->slots)
        return acdr_err_nomem(e);
    for (size_t i = 0; i < n; i++)
        if (probes ? acdr_limit_has_word(probes, acdr_probes[i]->name) : !acdr_probes[i]->by_name)
            w->slots[w->n_slots++].probe = acdr_probes[i];
    w->root = root;
    w->log = log;
    w->clock = monotonic;
    if (source)
        w->source = *source;
    *ret = acdr_take(w);
    return 0;
}

/* Not due yet, and no new guest since its last read. A quarter of a second is tolerated: with one
 * sample per second, no probe shall be one sample late. */
static bool is_early(const struct acdr_watch *w, const struct acdr_probe_slot *a, long long now)
{
    return !w->eager && a->when && a->when >= w->inventory->came &&
           now - a->when + SECOND / 4 < a->probe->seconds * SECOND;
}

/* Its last readings, except those of guests that have ended. */
static void carry(struct acdr_watch *w, const struct acdr_probe_slot *a)
{
    for (size_t i = a->first; i < a->first + a->n; i++) {
        const struct acdr_reading *r = &w->now.v[i];

        if (!r->guest || acdr_inventory_find(w->inventory, r->guest))
            acdr_sample_carry(&w->spare, r, 1);
    }
}

static int ask(struct acdr_watch *w, struct acdr_probe_slot *a, long long now)
{
    struct acdr_probe_ctx l = {
        .root = w->root,
        .inventory = w->inventory,
        .sample = &w->spare,
        .source = w->source.status ? &w->source : NULL,
        .state = a->state,
    };
    struct acdr_err e = { 0 };
    int err;

    a->when = now;
    w->spare.when = w->clock(w->clock_arg);
    err = a->probe->read(&l, &e);
    a->state = l.state;
    if (err >= 0 || err == -ENOMEM)
        return err;
    snprintf(a->off, sizeof(a->off), "%.250s", e.text[0] ? e.text : strerrordesc_np(-err));
    acdr_log(w->log, LOG_NOTICE, "not watched: %s: %s", a->probe->name, a->off);
    if (a->state && a->probe->close)
        a->probe->close(acdr_take(a->state));
    return 0;
}

int acdr_watch_sample(struct acdr_watch *w, struct acdr_err *e)
{
    long long now = w->clock(w->clock_arg);
    struct acdr_sample last;
    int err = acdr_inventory_renew(w->inventory, now, e);

    if (err < 0)
        return err;
    acdr_sample_clear(&w->spare);
    for (size_t i = 0; i < w->n_slots; i++) {
        struct acdr_probe_slot *a = &w->slots[i];
        size_t first = w->spare.n;

        if (!a->off[0] && is_early(w, a, now))
            carry(w, a);
        else if (!a->off[0])
            err = ask(w, a, now);
        if (err < 0 || w->spare.bad)
            return acdr_err_nomem(e);
        a->first = first;
        a->n = w->spare.n - first;
    }
    acdr_sample_rates(&w->spare, &w->now);
    last = w->now;
    w->now = w->spare;
    w->spare = last;
    w->when = now;
    return 0;
}

const struct acdr_reading *acdr_watch_seek(const struct acdr_watch *w,
                                           const struct acdr_reading *after, const char *metric,
                                           const char *guest)
{
    size_t i = after ? (size_t)(after - w->now.v) + 1 : 0;

    for (; i < w->now.n; i++) {
        const struct acdr_reading *r = &w->now.v[i];

        if ((!metric || !strcmp(r->metric->name, metric)) &&
            (!guest || (r->guest && !strcmp(r->guest, guest))))
            return r;
    }
    return NULL;
}

static void describe_metrics(struct acdr_item *m, const struct acdr_metric *metrics)
{
    static const char *const kinds[] = { "gauge", "counter", "info" };
    struct acdr_item *list = acdr_item_add(m, "metrics", ACDR_ITEM_LIST);

    for (; metrics->name; metrics++) {
        struct acdr_item *i = acdr_item_add(list, NULL, ACDR_ITEM_MAP);

        acdr_item_add_text(i, "name", metrics->name);
        acdr_item_add_text(i, "unit", metrics->unit);
        acdr_item_add_text(i, "help", metrics->help);
        acdr_item_add_text(i, "kind", kinds[metrics->kind]);
        acdr_item_add_text(i, "label", metrics->what);
        acdr_item_add_bool(i, "young", metrics->bits == ACDR_METRIC_YOUNG);
    }
}

int acdr_watch_describe(const struct acdr_watch *w, struct acdr_item **ret, struct acdr_err *e)
{
    acdr_auto(acdr_item_free) struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP);
    struct acdr_item *list = acdr_item_add(root, "probes", ACDR_ITEM_LIST);

    for (size_t i = 0; i < w->n_slots; i++) {
        const struct acdr_probe_slot *a = &w->slots[i];
        struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);

        acdr_item_add_text(m, "name", a->probe->name);
        acdr_item_add_text(m, "help", a->probe->help);
        acdr_item_add_num(m, "seconds", a->probe->seconds);
        acdr_item_add_text(m, "off", a->off[0] ? a->off : NULL);
        describe_metrics(m, a->probe->metrics);
    }
    if (!root || acdr_item_bad(root))
        return acdr_err_nomem(e);
    *ret = acdr_take(root);
    return 0;
}
