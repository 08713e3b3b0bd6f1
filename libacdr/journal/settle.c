/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Settling. A pass reads every dirty knob and computes its value, records that in the journal, and
 * only then writes the knobs and reads them back; a refused step drops its claims, which makes
 * knobs dirty again, and the next pass undoes those. Every pass but the last drops claims, or is
 * the only one that is repeated for what could not be restored, so it terminates.
 */
#include <errno.h>
#include <string.h>

#include "family.h"
#include "settle_pass.h"

/* The I-th knob in the order of the pass. */
static size_t nth(const struct acdr_settle_pass *p, size_t i)
{
    return p->s->backwards ? p->n - 1 - i : i;
}

/* Is anything to be written from which the file, should this process be killed, does not lead
 * back? */
static bool needs_record(const struct acdr_settle_pass *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->outcome[i] == ACDR_OUTCOME_WRITE && !p->s->j->saved[i]->filed)
            return true;
    return false;
}

static bool is_due(const struct acdr_settle_pass *p, size_t k)
{
    return p->s->j->saved[k]->dirty && p->outcome[k] == ACDR_OUTCOME_WRITE;
}

/* What the writes of one kind have in common, while they last. */
struct common {
    const struct acdr_knob_kind *kind;
    void *held;
    size_t left; /* writes */
};

/* Without memory for the list the writes do without. */
static void begin_common(const struct acdr_settle_pass *p, const struct acdr_knob_kind *kind,
                         struct common *c)
{
    struct acdr_knob_change *v = calloc(p->n, sizeof(*v));

    *c = (struct common){ .kind = kind };
    for (size_t i = 0; v && i < p->n; i++) {
        const struct acdr_saved_knob *k = p->s->j->saved[i];

        if (k->knob.kind == kind && is_due(p, i))
            v[c->left++] = (struct acdr_knob_change){ k->knob.rest, k->want };
    }
    c->held = v ? kind->begin(p->s->root, v, c->left) : NULL;
    free(v);
}

static void end_common(struct common *c)
{
    if (c->held)
        c->kind->end(c->held);
    *c = (struct common){ 0 };
}

/* One kind at most has something in common at a time. */
static void write_knob(struct acdr_settle_pass *p, size_t k, struct common *c)
{
    const struct acdr_knob_kind *kind = p->s->j->saved[k]->knob.kind;

    if (kind != c->kind) {
        end_common(c);
        if (kind->begin)
            begin_common(p, kind, c);
    }
    p->outcome[k] = acdr_settle_write(p, k);
    if (kind == c->kind && c->left && --c->left == 0)
        end_common(c);
}

/* The write-ahead, then the writes. */
static int write_knobs(struct acdr_settle_pass *p, struct acdr_err *e)
{
    struct common common = { 0 };
    int err = needs_record(p) ? acdr_journal_write_ahead(p->s->root, p->s->j, e) : 0;

    for (size_t i = 0; err == 0 && i < p->n; i++)
        if (is_due(p, nth(p, i)))
            write_knob(p, nth(p, i), &common);
    end_common(&common);
    return err;
}

/* Has a sweep of this pass moved tasks to NOW? NULL: was there any sweep? */
static bool was_swept(const struct acdr_settle_pass *p, const char *now)
{
    for (size_t i = 0; i < p->n; i++) {
        const struct acdr_saved_knob *k = p->s->j->saved[i];

        if (p->outcome[i] == ACDR_OUTCOME_WRITTEN && k->knob.kind->bulk &&
            (!now || acdr_knob_matches(p->s->root, k->knob, now, k->want)))
            return true;
    }
    return false;
}

/* A sweep of all tasks may have moved some that have their own knob. */
static void follow_sweep(struct acdr_settle_pass *p)
{
    if (!was_swept(p, NULL))
        return;
    for (size_t i = 0; i < p->n; i++) {
        struct acdr_saved_knob *k = p->s->j->saved[i];
        acdr_auto(free) char *now = NULL;

        if (!k->knob.kind->per_task || !k->base || p->outcome[i] == ACDR_OUTCOME_LEFT)
            continue;
        if (acdr_knob_read(p->s->root, k->knob, &now, NULL) == 0 &&
            !acdr_knob_matches(p->s->root, k->knob, now, k->want) && was_swept(p, now))
            acdr_knob_write(p->s->root, k->knob, now, k->want, NULL);
    }
}

/* Does a refused claim not take its whole step along? */
static bool is_alone(const struct acdr_settle_pass *p, const struct acdr_claim *c,
                     const struct acdr_saved_knob *k)
{
    return !k->knob.kind->essential && (p->s->alone || c->soft);
}

static void drop_step(struct acdr_settle_pass *p, const char *step, bool soft)
{
    struct acdr_entry *en = soft ? acdr_journal_find(p->s->j, p->s->id) : NULL;

    if (en)
        acdr_journal_not_applied(en, step);
    acdr_journal_drop_claims(p->s->j, p->s->id, step, NULL);
}

/* A refused claim of the event's entry: drop its whole step, or only the claim if it is soft. A
 * member of a family stays as it is. True if so; the knob, which others may already claim, is then
 * settled again without it. */
