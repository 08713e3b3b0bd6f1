/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finds a guest's place. Knows the order in which CPUs are tried: unowned ones first, then soft
 * holds of others, then clean cores that may be shared.
 */
#include "place_find.h"

#include <errno.h>
#include <string.h>

#include "cores.h"
#include "place_check.h"
#include "place_cost.h"
#include "place_memory.h"
#include "place_named.h"
#include "place_sets.h"
#include "place_threads.h"
#include "place_try.h"
#include "text.h"

/* --- CPUs that are left to others --- */

/* The owner gave them to the guest's other threads. */
static void own_thread_pins(const struct acdr_domain *d, struct acdr_bitmap *ret)
{
    acdr_bitmap_zero(ret);
    if (d->has_emulatorpin)
        *ret = d->emulatorpin;
    for (size_t i = 0; i < d->n_iothreadpins; i++)
        acdr_bitmap_or(ret, &d->iothreadpins[i].cpus);
}

static void soft_cpus(const struct acdr_place_request *q, struct acdr_bitmap *ret)
{
    own_thread_pins(q->domain, ret);
    acdr_bitmap_or(ret, &q->soft);
}

/* --- a core for the emulator beside vCPUs that the XML binds --- */

static void reserve_set(const struct acdr_place_try *t, const struct acdr_place *p,
                        struct acdr_bitmap *ret)
{
    const struct acdr_bitmap *pin = acdr_domain_emulator_set(t->q->domain);

    *ret = t->avail;
    acdr_bitmap_andnot(ret, &p->clean);
    if (pin)
        acdr_bitmap_and(ret, pin);
}

/* On the nearest node that has one. */
static int reserve(const struct acdr_place_try *t, struct acdr_place *p)
{
    const struct acdr_host *h = t->q->host;
    acdr_auto(acdr_cores_free) struct acdr_cores *cores = NULL;
    struct acdr_bitmap from;
    struct acdr_cores_request r = {
        .host = h, .from = &from, .avail = &from, .smt = t->q->hints.smt, .extra = true
    };
    struct acdr_cores_price price;
    int best = -1, near = 0;

    reserve_set(t, p, &from);
    if (acdr_cores_new(&r, &cores) < 0)
        return -ENOMEM;
    for (size_t i = 0; i < h->n_nodes; i++) {
        int found = acdr_cores_find_price(cores, i, 0, true, &price);
        int d = acdr_place_nearest(h, h->nodes[i].id, &p->nodes);

        if (found < 0)
            return found;
        if (found && (best < 0 || d < near)) {
            best = (int)i;
            near = d;
        }
    }
    if (best < 0) /* within an owner's pin the emulator keeps its CPUs */
        return acdr_domain_emulator_set(t->q->domain) ? 0 : -ENOSPC;
    return acdr_cores_take(cores, (size_t)best, 0, true, &best, &p->clean, &p->reserved);
}

/* --- one try --- */

static bool is_bound(const struct acdr_domain *d)
{
    return acdr_domain_has_memnodes(d) || acdr_domain_pinned(d) || acdr_domain_emulator_set(d);
}

static int place_vcpus(struct acdr_place_try *t, struct acdr_place *p, struct acdr_err *e)
{
    bool own_core = acdr_place_wants_own(t->q);
    int err;

    if (!t->q->hints.dedicated)
        return acdr_place_shared(t, p, e);
    if (!is_bound(t->q->domain)) {
        t->beside = own_core;
        return acdr_place_free_vcpus(t, p);
    }
    err = acdr_place_bound_vcpus(t, p, e);
    return err == 0 && own_core ? reserve(t, p) : err;
}

/* QEMU spreads the memory over the nodes of an interleaved numatune, wherever the vCPUs are. */
static void add_interleaved(const struct acdr_place_request *q, struct acdr_place *p)
{
    const struct acdr_domain *d = q->domain;

    if (!d->has_mem_nodes || strcmp(d->mem_mode, "interleave") != 0)
        return;
    for (size_t i = 0; i < q->host->n_nodes; i++)
        if (acdr_bitmap_has(&d->mem_nodes, q->host->nodes[i].id))
            acdr_bitmap_add(&p->nodes, q->host->nodes[i].id);
}

