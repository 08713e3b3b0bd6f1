/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The domain, class, host and journal that a report about one guest uses. */
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