static bool drop_refused(struct acdr_settle_pass *p)
{
    struct acdr_journal *j = p->s->j;
    const struct acdr_claim *c;
    bool dropped = false;

    for (size_t i = 0; i < p->n; i++) {
        struct acdr_saved_knob *k = j->saved[i];

        if (p->outcome[i] != ACDR_OUTCOME_REFUSED)
            continue;
        c = p->s->id ? acdr_journal_claim_of(k, p->s->id) : NULL;
        if (c && is_alone(p, c, k))
            acdr_journal_drop_claims(j, p->s->id, c->step, k->name);
        else if (c)
            drop_step(p, c->step, c->soft);
        else if (!k->fixed && acdr_family_covers(j, k))
            k->fixed = true;
        else
            continue;
        dropped = true;
    }
    return dropped;
}

/* Correct knobs become clean, and their steps record the outcome. */
static void note_settled(struct acdr_settle_pass *p)
{
    for (size_t i = 0; i < p->n; i++) {
        struct acdr_saved_knob *k = p->s->j->saved[i];
        acdr_auto(free) char *note = NULL;

        if (!k->dirty ||
            (p->outcome[i] != ACDR_OUTCOME_SETTLED && p->outcome[i] != ACDR_OUTCOME_WRITTEN))
            continue;
        note = acdr_knob_note(p->s->root, k->knob, k->want);
        acdr_settle_outcome(p, k,
                            acdr_knob_same(k->knob, k->base, k->want) ? ACDR_STEP_ALREADY
                                                                      : ACDR_STEP_APPLIED,
                            note);
        k->dirty = acdr_settle_finished(k) < 0;
    }
}

/* Drop knobs that are gone, owned by others, or at their base without claims. */
static void forget(struct acdr_settle_pass *p)
{
    struct acdr_journal *j = p->s->j;

    for (size_t i = 0; i < p->n; i++)
        p->over[i] = p->outcome[i] == ACDR_OUTCOME_GONE || p->outcome[i] == ACDR_OUTCOME_LEFT ||
                     (!j->saved[i]->dirty && !j->saved[i]->claims.first &&
                      !acdr_family_covers(j, j->saved[i]));
    acdr_journal_drop_knobs(j, p->over);
}

static void pass_done(struct acdr_settle_pass *p)
{
    for (size_t i = 0; p->origin && i < p->n; i++) {
        free(p->origin[i].was);
        free(p->origin[i].want);
    }
    free(p->origin);
    free(p->outcome);
    free(p->over);
}

/* From here on, values change. */
static void forget_seen(struct acdr_journal *j)
{
    for (size_t i = 0; i < j->n_saved; i++) {
        free(j->saved[i]->seen);
        j->saved[i]->seen = NULL;
    }
}

/* A value could not be restored while another setting, on which it may depend, had not been: the
 * kernel takes no energy preference under the governor that was still to be restored. */
static bool may_work_now(const struct acdr_settle_pass *p)
{
    bool written = false, refused = false;

    for (size_t i = 0; i < p->n; i++) {
        const struct acdr_saved_knob *k = p->s->j->saved[i];

        written |= p->outcome[i] == ACDR_OUTCOME_WRITTEN;
        refused |= p->outcome[i] == ACDR_OUTCOME_REFUSED && k->dirty && !k->claims.first;
    }
    return written && refused;
}

enum { PASS_DROPPED = 1, PASS_RETRY };

/* DROPPED: claims were dropped, repeat; RETRY: once more is worth a try; 0; or -errno. */
static int run_pass(struct acdr_settle *s, struct acdr_err *e)
{
    struct acdr_settle_pass p = { .s = s, .n = s->j->n_saved };
    int err, again = 0;

    p.outcome = calloc(p.n + 1, sizeof(*p.outcome));
    p.origin = calloc(p.n + 1, sizeof(*p.origin));
    p.over = calloc(p.n + 1, sizeof(*p.over));
    if (!p.outcome || !p.origin || !p.over) {
        pass_done(&p);
        return acdr_err_nomem(e);
    }
    for (size_t i = 0; i < p.n; i++) {
        size_t k = nth(&p, i);

        if (s->j->saved[k]->dirty)
            p.outcome[k] = acdr_settle_read(&p, k);
    }
    forget_seen(s->j);
    err = write_knobs(&p, e);
    if (err == 0) {
        follow_sweep(&p);
        note_settled(&p);
        again = drop_refused(&p) ? PASS_DROPPED : may_work_now(&p) ? PASS_RETRY : 0;
        forget(&p);
    }
    pass_done(&p);
    return err < 0 ? err : again;
}

int acdr_settle_run(struct acdr_settle *s, struct acdr_err *e)
{
    bool refused = false, retried = false;
    bool backwards = s->backwards;
    int err = 0;

    while (acdr_journal_is_dirty(s->j)) {
        err = run_pass(s, e);
        if (err <= 0 || (err == PASS_RETRY && retried))
            break;
        refused |= err == PASS_DROPPED;
        retried |= err == PASS_RETRY;
        s->backwards = true;
    }
    err = err > 0 ? 0 : err;
    s->backwards = backwards;
    if (err == 0 && s->write_later)
        s->j->unsaved = true;
    else if (err == 0)
        err = acdr_journal_write(s->root, s->j, e);
    return err < 0 ? err : refused;
}
