/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is conditioned, and whether it still holds: the journal as a report, and compared with the
 * kernel. */
#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "asked.h"
#include "clock.h"
#include "condition.h"
#include "family.h"
#include "intruders.h"
#include "members.h"
#include "resume_start.h"
#include "text.h"
#include "unfinished.h"

/* irqbalance's default scan interval in seconds, plus a margin. */
enum { LATE_S = 12 };

void acdr_report_outcomes(struct acdr_item *parent, const struct acdr_step_outcome *o, size_t n)
{
    struct acdr_item *list = acdr_item_add(parent, "steps", ACDR_ITEM_LIST);

    for (size_t i = 0; i < n; i++) {
        struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);

        acdr_item_add_text(m, "step", o[i].step);
        acdr_item_add_text(m, "result", acdr_step_result_name(o[i].result));
        acdr_item_add_text(m, "detail", o[i].note ? o[i].note : "");
    }
}

static const char *state_name(const struct acdr_entry *en)
{
    if (en->degraded)
        return "degraded";
    return en->is_pool || en->pid ? "conditioned" : "prepared";
}

static int add_entry(struct acdr_item *list, const struct acdr_entry *en,
                     struct acdr_intruders *intruders, struct acdr_err *e)
{
    struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);

    acdr_item_add_text(m, "name", en->name);
    if (!en->is_pool)
        acdr_item_add_text(m, "uuid", en->id);
    acdr_item_add_text(m, "class", en->class_name);
    if (!en->is_pool)
        acdr_item_add_text(m, "class_by", en->class_by);
    acdr_item_add_text(m, "state", state_name(en));
    if (en->is_pool)
        acdr_item_add_cpus(m, "cpus", &en->place->clean);
    else
        acdr_report_place(m, en->place);
    if (en->is_pool && en->pid)
        acdr_item_add_num(m, "pid", en->pid);
    else if (en->is_pool)
        acdr_item_add_null(m, "pid");
    acdr_report_outcomes(m, en->outcomes, en->n_outcomes);
    if (en->is_pool || !intruders)
        return 0;
    return acdr_intruders_add(intruders, en, acdr_item_add(m, "intruders", ACDR_ITEM_LIST), NULL,
                              e);
}

/* The entry that a report is about: NULL for all, or if ASKED guests are all that DOMAIN names.
 * -ENOENT if it names none. */
static int about(struct acdr_journal *j, const char *domain, const struct acdr_item *asked,
                 const struct acdr_entry **ret, struct acdr_err *e)
{
    *ret = domain ? acdr_journal_find_any(j, domain) : NULL;
    if (domain && !*ret && !acdr_item_first(acdr_item_find(asked, "unconditioned")) &&
        !acdr_item_first(acdr_item_find(asked, "stopped")))
        return acdr_err_set(
            e, ENOENT,
            "%s: nothing of that name is conditioned, or asks for it by a tag or a rule; see "
            "acdr status",
            domain);
    return 0;
}

int acdr_report_status(struct acdr *a, const char *domain, bool with_intruders,
                       struct acdr_item **ret, struct acdr_err *e)
{
    acdr_auto(acdr_journal_free) struct acdr_journal *j = NULL;
    acdr_auto(acdr_item_free) struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP);
    struct acdr_item *domains = acdr_item_add(root, "domains", ACDR_ITEM_LIST);
    struct acdr_item *fixed = acdr_item_add(root, "static", ACDR_ITEM_LIST);
    acdr_auto(intruders) struct acdr_intruders intruders = { 0 };
    const struct acdr_entry *one = NULL;
    int err = acdr_journal_read(a->root, &j, e);

    if (err == 0)
        err = acdr_asked_add(a, j, domain, root, e);
    if (err >= 0)
        err = about(j, domain, root, &one, e);
    if (err == 0 && j->n_entries && with_intruders)
        err = acdr_intruders_read(a, j, &intruders, e);
    if (err < 0)
        return err;
    acdr_unfinished_add(a, j, one, root);
    for (size_t i = 0; err == 0 && i < j->n_entries; i++)
        if (!domain || one == &j->entries[i])
            err = add_entry(j->entries[i].is_pool ? fixed : domains, &j->entries[i],
                            with_intruders ? &intruders : NULL, e);
    return err < 0 ? err : acdr_report_done(&root, ret, e);
}

/* The kernel's value of a setting, read once for all claims on it. */
struct shown {
    bool read, holds;
    int err;
    char *now, *why; /* the value; why it cannot be read */
    char *stray;     /* a setting that defeats it */
};

/* The comparison of the journal with the kernel. */
struct checking {
    struct acdr *a;
    struct acdr_journal *j;
    const struct acdr_entry *one; /* NULL: all */
    bool wait;                    /* for settings that take effect late */
    struct acdr_item *drift;
    struct shown *shown; /* of each saved knob */
    long long checked;
};

