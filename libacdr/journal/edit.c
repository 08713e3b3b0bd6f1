/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Changes the journal in memory. Knows the owners of claims; reads and writes no files. */
#include "journal.h"

#include <errno.h>
#include <string.h>

#include "text.h"

static void free_claim(struct acdr_claim *c)
{
    free(c->step);
    free(c->knob);
    free(c->value);
    free(c->alt);
}

static void free_saved(struct acdr_saved_knob *k)
{
    free(k->name);
    free(k->base);
    free(k->was);
    free(k->want);
}

void acdr_journal_forget_outcomes(struct acdr_entry *en)
{
    for (size_t i = 0; i < en->n_outcomes; i++) {
        free(en->outcomes[i].step);
        free(en->outcomes[i].note);
    }
    free(en->outcomes);
    en->outcomes = NULL;
    en->n_outcomes = 0;
}

static void free_entry(struct acdr_entry *en)
{
    acdr_journal_forget_outcomes(en);
    acdr_place_free(en->place);
    free(en->id);
    free(en->name);
    free(en->class_name);
    free(en->nics);
}

void acdr_journal_free(struct acdr_journal *j)
{
    if (!j)
        return;
    for (size_t i = 0; i < j->n_entries; i++)
        free_entry(&j->entries[i]);
    for (size_t i = 0; i < j->n_claims; i++) {
        free(j->claims[i].id);
        free_claim(&j->claims[i].claim);
    }
    for (size_t i = 0; i < j->n_saved; i++)
        free_saved(&j->saved[i]);
    free(j->entries);
    free(j->claims);
    free(j->saved);
    free(j);
}

struct acdr_entry *acdr_journal_find(struct acdr_journal *j, const char *id)
{
    for (size_t i = 0; i < j->n_entries; i++)
        if (!strcmp(j->entries[i].id, id))
            return &j->entries[i];
    return NULL;
}

struct acdr_entry *acdr_journal_find_any(struct acdr_journal *j, const char *name_or_id)
{
    struct acdr_entry *en = acdr_journal_find(j, name_or_id);

    for (size_t i = 0; !en && i < j->n_entries; i++)
        if (!strcmp(j->entries[i].name, name_or_id))
            en = &j->entries[i];
    return en;
}

struct acdr_entry *acdr_journal_add(struct acdr_journal *j, const char *id, const char *name,
                                    const char *class_name)
{
    struct acdr_entry *v = reallocarray(j->entries, j->n_entries + 1, sizeof(*v));
    struct acdr_entry en = { .id = strdup(id), .name = strdup(name), .nics = strdup("") };

    if (v)
        j->entries = v;
    en.class_name = strdup(class_name);
    if (!v || !en.id || !en.name || !en.class_name || !en.nics) {
        free_entry(&en);
        return NULL;
    }
    v[j->n_entries] = en;
    return &v[j->n_entries++];
}

uint32_t acdr_journal_hash(const char *s, size_t len)
{
    uint32_t h = 2166136261u;

    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)s[i]) * 16777619u;
    return h;
}

static struct acdr_saved_knob *find_saved(struct acdr_journal *j, const char *knob, uint32_t hash)
{
    for (size_t i = 0; i < j->n_saved; i++)
        if (j->saved[i].hash == hash && !strcmp(j->saved[i].name, knob))
            return &j->saved[i];
    return NULL;
}

struct acdr_saved_knob *acdr_journal_saved(struct acdr_journal *j, const char *knob)
{
    return find_saved(j, knob, acdr_journal_hash(knob, strlen(knob)));
}

struct acdr_saved_knob *acdr_journal_save_knob(struct acdr_journal *j, const char *knob)
{
    uint32_t hash = acdr_journal_hash(knob, strlen(knob));
    struct acdr_saved_knob *k = find_saved(j, knob, hash);
    struct acdr_saved_knob *v;

    if (k)
        return k;
    v = reallocarray(j->saved, j->n_saved + 1, sizeof(*v));
    if (!v)
        return NULL;
    j->saved = v;
    k = &v[j->n_saved];
    *k = (struct acdr_saved_knob){ .name = strdup(knob), .hash = hash };
    if (!k->name)
        return NULL;
    k->knob = acdr_knob_of(k->name);
    j->n_saved++;
    return k;
}

bool acdr_journal_is_on(const struct acdr_owned_claim *h, const struct acdr_saved_knob *k)
{
    return h->hash == k->hash && !strcmp(h->claim.knob, k->name);
}

static bool has_claim(const struct acdr_journal *j, const char *id, const struct acdr_claim *c)
{
    uint32_t hash = acdr_journal_hash(c->knob, strlen(c->knob));

    for (size_t i = 0; i < j->n_claims; i++) {
        const struct acdr_owned_claim *h = &j->claims[i];

        if (h->hash == hash && !strcmp(h->claim.knob, c->knob) && !strcmp(h->claim.step, c->step) &&
            !strcmp(h->id, id))
            return true;
    }
    return false;
}

int acdr_journal_claim(struct acdr_journal *j, const char *id, const struct acdr_claim *c)
{
    return has_claim(j, id, c) ? 0 : acdr_journal_claim_new(j, id, c);
}

