/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See family.h. */
#include "family.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_member(const struct acdr_saved_knob *k, const struct acdr_saved_knob *fam)
{
    return k->knob.kind->family && !strcmp(k->knob.kind->family, fam->name);
}

struct acdr_saved_knob *acdr_family_of(const struct acdr_journal *j,
                                       const struct acdr_saved_knob *k)
{
    struct acdr_saved_knob *fam = k->knob.kind->family
                                      ? (struct acdr_saved_knob *)
                                            acdr_index_find(&j->knobs, k->knob.kind->family)
                                      : NULL;

    return fam && fam->claims.first ? fam : NULL;
}

/* Add the claim to SETS. */
static int add(struct acdr_knob_sets *sets, const struct acdr_claim *c)
{
    struct acdr_bitmap value, alt;

    if (c->op != ACDR_OP_MINUS || acdr_bitmap_parse_list(&value, c->value) < 0 ||
        acdr_bitmap_parse_list(&alt, c->alt) < 0)
        return -EINVAL;
    acdr_bitmap_or(&sets->value, &value);
    acdr_bitmap_or(&sets->alt, &alt);
    return 0;
}

int acdr_family_sum(struct acdr_saved_knob *fam, const struct acdr_knob_sets **ret)
{
    struct acdr_knob_sets *sum = fam->sum;
    int err = 0;

    *ret = sum;
    if (fam->summed)
        return 0;
    memset(sum, 0, sizeof(*sum));
    for (const struct acdr_owned_claim *h = fam->claims.first; err == 0 && h;
         h = acdr_claim_next(h, ACDR_CHAIN_KNOB))
        err = add(sum, &h->claim);
    fam->summed = err == 0;
    return err;
}

const struct acdr_claim *acdr_journal_claim_of(const struct acdr_saved_knob *k, const char *id)
{
    for (const struct acdr_owned_claim *h = k->claims.first; h;
         h = acdr_claim_next(h, ACDR_CHAIN_KNOB))
        if (!strcmp(h->id, id))
            return &h->claim;
    return NULL;
}

static bool meets(const char *list, const struct acdr_bitmap *s)
{
    struct acdr_bitmap mine;

    return acdr_bitmap_parse_list(&mine, list) < 0 || acdr_bitmap_intersects(&mine, s);
}

bool acdr_family_covers(const struct acdr_journal *j, const struct acdr_saved_knob *k)
{
    struct acdr_saved_knob *fam = acdr_family_of(j, k);
    const struct acdr_knob_sets *sum;

    return fam && (!k->base || k->claims.first || acdr_family_sum(fam, &sum) < 0 ||
                   meets(k->base, &sum->value));
}

bool acdr_family_concerns(const struct acdr_saved_knob *k, const char *value)
{
    struct acdr_bitmap s;

    return !k->base || acdr_bitmap_parse_list(&s, value) < 0 || meets(k->base, &s);
}

const struct acdr_owned_claim *acdr_family_claim(const struct acdr_journal *j,
                                                 const struct acdr_saved_knob *k, const char *id)
{
    const struct acdr_saved_knob *fam = acdr_family_of(j, k);

    if (!fam || acdr_journal_claim_of(k, id))
        return NULL;
    for (const struct acdr_owned_claim *h = fam->claims.first; h;
         h = acdr_claim_next(h, ACDR_CHAIN_KNOB))
        if (!strcmp(h->id, id))
            return acdr_family_concerns(k, h->claim.value) ? h : NULL;
    return NULL;
}

/* The sum of those without a claim on K. 1; 0: there are none. */
static int add_others(const struct acdr_saved_knob *fam, const struct acdr_saved_knob *k,
                      struct acdr_knob_sets *sets)
{
    int any = 0;

    memset(sets, 0, sizeof(*sets));
    for (const struct acdr_owned_claim *h = fam->claims.first; h;
         h = acdr_claim_next(h, ACDR_CHAIN_KNOB)) {
        if (acdr_journal_claim_of(k, h->id))
            continue;
        if (add(sets, &h->claim) < 0)
            return -EINVAL;
        any = 1;
    }
    return any;
}

int acdr_family_ask(const struct acdr_journal *j, const struct acdr_saved_knob *k,
                    struct acdr_knob_sets *sets, struct acdr_knob_claim *ret)
{
    struct acdr_saved_knob *fam = k->fixed || !acdr_family_covers(j, k) ? NULL
                                                                        : acdr_family_of(j, k);
    const struct acdr_knob_sets *sum;
    int any = 1;

    if (!fam)
        return 0;
    if (k->claims.first)
        any = add_others(fam, k, sets);
    else if (acdr_family_sum(fam, &sum) < 0)
        any = -EINVAL;
    else
        *sets = *sum;
    sets->near = k->near;
    *ret = (struct acdr_knob_claim){ ACDR_OP_MINUS, NULL, NULL, sets };
    return any;
}

int acdr_journal_claims_on(const struct acdr_journal *j, const struct acdr_saved_knob *k,
                           struct acdr_knob_sets *family, struct acdr_knob_claim **ret, size_t *n)
{
    const struct acdr_owned_claim *h;
    struct acdr_knob_claim *w;
    size_t count = 0;
    int more;

    for (h = k->claims.first; h; h = acdr_claim_next(h, ACDR_CHAIN_KNOB))
        count++;
    w = calloc(count + 1, sizeof(*w));
    if (!w)
        return -ENOMEM;
    *n = 0;
    for (h = k->claims.first; h; h = acdr_claim_next(h, ACDR_CHAIN_KNOB))
        w[(*n)++] = (struct acdr_knob_claim){ h->claim.op, h->claim.value, h->claim.alt, NULL };
    more = acdr_family_ask(j, k, family, &w[*n]);
    *n += more > 0;
    *ret = w;
    return more < 0 ? more : 0;
}

/* Is the value a substitute? Then each claim may matter to it. */
static bool is_elsewhere(const struct acdr_saved_knob *k)
{
    struct acdr_bitmap base, want;

    return !k->want || acdr_bitmap_parse_list(&base, k->base) < 0 ||
           acdr_bitmap_parse_list(&want, k->want) < 0 || !acdr_bitmap_subset(&want, &base);
}

void acdr_family_changed(struct acdr_journal *j, struct acdr_saved_knob *fam, const char *value,
                         bool again)
{
    fam->summed = false;
    for (size_t i = 0; i < j->n_saved; i++) {
        struct acdr_saved_knob *k = j->saved[i];

        if (!is_member(k, fam) ||
            !(k->claims.first || acdr_family_concerns(k, value) || is_elsewhere(k)))
            continue;
        k->dirty = true;
        k->fixed = k->fixed && !again;
    }
}
