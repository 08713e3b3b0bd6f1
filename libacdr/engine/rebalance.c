/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which guests to move, one at a time. Each is examined and moved under the host's lock, which is
 * released between two guests because hooks wait for it. A move may free room for a guest examined
 * earlier, so rounds repeat until no guest gains. No guest moves twice, and only if its own cost
 * falls: two guests cannot chase each other.
 */
#include "rebalance.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "acdr/live.h"
#include "condition.h"
#include "text.h"

/* From POSSIBLE to UNKNOWN: it could improve. */
enum end {
    END_BEST,
    END_MOVED,
    END_REPAIRED,
    END_POSSIBLE,
    END_STAYS,
    END_BACK,
    END_UNKNOWN,
    END_ENDED,
};

static const char *const end_names[] = { "best",  "moved", "repaired", "possible",
                                         "stays", "back",  "unknown",  "ended" };

struct guest {
    char *id, *name, *class_name;
    struct acdr_place *was, *better;
    enum acdr_move_gain gain;
    enum acdr_cost_term term;
    long long now, then;
    enum end end;
    char *why;
};

struct run {
    struct acdr *a;
    bool dry;
    struct guest *guests;
    size_t n;
};

/* --- whom --- */

static int add_guest(struct run *r, const struct acdr_entry *en)
{
    struct guest *g = &r->guests[r->n];

    *g = (struct guest){ .id = strdup(en->id),
                         .name = strdup(en->name),
                         .class_name = strdup(en->class_name) };
    r->n++;
    return g->id && g->name && g->class_name ? 0 : -ENOMEM;
}

/* Running guests; a starting one is being placed now. */
static int list_guests(struct run *r, struct acdr_journal *j, const char *domain,
                       struct acdr_err *e)
{
    const struct acdr_entry *one = domain ? acdr_journal_find_any(j, domain) : NULL;

    if (domain && (!one || one->is_pool))
        return acdr_err_set(e, ENOENT, "%s: no guest of that name is conditioned; see acdr status",
                            domain);
    r->guests = calloc(j->n_entries + 1, sizeof(*r->guests));
    if (!r->guests)
        return acdr_err_nomem(e);
    for (size_t i = 0; i < j->n_entries; i++) {
        const struct acdr_entry *en = &j->entries[i];

        if (!en->is_pool && en->pid && (!one || one == en) && add_guest(r, en) < 0)
            return acdr_err_nomem(e);
    }
    return 0;
}

static void forget_look(struct guest *g)
{
    acdr_place_free(g->was);
    acdr_place_free(g->better);
    free(g->why);
    g->was = g->better = NULL;
    g->why = NULL;
}

static void forget(struct run *r)
{
    for (size_t i = 0; i < r->n; i++) {
        forget_look(&r->guests[i]);
        free(r->guests[i].id);
        free(r->guests[i].name);
        free(r->guests[i].class_name);
    }
    free(r->guests);
}

/* --- one guest --- */

static int note(struct guest *g, const struct acdr_entry *en, struct acdr_move_candidate *c)
{
    forget_look(g);
    g->was = en->place ? acdr_place_copy(en->place) : NULL;
    g->better = c->better ? acdr_place_copy(c->better) : NULL;
    g->gain = c->gain;
    g->term = c->term;
    g->now = c->now;
    g->then = c->then;
    g->why = acdr_take(c->why);
    g->end = g->gain == ACDR_MOVE_GAIN_NONE ? END_BEST : g->why ? END_STAYS : END_POSSIBLE;
    return !g->was == !en->place && !g->better == !c->better ? 0 : -ENOMEM;
}

/* Guests examined later already see this one there. */
static int pretend(struct acdr_entry *en, const struct guest *g)
{
    struct acdr_place *p = g->better ? acdr_place_copy(g->better) : NULL;

    if (g->better && !p)
        return -ENOMEM;
    if (p) {
        acdr_place_free(en->place);
        en->place = p;
    }
    return 0;
}

static int act(struct acdr_txn *w, struct guest *g, struct acdr_move_candidate *c,
               struct acdr_err *e)
{
    bool again = g->gain == ACDR_MOVE_GAIN_STEPS;
    int err = acdr_rebalance_move(w, g->id, c, &g->why, e);

    if (err == 0)
        g->end = again ? END_REPAIRED : END_MOVED;
    else
        g->end = g->gain == ACDR_MOVE_GAIN_TERM ? END_BACK : END_STAYS;
    if (err >= 0)
        acdr_txn_resweep(w);
    return err < 0 ? err : 0;
}

/* Examine G in J, and move it if W is given. */
static int visit(struct run *r, struct acdr_journal *j, struct acdr_txn *w, struct guest *g,
                 struct acdr_err *e)
{
    struct acdr_entry *en = acdr_journal_find(j, g->id);
    struct acdr_move_candidate c = { 0 };
    struct acdr_err why = { 0 };
    int err = en && en->pid ? acdr_move_candidate_find(r->a, j, en, &c, &why) : -ESRCH;

