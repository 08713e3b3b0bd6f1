/* Conditioning and taking back. See condition.h. */
#include "condition.h"

#include <errno.h>
#include <string.h>
#include <syslog.h>

#include "text.h"

/* The names of the guest's tap devices; only a running guest's XML has them. */
static int note_nics(struct acdr_entry *en, const struct acdr_domain *d)
{
    struct acdr_text t = { 0 };
    char *s;

    for (size_t i = 0; i < d->n_nics; i++)
        if (d->nics[i].target[0])
            acdr_text_addf(&t, "%s%s", t.len ? " " : "", d->nics[i].target);
    s = acdr_text_take(&t);
    if (!s)
        return -ENOMEM;
    free(en->nics);
    en->nics = s;
    return 0;
}

static int note_guest(struct acdr_entry *en, struct acdr_decision *d, const struct acdr_order *o,
                      struct acdr_err *e)
{
    int err = acdr_guest_read(d->host, o->name, &d->guest, e);

    if (err < 0)
        return err;
    d->view.guest = d->guest;
    en->pid = d->guest->pid;
    en->start = d->guest->start;
    return note_nics(en, o->domain) < 0 ? acdr_err_nomem(e) : 0;
}

/* An administrator's place is what he says. */
static int fixed_place(const struct acdr_order *o, struct acdr_place **ret)
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

/* The daemon that called the hook is the only one who will tell how a start went on: without one,
 * nobody would ever say that the guest is over. */
static int note_owner(struct acdr *a, struct acdr_entry *en, const struct acdr_order *o,
                      struct acdr_err *e)
{
    if (!acdr_root_live(a->root) || en->fixed)
        return 0;
    en->owner = acdr_guest_daemon(a->root, (int)getpid());
    en->owner_start = en->owner ? acdr_guest_started(a->root, en->owner) : 0;
    if (en->owner_start || o->guest_stage)
        return 0;
    return acdr_err_set(e, ECANCELED, "the daemon that started this has ended meanwhile");
}

static int new_entry(struct acdr_work *w, const struct acdr_order *o, struct acdr_err *e)
{
    struct acdr_entry *en =
        acdr_journal_add(w->j, o->id, o->name, acdr_class_name(o->class));

    if (!en)
        return acdr_err_nomem(e);
    en->fixed = !o->domain;
    if (en->fixed && fixed_place(o, &en->place) < 0)
        return acdr_err_nomem(e);
    return note_owner(w->a, en, o, e);
}

static bool has_claims(const struct acdr_plan *p, const char *step)
{
    for (size_t i = 0; i < p->n_claims; i++)
        if (!strcmp(p->claims[i].step, step))
            return true;
    return false;
}

/* Outcomes and claims into the journal. What becomes of a step with claims, settling tells. What a
 * step that is refused now has claimed at an earlier stage goes as well, but where KEEP. */
static int record(struct acdr_work *w, struct acdr_entry *en, const struct acdr_plan *p, bool keep)
{
    int err = 0;

    for (size_t i = 0; err == 0 && i < p->n_outcomes; i++) {
        const struct acdr_outcome *oc = &p->outcomes[i];
        enum acdr_result now =
            has_claims(p, oc->step) ? ACDR_RESULT_UNSUPPORTED : oc->result;

        if (now == ACDR_RESULT_REFUSED && !keep)
            acdr_journal_drop_claims(w->j, en->id, oc->step, NULL);
        err = acdr_journal_outcome(en, oc->step, now, oc->note);
    }
    for (size_t i = 0; err == 0 && i < p->n_claims; i++)
        err = acdr_journal_claim(w->j, en->id, &p->claims[i]);
    return err;
}

static int plan(struct acdr_work *w, const struct acdr_order *o, bool follow_up,
                struct acdr_err *e)
{
    struct acdr_entry *en = acdr_journal_find(w->j, o->id);
    struct acdr_decision d = { 0 };
    int err = acdr_decide_view(w->a, w->j, o->id, o->domain, o->class, en->place, &d, e);

    if (!follow_up) {
        acdr_journal_forget_outcomes(en);
        en->degraded = false;
    }
    if (err == 0 && o->guest_stage)
        err = note_guest(en, &d, o, e);
    if (err == 0 && !follow_up)
        err = acdr_decide_plan(&d, ACDR_STAGE_HOST, e);
    if (err == 0 && o->guest_stage)
        err = acdr_decide_plan(&d, ACDR_STAGE_GUEST, e);
    if (err == 0 && record(w, en, &d.plan, o->keep) < 0)
        err = acdr_err_nomem(e);
    if (err == 0 && d.found)
        en->place = acdr_take(d.found);
    acdr_decide_done(&d);
    return err;
}

/* Did every step do what the class says it must? A step that this host cannot do did not. */
static int judge(struct acdr_work *w, const struct acdr_order *o, struct acdr_err *e)
{
    struct acdr_entry *en = acdr_journal_find(w->j, o->id);
    int refused = 0;

    for (size_t i = 0; i < en->n_outcomes; i++) {
        const struct acdr_outcome *oc = &en->outcomes[i];
        bool must = acdr_class_must(o->class, oc->step);

        if (oc->result == ACDR_RESULT_REFUSED)
            en->degraded = true;
        else if (oc->result != ACDR_RESULT_UNSUPPORTED || !must)
            continue;
        acdr_log(&w->a->log, LOG_WARNING, "class %s: step %s: %s: %s",
                 acdr_class_name(o->class), oc->step, acdr_result_name(oc->result),
                 oc->note ? oc->note : "");
        refused = 1;
        if (must)
            acdr_err_set(e, oc->result == ACDR_RESULT_REFUSED ? ECANCELED : EOPNOTSUPP,
                         "class %s: step %s, which it says must be done, was %s: %s",
                         acdr_class_name(o->class), oc->step, acdr_result_name(oc->result),
                         oc->note ? oc->note : "");
    }
    return e->code && !o->keep ? -e->code : refused;
}

int acdr_condition(struct acdr_work *w, const struct acdr_order *o, struct acdr_err *e)
{
    struct acdr_err must = { 0 };
    const struct acdr_entry *en = acdr_journal_find(w->j, o->id);
    bool follow_up = o->follow_up && en && en->place && !en->degraded;
    int err = en ? 0 : new_entry(w, o, e);

    if (err == 0)
        err = plan(w, o, follow_up, e);
    if (err == 0) {
        if (!follow_up)
            acdr_journal_touch(w->j, o->id);
        err = acdr_work_settle(w, o->id, o->keep, e);
    }
    if (err >= 0)
        err = judge(w, o, &must);
    if (must.code)
        acdr_err_set(e, must.code, "%s", must.text);
    if (err < 0 && !o->keep)
        acdr_condition_drop(w, o->id, NULL);
    else if (err >= 0 && acdr_journal_write(w->a->root, w->j, e) < 0)
        err = -EIO;
    return err;
}

int acdr_condition_drop(struct acdr_work *w, const char *id, struct acdr_err *e)
{
    int err;

    if (!acdr_journal_find(w->j, id))
        return 0;
    acdr_journal_drop(w->j, id);
    err = acdr_work_tidy(w, NULL, e);
    return err < 0 ? err : 0;
}
