/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A knob that does not get its value: what becomes of it, and what the report, the log, and the
 * step of the event's own guest that claims it, are told. Must not settle.
 */
#include <errno.h>
#include <string.h>
#include <syslog.h>

#include "family.h"
#include "settle_pass.h"
#include "value.h"

const struct acdr_claim *acdr_settle_claim(const struct acdr_settle *s,
                                           const struct acdr_saved_knob *k)
{
    const struct acdr_claim *c = s->id ? acdr_journal_claim_of(k, s->id) : NULL;
    const struct acdr_owned_claim *h = s->id && !c ? acdr_family_claim(s->j, k, s->id) : NULL;

    return h ? &h->claim : c;
}

void acdr_settle_outcome(struct acdr_settle_pass *p, const struct acdr_saved_knob *k,
                         enum acdr_step_result r, const char *why)
{
    const struct acdr_claim *c = acdr_settle_claim(p->s, k);
    struct acdr_entry *en = p->s->id ? acdr_journal_find(p->s->j, p->s->id) : NULL;

    if (c && en)
        acdr_journal_outcome(en, c->step, r, why);
}

void acdr_settle_report(struct acdr_settle_pass *p, const char *list,
                        const struct acdr_saved_knob *k, const char *now, const char *why)
{
    struct acdr_item *l = p->s->report;
    struct acdr_item *i;

    if (!l)
        return;
    l = (struct acdr_item *)acdr_item_find(l, list);
    i = acdr_item_add(l, NULL, ACDR_ITEM_MAP);
    acdr_item_add_text(i, "knob", k->name);
    acdr_item_add_text(i, "was", k->was);
    acdr_item_add_text(i, "now", now);
    acdr_item_add_text(i, "why", why);
}

enum acdr_knob_outcome acdr_settle_refused(struct acdr_settle_pass *p,
                                           const struct acdr_saved_knob *k, int err,
                                           const char *why)
{
    const struct acdr_claim *c = acdr_settle_claim(p->s, k);
    bool cannot = err == -EPERM || err == -EOPNOTSUPP;

    if (c && c->soft) {
        acdr_settle_outcome(p, k, ACDR_STEP_UNSUPPORTED, why);
        return ACDR_OUTCOME_REFUSED;
    }
    if (!c) /* otherwise it is reported as the reason of that step */
        acdr_log(p->s->log, cannot ? LOG_NOTICE : LOG_WARNING, "%s", why);
    acdr_settle_report(p, "left", k, k->was, why);
    acdr_settle_outcome(p, k, ACDR_STEP_REFUSED, why);
    return ACDR_OUTCOME_REFUSED;
}

/* Its claims hold on, and it is tried again. */
enum acdr_knob_outcome acdr_settle_wait(struct acdr_settle_pass *p, const struct acdr_saved_knob *k,
                                        const char *why)
{
    acdr_log(p->s->log, LOG_WARNING, "%s", why);
    acdr_settle_report(p, "left", k, k->want, why);
    return ACDR_OUTCOME_WAIT;
}

/* A reconnect concerns a guest that runs: what it has, or waits for, is not taken from it. */
static bool is_running_guests(const struct acdr_settle_pass *p, const struct acdr_saved_knob *k)
{
    return p->s->alone && p->s->id && acdr_journal_claim_of(k, p->s->id) &&
           (k->base || acdr_knob_may_come(p->s->root, k->knob));
}

/* A failed read, or write that did not come to an answer, refuses nothing: claims of a guest that
 * runs, and claims on its family, of all guests, hold on, and it is tried again at the next event.
 */
enum acdr_knob_outcome acdr_settle_unread(struct acdr_settle_pass *p,
                                          const struct acdr_saved_knob *k, int err, const char *why)
{
    bool holds = k->base && !k->claims.first && !k->fixed && acdr_family_covers(p->s->j, k);
    enum acdr_knob_outcome outcome;

    if (is_running_guests(p, k)) {
        acdr_settle_outcome(p, k, ACDR_STEP_UNSUPPORTED, why);
        return acdr_settle_wait(p, k, why);
    }
    outcome = acdr_settle_refused(p, k, err, why);
    return holds ? ACDR_OUTCOME_WAIT : outcome;
}

static void find_hidden(const struct acdr_journal *j, struct acdr_bitmap *ret)
{
    struct acdr_bitmap cpus;

    acdr_bitmap_zero(ret);
    for (size_t i = 0; i < j->n_saved; i++) {
        const struct acdr_saved_knob *k = j->saved[i];

        if (k->knob.kind->hides && k->want && acdr_bitmap_parse_list(&cpus, k->want) == 0)
            acdr_bitmap_or(ret, &cpus);
    }
}

/* Are only these missing? Whoever has left out others as well has left them out himself. */
static int is_hidden(const struct acdr_settle *s, const struct acdr_saved_knob *k,
                     const struct acdr_bitmap *all, const char *text)
{
    struct acdr_bitmap online;
    int err;

    if (k->base)
        return acdr_knob_same(k->knob, text, k->want) || acdr_knob_same(k->knob, text, k->base);
    err = acdr_value_read_set(s->root, "/sys/devices/system/cpu/online", &online, NULL);
    return err < 0 ? err : acdr_bitmap_equal(all, &online);
}

int acdr_settle_unhide(const struct acdr_settle *s, const struct acdr_saved_knob *k,
                       const char *now, char **ret)
{
    struct acdr_bitmap hidden, all;
    acdr_auto(free) char *text = strdup(now);
    int is = 0;

    if (text && k->knob.kind->bulk && acdr_bitmap_parse_list(&all, now) == 0) {
        find_hidden(s->j, &hidden);
        if (!acdr_bitmap_subset(&hidden, &all)) {
            acdr_bitmap_or(&all, &hidden);
            free(text);
            text = acdr_bitmap_print_list(&all);
            is = text ? is_hidden(s, k, &all, text) : -ENOMEM;
        }
    }
    if (is < 0)
        return is;
    *ret = is ? acdr_take(text) : strdup(now);
    return *ret ? 0 : -ENOMEM;
}
