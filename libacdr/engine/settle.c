/*
 * Settling. A pass reads every dirty knob and computes what it should be, writes that down, and
 * only then writes the knobs and reads them back; a step that was refused drops its claims, which
 * makes knobs dirty again, and the next pass takes those back. Every pass but the last drops
 * claims, so it ends.
 */
#include "settle.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "text.h"

enum fate {
    FATE_SETTLED, /* as it should be, without a write */
    FATE_WRITE,   /* to be written */
    FATE_WRITTEN,
    FATE_GONE,    /* the setting has vanished */
    FATE_LEFT,    /* somebody else owns it now */
    FATE_REFUSED,
};

struct pass {
    struct acdr_settle *s;
    enum fate *fate; /* one per kept knob */
    size_t n;
    bool swept; /* a knob was written that moves many tasks */
};

static bool is_gone(int err)
{
    return err == -ENOENT || err == -ESRCH || err == -ENODEV;
}

static unsigned flags_of(const char *knob)
{
    const char *rest;
    const struct acdr_knob_kind *kind = acdr_knob_find(knob, &rest);

    return kind ? kind->flags : 0;
}

static void report(struct pass *p, const char *list, const struct acdr_kept *k, const char *now,
                   const char *why)
{
    struct acdr_item *l = p->s->report;
    struct acdr_item *i;

    if (!l)
        return;
    l = (struct acdr_item *)acdr_item_find(l, list);
    i = acdr_item_add(l, NULL, ACDR_ITEM_MAP);
    acdr_item_add_text(i, "knob", k->knob);
    acdr_item_add_text(i, "was", now);
    acdr_item_add_text(i, "now", k->want);
    acdr_item_add_text(i, "why", why);
}

/* A claim of the event's own entry on this knob, or NULL. */
static const struct acdr_claim *own_claim(const struct acdr_settle *s, const char *knob)
{
    for (size_t i = 0; s->id && i < s->j->n_holds; i++)
        if (!strcmp(s->j->holds[i].id, s->id) && !strcmp(s->j->holds[i].claim.knob, knob))
            return &s->j->holds[i].claim;
    return NULL;
}

static void note_outcome(struct pass *p, const char *knob, enum acdr_result r, const char *why)
{
    const struct acdr_claim *c = own_claim(p->s, knob);
    struct acdr_entry *en = p->s->id ? acdr_journal_find(p->s->j, p->s->id) : NULL;

    if (c && en)
        acdr_journal_outcome(en, c->step, r, why);
}

bool acdr_settle_holds(const struct acdr_journal *j, const char *knob, const char *now)
{
    acdr_auto(free) struct acdr_wish *w = NULL;
    acdr_auto(free) char *folded = NULL;
    size_t n = 0;

    if (acdr_journal_wishes(j, knob, &w, &n) < 0 || acdr_knob_fold(knob, now, w, n, &folded) < 0)
        return false;
    return acdr_knob_same(knob, now, folded);
}

static int set_text(char **dst, const char *s)
{
    char *copy = strdup(s);

    if (!copy)
        return -ENOMEM;
    free(*dst);
    *dst = copy;
    return 0;
}

/* What the knob is to be, into k->want; its present value NOW becomes k->was. */
static int aim(struct pass *p, struct acdr_kept *k, const char *now, const struct acdr_wish *w,
               size_t n)
{
    char *want = NULL;
    int err = acdr_knob_fold(k->knob, k->base, w, n, &want);

    (void)p;
    if (err < 0)
        return err;
    free(k->want);
    k->want = want;
    return set_text(&k->was, now);
}

/*
 * Somebody else changed the value since our last write. With no claim left it is theirs: leave it.
 * Else it is the new value to give back, and the claims are made to hold on top of it.
 */
static enum fate meet_stranger(struct pass *p, struct acdr_kept *k, const char *now, size_t wishes)
{
    if (wishes) {
        acdr_log(p->s->log, LOG_NOTICE, "%s: was changed to \"%s\" by somebody else; that is what "
                 "it will be given back as", k->knob, now);
        return set_text(&k->base, now) < 0 ? FATE_REFUSED : FATE_WRITE;
    }
    acdr_log(p->s->log, LOG_WARNING, "%s: left at \"%s\": somebody else changed it (it was \"%s\", "
             "we made it \"%s\")", k->knob, now, k->base, k->want);
    report(p, "left", k, now, "somebody else changed it meanwhile");
    return FATE_LEFT;
}

static enum fate vanish(struct pass *p, struct acdr_kept *k, size_t wishes)
{
    const char *rest;
    const struct acdr_knob_kind *kind = acdr_knob_find(k->knob, &rest);