static void add_drift(struct acdr_item *drift, const struct acdr_owned_claim *h,
                      const struct acdr_saved_knob *k, const char *name, const char *want,
                      const char *now)
{
    struct acdr_item *m = acdr_item_add(drift, NULL, ACDR_ITEM_MAP);

    acdr_item_add_text(m, "domain", name);
    acdr_item_add_text(m, "step", h->claim.step);
    acdr_item_add_text(m, "knob", k->name);
    acdr_item_add_text(m, "want", want);
    acdr_item_add_text(m, "now", now);
}

static void add_undone(struct acdr_item *drift, const struct acdr_entry *en, const char *what,
                       const char *want, const char *now)
{
    acdr_auto(free) char *knob = acdr_text_format("%s:%s", what, en->name);
    struct acdr_item *m = acdr_item_add(drift, NULL, ACDR_ITEM_MAP);

    acdr_item_add_text(m, "domain", en->name);
    acdr_item_add_text(m, "step", "all");
    acdr_item_add_text(m, "knob", knob ? knob : what);
    acdr_item_add_text(m, "want", want);
    acdr_item_add_text(m, "now", now);
}

/* A guest whose threads are where libvirt put them, without claims about that yet; a workload that
 * nobody has given back. */
static void check_finished(struct acdr *a, const struct acdr_entry *en, struct acdr_item *drift)
{
    if (acdr_resume_start_due(a, en))
        add_undone(drift, en, "started", "done by the hook", "not done");
    if (en->is_pool && en->pid && acdr_no(acdr_guest_lives(a->root, en->pid, en->start)))
        add_undone(drift, en, "ended", "given back", "its process has ended");
}

/* Read K; if it takes effect late, like irqbalance's, wait for its claims if C says so. */
static void read_shown(const struct checking *c, const struct acdr_saved_knob *k, struct shown *ret)
{
    struct acdr *a = c->a;
    int left = c->wait && k->knob.kind->readback_later ? LATE_S : 0;
    struct acdr_err e = { 0 };

    ret->read = true;
    ret->err = acdr_knob_read(a->root, k->knob, &ret->now, &e);
    while (ret->err == 0 && !(ret->holds = acdr_settle_holds(a->root, c->j, k, ret->now)) &&
           left-- > 0) {
        free(ret->now);
        ret->now = NULL;
        acdr_clock_nap(1000);
        ret->err = acdr_knob_read(a->root, k->knob, &ret->now, &e);
    }
    if (ret->err < 0)
        ret->why = strdup(e.text);
    else if (ret->holds && k->knob.kind->find_override)
        k->knob.kind->find_override(a->root, k->knob.rest, k->want ? k->want : "", &ret->stray);
}

/* An ended task needs nothing: QEMU's helpers come and go. An ended guest must be reported. */
static bool just_ended(struct acdr *a, const struct acdr_entry *en, int err)
{
    return err == -ESRCH && (!en->pid || !acdr_no(acdr_guest_lives(a->root, en->pid, en->start)));
}

/* The value that H wants K to have; *TO_FREE is to be freed. */
static const char *find_want(const struct checking *c, const struct acdr_owned_claim *h,
                             const struct acdr_saved_knob *k, char **to_free)
{
    const char *now = c->shown[k->at].now;
    acdr_auto(free) struct acdr_knob_claim *w = NULL;
    struct acdr_knob_sets family;
    size_t n;

    if (k->want && (!k->dirty || k->knob.kind->counted)) /* of a dirty one, what was tried last */
        return k->want;
    if (!now || acdr_journal_claims_on(c->j, k, &family, &w, &n) < 0 ||
        acdr_knob_fold(k->knob, now, w, n, to_free) < 0)
        return h->claim.value;
    return *to_free;
}

/* Compare what the kernel shows for K with the claim H on it or on its family. */
static void check(const struct checking *c, const struct acdr_owned_claim *h,
                  const struct acdr_saved_knob *k)
{
    const struct shown *s = &c->shown[k->at];
    const struct acdr_entry *en = acdr_journal_find(c->j, h->id);
    acdr_auto(free) char *folded = NULL;
    const char *want = find_want(c, h, k, &folded);

    if (just_ended(c->a, en, s->err) ||
        (s->err == -ENOENT && acdr_knob_may_come(c->a->root, k->knob)))
        return;
    if (s->err == -ENOENT || s->err == -ESRCH)
        add_drift(c->drift, h, k, en->name, want, NULL);
    else if (s->err < 0)
        add_drift(c->drift, h, k, en->name, want, s->why);
    else if (!s->holds)
        add_drift(c->drift, h, k, en->name, want, s->now);
    else if (s->stray)
        add_drift(c->drift, h, k, en->name, want, s->stray);
}