    if (err == -ENOMEM)
        return acdr_err_nomem(e);
    if (err < 0) {
        forget_look(g);
        g->gain = ACDR_MOVE_GAIN_NONE;
        g->end = err == -ESRCH ? END_ENDED : END_UNKNOWN;
        g->why = strdup(why.code ? why.text : "it has ended meanwhile");
        acdr_move_candidate_done(&c);
        return 0;
    }
    err = note(g, en, &c);
    if (err == 0 && g->end == END_POSSIBLE)
        err = w ? act(w, g, &c, e) : pretend(en, g);
    if (err == -ENOMEM)
        acdr_err_nomem(e);
    acdr_move_candidate_done(&c);
    return err;
}

/* --- all --- */

static int look_at_all(struct run *r, struct acdr_journal *j, struct acdr_err *e)
{
    int err = 0;

    for (size_t i = 0; err == 0 && i < r->n; i++)
        err = visit(r, j, NULL, &r->guests[i], e);
    return err;
}

static bool is_over(const struct guest *g)
{
    return g->end == END_MOVED || g->end == END_REPAIRED || g->end == END_BACK ||
           (g->end == END_STAYS && g->gain == ACDR_MOVE_GAIN_STEPS);
}

/* 1: a guest was moved, which may make room for another. */
static int move_round(struct run *r, struct acdr_err *e)
{
    bool moved = false;
    int err = 0;

    for (size_t i = 0; err == 0 && i < r->n; i++) {
        acdr_auto(txn) struct acdr_txn w = { .lock = -1 };

        if (is_over(&r->guests[i]))
            continue;
        err = acdr_txn_open(r->a, &w, NULL, e);
        if (err == 0)
            err = visit(r, w.j, &w, &r->guests[i], e);
        moved |= r->guests[i].end == END_MOVED;
    }
    return err < 0 ? err : moved;
}

/* --- the report --- */

static void add_gain(struct acdr_item *m, const struct guest *g)
{
    static const char *const words[] = {
        [ACDR_MOVE_GAIN_PLACE] = "place", [ACDR_MOVE_GAIN_STEPS] = "refused"
    };
    struct acdr_item *gain;

    if (g->gain == ACDR_MOVE_GAIN_NONE) {
        acdr_item_add_null(m, "gain");
        return;
    }
    gain = acdr_item_add(m, "gain", ACDR_ITEM_MAP);
    acdr_item_add_text(gain, "term",
                       g->gain == ACDR_MOVE_GAIN_TERM ? acdr_place_cost_name(g->term)
                                                      : words[g->gain]);
    acdr_item_add_num(gain, "now", g->now);
    acdr_item_add_num(gain, "then", g->then);
}

static void add_guest_report(struct acdr_item *list, const struct guest *g)
{
    struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);

    acdr_item_add_text(m, "name", g->name);
    acdr_item_add_text(m, "uuid", g->id);
    acdr_item_add_text(m, "class", g->class_name);
    acdr_item_add_text(m, "result", end_names[g->end]);
    add_gain(m, g);
    acdr_report_place(m, g->was);
    acdr_report_place(acdr_item_add(m, "better", ACDR_ITEM_MAP), g->better);
    acdr_item_add_text(m, "why", g->why);
}

/* 1: a guest could improve. */
static int report(const struct run *r, struct acdr_item **ret, struct acdr_err *e)
{
    acdr_auto(acdr_item_free) struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP);
    struct acdr_item *list;
    bool worse = false;
    int err;

    acdr_item_add_bool(root, "dry_run", r->dry);
    list = acdr_item_add(root, "guests", ACDR_ITEM_LIST);
    for (size_t i = 0; i < r->n; i++) {
        enum end end = r->guests[i].end;

        add_guest_report(list, &r->guests[i]);
        worse |= end >= END_POSSIBLE && end <= END_UNKNOWN;
    }
    err = ret ? acdr_report_done(&root, ret, e) : 0;
    return err < 0 ? err : worse;
}

int acdr_rebalance_run(struct acdr *a, const char *domain, unsigned flags, struct acdr_item **ret,
                       struct acdr_err *e)
{
    acdr_auto(acdr_journal_free) struct acdr_journal *j = NULL;
    struct run r = { .a = a, .dry = flags & ACDR_REBALANCE_DRY_RUN };
    int err = acdr_handle_check(a, e);

    if (err == 0)
        err = acdr_journal_read(a->root, &j, e);
    if (err == 0)
        err = list_guests(&r, j, domain, e);
    if (err == 0 && r.dry)
        err = look_at_all(&r, j, e);
    else if (err == 0)
        do
            err = move_round(&r, e);
        while (err > 0);
    if (err == 0)
        err = report(&r, ret, e);
    forget(&r);
    return err;
}
