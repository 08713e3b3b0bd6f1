/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Settles one knob: reads it, decides on its value, writes it, reads it back. Knows the three-way
 * rule, not the order of knobs.
 */
#include "settle_pass.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "family.h"
#include "text.h"

static bool is_gone(int err)
{
    return err == -ENOENT || err == -ESRCH || err == -ENODEV;
}

/* A stock holds our addition as long as it is not smaller than our last write. */
static bool has_stock(const struct acdr_saved_knob *k, const char *now, const char *want)
{
    long long n, m;

    return k->knob.kind->counted && acdr_text_parse_num(now, &n) == 0 &&
           acdr_text_parse_num(want, &m) == 0 && n >= m;
}

bool acdr_settle_holds(struct acdr_root *r, const struct acdr_journal *j,
                       const struct acdr_saved_knob *k, const char *now)
{
    struct acdr_knob_sets family;
    acdr_auto(free) struct acdr_knob_claim *w = NULL;
    acdr_auto(free) char *folded = NULL;
    size_t n = 0;

    if (k->knob.kind->counted)
        return has_stock(k, now, k->want ? k->want : now);
    if (acdr_journal_claims_on(j, k, &family, &w, &n) < 0 ||
        acdr_knob_fold(k->knob, now, w, n, &folded) < 0)
        return false;
    return acdr_knob_matches(r, k->knob, now, folded);
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

static int set_base(struct acdr_saved_knob *k, const char *s)
{
    k->filed = false;
    return set_text(&k->base, s);
}

int acdr_settle_finished(struct acdr_saved_knob *k)
{
    return k->knob.kind->counted ? set_text(&k->was, k->want) : 0;
}

static bool is_known(const struct acdr_saved_knob *k, const char *value)
{
    return acdr_knob_same(k->knob, value, k->base) || acdr_knob_same(k->knob, value, k->was) ||
           acdr_knob_same(k->knob, value, k->want);
}

/* Put the knob's intended value, NOW where it STAYS, into k->want. On failure nothing is lost of
 * what the knob may be at. */
static int compute_target(struct acdr_saved_knob *k, const char *now,
                          const struct acdr_knob_claim *w, size_t n, bool stays)
{
    acdr_auto(free) char *want = stays ? strdup(now) : NULL;
    int err = stays ? (want ? 0 : -ENOMEM) : acdr_knob_fold(k->knob, k->base, w, n, &want);

    if (err == 0 && !k->was)
        err = set_text(&k->was, now);
    if (err < 0)
        return err;
    k->filed = k->filed && is_known(k, now) && is_known(k, want);
    free(k->want);
    k->want = acdr_take(want);
    return 0;
}

/* Others have added to a stock or taken from it: that survives our release. */
static int move_base(struct acdr_saved_knob *k, const char *now)
{
    long long base, want, n;
    char *moved = NULL;

    if (acdr_text_parse_num(k->base, &base) < 0 || acdr_text_parse_num(k->want, &want) < 0 ||
        acdr_text_parse_num(now, &n) < 0)
        return -EINVAL;
    base += n - want;
    moved = acdr_text_format("%lld", base < 0 ? 0 : base);
    if (!moved)
        return -ENOMEM;
    free(k->base);
    k->base = moved;
    k->filed = false;
    return 0;
}

/*
 * The value was changed by others since our last write. Without claims it is theirs: leave it. Else
 * it is the new value to restore, and the claims apply on top of it.
 */
static enum acdr_knob_outcome handle_foreign_write(struct acdr_settle_pass *p,
                                                   struct acdr_saved_knob *k, const char *now,
                                                   size_t claims)
{
    if (k->knob.kind->counted) {
        acdr_log(p->s->log, LOG_NOTICE,
                 "%s: another program changed it to %s from %s; the difference is kept", k->name,
                 now, k->want);
        return move_base(k, now) < 0 ? ACDR_OUTCOME_REFUSED : ACDR_OUTCOME_WRITE;
    }
    if (claims) {
        acdr_log(p->s->log, LOG_NOTICE,
                 "%s: was changed to \"%s\" by another program; it will be restored to that value",
                 k->name, now);
        return set_base(k, now) < 0 ? ACDR_OUTCOME_REFUSED : ACDR_OUTCOME_WRITE;
    }
    acdr_log(p->s->log, LOG_WARNING,
             "%s: left at \"%s\": another program changed it (originally \"%s\", set to \"%s\")",
             k->name, now, k->base, k->want);
    acdr_settle_report(p, "left", k, now, "another program changed it");
    return ACDR_OUTCOME_LEFT;
}

static enum acdr_knob_outcome handle_gone(struct acdr_settle_pass *p, struct acdr_saved_knob *k,
                                          size_t claims, const char *why)
{
    const struct acdr_knob_kind *kind = k->knob.kind;

    if (claims && acdr_knob_may_come(p->s->root, k->knob))
        return ACDR_OUTCOME_WAIT;
    if (!k->base && !kind->per_task)
        acdr_settle_outcome(p, k, ACDR_STEP_UNSUPPORTED, why);
    if (k->base && claims && kind->readback_later)
        return ACDR_OUTCOME_WAIT;
    if (!claims && kind->wait_gone && k->want)
        kind->wait_gone(p->s->root, k->knob.rest, k->want);
    return ACDR_OUTCOME_GONE;
}

/* Does our last write give the knob's claims what they ask for, as far as is known? */
static bool stands(const struct acdr_settle_pass *p, const struct acdr_saved_knob *k)
{
    return k->claims.first && k->base && k->want && !k->knob.kind->counted &&
           acdr_settle_holds(p->s->root, p->s->j, k, k->want);
}

/* One failed read takes nothing from a guest that runs: what our last write gave it counts. */
static enum acdr_knob_outcome wait_standing(struct acdr_settle_pass *p,
                                            const struct acdr_saved_knob *k, const char *why)
{
    bool already = acdr_knob_same(k->knob, k->base, k->want);

    acdr_settle_outcome(p, k, already ? ACDR_STEP_ALREADY : ACDR_STEP_APPLIED, why);
    return acdr_settle_wait(p, k, why);
}

static void keep_trace(struct acdr_settle_pass *p, const struct acdr_saved_knob *k)
{
    struct acdr_sweep_origin *t = &p->origin[k->at];

    t->was = strdup(k->was);
    t->want = strdup(k->want);
}

/* Is there an earlier value, other than the present want, at which tasks may remain? */
static bool has_trace(const struct acdr_settle_pass *p, const struct acdr_saved_knob *k)
{
    const struct acdr_sweep_origin *t = &p->origin[k->at];

    return (t->was && !acdr_knob_same(k->knob, t->was, k->want)) ||
           (t->want && !acdr_knob_same(k->knob, t->want, k->want));
}

/* A knob that shows its value late may still show the one before our last write, and is slow to
 * query: once read, our last write stands for it, except in an administrator's repair. */
static bool is_not_asked(const struct acdr_settle_pass *p, const struct acdr_saved_knob *k)
{
    return k->knob.kind->readback_later && k->base && !p->s->report;
}

static int read_now(struct acdr_settle_pass *p, struct acdr_saved_knob *k, char **now,
                    struct acdr_err *e)
{
    k->looked = !k->seen;
    if (k->seen) {
        *now = acdr_take(k->seen);
        return 0;
    }
    if (!is_not_asked(p, k))
        return acdr_knob_read(p->s->root, k->knob, now, e);
    *now = strdup(k->want);
    return *now ? 0 : -ENOMEM;
}

/* Can the write of NOW be skipped? A daemon that was not queried may have restarted without our
 * value: while there are claims, write again, which is cheap. */
static bool is_settled(const struct acdr_settle_pass *p, const struct acdr_saved_knob *k,
                       const char *now, bool fresh, size_t claims)
{
    return acdr_knob_matches(p->s->root, k->knob, now, k->want) && !has_trace(p, k) &&
           (fresh ? !k->knob.kind->write_always : !claims || !is_not_asked(p, k));
}

/* The kernel refused what the claims on its family ask for: it stays as it is. Its base would put
 * it back on the CPUs that others keep clean. */
static bool stays(const struct acdr_settle_pass *p, const struct acdr_saved_knob *k)
{
    return k->fixed && !k->claims.first && acdr_family_covers(p->s->j, k);
}

enum acdr_knob_outcome acdr_settle_read(struct acdr_settle_pass *p, size_t i)
{
    struct acdr_saved_knob *k = p->s->j->saved[i];
    acdr_auto(free) struct acdr_knob_claim *w = NULL;
    acdr_auto(free) char *now = NULL;
    acdr_auto(free) char *was = NULL;
    struct acdr_knob_sets family;
    struct acdr_err e = { 0 };
    bool fresh = !k->base;
    enum acdr_knob_outcome outcome = ACDR_OUTCOME_WRITE;
    size_t n = 0;
    int err = acdr_journal_claims_on(p->s->j, k, &family, &w, &n);

    if (err == 0 && fresh && !n) /* nothing to give back, even if it cannot be read */
        return ACDR_OUTCOME_GONE;
    if (err == 0)
        err = read_now(p, k, &now, &e);
    if (is_gone(err))
        return handle_gone(p, k, n, e.text);
    if (err < 0)
        return stands(p, k) ? wait_standing(p, k, e.text) : acdr_settle_unread(p, k, err, e.text);
    if (!n && k->knob.kind->no_restore)
        return ACDR_OUTCOME_LEFT;
    if (!fresh && k->knob.kind->bulk)
        keep_trace(p, k);
    was = acdr_take(now);
    err = acdr_settle_unhide(p->s, k, was, &now);
    if (err < 0)
        return acdr_settle_unread(p, k, err, "which CPUs partitions hide cannot be found out");
    if (fresh)
        err = set_base(k, now);
    else if (!acdr_knob_is_ours(p->s->root, k->knob, now, k->base, k->was, k->want))
        outcome = handle_foreign_write(p, k, now, n);
    if (err == 0 && outcome == ACDR_OUTCOME_WRITE)
        err = compute_target(k, now, w, n, stays(p, k));
    if (err < 0 && fresh) { /* as if it had not been read: nothing of it is known */
        free(k->base);
        k->base = NULL;
    }
    if (err == -ENOMEM)
        return acdr_settle_unread(p, k, err, "out of memory");
    if (err < 0)
        return acdr_settle_refused(p, k, err, "the value of a claim is not valid for the setting");
    if (outcome != ACDR_OUTCOME_WRITE)
        return outcome;
    if (is_settled(p, k, now, fresh, n))
        return ACDR_OUTCOME_SETTLED;
    free(k->was);
    k->was = acdr_take(was);
    return ACDR_OUTCOME_WRITE;
}

/* It went away between the read and the write. */
static enum acdr_knob_outcome handle_lost(struct acdr_settle_pass *p,
                                          const struct acdr_saved_knob *k)
{
    return k->claims.first && acdr_knob_may_come(p->s->root, k->knob) ? ACDR_OUTCOME_WAIT
                                                                      : ACDR_OUTCOME_GONE;
}

/* After a write: does the kernel show the requested value? */
static enum acdr_knob_outcome check(struct acdr_settle_pass *p, const struct acdr_saved_knob *k)
{
    acdr_auto(free) char *now = NULL;
    acdr_auto(free) char *shown = NULL;
    acdr_auto(free) char *note = NULL;
    struct acdr_err e = { 0 };
    char why[1200];
    int err;

    if (k->knob.kind->readback_later)
        return ACDR_OUTCOME_WRITTEN;
    err = acdr_knob_read_back(p->s->root, k->knob, &now, &e);
    if (is_gone(err))
        return handle_lost(p, k);
    if (err < 0)
        return acdr_settle_unread(p, k, err, e.text);
    err = acdr_settle_unhide(p->s, k, now, &shown);
    if (err < 0)
        return acdr_settle_unread(p, k, err, "which CPUs partitions hide cannot be found out");
    if (acdr_knob_matches(p->s->root, k->knob, shown, k->want) || has_stock(k, now, k->want))
        return ACDR_OUTCOME_WRITTEN;
    note = acdr_knob_note(p->s->root, k->knob, k->want);
    snprintf(why, sizeof(why), "%s: wrote \"%s\", but the kernel shows \"%s\"%s%s", k->name,
             k->want, now, note ? ": " : "", note ? note : "");
    return acdr_settle_refused(p, k, -EIO, why);
}

static int write_from(struct acdr_settle_pass *p, const struct acdr_saved_knob *k, const char *from,
                      struct acdr_err *e)
{
    if (!from || acdr_knob_same(k->knob, from, k->want))
        return 0;
    return acdr_knob_write(p->s->root, k->knob, from, k->want, e);
}

/* From the present value, and from values at which a crash may have left tasks. */
static int write_knob(struct acdr_settle_pass *p, const struct acdr_saved_knob *k,
                      struct acdr_err *e)
{
    const struct acdr_sweep_origin *t = &p->origin[k->at];
    int err = write_from(p, k, t->was, e);

    if (err == 0 && !acdr_knob_same(k->knob, t->want, t->was))
        err = write_from(p, k, t->want, e);
    if (err < 0)
        return err;
    if (acdr_knob_same(k->knob, k->was, t->was) || acdr_knob_same(k->knob, k->was, t->want))
        return 0; /* written from there just now */
    /* A value of the snapshot may be that of an interrupt whose number another has now. */
    return k->looked ? acdr_knob_write_seen(p->s->root, k->knob, k->was, k->want, e)
                     : acdr_knob_write(p->s->root, k->knob, k->was, k->want, e);
}

/* An earlier receiver that is now absent or busy gets the value at the next call. */
static bool can_wait(const struct acdr_saved_knob *k)
{
    return k->knob.kind->readback_later && k->claims.first &&
           (acdr_knob_same(k->knob, k->was, k->want) || !acdr_knob_same(k->knob, k->was, k->base));
}

enum acdr_knob_outcome acdr_settle_write(struct acdr_settle_pass *p, size_t i)
{
    const struct acdr_saved_knob *k = p->s->j->saved[i];
    struct acdr_err e = { 0 };
    int err = write_knob(p, k, &e);
    enum acdr_knob_outcome outcome;

    if (err < 0 && can_wait(k))
        return ACDR_OUTCOME_WAIT;
    if (is_gone(err))
        return handle_lost(p, k);
    if (err < 0 && acdr_is_unanswered(err))
        return acdr_settle_unread(p, k, err, e.text);
    if (err < 0)
        return acdr_settle_refused(p, k, err, e.text);
    outcome = check(p, k);
    if (outcome == ACDR_OUTCOME_WRITTEN && !acdr_knob_same(k->knob, k->was, k->want))
        acdr_settle_report(p, "repaired", k, k->want, NULL);
    return outcome;
}
