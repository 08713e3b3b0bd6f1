/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Knows what counts as a gain, and what the kernel or libvirt cannot move. See move_candidate.h.
 */
#include "move_candidate.h"

#include <errno.h>
#include <string.h>

#include "planner.h"
#include "guest.h"
#include "numa_maps.h"
#include "rule_check.h"
#include "text.h"

char *acdr_move_candidate_pages(const struct acdr_entry *en)
{
    return acdr_text_format("pages:%d@%llu", en->pid, en->start);
}

/* --- is there a better place? --- */

/* The guest can use elsewhere the amount that it holds now. Its huge pages were allocated at its
 * start: a pool does not grow for a move. */
static int give_back(const struct acdr_entry *en, const struct acdr_move_candidate *c,
                     struct acdr_host *h)
{
    struct acdr_numa numa;
    int err = acdr_numa_read(h, en->pid, &numa);

    if (err == -ENOMEM)
        return err;
    if (err == 0)
        acdr_numa_give_back(&numa, h);
    acdr_numa_done(&numa);
    for (size_t i = 0; c->domain->hugepages && c->hints.adds_hugepages && i < h->n_nodes; i++)
        h->nodes[i].memavail_kb = 0;
    return 0;
}

static int weigh(const struct acdr_place_request *q, const struct acdr_entry *en,
                 struct acdr_move_candidate *c)
{
    struct acdr_place_cost now, then;
    int err = acdr_place_cost_of(q, c->better, &then);

    if (err == 0)
        err = acdr_place_cost_of(q, en->place, &now);
    if (err < 0)
        return err;
    if (acdr_place_cost_compare(&then, &now, &c->term) < 0 && c->term < ACDR_COST_IDLE) {
        c->gain = ACDR_MOVE_GAIN_TERM;
        c->now = now.term[c->term];
        c->then = then.term[c->term];
    }
    return 0;
}

static bool was_plugged(const struct acdr_entry *en, const struct acdr_move_candidate *c)
{
    return en->place && en->place->n_vcpus && en->place->n_vcpus != c->domain->vcpus;
}

static int find_place(const struct acdr_place_request *q, const struct acdr_entry *en,
                      struct acdr_move_candidate *c, struct acdr_err *e)
{
    struct acdr_err none = { 0 };
    int err = acdr_place_find(q, &c->better, &none);

    if (err == -ENOMEM)
        return acdr_err_nomem(e);
    if (err < 0)
        c->why = strdup(en->place ? "no better place is possible now" : none.text);
    else if (!en->place)
        c->gain = ACDR_MOVE_GAIN_PLACE;
    else if (weigh(q, en, c) < 0)
        return acdr_err_nomem(e);
    return 0;
}

/* --- what hinders it? --- */

/* Cells over several nodes: the pages of each cell would need their own node, but the kernel
 * selects a process's pages only by their present node. */
static bool moves_cells(const struct acdr_entry *en, const struct acdr_move_candidate *c,
                        bool leaves)
{
    if (c->domain->n_cells < 2 || acdr_bitmap_weight(&c->target) < 2 || !en->place)
        return false;
    return leaves || en->place->n_cells != c->better->n_cells ||
           memcmp(en->place->cell_node, c->better->cell_node,
                  (size_t)c->better->n_cells * sizeof(int)) != 0;
}

/* *WHY is NULL if nothing prevents it; memory that stays in place prevents nothing. */
static int find_hindrance(const struct acdr_entry *en, const struct acdr_move_candidate *c,
                          char **why)
{
    bool leaves = !acdr_bitmap_subset(&c->memory, &c->target);
    const char *what = NULL;
    int err = 0;

    if (c->domain->own_pins && acdr_domain_placed(c->domain))
        what = "its running XML has pins that acdr start or a migration wrote: libvirt keeps it "
               "there until its next start";
    else if (moves_cells(en, c, leaves))
        what = "its NUMA cells would change nodes, and the kernel cannot distinguish their memory";
    else if (leaves)
        err = acdr_domain_memory_pinned(c->domain, why);
    if (!what && leaves && !*why && c->hints.memory_stays)
        what = "its class does not migrate memory ([strict-numa] migrate = no)";
    if (what)
        *why = strdup(what);
    return err < 0 || (what && !*why) ? -ENOMEM : 0;
}

/* A kernel without NUMA has no such setting, and no node to leave. */
static int read_memory(struct acdr *a, const struct acdr_entry *en, struct acdr_move_candidate *c,
                       struct acdr_err *e)
{
    acdr_auto(free) char *knob = acdr_move_candidate_pages(en);
    acdr_auto(free) char *now = NULL;
    int err = knob ? acdr_knob_read(a->root, acdr_knob_of(knob), &now, e) : acdr_err_nomem(e);

    if (err == -EOPNOTSUPP) {
        acdr_err_clear(e);
        return 0;
    }
    if (err == 0 && acdr_bitmap_parse_list(&c->memory, now) < 0)
        err = acdr_err_set(e, EBADMSG, "%s: \"%s\" is not a node list", knob, now);
    return err;
}

