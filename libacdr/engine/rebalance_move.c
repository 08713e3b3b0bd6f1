/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One guest's move. Steps that differ at the new place are undone completely, so that no thread has
 * to leave a partition that still holds it; then all are redone as at a reconnect. Meanwhile the
 * journal marks the guest degraded: if this process is killed halfway, the next reconnect or
 * rebalance conditions it again.
 */
#include "rebalance.h"

#include <errno.h>
#include <string.h>

#include "condition.h"
#include "step.h"
#include "text.h"

static bool is_claimed(const struct acdr_plan *p, const struct acdr_claim *c)
{
    for (size_t i = 0; i < p->n_claims; i++) {
        const struct acdr_claim *m = &p->claims[i];

        if (!strcmp(m->knob, c->knob) && !strcmp(m->step, c->step))
            return m->op == c->op && !strcmp(m->value, c->value) && !strcmp(m->alt, c->alt);
    }
    return false;
}

/* Does ID hold exactly the plan's claims for STEP? */
static bool is_same(const struct acdr_journal *j, const char *id, const char *step,
                    const struct acdr_plan *p)
{
    const struct acdr_owner *o = acdr_journal_owner(j, id);
    size_t n = 0;

    for (size_t i = 0; i < p->n_claims; i++)
        n += !strcmp(p->claims[i].step, step);
    for (const struct acdr_owned_claim *h = o ? o->claims.first : NULL; h;
         h = acdr_claim_next(h, ACDR_CHAIN_OWNER)) {
        if (strcmp(h->claim.step, step) != 0)
            continue;
        if (!n-- || !is_claimed(p, &h->claim))
            return false;
    }
    return n == 0;
}

/* Claims for its start (huge pages) stay the guest's at any place. LOOSE gets the claims that
 * release its threads meanwhile. */
static int drop_changed(struct acdr_txn *w, const struct acdr_condition_request *o,
                        const struct acdr_place *to, struct acdr_plan *loose, struct acdr_err *e)
{
    struct acdr_planning d = { 0 };
    int err = acdr_planning_view(w->a, w->j, o->id, o->domain, o->class, to, &d, e);

    if (err == 0)
        err = acdr_planning_preview(&d, e);
    for (int i = 0; err == 0 && acdr_steps[i]; i++) {
        const struct acdr_step *step = acdr_steps[i];

        if (step->start_only || is_same(w->j, o->id, step->name, &d.plan))
            continue;
        acdr_journal_drop_claims(w->j, o->id, step->name, NULL);
        loose->step = step->name;
        if (step->let_go && acdr_class_has(o->class, step->name) &&
            step->let_go(&d.view, loose) < 0)
            err = acdr_err_nomem(e);
    }
    acdr_planning_done(&d);
    return err;
}

/* Undo what differs at the new place. */
static int leave(struct acdr_txn *w, const struct acdr_condition_request *o,
                 struct acdr_plan *loose, struct acdr_err *e)
{
    int err = 0;

    for (size_t i = 0; err == 0 && i < loose->n_claims; i++)
        if (acdr_journal_claim(w->j, o->id, &loose->claims[i]) < 0)
            err = acdr_err_nomem(e);
    if (err == 0)
        err = acdr_txn_settle_all(w, NULL, e);
    for (size_t i = 0; i < loose->n_claims; i++)
        acdr_journal_drop_claims(w->j, o->id, loose->claims[i].step, loose->claims[i].knob);
    return err;
}

/* Condition the guest at the place TO, which the journal takes over. */
static int go(struct acdr_txn *w, const struct acdr_condition_request *o, struct acdr_place *to,
              struct acdr_err *e)
{
    struct acdr_entry *en = acdr_journal_find(w->j, o->id);
    struct acdr_plan loose = { .stage = ACDR_STAGE_GUEST };
    int err = drop_changed(w, o, to, &loose, e);

    acdr_place_free(en->place);
    en->place = to;
    en->degraded = true;
    if (err == 0)
        err = leave(w, o, &loose, e);
    acdr_plan_done(&loose);
    return err < 0 ? err : acdr_condition(w, o, e);
}

static int move_memory(struct acdr_txn *w, const struct acdr_entry *en,
                       const struct acdr_bitmap *nodes, struct acdr_err *e)
{
    acdr_auto(free) char *name = acdr_move_candidate_pages(en);
    acdr_auto(free) char *want = acdr_bitmap_print_list(nodes);
    acdr_auto(free) char *now = NULL;
    acdr_auto(free) char *then = NULL;
    struct acdr_knob knob;
    int err;

    if (!name || !want)
        return acdr_err_nomem(e);
    knob = acdr_knob_of(name);
    err = acdr_knob_read(w->a->root, knob, &now, e);
    if (err < 0 || acdr_knob_matches(w->a->root, knob, now, want))
        return err;
    err = acdr_knob_write(w->a->root, knob, now, want, e);
    if (err == 0)
        err = acdr_knob_read(w->a->root, knob, &then, e);
    if (err == 0 && !acdr_knob_matches(w->a->root, knob, then, want))
        return acdr_err_set(e, EBUSY, "its memory is still on node %s instead of node %s", then,
                            want);
    return err;
}

