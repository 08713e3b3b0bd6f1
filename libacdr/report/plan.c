/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Plans, and the classes that define them. Plans with the real steps. */
#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "limit.h"
#include "members.h"
#include "planner.h"
#include "steps.h"
#include "text.h"
#include "trial_part.h"

static void add_values(struct acdr_item *m, const struct acdr_class *c, const char *section,
                       const struct acdr_key *keys)
{
    for (const struct acdr_key *k = keys; k->name; k++)
        acdr_item_add_text(m, k->name, acdr_class_get(c, section, k->name));
}

static void add_keys(struct acdr_item *m, const struct acdr_class *c, const struct acdr_step *s)
{
    struct acdr_item *keys = acdr_item_add(m, "keys", ACDR_ITEM_MAP);

    acdr_item_add_text(keys, "need", acdr_class_must(c, s->name) ? "must" : "try");
    add_values(keys, c, s->name, s->keys);
}

static void add_observe(struct acdr_item *m, const struct acdr_class *c)
{
    if (acdr_class_has(c, ACDR_OBSERVE))
        add_values(acdr_item_add(m, ACDR_OBSERVE, ACDR_ITEM_MAP), c, ACDR_OBSERVE,
                   acdr_observe_keys);
    else
        acdr_item_add_null(m, ACDR_OBSERVE);
}

static void add_class(struct acdr_item *m, const struct acdr_class *c)
{
    struct acdr_item *steps;

    acdr_item_add_text(m, "description", acdr_class_description(c));
    acdr_item_add_text(m, "file", acdr_class_file(c));
    acdr_item_add_text(m, "inherit", acdr_class_inherit(c));
    acdr_item_add_null(m, "error");
    steps = acdr_item_add(m, "steps", ACDR_ITEM_LIST);
    for (int i = 0; acdr_steps[i]; i++) {
        struct acdr_item *s;

        if (!acdr_class_has(c, acdr_steps[i]->name))
            continue;
        s = acdr_item_add(steps, NULL, ACDR_ITEM_MAP);
        acdr_item_add_text(s, "step", acdr_steps[i]->name);
        acdr_item_add_text(s, "help", acdr_steps[i]->help);
        add_keys(s, c, acdr_steps[i]);
    }
    add_observe(m, c);
}

struct listing {
    struct acdr *a;
    struct acdr_item *classes;
};

static int list_class(void *arg, const char *name)
{
    struct listing *l = arg;
    acdr_auto(acdr_class_free) struct acdr_class *c = NULL;
    struct acdr_item *m = acdr_item_add(l->classes, NULL, ACDR_ITEM_MAP);
    struct acdr_err e = { 0 };

    acdr_item_add_text(m, "name", name);
    if (acdr_handle_class(l->a, name, &c, &e) == 0) {
        add_class(m, c);
        return 0;
    }
    acdr_item_add_text(m, "description", "");
    acdr_item_add_text(m, "error", e.text);
    acdr_item_add(m, "steps", ACDR_ITEM_LIST);
    return 0;
}

int acdr_report_classes(struct acdr *a, const char *name, struct acdr_item **ret,
                        struct acdr_err *e)
{
    acdr_auto(acdr_item_free) struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP);
    acdr_auto(acdr_class_free) struct acdr_class *c = NULL;
    struct listing l = { a, acdr_item_add(root, "classes", ACDR_ITEM_LIST) };
    int err;

    if (name) {
        err = acdr_handle_class(a, name, &c, e);
        if (err < 0)
            return err;
        list_class(&l, name);
    } else {
        acdr_class_list(a->root, a->config, list_class, &l);
    }
    return acdr_report_done(&root, ret, e);
}

struct claim_list {
    struct acdr *a;
    struct acdr_item *items;
};

/* A family has no value. */
static int add_claim(void *arg, const struct acdr_claim *c)
{
    const struct claim_list *l = arg;
    struct acdr_item *m = acdr_item_add(l->items, NULL, ACDR_ITEM_MAP);
    struct acdr_knob k = acdr_knob_of(c->knob);
    acdr_auto(free) char *now = NULL;

    acdr_item_add_text(m, "step", c->step);
    acdr_item_add_text(m, "stage", c->stage == ACDR_STAGE_HOST ? "host" : "guest");
    acdr_item_add_text(m, "knob", c->knob);
    acdr_item_add_text(m, "op", acdr_op_name(c->op));
    acdr_item_add_text(m, "value", c->value);
    if (k.kind->form != ACDR_KNOB_FAMILY && acdr_knob_read(l->a->root, k, &now, NULL) == 0)
        acdr_item_add_text(m, "now", now);
    else
        acdr_item_add_null(m, "now");
    return 0;
}

static int add_claims(struct acdr *a, struct acdr_item *root, const struct acdr_planning *d)
{
    struct claim_list l = { a, acdr_item_add(root, "claims", ACDR_ITEM_LIST) };
    int err = 0;

    for (size_t i = 0; err == 0 && i < d->plan.n_claims; i++)
        err = acdr_members_show(d->host, &d->plan, i, add_claim, &l);
    return err;
}