struct find {
    const struct acdr_place_request *q;
    int only; /* a node of the host's array, or -1 */
    bool exact;
};

/* May guests that are bound to nodes need more memory there later? */
static bool has_growth(const struct acdr_place_request *q)
{
    for (size_t i = 0; q->growing_kb && q->promised_kb && i < q->host->n_nodes; i++)
        if (q->growing_kb[i] > q->promised_kb[i])
            return true;
    return false;
}

/* What an attempt may use: unowned CPUs alone, and memory that no other guest may need later; that
 * memory too; CPUs that others hold softly; all CPUs, shared. */
enum reach { REACH_ROOMY, REACH_FREE, REACH_SOFT, REACH_SHARED };

static int try_reach(struct find *f, enum reach reach, struct acdr_place **ret, struct acdr_err *e)
{
    acdr_auto(acdr_place_free) struct acdr_place *p = NULL;
    struct acdr_place_request q = *f->q;
    struct acdr_place_try t = { .q = &q, .only = f->only, .exact = true };
    struct acdr_bitmap soft;
    int err = acdr_place_new(f->q->domain, &p);

    acdr_place_avail(f->q, reach == REACH_SHARED, &t.avail);
    if (reach <= REACH_FREE) {
        soft_cpus(f->q, &soft);
        acdr_bitmap_andnot(&t.avail, &soft);
    }
    if (reach == REACH_ROOMY)
        q.promised_kb = q.growing_kb;
    t.from = t.avail;
    if (err == 0)
        err = place_vcpus(&t, p, e);
    f->exact &= t.exact;
    if (err < 0)
        return err;
    add_interleaved(f->q, p);
    err = acdr_place_threads(f->q, p, e);
    if (err == 0)
        *ret = acdr_take(p);
    return err;
}

/* --- the choice --- */

/* Is it worth taking soft holds of others? Only for fewer nodes or whole guest NUMA cells. */
static int is_better(const struct acdr_place_request *q, const struct acdr_place *soft,
                     const struct acdr_place *clear)
{
    enum acdr_cost_term term;
    struct acdr_place_cost a, b;

    if (acdr_place_cost_of(q, soft, &a) < 0 || acdr_place_cost_of(q, clear, &b) < 0)
        return -ENOMEM;
    return acdr_place_cost_compare(&a, &b, &term) < 0 && term <= ACDR_COST_NODES;
}

static bool has_soft(const struct acdr_place_request *q)
{
    struct acdr_bitmap soft, avail;

    soft_cpus(q, &soft);
    acdr_place_avail(q, false, &avail);
    return q->hints.dedicated && acdr_bitmap_intersects(&soft, &avail);
}

/* Memory of its nodes that it shares with guests that may need it later. */
static void add_growth(const struct acdr_place_request *q, const struct acdr_place *p,
                       struct acdr_strbuf *t)
{
    for (size_t i = 0; has_growth(q) && i < q->host->n_nodes; i++) {
        long long kb = q->growing_kb[i] - q->promised_kb[i];

        if (kb > 0 && acdr_bitmap_has(&p->nodes, q->host->nodes[i].id))
            acdr_strbuf_addf(
                t, "; node %d: its guests may still need %lld MiB (virtio-mem, balloon, file)",
                q->host->nodes[i].id, kb / 1024);
    }
}

/* The owners of the CPUs that it takes, for messages. */
static int add_holders(const struct acdr_place_request *q, struct acdr_place *p)
{
    acdr_auto(strbuf) struct acdr_strbuf t = { 0 };
    char *why;

    for (size_t i = 0; q->holders && i < q->holders->n; i++) {
        const struct acdr_holder *h = &q->holders->v[i];
        struct acdr_bitmap cpus = h->cpus;
        acdr_auto(free) char *list = NULL;

        acdr_bitmap_and(&cpus, &p->clean);
        list = acdr_bitmap_print_list(&cpus);
        if (list && *list)
            acdr_strbuf_addf(&t, "; CPU %s: %s", list, h->who);
    }
    add_growth(q, p, &t);
    if (!t.len)
        return t.bad ? -ENOMEM : 0;
    why = acdr_text_format("%s%s", p->why, t.s);
    if (!why)
        return -ENOMEM;
    free(p->why);
    p->why = why;
    return 0;
}