static enum acdr_step_result result_before(const struct acdr_entry *before, const char *step)
{
    for (size_t i = 0; i < before->n_outcomes; i++)
        if (!strcmp(before->outcomes[i].step, step))
            return before->outcomes[i].result;
    return ACDR_STEP_ALREADY;
}

static bool is_done(enum acdr_step_result r)
{
    return r == ACDR_STEP_APPLIED || r == ACDR_STEP_ALREADY;
}

/* A step that was done BEFORE and is not done now; NULL if none. */
static const struct acdr_step_outcome *find_loss(const struct acdr_entry *en,
                                                 const struct acdr_entry *before)
{
    for (size_t i = 0; i < en->n_outcomes; i++)
        if (!is_done(en->outcomes[i].result) &&
            is_done(result_before(before, en->outcomes[i].step)))
            return &en->outcomes[i];
    return NULL;
}

/* 0: whole; 1: something was lost, E says what; -errno. */
static int go_and_look(struct acdr_txn *w, const struct acdr_condition_request *o,
                       struct acdr_place *to, const struct acdr_bitmap *nodes,
                       const struct acdr_entry *before, struct acdr_err *e)
{
    int err = go(w, o, to, e);
    const struct acdr_entry *en = acdr_journal_find(w->j, o->id);
    const struct acdr_step_outcome *loss = err < 0 ? NULL : find_loss(en, before);

    if (err < 0)
        return err;
    if (loss)
        acdr_err_set(e, EIO, "step %s was %s: %s", loss->step, acdr_step_result_name(loss->result),
                     loss->note ? loss->note : "");
    return loss || (!acdr_bitmap_empty(nodes) && move_memory(w, en, nodes, e) < 0);
}

/* Move back. Do it even after a journal failure during the move. */
static int go_back(struct acdr_txn *w, const struct acdr_condition_request *o,
                   struct acdr_place *old, const struct acdr_move_candidate *c,
                   const struct acdr_entry *before, char **why, struct acdr_err *e)
{
    struct acdr_err lost = { 0 };
    char *both;
    int err = go_and_look(w, o, old, &c->memory, before, &lost);

    if (err < 0)
        return acdr_err_set(e, -err, "%s", lost.text);
    if (err == 0 || !*why)
        return 0;
    both = acdr_text_format("%s; and back at its place %s", *why, lost.text);
    if (both) {
        free(*why);
        *why = both;
    }
    return 0;
}

/* Keep what it has there, complete or not: without a place it had less. */
static int settle_down(struct acdr_txn *w, const struct acdr_condition_request *o,
                       struct acdr_move_candidate *c, char **why, struct acdr_err *e)
{
    struct acdr_err lost = { 0 };
    struct acdr_entry *en = acdr_journal_find(w->j, o->id);
    int err;

    err = c->better ? go(w, o, acdr_take(c->better), e) : acdr_condition(w, o, e);
    if (err >= 0 && !acdr_bitmap_empty(&c->target) && move_memory(w, en, &c->target, &lost) < 0)
        *why = strdup(lost.text);
    else if (err >= 0 && acdr_journal_refused(en))
        *why = strdup("some steps were refused; see acdr status");
    return err < 0 ? err : *why != NULL;
}

int acdr_rebalance_move(struct acdr_txn *w, const char *id, struct acdr_move_candidate *c,
                        char **why, struct acdr_err *e)
{
    struct acdr_entry *en = acdr_journal_find(w->j, id);
    struct acdr_condition_request o = { .domain = c->domain,
                                        .class = c->class,
                                        .id = en->id,
                                        .name = en->name,
                                        .guest_stage = true,
                                        .tolerant = true };
    struct acdr_entry before = { 0 };
    acdr_auto(acdr_place_free) struct acdr_place *old = NULL;
    struct acdr_err lost = { 0 };
    int err;

    if (c->gain != ACDR_MOVE_GAIN_TERM)
        return settle_down(w, &o, c, why, e);
    old = acdr_place_copy(en->place);
    if (!old)
        return acdr_err_nomem(e);
    before.outcomes = acdr_take(en->outcomes);
    before.n_outcomes = en->n_outcomes;
    en->n_outcomes = 0;
    err = go_and_look(w, &o, acdr_take(c->better), &c->target, &before, &lost);
    if (err)
        *why = strdup(lost.text[0] ? lost.text : strerrordesc_np(EIO));
    if (err)
        err = go_back(w, &o, acdr_take(old), c, &before, why, e);
    acdr_journal_forget_outcomes(&before);
    return err < 0 ? err : *why != NULL;
}
