/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Conditioning and its undoing. See condition.h. */
#include "condition.h"

#include <errno.h>
#include <string.h>
#include <syslog.h>

#include "item.h"
#include "members.h"
#include "rule_check.h"
#include "text.h"

/* The names of the guest's tap devices; only a running guest's XML has them. */
static int note_nics(struct acdr_entry *en, const struct acdr_domain *d)
{
    struct acdr_strbuf t = { 0 };
    char *s;

    for (size_t i = 0; i < d->n_nics; i++)
        if (d->nics[i].target[0])
            acdr_strbuf_addf(&t, "%s%s", t.len ? " " : "", d->nics[i].target);
    s = acdr_strbuf_take(&t);
    if (!s)
        return -ENOMEM;
    free(en->nics);
    en->nics = s;
    return 0;
}

static int note_guest(struct acdr_entry *en, struct acdr_planning *d,
                      const struct acdr_condition_request *o, struct acdr_err *e)
{
    int err = acdr_guest_read(d->host, o->name, &d->guest, e);

    if (err < 0)
        return err;
    if (d->guest->unread)
        return acdr_err_errno(e, d->guest->unread,
                              "guest %s: the files of a thread of process %d cannot be read",
                              o->name, d->guest->pid);
    d->view.guest = d->guest;
    en->pid = d->guest->pid;
    en->start = d->guest->start;
    return note_nics(en, o->domain) < 0 ? acdr_err_nomem(e) : 0;
}

/* An administrator chooses the place. */
static int pool_place(const struct acdr_condition_request *o, struct acdr_place **ret)
{
    acdr_auto(acdr_place_free) struct acdr_place *p = calloc(1, sizeof(*p));

    if (!p)
        return -ENOMEM;
    p->clean = *o->cpus;
    p->vcpu = calloc(1, sizeof(*p->vcpu));
    p->cell_node = calloc(1, sizeof(*p->cell_node));
    p->why = strdup("named by an administrator");
    if (!p->vcpu || !p->cell_node || !p->why)
        return -ENOMEM;
    *ret = acdr_take(p);
    return 0;
}

/* Only the daemon that called the hook reports how a start continues: without it, nothing would
 * ever report the guest's end. */
static int note_owner(struct acdr *a, struct acdr_entry *en, const struct acdr_condition_request *o,
                      struct acdr_err *e)
{
    int err = 0;

    if (!acdr_root_live(a->root) || en->is_pool)
        return 0;
    en->daemon_pid = acdr_guest_daemon(a->root, (int)getpid());
    if (en->daemon_pid)
        err = acdr_guest_started(a->root, en->daemon_pid, &en->daemon_start);
    if (err < 0)
        return acdr_err_errno(e, -err, "/proc/%d/stat", en->daemon_pid);
    if (en->daemon_start || o->guest_stage)
        return 0;
    return acdr_err_set(e, ECANCELED, "the daemon that started the guest has ended");
}

static int new_entry(struct acdr_txn *w, const struct acdr_condition_request *o, struct acdr_err *e)
{
    struct acdr_entry *en = acdr_journal_add(w->j, o->id, o->name, acdr_class_name(o->class));

    if (!en)
        return acdr_err_nomem(e);
    en->is_pool = !o->domain;
    en->pid = o->pid;
    en->start = o->start;
    if (acdr_journal_mapped(en, o->class_by) < 0 || (en->is_pool && pool_place(o, &en->place) < 0))
        return acdr_err_nomem(e);
    return note_owner(w->a, en, o, e);
}

/* A thread of another guest that cannot leave, or has ended, is not this guest's failure. */
static bool decides(const struct acdr_claim *c)
{
    return !c->soft || c->op != ACDR_OP_MINUS || !acdr_knob_of(c->knob).kind->per_task;
}

static bool has_claims(const struct acdr_plan *p, const char *step)
{
    for (size_t i = 0; i < p->n_claims; i++)
        if (!strcmp(p->claims[i].step, step) && decides(&p->claims[i]))
            return true;
    return false;
}

/* Record outcomes and claims in the journal. Settling gives the outcome of a step with claims. A
 * refused step also loses its claims of an earlier stage, unless TOLERANT. */
static int record(struct acdr_txn *w, struct acdr_entry *en, const struct acdr_plan *p, bool keep)
{
    int err = 0;

    for (size_t i = 0; err == 0 && i < p->n_outcomes; i++) {
        const struct acdr_step_outcome *oc = &p->outcomes[i];
        enum acdr_step_result now = has_claims(p, oc->step) ? ACDR_STEP_UNSUPPORTED : oc->result;

        if (now == ACDR_STEP_REFUSED && !keep)
            acdr_journal_drop_claims(w->j, en->id, oc->step, NULL);
        err = acdr_journal_outcome(en, oc->step, now, oc->note);
    }
    for (size_t i = 0; err == 0 && i < p->n_claims; i++)
        err = acdr_journal_claim(w->j, en->id, &p->claims[i]);
    return err;
}

