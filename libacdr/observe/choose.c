/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What to watch a guest for. One table defines what suits each kind of guest; a class's [observe]
 * takes precedence. Reads no figure.
 *
 * For a guest with its own cores interruptions matter most; for one that shares cores, how long it
 * waits for one; for one with much memory, whether that is local.
 */
#include "choose.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "decimal.h"
#include "item.h"
#include "text.h"

/* The limits are where `acdr why` begins to report a disturbance, or above what an ordinary host
 * always has; docs/watching.md lists them. */
static const struct {
    unsigned kind;
    const char *name, *probes, *limits;
    int interval;
} rows[] = {
    { ACDR_CHOICE_DEDICATED, "dedicated cores", "cpu, softirq, irq, cgroup, acdr",
      "interrupts > 10 /s for 3, softirqs > 50 /s for 3, shootdowns > 100 /s for 3, "
      "run-delay > 5 ms/s for 3, throttled > 0.1 ms/s, drifted > 0",
      5 },
    { ACDR_CHOICE_SHARED, "shared cores", "cpu, cgroup, psi, acdr",
      "run-delay > 100 ms/s for 3, throttled > 10 ms/s for 3, steal > 50 ms/s for 3, drifted > 0",
      10 },
    { ACDR_CHOICE_LARGE, "big memory", "memory, psi",
      "remote-memory > 5 %, swapped > 1 MiB, stall-memory > 10 ms/s for 3", 30 },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

/* Each vCPU on one CPU, chosen by the owner. */
static bool is_pinned(const struct acdr_domain *d)
{
    for (int i = 0; i < d->vcpus; i++) {
        const struct acdr_bitmap *pin = d->pin[i];

        if (!pin || acdr_bitmap_weight(pin) != 1)
            return false;
    }
    return d->vcpus > 0;
}

unsigned acdr_choice_kind(const struct acdr_host *h, const struct acdr_domain *d,
                          const struct acdr_class *class)
{
    unsigned kind = (class && acdr_class_has(class, "vcpus")) || is_pinned(d)
                        ? ACDR_CHOICE_DEDICATED
                        : ACDR_CHOICE_SHARED;
    long long largest = 0;

    for (size_t i = 0; i < h->n_nodes; i++)
        if (h->nodes[i].memtotal_kb > largest)
            largest = h->nodes[i].memtotal_kb;
    return largest && d->start_kb > largest / 2 ? kind | ACDR_CHOICE_LARGE : kind;
}

void acdr_choice_done(struct acdr_choice *c)
{
    free(c->kind);
    free(c->probes);
    free(c->limits);
    *c = (struct acdr_choice){ 0 };
}

/* The class's value for KEY; NULL: none, or "auto". */
static const char *own(const struct acdr_class *class, const char *key)
{
    const char *value = class && acdr_class_has(class, ACDR_OBSERVE)
                            ? acdr_class_get(class, ACDR_OBSERVE, key)
                            : NULL;

    return value && strcmp(value, "auto") ? value : NULL;
}

static void join(struct acdr_strbuf *t, const char *text)
{
    acdr_strbuf_addf(t, "%s%s", t->len ? ", " : "", text);
}

/* What is collected for one guest. */
struct order {
    const struct acdr_class *class; /* NULL: no CPU is its own */
    const char *named;              /* the class's probes, NULL if it names none */
    struct acdr_strbuf kind, probes, limits;
    bool own;
};

static void add_limit(struct order *o, const struct acdr_limit *l)
{
    char most[32];

    acdr_decimal_print(most, sizeof(most), "%g", l->most);
    acdr_strbuf_addf(&o->limits, "%s%s > %s%s%s", o->limits.len ? ", " : "", l->figure->name, most,
                     l->figure->unit[0] ? " " : "", l->figure->unit);
    if (l->times > 1)
        acdr_strbuf_addf(&o->limits, " for %d", l->times);
}

/* First the class's own limits, with the probes that read them. */
static void add_own(struct order *o)
{
    struct acdr_limit l;

    for (const struct acdr_figure *f = acdr_figures; f->name; f++) {
        const char *value = own(o->class, f->name);

        o->own = o->own || value;
        if (!value || acdr_limit_parse(f, value, &l, NULL) < 0) /* "none" */
            continue;
        add_limit(o, &l);
        join(&o->probes, f->probe);
    }
}

/* The table's settings for a kind, for what the class leaves open. */
static int add_row(struct order *o, int row)
{
    acdr_auto(free) struct acdr_limit *v = NULL;
    size_t n = 0;

    join(&o->kind, rows[row].name);
    if (!o->named)
        join(&o->probes, rows[row].probes);
    if (acdr_limits_parse(rows[row].limits, &v, &n, NULL) < 0)
        return -ENOMEM; /* the table is correct: a test checks it */
    for (size_t i = 0; i < n; i++)
        if (!own(o->class, v[i].figure->name) &&
            (!o->named || acdr_limit_has_word(o->named, v[i].figure->probe)))
            add_limit(o, &v[i]);
    return 0;
}

/* In the order in which they are read. */
static char *sort_probes(const struct acdr_strbuf *asked)
{
    struct acdr_strbuf t = { 0 };

    for (size_t i = 0; asked->s && acdr_probes[i]; i++)
        if (acdr_limit_has_word(asked->s, acdr_probes[i]->name))
            join(&t, acdr_probes[i]->name);
    t.bad = t.bad || asked->bad;
    return acdr_strbuf_take(&t);
}

static int collect(unsigned kind, struct order *o, struct acdr_choice *ret)
{
    const char *interval = own(o->class, "interval");
    bool off = o->class && acdr_text_same(acdr_class_get(o->class, ACDR_OBSERVE, "use"), "no");

    o->named = own(o->class, "probes");
    join(&o->probes, o->named ? o->named : "");
    add_own(o);
    for (int i = 0; i < ROWS; i++) {
        if (!(kind & rows[i].kind))
            continue;
        if (add_row(o, i) < 0)
            return -ENOMEM;
        if (!ret->interval || rows[i].interval < ret->interval)
            ret->interval = rows[i].interval;
    }
    if (interval)
        ret->interval = acdr_limit_seconds(interval);
    ret->own = o->own || o->named || interval || off;
    ret->kind = acdr_strbuf_take(&o->kind);
    ret->probes = sort_probes(&o->probes);
    ret->limits = off || !o->limits.len ? strdup("none") : acdr_strbuf_take(&o->limits);
    return ret->kind && ret->probes && ret->limits ? 0 : -ENOMEM;
}

int acdr_choice_make(unsigned kind, const struct acdr_class *class, struct acdr_choice *ret)
{
    struct order o = { .class = class };
    int err;

    *ret = (struct acdr_choice){ 0 };
    err = collect(kind, &o, ret);
    acdr_strbuf_done(&o.kind);
    acdr_strbuf_done(&o.probes);
    acdr_strbuf_done(&o.limits);
    if (err < 0)
        acdr_choice_done(ret);
    return err;
}

static int read_inventory(struct acdr_root *root, const char *guest, struct acdr_inventory **ret,
                          struct acdr_err *e)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    if (acdr_inventory_new(root, guest, ret) < 0)
        return acdr_err_nomem(e);
    return acdr_inventory_renew(*ret, now.tv_sec * 1000000000LL + now.tv_nsec, e);
}