/* Is it for H's claim on a family that the value of K is wrong? */
static bool is_due_to(const struct acdr_owned_claim *h, const struct acdr_saved_knob *k,
                      const struct shown *s)
{
    struct acdr_bitmap value, now;

    if (acdr_journal_claim_of(k, h->id))
        return false;
    if (!s->now || acdr_bitmap_parse_list(&now, s->now) < 0 ||
        acdr_bitmap_parse_list(&value, h->claim.value) < 0)
        return acdr_family_concerns(k, h->claim.value);
    return acdr_bitmap_intersects(&now, &value);
}

static void check_member(struct checking *c, const struct acdr_saved_knob *fam,
                         const struct acdr_saved_knob *k)
{
    struct shown *s = &c->shown[k->at];

    if (k->fixed || !acdr_family_covers(c->j, k) ||
        (c->one && !acdr_family_claim(c->j, k, c->one->id)))
        return;
    if (!s->read)
        read_shown(c, k, s);
    if (s->err == -ENOENT || s->err == -ESRCH)
        return; /* a member that is gone is none */
    c->checked++;
    for (const struct acdr_owned_claim *h = s->holds ? NULL : fam->claims.first; h;
         h = acdr_claim_next(h, ACDR_CHAIN_KNOB))
        if ((!c->one || !strcmp(c->one->id, h->id)) && is_due_to(h, k, s))
            check(c, h, k);
}

/* Once for all claims on the family. */
static void check_family(struct checking *c, const struct acdr_saved_knob *fam)
{
    struct shown *s = &c->shown[fam->at];

    for (size_t i = 0; !s->read && i < c->j->n_saved; i++)
        if (acdr_family_of(c->j, c->j->saved[i]) == fam)
            check_member(c, fam, c->j->saved[i]);
    s->read = true;
}

/* Compare ONE's claims, or all, in order of work. 0 or -ENOMEM. */
static int check_claims(struct checking *c)
{
    c->shown = calloc(c->j->n_saved + 1, sizeof(*c->shown));
    if (!c->shown)
        return -ENOMEM;
    for (const struct acdr_owned_claim *h = c->j->claims.first; h;
         h = acdr_claim_next(h, ACDR_CHAIN_ALL)) {
        if (c->one && strcmp(c->one->id, h->id))
            continue;
        if (h->saved->sum) {
            check_family(c, h->saved);
            continue;
        }
        if (!c->shown[h->saved->at].read)
            read_shown(c, h->saved, &c->shown[h->saved->at]);
        check(c, h, h->saved);
        c->checked++;
    }
    for (size_t i = 0; i < c->j->n_saved; i++) {
        free(c->shown[i].now);
        free(c->shown[i].why);
        free(c->shown[i].stray);
    }
    free(c->shown);
    return 0;
}

int acdr_report_verify(struct acdr *a, const char *domain, struct acdr_item **ret,
                       struct acdr_err *e)
{
    return acdr_report_drift(a, domain, true, ret, e);
}

int acdr_report_drift(struct acdr *a, const char *domain, bool wait, struct acdr_item **ret,
                      struct acdr_err *e)
{
    acdr_auto(acdr_journal_free) struct acdr_journal *j = NULL;
    acdr_auto(acdr_item_free) struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP);
    struct acdr_item *drift = acdr_item_add(root, "drift", ACDR_ITEM_LIST);
    struct acdr_item *list = acdr_item_add(root, "intruders", ACDR_ITEM_LIST);
    acdr_auto(intruders) struct acdr_intruders intruders = { 0 };
    const struct acdr_entry *one = NULL;
    struct checking c = { .a = a, .drift = drift, .wait = wait };
    int asked = 0, drifted;
    int err = acdr_journal_read(a->root, &j, e);

    if (err == 0 && wait) /* acdr metrics has them from the status */
        err = asked = acdr_asked_add(a, j, domain, root, e);
    if (err >= 0)
        err = about(j, domain, root, &one, e);
    if (err == 0)
        err = acdr_members_look(a, j, e);
    if (err == 0 && j->n_entries)
        err = acdr_intruders_read(a, j, &intruders, e);
    if (err < 0)
        return err;
    for (size_t i = 0; err == 0 && i < j->n_entries; i++) {
        if (domain && one != &j->entries[i])
            continue;
        check_finished(a, &j->entries[i], drift);
        err = acdr_intruders_add(&intruders, &j->entries[i], list, j->entries[i].name, e);
    }
    if (err < 0)
        return err;
    c.j = j;
    c.one = one;
    if ((one || !domain) && check_claims(&c) < 0)
        return acdr_err_nomem(e);
    acdr_item_add_num(root, "checked", c.checked);
    if (wait)
        acdr_unfinished_add(a, j, one, root);
    drifted = acdr_item_first(drift) || acdr_item_first(list);
    err = acdr_report_done(&root, ret, e);
    return err < 0 ? err : asked ? 2 : drifted;
}