static void check_rule(const struct acdr *a, const struct acdr_journal *j,
                       const struct acdr_planning *d, struct acdr_rule_verdict *ret)
{
    const struct acdr_rule_query q = {
        .id = d->view.domain->uuid,
        .name = d->view.domain->name,
        .class = d->view.class,
        .place = d->view.place,
        .plan = &d->plan,
    };

    acdr_rule_check(a, j, &q, ret);
}

/* Names of the steps with RESULT, those that the class requires or the others; "" for none. A list
 * for people: separated by commas, each with its reason if WHY. */
static void list_steps(const struct acdr_planning *d, enum acdr_step_result result, bool must,
                       bool why, struct acdr_strbuf *ret)
{
    for (size_t i = 0; i < d->plan.n_outcomes; i++) {
        const struct acdr_step_outcome *o = &d->plan.outcomes[i];

        if (o->result != result || acdr_class_must(d->view.class, o->step) != must)
            continue;
        acdr_strbuf_addf(ret, "%s%s", ret->len ? (why ? "; " : ", ") : "", o->step);
        if (why && o->note && *o->note)
            acdr_strbuf_addf(ret, ": %s", o->note);
    }
}

/* Would the guest start, and with all that its class has? */
void acdr_report_verdict(struct acdr_item *root, const struct acdr_planning *d)
{
    acdr_auto(strbuf) struct acdr_strbuf must = { 0 }, refused = { 0 }, lacks = { 0 };

    list_steps(d, ACDR_STEP_REFUSED, true, true, &must);
    list_steps(d, ACDR_STEP_UNSUPPORTED, true, true, &must);
    list_steps(d, ACDR_STEP_REFUSED, false, true, &refused);
    list_steps(d, ACDR_STEP_UNSUPPORTED, false, false, &lacks);
    acdr_item_add_text(root, "verdict", must.len ? "refused" : refused.len ? "degraded" : "starts");
    acdr_item_add_text(root, "because", must.len ? must.s : refused.len ? refused.s : NULL);
    acdr_item_add_text(root, "unsupported", lacks.len ? lacks.s : NULL);
}

/* Does a step of the class use the place? Else the guest stays where the kernel and its XML put it.
 */
static bool is_placed(const struct acdr_planning *d)
{
    for (int i = 0; acdr_steps[i]; i++)
        if (acdr_steps[i]->needs_place && acdr_class_has(d->view.class, acdr_steps[i]->name))
            return true;
    return false;
}

static int add_plan(struct acdr *a, struct acdr_item *root, struct acdr_planning *d,
                    struct acdr_err *e)
{
    const struct acdr_domain *dom = d->view.domain;
    struct acdr_item *steps;

    acdr_item_add_text(root, "domain", dom->name);
    acdr_item_add_text(root, "uuid", dom->uuid);
    acdr_item_add_text(root, "class", acdr_class_name(d->view.class));
    acdr_item_add_text(root, "class_by", dom->class_by);
    acdr_report_place(root, d->view.place);
    acdr_item_add_bool(root, "placed", is_placed(d));
    if (acdr_report_devices(root, d, e) < 0)
        return -ENOMEM;
    acdr_report_holders(root, d);
    acdr_report_ways(root, d);
    steps = acdr_item_add(root, "steps", ACDR_ITEM_LIST);
    for (size_t i = 0; i < d->plan.n_outcomes; i++) {
        const struct acdr_step_outcome *o = &d->plan.outcomes[i];
        struct acdr_item *m = acdr_item_add(steps, NULL, ACDR_ITEM_MAP);

        acdr_item_add_text(m, "step", o->step);
        acdr_item_add_text(m, "need", acdr_class_must(d->view.class, o->step) ? "must" : "try");
        acdr_item_add_text(m, "result", acdr_step_result_name(o->result));
        acdr_item_add_text(m, "note", o->note ? o->note : "");
    }
    if (add_claims(a, root, d) < 0)
        return acdr_err_nomem(e);
    acdr_report_verdict(root, d);
    return 0;
}

/* No place, but a step that requires one: that is the result of the plan. */
static int check_place(const struct acdr_planning *d, struct acdr_err *e)
{
    if (d->view.place)
        return 0;
    for (int i = 0; acdr_steps[i]; i++)
        if (acdr_steps[i]->needs_place && acdr_class_has(d->view.class, acdr_steps[i]->name) &&
            acdr_class_must(d->view.class, acdr_steps[i]->name))
            return acdr_err_set(e, d->no_place.code, "domain %s: class %s: %s",
                                d->view.domain->name, acdr_class_name(d->view.class),
                                d->no_place.text);
    return 0;
}