static int look_for_hindrance(struct acdr *a, const struct acdr_host *h,
                              const struct acdr_entry *en, struct acdr_move_candidate *c,
                              struct acdr_err *e)
{
    int err = read_memory(a, en, c, e);

    if (err < 0)
        return err;
    ACDR_BITMAP_FOR(n, &c->better->nodes)
        acdr_bitmap_add(&c->target, acdr_host_memory_node(h, n));
    return find_hindrance(en, c, &c->why) < 0 ? acdr_err_nomem(e) : 0;
}

/* What it did not get at its start it does not get later, either; one that has a place gets none
 * with more CPUs than its rule allows. */
static int check_rule(struct acdr *a, const struct acdr_journal *j, const struct acdr_entry *en,
                      struct acdr_move_candidate *c, struct acdr_err *e)
{
    const struct acdr_rule_query q = { en->id, en->name, c->class, c->better, NULL };
    struct acdr_rule_verdict v = { 0 };

    if (c->why)
        return 0;
    if (en->place)
        acdr_rule_check_move(a, j, &q, &v.broken);
    else
        acdr_rule_check(a, j, &q, &v);
    if (v.broken.code)
        c->why = strdup(v.broken.text);
    return v.broken.code && !c->why ? acdr_err_nomem(e) : 0;
}

/* --- together --- */

/* No step of the class binds the other threads to a place. */
static bool has_use(const struct acdr_move_candidate *c)
{
    return c->hints.dedicated || c->hints.memory_bound;
}

static int read_guest(struct acdr *a, const struct acdr_entry *en, struct acdr_move_candidate *c,
                      struct acdr_err *e)
{
    int err = acdr_handle_class(a, en->class_name, &c->class, e);

    if (err < 0)
        return err;
    acdr_handle_hints(a, c->class, en->name, &c->hints);
    err = acdr_guest_domain(a->root, en->name, &c->domain, e);
    if (err == -ENOENT)
        return -ESRCH;
    if (err == 0 && strcmp(c->domain->uuid, en->id) != 0)
        return acdr_err_set(e, ESRCH, "guest %s: another guest of that name runs", en->name);
    return err;
}

/* Another place brings no gain. */
static int stay(const struct acdr_entry *en, struct acdr_move_candidate *c, struct acdr_err *e)
{
    const char *why = "no better place is possible now";

    c->gain = ACDR_MOVE_GAIN_NONE;
    acdr_place_free(c->better);
    c->better = NULL;
    if (en->place && en->degraded) {
        c->gain = ACDR_MOVE_GAIN_STEPS;
        c->now = acdr_journal_refused(en);
        return 0;
    }
    if (!has_use(c))
        why = "its class binds neither its vCPUs nor its memory to a place";
    else if (was_plugged(en, c))
        why = "its vCPUs have changed since its start";
    else if (acdr_domain_placed(c->domain))
        why = "no better place is possible within the pins and the numatune of its XML";
    if (!c->why)
        c->why = strdup(why);
    return c->why ? 0 : acdr_err_nomem(e);
}

/* Pins that ACDR wrote are not the owner's choice: what is the gain without them? */
static int look_unpinned(struct acdr *a, struct acdr_journal *j, const struct acdr_entry *en,
                         struct acdr_planning *d, struct acdr_move_candidate *c, struct acdr_err *e)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *bare = NULL;
    int err = 0;

    if (c->domain->own_pins)
        err = acdr_guest_domain(a->root, en->name, &bare, e);
    if (bare)
        acdr_domain_unpin(bare);
    if (err == 0)
        err = acdr_planning_view(a, j, en->id, bare ? bare : c->domain, c->class, en->place, d, e);
    if (err == 0 && en->place)
        err = acdr_planning_request(a, j, en->id, d, e);
    if (err == 0 && give_back(en, c, d->host) < 0)
        err = acdr_err_nomem(e);
    return err < 0 ? err : find_place(&d->request, en, c, e);
}

int acdr_move_candidate_find(struct acdr *a, struct acdr_journal *j, const struct acdr_entry *en,
                             struct acdr_move_candidate *ret, struct acdr_err *e)
{
    struct acdr_planning d = { 0 };
    int err;

    *ret = (struct acdr_move_candidate){ 0 };
    err = read_guest(a, en, ret, e);
    if (err == 0 && has_use(ret) && !was_plugged(en, ret))
        err = look_unpinned(a, j, en, &d, ret, e);
    if (err == 0 && ret->gain) {
        err = look_for_hindrance(a, d.host, en, ret, e);
        if (err == 0)
            err = check_rule(a, j, en, ret, e);
    } else if (err == 0) {
        err = stay(en, ret, e);
    }
    acdr_planning_done(&d);
    return err;
}

void acdr_move_candidate_done(struct acdr_move_candidate *c)
{
    acdr_domain_free(c->domain);
    acdr_class_free(c->class);
    acdr_place_free(c->better);
    free(c->why);
    *c = (struct acdr_move_candidate){ 0 };
}
