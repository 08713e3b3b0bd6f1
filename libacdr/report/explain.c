/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Why a guest is where it is: every node as a place for it, and the cost of its place compared to
 * the best one. Knows the words of the report; place_cost.h knows what a place costs.
 */
#include "report.h"

#include <errno.h>

#include "planner.h"
#include "place_cost.h"

static const struct {
    unsigned lack;
    const char *text;
} lacks[] = {
    { ACDR_LACK_CPUS, "CPUs" },
    { ACDR_LACK_MEMORY, "memory" },
    { ACDR_LACK_NUMATUNE, "the XML's numatune excludes it" },
    { ACDR_LACK_APART, "it is used by guests of the same [separate] group" },
    { ACDR_LACK_PINS, "the XML pins vCPUs elsewhere" },
};

static void add_cost(struct acdr_item *parent, const char *name, const struct acdr_place_cost *c)
{
    struct acdr_item *m = c ? acdr_item_add(parent, name, ACDR_ITEM_MAP)
                            : acdr_item_add_null(parent, name);

    for (int t = 0; c && t < ACDR_COST_TERMS; t++)
        acdr_item_add_num(m, acdr_place_cost_name((enum acdr_cost_term)t), c->term[t]);
}

static void add_option(struct acdr_item *list, const struct acdr_place_option *o)
{
    struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);
    struct acdr_item *names;

    acdr_item_add_num(m, "node", o->node);
    acdr_item_add_num(m, "cpus", o->cpus);
    acdr_item_add_num(m, "housekeeping", o->housekeeping);
    acdr_item_add_num(m, "taken", o->taken);
    acdr_item_add_num(m, "room", o->room);
    acdr_item_add_num(m, "l3_room", o->l3_room);
    if (o->free_kb < 0)
        acdr_item_add_null(m, "free_kb");
    else
        acdr_item_add_num(m, "free_kb", o->free_kb);
    names = acdr_item_add(m, "lacks", ACDR_ITEM_LIST);
    for (size_t i = 0; i < sizeof(lacks) / sizeof(lacks[0]); i++)
        if (o->lacks & lacks[i].lack)
            acdr_item_add_text(names, NULL, lacks[i].text);
    add_cost(m, "cost", o->lacks ? NULL : &o->cost);
}

static void add_terms(struct acdr_item *root)
{
    struct acdr_item *list = acdr_item_add(root, "terms", ACDR_ITEM_LIST);

    for (int t = 0; t < ACDR_COST_TERMS; t++) {
        struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);

        acdr_item_add_text(m, "term", acdr_place_cost_name((enum acdr_cost_term)t));
        acdr_item_add_text(m, "help", acdr_place_cost_help((enum acdr_cost_term)t));
    }
}

/* The first cost term in which the present place is worse than the best; null if none is. */
static void add_gain(struct acdr_item *root, const struct acdr_place_explanation *s)
{
    enum acdr_cost_term term = ACDR_COST_TERMS;

    if (s->has_cost && s->best && acdr_place_cost_compare(&s->best_cost, &s->cost, &term) < 0)
        acdr_item_add_text(root, "gain", acdr_place_cost_name(term));
    else
        acdr_item_add_null(root, "gain");
}

static void add_story(struct acdr_item *root, const struct acdr_place_explanation *s)
{
    struct acdr_item *nodes, *best;

    acdr_item_add_num(root, "vcpus", s->vcpus);
    acdr_item_add_num(root, "memory_kb", s->need_kb);
    nodes = acdr_item_add(root, "nodes", ACDR_ITEM_LIST);
    for (size_t i = 0; i < s->n_options; i++)
        add_option(nodes, &s->options[i]);
    add_cost(root, "cost", s->has_cost ? &s->cost : NULL);
    best = acdr_item_add(root, "best", ACDR_ITEM_MAP);
    acdr_report_place(best, s->best);
    add_cost(best, "cost", s->best ? &s->best_cost : NULL);
    acdr_item_add_bool(best, "exact", s->exact);
    add_gain(root, s);
    add_terms(root);
}

/* Of its present place, or of the one that it would get; without a plan of its huge pages. */
static void check_rule(const struct acdr_subject *t, const struct acdr_place_explanation *s,
                       struct acdr_item *root)
{
    const struct acdr_rule_query q = {
        .id = t->domain->uuid,
        .name = t->domain->name,
        .class = t->class,
        .place = t->place ? t->place : s->best,
    };
    struct acdr_rule_verdict v;

    acdr_rule_check(t->s->a, t->s->journal, &q, &v);
    acdr_report_rule(root, &v);
}

static int explain(const struct acdr_subject *t, struct acdr_planning *d, struct acdr_item *root,
                   struct acdr_err *e)
{
    acdr_auto(acdr_place_explanation_free) struct acdr_place_explanation *s = NULL;
    int err = t->place ? acdr_planning_request(t->s->a, t->s->journal, t->domain->uuid, d, e) : 0;

    if (err == 0)
        err = acdr_place_explain(&d->request, t->place, &s, e);
    if (err < 0)
        return err;
    acdr_report_place(root, t->place);
    check_rule(t, s, root);
    add_story(root, s);
    acdr_report_holders(root, d);
    return acdr_report_devices(root, d, e);
}

int acdr_report_explain(struct acdr_request *q, struct acdr_snapshot *s, struct acdr_item **ret,
                        struct acdr_err *e)
{
    acdr_auto(acdr_item_free) struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP);
    acdr_auto(subject) struct acdr_subject t = { 0 };
    struct acdr_planning d = { 0 };
    int err = acdr_report_subject(q, s, &t, e);

    if (err)
        return err;
    acdr_item_add_text(root, "domain", t.domain->name);
    acdr_item_add_text(root, "uuid", t.domain->uuid);
    acdr_item_add_text(root, "class", acdr_class_name(t.class));
    err = acdr_decide_by_snapshot(t.s, t.domain, t.class, t.place, &d, e);
    if (err == 0)
        err = explain(&t, &d, root, e);
    acdr_planning_done(&d);
    return err < 0 ? err : acdr_report_done(&root, ret, e);
}