static int settle(struct acdr_txn *w, const struct acdr_condition_request *o, bool follow_up,
                  struct acdr_err *e)
{
    if (!follow_up)
        acdr_journal_touch(w->j, o->id);
    return acdr_txn_settle(w, o->id, o->tolerant, e);
}

/* What a guest has it keeps, although the rule has changed. */
static bool has_it(const struct acdr_entry *en, const struct acdr_condition_request *o)
{
    return o->guest_stage && en->place && !strcmp(en->class_name, acdr_class_name(o->class));
}

static int check_rule(struct acdr_txn *w, const struct acdr_entry *en,
                      const struct acdr_planning *d, const struct acdr_condition_request *o,
                      struct acdr_err *e)
{
    const struct acdr_rule_query q = {
        .id = o->id,
        .name = o->name,
        .class = o->class,
        .place = d->view.place,
        .plan = has_it(en, o) ? NULL : &d->plan,
    };
    struct acdr_rule_verdict v;

    if (!o->domain)
        return 0;
    acdr_rule_check(w->a, w->j, &q, &v);
    if (!v.broken.code)
        return 0;
    if (o->by_root || has_it(en, o)) {
        acdr_log(&w->a->log, LOG_WARNING,
                 "runs with what acdr.conf does not allow, and would not be started so: %s",
                 v.broken.text);
        return 0;
    }
    if (o->not_allowed)
        *o->not_allowed = true;
    return acdr_err_set(e, v.broken.code, "%s", v.broken.text);
}

/* Plan and settle once. LATE: meanwhile the guest got a thread that the plan does not have. */
static int condition_once(struct acdr_txn *w, const struct acdr_condition_request *o,
                          bool follow_up, bool *late, struct acdr_err *e)
{
    struct acdr_entry *en = acdr_journal_find(w->j, o->id);
    struct acdr_planning d = { 0 };
    int err = acdr_planning_view(w->a, w->j, o->id, o->domain, o->class, en->place, &d, e);

    if (err == 0)
        acdr_txn_keep(w, d.host);
    if (err == 0 && o->guest_stage)
        err = note_guest(en, &d, o, e);
    if (err == 0 && !follow_up)
        err = acdr_planning_stage(&d, ACDR_STAGE_HOST, e);
    if (err == 0 && o->guest_stage)
        err = acdr_planning_stage(&d, ACDR_STAGE_GUEST, e);
    if (err == 0 && !follow_up)
        err = check_rule(w, en, &d, o, e);
    if (err == 0 && !follow_up) {
        acdr_journal_forget_outcomes(en);
        en->degraded = false;
    }
    if (err == 0 &&
        (record(w, en, &d.plan, o->tolerant) < 0 || acdr_members_join(w->j, d.host, d.parts) < 0))
        err = acdr_err_nomem(e);
    if (err == 0 && d.found)
        en->place = acdr_take(d.found);
    if (err == 0)
        err = settle(w, o, follow_up, e);
    *late = err >= 0 && o->guest_stage &&
            (o->follow_up && !o->tolerant ? acdr_guest_wait_late_thread(d.host, d.guest)
                                          : acdr_guest_has_late_thread(d.host, d.guest));
    acdr_planning_done(&d);
    return err;
}

/* Did this step fail? A required step that this host does not support did. */
static bool fell_short(const struct acdr_condition_request *o, const struct acdr_step_outcome *oc)
{
    return oc->result == ACDR_STEP_REFUSED ||
           (oc->result == ACDR_STEP_UNSUPPORTED && acdr_class_must(o->class, oc->step));
}

static bool same_reason(const struct acdr_step_outcome *a, const struct acdr_step_outcome *b)
{
    return a->result == b->result && acdr_text_same(a->note, b->note);
}

/* Outcome I in words, with the names of all steps (with MUST: all required ones) that have its
 * reason: without a place most steps share one. NULL: out of memory. */
static char *print_reason(const struct acdr_condition_request *o, const struct acdr_entry *en,
                          size_t i, bool must)
{
    const struct acdr_step_outcome *first = &en->outcomes[i];
    acdr_auto(strbuf) struct acdr_strbuf names = { 0 };
    int n = 0;

    for (size_t k = i; k < en->n_outcomes; k++)
        if (same_reason(first, &en->outcomes[k]) &&
            (!must || acdr_class_must(o->class, en->outcomes[k].step)))
            acdr_strbuf_addf(&names, "%s%s", n++ ? ", " : "", en->outcomes[k].step);
    return acdr_text_format("class %s: step%s %s%s%s: %s", acdr_class_name(o->class),
                            n > 1 ? "s" : "", names.s ? names.s : "",
                            !must   ? ": "
                            : n > 1 ? ", which the class requires, were "
                                    : ", which the class requires, was ",
                            acdr_step_result_name(first->result), first->note ? first->note : "");
}