int acdr_journal_claim_new(struct acdr_journal *j, const char *id, const struct acdr_claim *c)
{
    struct acdr_owned_claim *v = reallocarray(j->claims, j->n_claims + 1, sizeof(*v));
    struct acdr_saved_knob *k = acdr_journal_save_knob(j, c->knob);
    struct acdr_owned_claim h = { .claim = *c };

    if (v)
        j->claims = v;
    h.id = strdup(id);
    h.claim.step = strdup(c->step);
    h.claim.knob = strdup(c->knob);
    h.claim.value = strdup(c->value);
    h.claim.alt = strdup(c->alt);
    if (!v || !k || !h.id || !h.claim.step || !h.claim.knob || !h.claim.value || !h.claim.alt) {
        free(h.id);
        free_claim(&h.claim);
        return -ENOMEM;
    }
    h.hash = k->hash;
    k->dirty = true;
    v[j->n_claims++] = h;
    return 0;
}

static void drop_claim(struct acdr_journal *j, size_t i)
{
    struct acdr_saved_knob *k = acdr_journal_saved(j, j->claims[i].claim.knob);

    if (k)
        k->dirty = true;
    free(j->claims[i].id);
    free_claim(&j->claims[i].claim);
    memmove(&j->claims[i], &j->claims[i + 1], (j->n_claims - i - 1) * sizeof(*j->claims));
    j->n_claims--;
}

void acdr_journal_drop_claims(struct acdr_journal *j, const char *id, const char *step,
                              const char *knob)
{
    for (size_t i = j->n_claims; i-- > 0;) {
        const struct acdr_owned_claim *h = &j->claims[i];

        if (!strcmp(h->id, id) && (!step || !strcmp(h->claim.step, step)) &&
            (!knob || !strcmp(h->claim.knob, knob)))
            drop_claim(j, i);
    }
}

void acdr_journal_drop_knob(struct acdr_journal *j, size_t i)
{
    for (size_t h = j->n_claims; h-- > 0;)
        if (acdr_journal_is_on(&j->claims[h], &j->saved[i]))
            drop_claim(j, h);
    free_saved(&j->saved[i]);
    memmove(&j->saved[i], &j->saved[i + 1], (j->n_saved - i - 1) * sizeof(*j->saved));
    j->n_saved--;
}

void acdr_journal_drop(struct acdr_journal *j, const char *id)
{
    struct acdr_entry *en;
    size_t i;

    acdr_journal_drop_claims(j, id, NULL, NULL);
    en = acdr_journal_find(j, id);
    if (!en)
        return;
    i = (size_t)(en - j->entries);
    free_entry(en);
    memmove(en, en + 1, (j->n_entries - i - 1) * sizeof(*en));
    j->n_entries--;
}

void acdr_journal_touch(struct acdr_journal *j, const char *id)
{
    struct acdr_saved_knob *k;

    for (size_t i = 0; !id && i < j->n_saved; i++)
        j->saved[i].dirty = true;
    for (size_t i = 0; id && i < j->n_claims; i++) {
        k = strcmp(j->claims[i].id, id) ? NULL
                                        : find_saved(j, j->claims[i].claim.knob, j->claims[i].hash);
        if (k)
            k->dirty = true;
    }
}

int acdr_journal_claims_on(const struct acdr_journal *j, const struct acdr_saved_knob *k,
                           struct acdr_knob_claim **ret, size_t *n)
{
    struct acdr_knob_claim *w;
    size_t count = 0;

    for (size_t i = 0; i < j->n_claims; i++)
        count += j->claims[i].hash == k->hash;
    w = calloc(count + 1, sizeof(*w));
    if (!w)
        return -ENOMEM;
    *n = 0;
    for (size_t i = 0; i < j->n_claims; i++) {
        const struct acdr_claim *c = &j->claims[i].claim;

        if (acdr_journal_is_on(&j->claims[i], k))
            w[(*n)++] = (struct acdr_knob_claim){ c->op, c->value, c->alt };
    }
    *ret = w;
    return 0;
}

/* REFUSED is worse than anything; APPLIED tells more than ALREADY, both more than UNSUPPORTED. */
static int rank(enum acdr_step_result r)
{
    static const int ranks[] = { [ACDR_STEP_UNSUPPORTED] = 0,
                                 [ACDR_STEP_ALREADY] = 1,
                                 [ACDR_STEP_APPLIED] = 2,
                                 [ACDR_STEP_REFUSED] = 3 };

    return ranks[r];
}

static struct acdr_step_outcome *outcome_of(struct acdr_entry *en, const char *step)
{
    struct acdr_step_outcome *v;

    for (size_t i = 0; i < en->n_outcomes; i++)
        if (!strcmp(en->outcomes[i].step, step))
            return &en->outcomes[i];
    v = reallocarray(en->outcomes, en->n_outcomes + 1, sizeof(*v));
    if (!v)
        return NULL;
    en->outcomes = v;
    v += en->n_outcomes;
    *v = (struct acdr_step_outcome){ .step = strdup(step), .result = ACDR_STEP_UNSUPPORTED };
    if (!v->step)
        return NULL;
    en->n_outcomes++;
    return v;
}

int acdr_journal_outcome(struct acdr_entry *en, const char *step, enum acdr_step_result result,
                         const char *note)
{
    struct acdr_step_outcome *o = outcome_of(en, step);
    char *both;

    if (!o)
        return -ENOMEM;
    if (rank(result) > rank(o->result))
        o->result = result;
    if (!note || !*note || (o->note && strstr(o->note, note)))
        return 0;
    both = o->note && *o->note ? acdr_text_format("%s; %s", o->note, note) : strdup(note);
    if (!both)
        return -ENOMEM;
    free(o->note);
    o->note = both;
    return 0;
}

bool acdr_settle_wanted(const struct acdr_journal *j, const struct acdr_saved_knob *k)
{
    for (size_t i = 0; i < j->n_claims; i++)
        if (acdr_journal_is_on(&j->claims[i], k))
            return true;
    return false;
}