static void add_choice(struct acdr_item *root, const struct acdr_choice *c)
{
    acdr_item_add_text(root, "kind", c->kind);
    acdr_item_add_bool(root, "own", c->own);
    acdr_item_add_text(root, "probes", c->probes);
    acdr_item_add_num(root, "interval", c->interval);
    acdr_item_add_text(root, "limits", c->limits);
}

int acdr_choice_report(struct acdr_root *root, const struct acdr_status_source *source,
                       const char *guest, struct acdr_item **ret, struct acdr_err *e)
{
    acdr_auto(acdr_item_free) struct acdr_item *item = acdr_item_new(ACDR_ITEM_MAP);
    acdr_auto(acdr_inventory_free) struct acdr_inventory *s = NULL;
    acdr_auto(acdr_class_free) struct acdr_class *class = NULL;
    struct acdr_err wrong = { 0 };
    const struct acdr_watched_guest *a;
    struct acdr_choice c;
    int err = read_inventory(root, guest, &s, e);

    if (err < 0)
        return err;
    a = acdr_inventory_find(s, guest);
    if (!a || !a->domain)
        return acdr_err_set(e, ESRCH, "%s: no guest of that name runs", guest);
    if (a->domain->class_name && source->class)
        source->class(source->arg, a->domain->class_name, &class, &wrong);
    if (acdr_choice_make(acdr_choice_kind(s->host, a->domain, class), class, &c) < 0)
        return acdr_err_nomem(e);
    acdr_item_add_text(item, "guest", guest);
    acdr_item_add_text(item, "class", a->domain->class_name);
    acdr_item_add_text(item, "error", wrong.code ? wrong.text : NULL);
    add_choice(item, &c);
    acdr_choice_done(&c);
    if (!item || acdr_item_bad(item))
        return acdr_err_nomem(e);
    *ret = acdr_take(item);
    return 0;
}