    if (!wishes && kind && kind->gone && k->want)
        kind->gone(p->s->root, rest, k->want);
    return FATE_GONE;
}

static enum fate refuse(struct pass *p, const struct acdr_kept *k, int err, const char *why)
{
    const struct acdr_claim *c = own_claim(p->s, k->knob);
    bool cannot = err == -EPERM || err == -EOPNOTSUPP;

    if (c && c->soft) {
        note_outcome(p, k->knob, ACDR_RESULT_UNSUPPORTED, why);
        return FATE_REFUSED;
    }
    acdr_log(p->s->log, cannot && !c ? LOG_NOTICE : LOG_WARNING, "%s", why);
    report(p, "left", k, k->was, why);
    note_outcome(p, k->knob, ACDR_RESULT_REFUSED, why);
    return FATE_REFUSED;
}

/* What shows its value late may still show the one before our last write, and is slow to ask: once
 * it was read, our own last word stands for it, but where an administrator asks for a repair. */
static int read_now(struct pass *p, const struct acdr_kept *k, unsigned flags, char **now,
                    struct acdr_err *e)
{
    if (!(flags & ACDR_KNOB_LAZY) || !k->base || p->s->report)
        return acdr_knob_read(p->s->root, k->knob, now, e);
    *now = strdup(k->want);
    return *now ? 0 : -ENOMEM;
}

/* Read one knob and decide; nothing is changed yet. */
static enum fate look(struct pass *p, struct acdr_kept *k)
{
    acdr_auto(free) struct acdr_wish *w = NULL;
    acdr_auto(free) char *now = NULL;
    struct acdr_err e = { 0 };
    bool fresh = !k->base;
    unsigned flags = flags_of(k->knob);
    enum fate fate = FATE_WRITE;
    size_t n = 0;
    int err = acdr_journal_wishes(p->s->j, k->knob, &w, &n);

    if (err == 0)
        err = read_now(p, k, flags, &now, &e);
    if (is_gone(err) && fresh && !(flags & ACDR_KNOB_FOLLOW))
        note_outcome(p, k->knob, ACDR_RESULT_UNSUPPORTED, e.text);
    if (is_gone(err))
        return vanish(p, k, n);
    if (err < 0)
        return refuse(p, k, err, e.text);
    if (fresh && !n)
        return FATE_GONE;
    if (!n && flags & ACDR_KNOB_STAY)
        return FATE_LEFT;
    if (fresh)
        err = set_text(&k->base, now);
    else if (!acdr_knob_ours(p->s->root, k->knob, now, k->base, k->was, k->want))
        fate = meet_stranger(p, k, now, n);
    if (err == 0 && fate == FATE_WRITE)
        err = aim(p, k, now, w, n);
    if (err < 0)
        return refuse(p, k, err, "a claim's value does not fit the setting");
    if (fate == FATE_WRITE && acdr_knob_same(k->knob, now, k->want) &&
        !(fresh && flags & ACDR_KNOB_FORCE))
        return FATE_SETTLED;
    return fate;
}

/* After a write: does the kernel show what was asked for? */
static enum fate check(struct pass *p, const struct acdr_kept *k)
{
    acdr_auto(free) char *now = NULL;
    struct acdr_err e = { 0 };
    char why[1200];
    int err;

    if (flags_of(k->knob) & ACDR_KNOB_LAZY)
        return FATE_WRITTEN;
    err = acdr_knob_read(p->s->root, k->knob, &now, &e);
    if (is_gone(err))
        return FATE_GONE;
    if (err < 0)
        return refuse(p, k, err, e.text);
    if (acdr_knob_same(k->knob, now, k->want))
        return FATE_WRITTEN;
    snprintf(why, sizeof(why), "%s: asked for \"%s\", the kernel shows \"%s\"", k->knob, k->want,
             now);
    return refuse(p, k, -EIO, why);
}

static enum fate act(struct pass *p, const struct acdr_kept *k)
{
    struct acdr_err e = { 0 };
    int err = acdr_knob_write(p->s->root, k->knob, k->was, k->want, &e);
    enum fate fate;

    if (is_gone(err))
        return FATE_GONE;
    if (err < 0)
        return refuse(p, k, err, e.text);
    fate = check(p, k);
    if (fate == FATE_WRITTEN)
        report(p, "repaired", k, k->was, NULL);
    p->swept |= flags_of(k->knob) & ACDR_KNOB_SWEEP;
    return fate;
}

/* What is done for knob I, in the order that the pass wants. */
static size_t nth(const struct pass *p, size_t i)
{
    return p->s->backwards ? p->n - 1 - i : i;
}

