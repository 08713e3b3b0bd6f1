/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What reports about one guest share: their inputs, and the guest's devices with their effect on
 * its memory. */
#include "report.h"

int acdr_report_subject(struct acdr_request *q, struct acdr_snapshot *s, struct acdr_subject *ret,
                        struct acdr_err *e)
{
    const struct acdr_entry *en;
    int err = acdr_request_class(q, &ret->class, e);

    ret->domain = q->domain;
    if (err < 0)
        acdr_err_context(e, "domain %s", q->domain->name);
    if (err == 0 && !s)
        err = acdr_snapshot_read(q->a, 0, &ret->own, e);
    if (err)
        return err;
    ret->s = s ? s : ret->own;
    en = acdr_journal_find(ret->s->journal, q->domain->uuid);
    ret->place = en ? en->place : NULL;
    return 0;
}

void acdr_report_subject_done(struct acdr_subject *t)
{
    acdr_snapshot_done(t->own);
}

static void add_device(struct acdr_item *list, const struct acdr_guest_device *v)
{
    struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);
    acdr_auto(free) char *nodes = acdr_bitmap_print_list(&v->nodes);

    acdr_item_add_text(m, "bus", v->bus);
    acdr_item_add_text(m, "name", v->name);
    acdr_item_add_text(m, "nodes", v->why ? NULL : nodes);
    acdr_item_add_text(m, "why", v->why);
}

int acdr_report_devices(struct acdr_item *root, struct acdr_planning *d, struct acdr_err *e)
{
    struct acdr_item *list = acdr_item_add(root, "devices", ACDR_ITEM_LIST);
    acdr_auto(free) char *pinned = NULL;

    if (acdr_planning_devices(d) < 0 ||
        acdr_guest_devices_pin(&d->devices, d->view.domain, &pinned) < 0)
        return acdr_err_nomem(e);
    for (size_t i = 0; i < d->devices.n; i++)
        add_device(list, &d->devices.v[i]);
    acdr_item_add_text(root, "memory_pinned", pinned);
    return 0;
}