/* Set the error from the first required step that failed. Returns its outcome, or NULL. */
static const struct acdr_step_outcome *set_error(const struct acdr_condition_request *o,
                                                 const struct acdr_entry *en, struct acdr_err *e)
{
    for (size_t i = 0; i < en->n_outcomes; i++) {
        const struct acdr_step_outcome *oc = &en->outcomes[i];
        acdr_auto(free) char *text = NULL;

        if (!fell_short(o, oc) || !acdr_class_must(o->class, oc->step))
            continue;
        text = print_reason(o, en, i, true);
        acdr_err_set(e, oc->result == ACDR_STEP_REFUSED ? ECANCELED : EOPNOTSUPP, "%s",
                     text ? text : oc->step);
        return oc;
    }
    return NULL;
}

/* Did the error or an earlier outcome already report outcome I's reason? */
static bool is_told(const struct acdr_condition_request *o, const struct acdr_entry *en, size_t i,
                    const struct acdr_step_outcome *error)
{
    if (error && same_reason(error, &en->outcomes[i]))
        return true;
    for (size_t k = 0; k < i; k++)
        if (fell_short(o, &en->outcomes[k]) && same_reason(&en->outcomes[k], &en->outcomes[i]))
            return true;
    return false;
}

/* The result of each step, and the step that makes the whole fail. */
static void tell_steps(const struct acdr_condition_request *o, const struct acdr_entry *en,
                       const struct acdr_step_outcome *error)
{
    struct acdr_item *list = acdr_item_add(o->verdict, "steps", ACDR_ITEM_LIST);

    acdr_item_add_text(o->verdict, "step", error ? error->step : NULL);
    for (size_t i = 0; i < en->n_outcomes; i++) {
        const struct acdr_step_outcome *oc = &en->outcomes[i];
        struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);

        acdr_item_add_text(m, "step", oc->step);
        acdr_item_add_text(m, "result", acdr_step_result_name(oc->result));
        acdr_item_add_text(m, "detail", oc->note ? oc->note : "");
    }
}

/* Did every step do what the class says? 1: not all; or the error, none if the guest is kept as it
 * is. Reports each reason once. */
static int judge(struct acdr_txn *w, const struct acdr_condition_request *o, struct acdr_err *e)
{
    struct acdr_entry *en = acdr_journal_find(w->j, o->id);
    const struct acdr_step_outcome *error = o->tolerant ? NULL : set_error(o, en, e);
    int refused = 0;

    tell_steps(o, en, error);
    for (size_t i = 0; i < en->n_outcomes; i++) {
        acdr_auto(free) char *text = NULL;

        if (!fell_short(o, &en->outcomes[i]))
            continue;
        refused = 1;
        en->degraded = en->degraded || en->outcomes[i].result == ACDR_STEP_REFUSED;
        if (is_told(o, en, i, error))
            continue;
        text = print_reason(o, en, i, false);
        acdr_log(&w->a->log, LOG_WARNING, "%s", text ? text : en->outcomes[i].step);
    }
    return error ? -e->code : refused;
}

/* Without a place, or with a step refused, there is nothing to add to. */
static bool is_whole(struct acdr_txn *w, const struct acdr_condition_request *o)
{
    const struct acdr_entry *en = acdr_journal_find(w->j, o->id);

    return en->place && !acdr_journal_refused(en);
}

/* What is in force stays if this fails. */
static void look_again(struct acdr_txn *w, const struct acdr_condition_request *o)
{
    struct acdr_err e = { 0 };
    bool late;

    if (condition_once(w, o, true, &late, &e) < 0)
        acdr_log(&w->a->log, LOG_WARNING, "a thread that was born at the start stays there: %s",
                 e.text);
}

int acdr_condition(struct acdr_txn *w, const struct acdr_condition_request *o, struct acdr_err *e)
{
    struct acdr_err must = { 0 };
    const struct acdr_entry *en = acdr_journal_find(w->j, o->id);
    bool follow_up = o->follow_up && en && en->place && !en->degraded;
    bool late = false, is_new = !en;
    int err = en ? 0 : new_entry(w, o, e);

    if (err == 0)
        err = condition_once(w, o, follow_up, &late, e);
    if (err >= 0 && late && is_whole(w, o))
        look_again(w, o);
    if (err >= 0)
        err = judge(w, o, &must);
    if (must.code)
        acdr_err_set(e, must.code, "%s", must.text);
    if (err < 0 && (!o->tolerant || (is_new && o->not_allowed && *o->not_allowed)))
        acdr_condition_drop(w, o->id, NULL);
    else if (err >= 0 && acdr_journal_write(w->a->root, w->j, e) < 0)
        err = -EIO;
    return err;
}

int acdr_condition_drop(struct acdr_txn *w, const char *id, struct acdr_err *e)
{
    int err;

    if (!acdr_journal_find(w->j, id))
        return 0;
    acdr_journal_drop(w->j, id);
    err = acdr_txn_settle_all(w, NULL, e);
    return err < 0 ? err : 0;
}
