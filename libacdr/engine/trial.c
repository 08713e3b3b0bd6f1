/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A guest's class changes by dropping its entry and conditioning it again, under one lock: two
 * transactions, so a death between them leaves an unconditioned guest and a restored host. See
 * trial.h.
 */
#include "trial_part.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "condition.h"
#include "text.h"

/* A change in progress. */
struct change {
    struct acdr_txn work;
    struct acdr_domain *domain;
};

static void acdr_auto_change(struct change *c)
{
    acdr_domain_free(c->domain);
    acdr_txn_close(&c->work);
}

/* As in libvirt's status file: with the names of its taps, like the XML of a hook. */
static int read_domain(struct acdr *a, const char *guest, struct acdr_domain **ret,
                       struct acdr_err *e)
{
    struct acdr_err why = { 0 };
    int err = acdr_guest_domain(a->root, guest, ret, &why);

    if (err == -ENOENT)
        return acdr_err_set(e, ESRCH, "guest %s does not run: %s", guest, why.text);
    return err < 0 ? acdr_err_set(e, -err, "%s", why.text) : 0;
}

static int check_runs(struct acdr *a, const char *guest, struct acdr_err *e)
{
    acdr_auto(acdr_host_free) struct acdr_host *h = NULL;
    acdr_auto(acdr_guest_free) struct acdr_guest *g = NULL;
    int err = acdr_host_read(a->root, ACDR_HOST_ISOLATION, &h, e);

    return err < 0 ? err : acdr_guest_read(h, guest, &g, e);
}

static bool threads_alike(const struct acdr_thread_hint *a, const struct acdr_thread_hint *b)
{
    return a->where == b->where && acdr_bitmap_equal(&a->list, &b->list);
}

/* Do both classes need the same place? A search would then find another one only because the host
 * has changed. Memory needs do not count: the guest already has its memory. */
static bool place_alike(const struct acdr_place_hints *a, const struct acdr_place_hints *b)
{
    for (int i = 0; i < ACDR_GROUP_KINDS; i++)
        if (a->group[i].scope != b->group[i].scope ||
            !acdr_text_same(a->group[i].name, b->group[i].name))
            return false;
    return a->dedicated == b->dedicated && a->smt == b->smt &&
           acdr_bitmap_equal(&a->vcpus, &b->vcpus) && a->threads_placed == b->threads_placed &&
           threads_alike(&a->emulator, &b->emulator) &&
           threads_alike(&a->iothreads, &b->iothreads) && threads_alike(&a->vhost, &b->vhost);
}

/* Another owner may have taken it while the guest was elsewhere. */
static bool is_free(const struct acdr_journal *j, const char *id, const struct acdr_place *p)
{
    for (size_t i = 0; i < j->n_entries; i++) {
        const struct acdr_entry *en = &j->entries[i];

        if (en->place && strcmp(en->id, id) != 0 && acdr_place_conflict(en->place, p))
            return false;
    }
    return true;
}

/* Condition the guest, which has no entry, by CLASS, which the rule BY gave; at PLACE if not NULL.
 */
static int condition(struct change *c, const struct acdr_class *class, const char *by,
                     const struct acdr_place *place, bool keep, struct acdr_err *e)
{
    struct acdr_condition_request o = {
        .domain = c->domain,
        .class = class,
        .id = c->domain->uuid,
        .name = c->domain->name,
        .guest_stage = true,
        .tolerant = keep,
        .by_root = true,
    };
    struct acdr_entry *en = acdr_journal_add(c->work.j, o.id, o.name, acdr_class_name(class));
    int err = en ? acdr_journal_mapped(en, by) : -ENOMEM;

    if (err == 0 && place) {
        en->place = acdr_place_copy(place);
        err = en->place ? 0 : -ENOMEM;
    }
    err = err < 0 ? acdr_err_nomem(e) : acdr_condition(&c->work, &o, e);
    if (err < 0) /* also if it stays as it is: without a process the entry would live forever */
        acdr_condition_drop(&c->work, c->domain->uuid, NULL);
    acdr_txn_resweep(&c->work);
    return err < 0 ? err : 0;
}

static int give_back(struct acdr_trial *t, struct change *c, struct acdr_err *e)
{
    const struct acdr_place *p = t->place && is_free(c->work.j, t->id, t->place) ? t->place : NULL;

    return t->had ? condition(c, t->had, t->class_by, p, true, e) : 0;
}

/* The class was refused, E says why: restore the old one. */
static int refused(struct acdr_trial *t, struct change *c, int err, struct acdr_err *e)
{
    struct acdr_err worse = { 0 };

    if (give_back(t, c, &worse) < 0) {
        acdr_log(&t->a->log, LOG_ERR, "guest %s runs unconditioned: %s", t->guest, worse.text);
        acdr_err_context(e, "guest %s: class %s could not be restored either", t->guest,
                         acdr_class_name(t->had));
    }
    return err;
}

