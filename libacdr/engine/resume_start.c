/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Does late what the `started` hook should have done. See resume_start.h. */
#include "resume_start.h"

#include <string.h>
#include <syslog.h>

#include "condition.h"
#include "guest.h"

bool acdr_resume_start_due(struct acdr *a, const struct acdr_entry *en)
{
    return !en->is_pool && !en->pid && acdr_yes(acdr_guest_running(a->root, en->name));
}

/* The guest data recorded before the failure would make it look done. */
static void unfinish(struct acdr_txn *w, const char *id)
{
    struct acdr_entry *en = acdr_journal_find(w->j, id);

    if (!en)
        return;
    en->pid = 0;
    en->start = 0;
}

/* 1: another guest of that name runs, and this one's end is not reported yet. */
static int finish(struct acdr_txn *w, const struct acdr_entry *en, struct acdr_err *e)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
    acdr_auto(acdr_class_free) struct acdr_class *class = NULL;
    int err = acdr_handle_check(w->a, e);

    if (err == 0)
        err = acdr_guest_domain(w->a->root, en->name, &d, e);
    if (err == 0 && strcmp(d->uuid, en->id))
        return 1;
    if (err == 0)
        err = acdr_handle_class(w->a, en->class_name, &class, e);
    if (err == 0) {
        struct acdr_condition_request o = {
            .domain = d,
            .class = class,
            .id = d->uuid,
            .name = d->name,
            .guest_stage = true,
            .follow_up = true,
            .tolerant = true,
        };

        err = acdr_condition(w, &o, e);
        if (err < 0)
            unfinish(w, d->uuid);
    }
    return err < 0 ? err : 0;
}

void acdr_resume_starts(struct acdr_txn *w, struct acdr_item *names)
{
    for (size_t i = 0; i < w->j->n_entries; i++) {
        const struct acdr_entry *en = &w->j->entries[i];
        struct acdr_err e = { 0 };
        int err;

        if (!acdr_resume_start_due(w->a, en))
            continue;
        err = finish(w, en, &e);
        if (err == 0)
            acdr_item_add_text(names, NULL, en->name);
        if (err < 0)
            acdr_log(&w->a->log, LOG_WARNING,
                     "guest %s: its start was interrupted and cannot be completed: %s", en->name,
                     e.text);
    }
}