/* The write-ahead, then the writes. */
static int write_knobs(struct pass *p, struct acdr_err *e)
{
    struct acdr_journal *j = p->s->j;
    int err = acdr_journal_write(p->s->root, j, e);

    for (size_t i = 0; err == 0 && i < p->n; i++) {
        size_t k = nth(p, i);

        if (j->kept[k].dirty && p->fate[k] == FATE_WRITE)
            p->fate[k] = act(p, &j->kept[k]);
    }
    return err;
}

/* Sweeping all tasks may have carried along some that have a knob of their own. */
static void follow_sweep(struct pass *p)
{
    struct acdr_journal *j = p->s->j;

    for (size_t i = 0; p->swept && i < p->n; i++) {
        struct acdr_kept *k = &j->kept[i];
        acdr_auto(free) char *now = NULL;

        if (!(flags_of(k->knob) & ACDR_KNOB_FOLLOW) || !k->base || p->fate[i] == FATE_LEFT)
            continue;
        if (acdr_knob_read(p->s->root, k->knob, &now, NULL) == 0 &&
            !acdr_knob_same(k->knob, now, k->want) &&
            acdr_knob_ours(p->s->root, k->knob, now, k->base, k->was, k->want))
            acdr_knob_write(p->s->root, k->knob, now, k->want, NULL);
    }
}

static bool wanted(const struct acdr_journal *j, const char *knob)
{
    for (size_t i = 0; i < j->n_holds; i++)
        if (!strcmp(j->holds[i].claim.knob, knob))
            return true;
    return false;
}

/* A refused claim of the event's entry: its whole step goes, a soft one alone. True where one went;
 * the knob, which others may have claimed before, is then settled anew without it. */
static bool drop_refused(struct pass *p)
{
    struct acdr_journal *j = p->s->j;
    const struct acdr_claim *c;
    bool dropped = false;

    for (size_t i = 0; i < p->n; i++) {
        c = p->fate[i] == FATE_REFUSED ? own_claim(p->s, j->kept[i].knob) : NULL;
        if (c) {
            acdr_auto(free) char *step = strdup(c->step);

            if (step)
                acdr_journal_drop_claims(j, p->s->id, step, c->soft ? j->kept[i].knob : NULL);
            dropped = true;
        }
    }
    return dropped;
}

/* What is as it should be is clean, and its steps have done something. */
static void note_settled(struct pass *p)
{
    for (size_t i = 0; i < p->n; i++) {
        struct acdr_kept *k = &p->s->j->kept[i];

        if (!k->dirty || (p->fate[i] != FATE_SETTLED && p->fate[i] != FATE_WRITTEN))
            continue;
        note_outcome(p, k->knob,
                     acdr_knob_same(k->knob, k->base, k->want) ? ACDR_RESULT_ALREADY
                                                               : ACDR_RESULT_APPLIED,
                     NULL);
        k->dirty = false;
    }
}

/* Knobs that are gone, somebody else's, or at their base with no claim left. Backwards, because
 * they move up. */
static void forget(struct pass *p)
{
    struct acdr_journal *j = p->s->j;

    for (size_t i = p->n; i-- > 0;) {
        bool over = p->fate[i] == FATE_GONE || p->fate[i] == FATE_LEFT;

        if (over || (!j->kept[i].dirty && !wanted(j, j->kept[i].knob)))
            acdr_journal_drop_knob(j, i);
    }
}

static bool any_dirty(const struct acdr_journal *j)
{
    for (size_t i = 0; i < j->n_kept; i++)
        if (j->kept[i].dirty)
            return true;
    return false;
}

/* 1: claims were dropped, go again; 0; or -errno. */
static int run_pass(struct acdr_settle *s, struct acdr_err *e)
{
    struct pass p = { .s = s, .n = s->j->n_kept };
    bool again = false;
    int err;

    p.fate = calloc(p.n + 1, sizeof(*p.fate));
    if (!p.fate)
        return acdr_err_nomem(e);
    for (size_t i = 0; i < p.n; i++) {
        size_t k = nth(&p, i);

        if (s->j->kept[k].dirty)
            p.fate[k] = look(&p, &s->j->kept[k]);
    }
    err = write_knobs(&p, e);
    if (err == 0) {
        follow_sweep(&p);
        note_settled(&p);
        again = drop_refused(&p);
        forget(&p);
    }
    free(p.fate);
    return err < 0 ? err : again;
}

int acdr_settle_run(struct acdr_settle *s, struct acdr_err *e)
{
    bool refused = false;
    bool backwards = s->backwards;
    int err = 0;

    while (any_dirty(s->j)) {
        err = run_pass(s, e);
        if (err <= 0)
            break;
        refused = true;
        s->backwards = true;
    }
    s->backwards = backwards;
    if (err == 0)
        err = acdr_journal_write(s->root, s->j, e);
    return err < 0 ? err : refused;
}
