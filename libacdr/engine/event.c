/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The meaning of each hook operation. Knows libvirt's contract: which operations may fail, and that
 * release may never come. Does not know how conditioning works.
 */
#include "event.h"

#include <errno.h>
#include <string.h>
#include <syslog.h>

#include "condition.h"
#include "item.h"
#include "map_kept.h"
#include "marks.h"

enum op { OP_NONE, OP_PREPARE, OP_STARTED, OP_RECONNECT, OP_END };

static enum op find_op(const char *op)
{
    if (!strcmp(op, "prepare"))
        return OP_PREPARE;
    if (!strcmp(op, "started"))
        return OP_STARTED;
    if (!strcmp(op, "reconnect") || !strcmp(op, "attach"))
        return OP_RECONNECT;
    if (!strcmp(op, "stopped") || !strcmp(op, "release"))
        return OP_END;
    return OP_NONE;
}

bool acdr_event_known(const char *op)
{
    return find_op(op) != OP_NONE;
}

static bool has_must(const struct acdr_class *c)
{
    for (int i = 0; acdr_steps[i]; i++)
        if (acdr_class_has(c, acdr_steps[i]->name) && acdr_class_must(c, acdr_steps[i]->name))
            return true;
    return false;
}

/* An invalid tag and a missing class count as required: nothing shows the opposite. A wrong
 * map.conf does not: it would end the start of every guest without a tag. */
static bool has_must_unread(const struct acdr_request *q)
{
    const struct acdr_domain *d = q->domain;

    return d->tag_error ||
           (d->class_name && acdr_class_says_must(q->a->root, q->a->config, d->class_name));
}

/* A rule of acdr.conf may refuse a guest that has a class. */
static bool has_rule(const struct acdr_request *q)
{
    bool tagged = q->class_name || q->domain->class_name;

    return tagged && acdr_rules_find(&q->a->config->rules, q->domain->name);
}

/* Does the XML require conditioning? */
static int asks_must(struct acdr_request *q)
{
    const struct acdr_class *class;
    int err = acdr_request_class(q, &class, NULL);

    return err < 0 ? has_must_unread(q) : err == 0 && has_must(class);
}

int acdr_event_fatal(struct acdr_request *q, const char *name, const char *op)
{
    if (find_op(op) == OP_STARTED)
        acdr_request_keep_class(q);
    switch (find_op(op)) {
    case OP_PREPARE:
        return asks_must(q) || has_rule(q);
    case OP_STARTED:
        return acdr_yes(acdr_guest_running(q->a->root, name)) && asks_must(q);
    case OP_RECONNECT:
    case OP_END:
    case OP_NONE:
        break;
    }
    return 0;
}

int acdr_event_fatal_unread(struct acdr *a, const char *name, const char *op)
{
    enum op what = find_op(op);

    return what == OP_PREPARE ||
           (what == OP_STARTED && acdr_yes(acdr_guest_running(a->root, name)));
}

/* The guest's last start left its entry behind, without a living process. */
static int forget_last_run(struct acdr_txn *w, const struct acdr_domain *d, struct acdr_err *e)
{
    return acdr_condition_drop(w, d->uuid, e);
}

/* libvirt gives a guest's threads the whole host; does any thread stay unplaced by all steps? */
static bool has_unpinned_threads(const struct acdr_request *q, const struct acdr_class *c)
{
    struct acdr_place_hints hints;

    acdr_handle_hints(q->a, c, q->domain->name, &hints);
    return !hints.dedicated || !hints.threads_placed;
}

/* One event in progress. */
struct event {
    struct acdr_request *q;
    enum op op;
    const char *result; /* a word of the verdict */
    bool unconditioned; /* it failed, and the guest runs nevertheless */
    bool late;          /* it had no time to begin */
    bool not_allowed;   /* by a rule of acdr.conf */
    struct acdr_item *verdict;
};

static int condition(struct event *ev, const struct acdr_class *class, struct acdr_err *e)
{
    acdr_auto(txn) struct acdr_txn w = { .lock = -1 };
    const struct acdr_domain *d = ev->q->domain;
    struct acdr *a = ev->q->a;
    enum op op = ev->op;
    struct acdr_condition_request o = {
        .domain = d,
        .class = class,
        .id = d->uuid,
        .name = d->name,
        .class_by = ev->q->class_name ? NULL : d->class_by,
        .guest_stage = op != OP_PREPARE,
        .follow_up = op == OP_STARTED,
        .tolerant = op == OP_RECONNECT ||
                    (op == OP_STARTED && !acdr_yes(acdr_guest_running(a->root, d->name))),
        .not_allowed = &ev->not_allowed,
        .verdict = ev->verdict,
    };
    int err = acdr_handle_check(a, e);

    if (err == 0)
        err = acdr_txn_open(a, &w, NULL, e);
    ev->late = err == -ETIMEDOUT;
    if (err == 0 && op == OP_PREPARE)
        err = forget_last_run(&w, d, e);
    if (err == 0)
        err = acdr_condition(&w, &o, e);
    if (err >= 0 &&
        (op == OP_RECONNECT || (op == OP_STARTED && (err || has_unpinned_threads(ev->q, class)))))
        acdr_txn_resweep(&w);
    return err;
}

/* What an earlier event left undone, whoever's it was. Who holds the lock does that. */
static void finish_others(struct acdr *a)
{
    acdr_auto(txn) struct acdr_txn w = { .lock = -1, .at_once = true };
    struct acdr_err e = { 0 };
    int err = 0;

    if (!acdr_no(acdr_marks_unfinished(a->root)))
        err = acdr_txn_open(a, &w, NULL, &e);
    if (err < 0 && err != -ETIMEDOUT)
        acdr_log(&a->log, LOG_ERR, "what an earlier event left undone cannot be completed: %s",
                 e.text);
}