/* Save the guest's state in T, and check that CLASS_NAME is a change. EN NULL: no state. */
static int remember(struct acdr_trial *t, struct acdr_entry *en, struct acdr_err *e)
{
    int err;

    if (!en)
        return 0;
    if (!en->pid)
        return acdr_err_set(e, EBUSY, "guest %s is about to start: wait until it runs", t->guest);
    if (!strcmp(en->class_name, acdr_class_name(t->now)))
        return acdr_err_set(e, EALREADY, "guest %s has class %s already", t->guest, en->class_name);
    err = acdr_handle_class(t->a, en->class_name, &t->had, e);
    if (err < 0) {
        acdr_err_context(e, "the class that guest %s has could not be given back", t->guest);
        return err;
    }
    t->place = en->place ? acdr_place_copy(en->place) : NULL;
    t->class_by = en->class_by ? strdup(en->class_by) : NULL;
    return (en->place && !t->place) || (en->class_by && !t->class_by) ? acdr_err_nomem(e) : 0;
}

static int prepare(struct acdr_trial *t, struct acdr *a, const char *guest, const char *class_name,
                   struct acdr_domain **domain, struct acdr_err *e)
{
    int err = acdr_handle_check(a, e);

    if (err == 0)
        err = acdr_handle_class(a, class_name, &t->now, e);
    t->a = a;
    t->guest = strdup(guest);
    if (!t->guest)
        return acdr_err_nomem(e);
    if (err == 0)
        err = check_runs(a, guest, e);
    if (err == 0)
        err = read_domain(a, guest, domain, e);
    if (err < 0)
        return err;
    t->id = strdup((*domain)->uuid);
    return t->id ? 0 : acdr_err_nomem(e);
}

const struct acdr_place *acdr_trial_place(const struct acdr_trial *t)
{
    struct acdr_place_hints had, now;

    if (!t->had)
        return NULL;
    acdr_handle_hints(t->a, t->had, t->guest, &had);
    acdr_handle_hints(t->a, t->now, t->guest, &now);
    return place_alike(&had, &now) ? t->place : NULL;
}

int acdr_trial_prepare(struct acdr_trial *t, struct acdr *a, const char *guest,
                       const char *class_name, struct acdr_domain **domain, struct acdr_journal **j,
                       struct acdr_err *e)
{
    int err = prepare(t, a, guest, class_name, domain, e);

    if (err == 0)
        err = acdr_journal_read(a->root, j, e);
    if (err == 0)
        err = remember(t, acdr_journal_find(*j, t->id), e);
    if (err == 0)
        acdr_journal_drop(*j, t->id);
    return err;
}

int acdr_trial_start(struct acdr *a, const char *guest, const char *class_name,
                     struct acdr_trial **ret, struct acdr_err *e)
{
    acdr_auto(acdr_trial_drop) struct acdr_trial *t = calloc(1, sizeof(*t));
    acdr_auto(change) struct change c = { .work = { .lock = -1 } };
    const struct acdr_entry *en;
    int err = t ? prepare(t, a, guest, class_name, &c.domain, e) : acdr_err_nomem(e);

    if (err == 0)
        err = acdr_txn_open(a, &c.work, NULL, e);
    if (err == 0)
        err = remember(t, acdr_journal_find(c.work.j, t->id), e);
    if (err == 0)
        err = acdr_condition_drop(&c.work, t->id, e);
    if (err < 0)
        return err;
    err = condition(&c, t->now, NULL, acdr_trial_place(t), false, e);
    if (err < 0)
        return refused(t, &c, err, e);
    en = acdr_journal_find(c.work.j, t->id);
    t->pid = en->pid;
    t->start = en->start;
    *ret = acdr_take(t);
    return 0;
}

int acdr_trial_undo(struct acdr_trial *t, struct acdr_err *e)
{
    acdr_auto(change) struct change c = { .work = { .lock = -1 } };
    const struct acdr_entry *en;
    int err = acdr_txn_open(t->a, &c.work, NULL, e);

    if (err < 0)
        return err;
    en = acdr_journal_find(c.work.j, t->id);
    if (!en || en->pid != t->pid || en->start != t->start ||
        strcmp(en->class_name, acdr_class_name(t->now)) != 0)
        return 1;
    err = read_domain(t->a, t->guest, &c.domain, e);
    if (err == 0)
        err = acdr_condition_drop(&c.work, t->id, e);
    if (err == 0)
        err = give_back(t, &c, e);
    if (err == 0 && !t->had)
        acdr_txn_resweep(&c.work);
    return err;
}

void acdr_trial_drop(struct acdr_trial *t)
{
    if (!t)
        return;
    acdr_class_free(t->now);
    acdr_class_free(t->had);
    acdr_place_free(t->place);
    free(t->class_by);
    free(t->guest);
    free(t->id);
    free(t);
}
