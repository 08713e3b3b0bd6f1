/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which step of the event's own guest claims a knob, and what it is told. Must not settle. */
#include "family.h"
#include "settle_pass.h"

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