static bool has_state(struct acdr *a)
{
    return !acdr_no(acdr_root_has(a->root, ACDR_JOURNAL_FILE)) ||
           !acdr_no(acdr_marks_unfinished(a->root));
}

/* An untagged guest: libvirt gave its threads the whole host, including clean cores. */
static void sweep(struct acdr *a)
{
    acdr_auto(txn) struct acdr_txn w = { .lock = -1 };
    struct acdr_err e = { 0 };

    if (!has_state(a))
        return;
    if (acdr_txn_open(a, &w, NULL, &e) == 0)
        acdr_txn_resweep(&w);
    else
        acdr_log(&a->log, LOG_ERR,
                 "its threads may run on the clean cores of other guests: %s; afterwards run 'acdr "
                 "settle'",
                 e.text);
}

/* The guest has no clean cores of its own: it leaves those of the others alone. */
static void serve_others(const struct event *ev)
{
    if (ev->op != OP_STARTED)
        finish_others(ev->q->a);
    else if (!ev->late) /* a second wait for the lock would exceed the deadline */
        sweep(ev->q->a);
}

static int run_unconditioned(struct event *ev, const struct acdr_err *e)
{
    ev->result = "unconditioned";
    ev->unconditioned = true;
    acdr_log(&ev->q->a->log, LOG_ERR, "runs unconditioned: %s", e ? e->text : "");
    serve_others(ev);
    return 0;
}

/* Does libvirt hear of a failure? A guest that runs is not ended because others held the lock: the
 * next repair completes its start. Nor is it ended for a rule, which refuses guests at prepare,
 * whatever their class. */
static bool fails_guest(const struct event *ev, const struct acdr_class *class)
{
    if (ev->not_allowed)
        return ev->op == OP_PREPARE;
    return has_must(class) && !(ev->late && ev->op == OP_STARTED);
}

/* Where libvirt does not hear of a failure, the guest starts unconditioned, with a message. */
static int condition_or_say(struct event *ev, const struct acdr_class *class, struct acdr_err *e)
{
    int err = condition(ev, class, e);

    if (err >= 0)
        ev->result = err ? "degraded" : "conditioned";
    if (err >= 0 || fails_guest(ev, class))
        return err < 0 ? err : 0;
    return run_unconditioned(ev, e);
}

static int begin(struct event *ev, struct acdr_err *e)
{
    const struct acdr_class *class;
    int err = acdr_request_class(ev->q, &class, e);

    if (err == 0)
        return condition_or_say(ev, class, e);
    if (err < 0)
        return has_must_unread(ev->q) ? err : run_unconditioned(ev, e);
    serve_others(ev);
    return 0;
}

static int end(struct event *ev, struct acdr_err *e)
{
    const struct acdr_domain *d = ev->q->domain;
    struct acdr *a = ev->q->a;
    acdr_auto(txn) struct acdr_txn w = { .lock = -1, .ending = d->uuid };
    int err;

    if (!has_state(a))
        return 0;
    acdr_marks_ending(a->root, d->uuid);
    err = acdr_txn_open(a, &w, NULL, e);
    if (err < 0) /* who held the lock may have removed the mark at its own end */
        acdr_marks_ending(a->root, d->uuid);
    if (err == 0 && acdr_journal_find(w.j, d->uuid))
        ev->result = "released";
    return err < 0 ? err : acdr_condition_drop(&w, d->uuid, e);
}

/* The result, in the form of acdr/request.h. acdr_condition() has added the steps. */
static void finish(const struct event *ev, bool fatal, int err, const struct acdr_err *e)
{
    struct acdr_item *v = ev->verdict;
    bool said = err < 0 || ev->unconditioned;

    if (!acdr_item_find(v, "steps")) {
        acdr_item_add_null(v, "step");
        acdr_item_add(v, "steps", ACDR_ITEM_LIST);
    }
    acdr_item_add_text(v, "result", err < 0 ? "failed" : ev->result);
    acdr_item_add_bool(v, "may_fail", fatal);
    acdr_item_add_num(v, "error", said && e ? e->code : 0);
    acdr_item_add_text(v, "text", said && e ? e->text : NULL);
}

int acdr_event_run(struct acdr_request *q, const char *name, const char *op,
                   struct acdr_item *verdict, struct acdr_err *e)
{
    struct event ev = { .q = q, .op = find_op(op), .result = "nothing", .verdict = verdict };
    bool fatal = verdict && acdr_event_fatal(q, name, op);
    int err = 0;

    if (ev.op == OP_STARTED || ev.op == OP_RECONNECT)
        acdr_request_keep_class(q);
    acdr_map_keep(q->a);
    acdr_item_add_text(verdict, "guest", q->domain->name);
    acdr_item_add_text(verdict, "op", op);
    acdr_item_add_text(verdict, "class", q->domain->class_name);
    acdr_item_add_text(verdict, "class_by", q->class_name ? NULL : q->domain->class_by);
    if (ev.op != OP_NONE && !q->domain->uuid[0])
        err = acdr_err_set(e, EBADMSG, "%s: the XML has no <uuid>", name);
    else if (ev.op == OP_END)
        err = end(&ev, e);
    else if (ev.op != OP_NONE)
        err = begin(&ev, e);
    else
        finish_others(q->a);
    if (verdict)
        finish(&ev, fatal, err, e);
    return err;
}