/* Try REACH, and keep the place in BEST if it is worth it. 1: it is the new best; 0; -errno. */
static int improve(struct find *f, enum reach reach, struct acdr_place **best, struct acdr_err *e)
{
    acdr_auto(acdr_place_free) struct acdr_place *p = NULL;
    int err = try_reach(f, reach, &p, e);
    int better;

    if (err < 0)
        return err == -ENOSPC && *best ? 0 : err;
    better = *best ? is_better(f->q, p, *best) : 1;
    if (better > 0) {
        acdr_place_free(*best);
        *best = acdr_take(p);
    }
    return better;
}

static int find_soft(struct find *f, struct acdr_place **ret, struct acdr_err *e)
{
    acdr_auto(acdr_place_free) struct acdr_place *best = NULL;
    bool growth = has_growth(f->q), soft = has_soft(f->q);
    bool takes = false; /* what another may need */
    int err = growth ? improve(f, REACH_ROOMY, &best, NULL) : 0;

    if (soft && (err >= 0 || err == -ENOSPC)) {
        err = improve(f, REACH_FREE, &best, NULL);
        takes = growth && err > 0;
    }
    if (err < 0 && err != -ENOSPC)
        return err;
    err = improve(f, REACH_SOFT, &best, e);
    if (err < 0)
        return err;
    takes |= err > 0;
    *ret = acdr_take(best);
    return takes ? add_holders(f->q, *ret) : 0;
}

static int find(struct find *f, bool may_share, struct acdr_place **ret, struct acdr_err *e)
{
    int err;

    f->exact = true;
    err = find_soft(f, ret, e);
    if (err == -ENOSPC && may_share)
        err = try_reach(f, REACH_SHARED, ret, NULL);
    if (err == 0 && acdr_place_promise(f->q, *ret) < 0)
        err = -ENOMEM;
    return err;
}

/* Also says if only the class, which wants the memory near, stands in the way. */
static int refuse(const struct acdr_place_request *q, struct acdr_err *e)
{
    acdr_auto(acdr_place_free) struct acdr_place *p = NULL;
    struct acdr_place_request any = *q;
    struct find f = { .q = &any, .only = -1 };
    struct acdr_err why = { 0 };
    int err = acdr_place_refuse(q, &why);

    any.hints.memory_near = false;
    if (err == -ENOSPC && q->hints.memory_near && find(&f, false, &p, NULL) == 0)
        return acdr_err_set(e, ENOSPC, "%s; it would start with %s, which need = must excludes",
                            why.text, p->why);
    return acdr_err_set(e, -err, "%s", why.text);
}

int acdr_place_find(const struct acdr_place_request *q, struct acdr_place **ret, struct acdr_err *e)
{
    acdr_auto(named) struct acdr_place_named n;
    struct find f = { .q = &n.q, .only = -1 };
    struct acdr_err why = { 0 };
    int err = acdr_place_named(q, &n, e);

    if (err == 0)
        err = acdr_place_check_xml(&n.q, e);
    if (err < 0)
        return err;
    err = find(&f, q->share, ret, &why);
    if (err == -ENOSPC && !why.code)
        return refuse(&n.q, e);
    if (err < 0)
        return acdr_err_set(e, -err, "%s", why.code ? why.text : "out of memory");
    return 0;
}

int acdr_place_find_on(const struct acdr_place_request *q, int node, bool *exact,
                       struct acdr_place **ret)
{
    acdr_auto(named) struct acdr_place_named n;
    struct find f = { .q = &n.q, .only = node };
    int err = acdr_place_named(q, &n, NULL);

    if (err == 0)
        err = acdr_place_check_xml(&n.q, NULL);
    if (err == 0)
        err = find(&f, q->share && node < 0, ret, NULL);
    *exact = f.exact;
    return err;
}