/* A plan that ends before its steps: E is the whole result. */
static int report_refusal(const struct acdr_planning *d, struct acdr_item **ret,
                          struct acdr_item **root, const struct acdr_err *e)
{
    acdr_item_add_text(*root, "domain", d->view.domain->name);
    acdr_item_add_text(*root, "uuid", d->view.domain->uuid);
    acdr_item_add_text(*root, "class", acdr_class_name(d->view.class));
    acdr_item_add_text(*root, "class_by", d->view.domain->class_by);
    acdr_item_add_null(*root, "place");
    acdr_item_add(*root, "steps", ACDR_ITEM_LIST);
    acdr_item_add(*root, "claims", ACDR_ITEM_LIST);
    acdr_item_add_text(*root, "verdict", "refused");
    acdr_item_add_text(*root, "because", e->text);
    acdr_item_add_null(*root, "unsupported");
    acdr_report_done(root, ret, NULL);
    return -e->code;
}

/* The plan of a view, added to *ROOT, whose ownership it takes. A trial is an administrator's, whom
 * no rule refuses. */
static int report(struct acdr *a, const struct acdr_journal *j, struct acdr_planning *d,
                  bool is_trial, struct acdr_item **ret, struct acdr_item **root,
                  struct acdr_err *e)
{
    struct acdr_rule_verdict v;
    struct acdr_err no_place = { 0 };
    int err = check_place(d, &no_place);

    if (err < 0) {
        acdr_err_set(e, no_place.code, "%s", no_place.text);
        return report_refusal(d, ret, root, &no_place);
    }
    err = acdr_planning_preview(d, e);
    if (err < 0)
        return err;
    check_rule(a, j, d, &v);
    if (v.broken.code && !is_trial) {
        acdr_err_set(e, v.broken.code, "%s", v.broken.text);
        return report_refusal(d, ret, root, &v.broken);
    }
    err = add_plan(a, *root, d, e);
    acdr_report_rule(*root, &v);
    return err < 0 ? err : acdr_report_done(root, ret, e);
}

int acdr_report_plan(struct acdr_request *q, struct acdr_snapshot *s, struct acdr_item **ret,
                     struct acdr_err *e)
{
    acdr_auto(acdr_item_free) struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP);
    acdr_auto(subject) struct acdr_subject t = { 0 };
    struct acdr_planning d = { 0 };
    int err = acdr_report_subject(q, s, &t, e);

    if (err)
        return err;
    err = acdr_handle_check(q->a, e); /* as each event, which would do nothing */
    if (err == 0)
        err = acdr_decide_by_snapshot(t.s, t.domain, t.class, t.place, &d, e);
    if (err == 0)
        err = report(q->a, t.s->journal, &d, false, ret, &root, e);
    acdr_planning_done(&d);
    return err;
}

/* What the guest loses: steps of its present class that the other one has not, and CPUs that only
 * it uses now. */
static void add_losses(struct acdr_item *root, const struct acdr_trial *t,
                       const struct acdr_place *next)
{
    struct acdr_item *list = acdr_item_add(root, "gives_up", ACDR_ITEM_LIST);
    struct acdr_bitmap lost = { 0 };

    for (int i = 0; t->had && acdr_steps[i]; i++) {
        struct acdr_item *m;

        if (!acdr_class_has(t->had, acdr_steps[i]->name) ||
            acdr_class_has(t->now, acdr_steps[i]->name))
            continue;
        m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);
        acdr_item_add_text(m, "step", acdr_steps[i]->name);
        acdr_item_add_text(m, "help", acdr_steps[i]->help);
    }
    if (t->place)
        lost = t->place->clean;
    if (next)
        acdr_bitmap_andnot(&lost, &next->clean);
    if (acdr_bitmap_empty(&lost))
        acdr_item_add_null(root, "no_longer_clean");
    else
        acdr_item_add_cpus(root, "no_longer_clean", &lost);
}

int acdr_trial_preview(struct acdr *a, const char *guest, const char *class_name,
                       struct acdr_item **ret, struct acdr_err *e)
{
    acdr_auto(acdr_trial_drop) struct acdr_trial *t = calloc(1, sizeof(*t));
    acdr_auto(acdr_item_free) struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP);
    acdr_auto(acdr_domain_free) struct acdr_domain *domain = NULL;
    acdr_auto(acdr_journal_free) struct acdr_journal *j = NULL;
    struct acdr_planning d = { 0 };
    int err = t ? acdr_trial_prepare(t, a, guest, class_name, &domain, &j, e) : acdr_err_nomem(e);

    if (err == 0)
        err = acdr_planning_view(a, j, domain->uuid, domain, t->now, acdr_trial_place(t), &d, e);
    if (err == 0) {
        acdr_item_add_text(root, "had", t->had ? acdr_class_name(t->had) : NULL);
        add_losses(root, t, d.view.place);
        err = report(a, j, &d, true, ret, &root, e);
    }
    acdr_planning_done(&d);
    return err;
}
