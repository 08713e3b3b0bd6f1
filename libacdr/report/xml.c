/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A domain's XML as it should be: for a class, and for a place on this host. Knows when pins may be
 * written; engine/place_to_xml.c knows what to write.
 */
#include "report.h"

#include <errno.h>
#include <string.h>

#include "acdr/request.h"
#include "planner.h"
#include "place_to_xml.h"
#include "text.h"

struct work {
    struct acdr_snapshot *s;
    bool runs;   /* the guest's memory comes from elsewhere or from a file */
    bool owners; /* the XML has pins that are not ACDR's */
    const struct acdr_class *class;
    struct acdr_edit *text;
    struct acdr_item *root, *changes;
};

/* One change may require another: without a balloon the guest needs more memory, and so perhaps a
 * second node. */
enum { ROUNDS_MAX = 4 };

static bool is_listed(const struct acdr_item *list, const struct acdr_definition *d)
{
    for (const struct acdr_item *m = acdr_item_first(list); m; m = acdr_item_next(m))
        if (acdr_text_same(acdr_item_text(acdr_item_find(m, "path")), d->path) &&
            acdr_text_same(acdr_item_text(acdr_item_find(m, "attribute")), d->attr) &&
            acdr_text_same(acdr_item_text(acdr_item_find(m, "value")), d->value))
            return true;
    return false;
}

static void add_changes(struct acdr_item *list, const struct acdr_definitions *ds)
{
    for (size_t i = 0; i < ds->n; i++) {
        struct acdr_item *m = is_listed(list, &ds->v[i]) ? NULL
                                                         : acdr_item_add(list, NULL, ACDR_ITEM_MAP);

        if (!m)
            continue;
        acdr_item_add_text(m, "step", ds->v[i].step);
        acdr_item_add_text(m, "path", ds->v[i].path);
        acdr_item_add_text(m, "attribute", ds->v[i].attr);
        acdr_item_add_text(m, "value", ds->v[i].value);
        acdr_item_add_text(m, "why", ds->v[i].why);
    }
}

/* 1 if something was changed. */
static int define(struct work *w, struct acdr_planning *d, struct acdr_err *e)
{
    struct acdr_definitions ds;
    int err = acdr_definitions_collect(&d->view, &ds);

    if (err == 0)
        err = acdr_definitions_to_xml(w->text, &ds);
    add_changes(w->changes, &ds);
    acdr_define_done(&ds);
    return err < 0 ? acdr_err_nomem(e) : err;
}

/* The report says what is left unchanged, and why. */
static int place(struct work *w, struct acdr_planning *d, struct acdr_err *e)
{
    const char *left = w->owners ? "the XML has pins or a numatune set by its owner, which are kept"
                                 : NULL;
    int r = 0;

    if (!w->owners && !d->view.place && d->no_place.code)
        return acdr_err_set(e, d->no_place.code, "%s", d->no_place.text);
    if (!w->owners)
        r = acdr_place_to_xml(w->text, &d->view, w->runs);
    if (!w->owners && r == 0)
        left = "the class places neither threads nor memory";
    acdr_report_place(w->root, d->view.place);
    acdr_item_add_text(w->root, "left", left);
    return r < 0 ? acdr_err_nomem(e) : acdr_report_devices(w->root, d, e);
}

/* One of these changes, with the domain as the text has it now. */
static int look(struct work *w,
                int (*part)(struct work *w, struct acdr_planning *d, struct acdr_err *e),
                struct acdr_err *e)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *dom = NULL;
    struct acdr_planning d = { 0 };
    const struct acdr_entry *en;
    size_t len;
    const char *xml = acdr_edit_text(w->text, &len);
    int err = acdr_domain_parse(xml, len, &dom, e);

    if (err < 0)
        return err;
    if (dom->own_pins)
        acdr_domain_unpin(dom);
    en = w->runs ? NULL : acdr_journal_find(w->s->journal, dom->uuid);
    err = acdr_decide_by_snapshot(w->s, dom, w->class, en ? en->place : NULL, &d, e);
    if (err == 0)
        err = part(w, &d, e);
    acdr_planning_done(&d);
    return err;
}

/* The place is for the domain as the class would change it: huge pages may be elsewhere. */
static int write_report(struct work *w, const struct acdr_domain *dom, unsigned what,
                        struct acdr_err *e)
{
    size_t len;
    int err = 0;

    acdr_item_add_text(w->root, "domain", dom->name);
    acdr_item_add_text(w->root, "uuid", dom->uuid);
    acdr_item_add_text(w->root, "class", acdr_class_name(w->class));
    if (what & ACDR_XML_CLASS) {
        w->changes = acdr_item_add(w->root, "changes", ACDR_ITEM_LIST);
        for (int i = 0; i < ROUNDS_MAX && (i == 0 || err > 0); i++)
            err = look(w, define, e);
        err = err < 0 ? err : 0;
    }
    if (err == 0 && what & ACDR_XML_PLACE)
        err = look(w, place, e);
    acdr_item_add_text(w->root, "xml", acdr_edit_text(w->text, &len));
    return err;
}

/* RUNS: see struct work. */
static int make_report(struct acdr_request *q, struct acdr_snapshot *s, unsigned what, bool runs,
                       struct acdr_item **ret, struct acdr_err *e)
{
    acdr_auto(acdr_edit_free) struct acdr_edit *x = NULL;
    acdr_auto(acdr_item_free) struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP);
    acdr_auto(subject) struct acdr_subject t = { 0 };
    int err = acdr_report_subject(q, s, &t, e);
    struct work w = {
        .s = t.s,
        .runs = runs,
        .owners = acdr_domain_placed(q->domain) && !q->domain->own_pins,
        .class = t.class,
        .root = root,
    };

    if (err)
        return err;
    err = acdr_edit_open(q->xml, q->len, &x, e);
    w.text = x;
    if (err == 0)
        err = write_report(&w, q->domain, what, e);
    if (err < 0)
        acdr_err_context(e, "domain %s", q->domain->name);
    return err ? err : acdr_report_done(&root, ret, e);
}

int acdr_report_xml(struct acdr_request *q, struct acdr_snapshot *s, unsigned what,
                    struct acdr_item **ret, struct acdr_err *e)
{
    return make_report(q, s, what, false, ret, e);
}

bool acdr_report_event_has_xml(const struct acdr *a, const char *op)
{
    return a->config->replace && (!strcmp(op, "migrate") || !strcmp(op, "restore"));
}

/* Printing nothing means unchanged: if the pins are the owner's, or there are none to write. */
int acdr_report_event_xml(struct acdr_request *q, const char *op, struct acdr_item **ret,
                          struct acdr_err *e)
{
    struct acdr_item *r = NULL;
    int err;

    if (!acdr_report_event_has_xml(q->a, op))
        return 1;
    err = make_report(q, NULL, ACDR_XML_PLACE, true, &r, e);
    if (err)
        return err;
    if (acdr_item_kind(acdr_item_find(r, "left")) == ACDR_ITEM_TEXT) {
        acdr_item_free(r);
        return 1;
    }
    *ret = r;
    return 0;
}
