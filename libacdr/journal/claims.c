/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The owners, claims and saved knobs of the journal in memory. Each claim is in three chains, so
 * that adding it, dropping it, and finding the claims on a knob or of an owner do not depend on how
 * many others there are. Reads and writes no files.
 */
#include <errno.h>
#include <string.h>

#include "family.h"
#include "journal.h"

/* A string of claims. One guest's claims differ in little but the knob, so each string is kept
 * once, for the life of the journal, and is mostly that of the claim before: GUESS, or NULL. */
struct word {
    struct acdr_link link; /* first */
    char text[];
};

static char *keep_word(struct acdr_journal *j, const char *text, char *guess)
{
    struct word *w;
    size_t len = strlen(text);

    if (guess && !strcmp(guess, text))
        return guess;
    w = (struct word *)acdr_index_find(&j->words, text);
    if (w)
        return w->text;
    w = malloc(sizeof(*w) + len + 1);
    if (!w)
        return NULL;
    memcpy(w->text, text, len + 1);
    w->link.key = w->text;
    if (acdr_index_add(&j->words, &w->link) < 0) {
        free(w);
        return NULL;
    }
    return w->text;
}

char *acdr_journal_word(struct acdr_journal *j, const char *text)
{
    return keep_word(j, text, NULL);
}

static void free_words(struct acdr_journal *j)
{
    for (size_t i = 0; i < j->words.n_slots; i++)
        for (struct acdr_link *l = j->words.slots[i], *next; l; l = next) {
            next = l->next;
            free(l);
        }
    acdr_index_done(&j->words);
}

static void free_saved(struct acdr_saved_knob *k)
{
    free(k->name);
    free(k->base);
    free(k->was);
    free(k->want);
    free(k->near);
    free(k->seen);
    free(k->sum);
    free(k);
}

static void free_owners(struct acdr_journal *j)
{
    for (size_t i = 0; i < j->owners.n_slots; i++)
        for (struct acdr_link *l = j->owners.slots[i], *next; l; l = next) {
            struct acdr_owner *o = (struct acdr_owner *)l;

            next = l->next;
            free(o->id);
            free(o);
        }
    acdr_index_done(&j->owners);
}

void acdr_journal_free_claims(struct acdr_journal *j)
{
    for (struct acdr_owned_claim *h = j->claims.first, *next; h; h = next) {
        next = acdr_claim_next(h, ACDR_CHAIN_ALL);
        free(h);
    }
    for (size_t i = 0; i < j->n_saved; i++)
        free_saved(j->saved[i]);
    free(j->saved);
    acdr_index_done(&j->knobs);
    free_owners(j);
    free_words(j);
}

struct acdr_owner *acdr_journal_owner(const struct acdr_journal *j, const char *id)
{
    return (struct acdr_owner *)acdr_index_find(&j->owners, id);
}

struct acdr_owner *acdr_journal_add_owner(struct acdr_journal *j, const char *id)
{
    struct acdr_owner *o = acdr_journal_owner(j, id);

    if (o)
        return o;
    o = calloc(1, sizeof(*o));
    if (!o)
        return NULL;
    o->id = strdup(id);
    o->link.key = o->id;
    o->entry = ACDR_NO_ENTRY;
    if (!o->id || acdr_index_add(&j->owners, &o->link) < 0) {
        free(o->id);
        free(o);
        return NULL;
    }
    return o;
}

static void chain_add(struct acdr_claim_list *l, struct acdr_owned_claim *h,
                      enum acdr_claim_chain chain)
{
    h->chain[chain] = (struct acdr_claim_pair){ .prev = l->last };
    *(l->last ? &l->last->chain[chain].next : &l->first) = h;
    l->last = h;
}

static void chain_remove(struct acdr_claim_list *l, struct acdr_owned_claim *h,
                         enum acdr_claim_chain chain)
{
    struct acdr_claim_pair p = h->chain[chain];

    *(p.prev ? &p.prev->chain[chain].next : &l->first) = p.next;
    *(p.next ? &p.next->chain[chain].prev : &l->last) = p.prev;
}

struct acdr_saved_knob *acdr_journal_saved(const struct acdr_journal *j, const char *knob)
{
    return (struct acdr_saved_knob *)acdr_index_find(&j->knobs, knob);
}

/* One more place in the array; it grows by doubling. */
static int make_room(struct acdr_journal *j)
{
    struct acdr_saved_knob **v;

    if (j->n_saved & (j->n_saved - 1))
        return 0;
    v = reallocarray(j->saved, j->n_saved ? 2 * j->n_saved : 1, sizeof(struct acdr_saved_knob *));
    if (!v)
        return -ENOMEM;
    j->saved = v;
    return 0;
}

/* A family has no value, which counts as an empty one. */
static int make_family(struct acdr_saved_knob *k)
{
    k->knob = acdr_knob_of(k->name);
    if (k->knob.kind->form != ACDR_KNOB_FAMILY)
        return 0;
    k->base = strdup("");
    k->was = strdup("");
    k->want = strdup("");
    k->sum = calloc(1, sizeof(*k->sum));
    return k->base && k->was && k->want && k->sum ? 0 : -ENOMEM;
}

struct acdr_saved_knob *acdr_journal_save_knob(struct acdr_journal *j, const char *knob)
{
    struct acdr_saved_knob *k = acdr_journal_saved(j, knob);

    if (k || make_room(j) < 0)
        return k;
    k = calloc(1, sizeof(*k));
    if (!k)
        return NULL;
    k->name = strdup(knob);
    k->link.key = k->name;
    if (!k->name || make_family(k) < 0 || acdr_index_add(&j->knobs, &k->link) < 0) {
        free_saved(k);
        return NULL;
    }
    k->at = j->n_saved;
    j->saved[j->n_saved++] = k;
    return k;
}

static bool has_claim(const struct acdr_journal *j, const char *id, const struct acdr_claim *c)
{
    const struct acdr_saved_knob *k = acdr_journal_saved(j, c->knob);

    for (const struct acdr_owned_claim *h = k ? k->claims.first : NULL; h;
         h = acdr_claim_next(h, ACDR_CHAIN_KNOB))
        if (!strcmp(h->claim.step, c->step) && !strcmp(h->id, id))
            return true;
    return false;
}

int acdr_journal_claim(struct acdr_journal *j, const char *id, const struct acdr_claim *c)
{
    return has_claim(j, id, c) ? 0 : acdr_journal_claim_new(j, id, c);
}

int acdr_journal_claim_new(struct acdr_journal *j, const char *id, const struct acdr_claim *c)
{
    struct acdr_owned_claim *h = calloc(1, sizeof(*h));
    struct acdr_saved_knob *k = acdr_journal_save_knob(j, c->knob);
    const struct acdr_owned_claim *prev = j->claims.last;
    struct acdr_owner *o = prev && !strcmp(prev->id, id) ? prev->owner
                                                         : acdr_journal_add_owner(j, id);

    if (!h || !k || !o) {
        free(h);
        return -ENOMEM;
    }
    h->claim = *c;
    h->claim.step = keep_word(j, c->step, prev ? prev->claim.step : NULL);
    h->claim.knob = k->name;
    h->claim.value = keep_word(j, c->value, prev ? prev->claim.value : NULL);
    h->claim.alt = keep_word(j, c->alt, prev ? prev->claim.alt : NULL);
    if (!h->claim.step || !h->claim.value || !h->claim.alt) {
        free(h);
        return -ENOMEM;
    }
    h->id = o->id;
    h->owner = o;
    h->saved = k;
    k->dirty = true;
    chain_add(&j->claims, h, ACDR_CHAIN_ALL);
    chain_add(&k->claims, h, ACDR_CHAIN_KNOB);
    chain_add(&o->claims, h, ACDR_CHAIN_OWNER);
    j->n_claims++;
    if (k->sum)
        acdr_family_changed(j, k, h->claim.value, true);
    return 0;
}

static void drop_claim(struct acdr_journal *j, struct acdr_owned_claim *h)
{
    h->saved->dirty = true;
    chain_remove(&j->claims, h, ACDR_CHAIN_ALL);
    chain_remove(&h->saved->claims, h, ACDR_CHAIN_KNOB);
    chain_remove(&h->owner->claims, h, ACDR_CHAIN_OWNER);
    if (h->saved->sum)
        acdr_family_changed(j, h->saved, h->claim.value, false);
    free(h);
    j->n_claims--;
}

void acdr_journal_drop_claims(struct acdr_journal *j, const char *id, const char *step,
                              const char *knob)
{
    const struct acdr_owner *o = acdr_journal_owner(j, id);

    for (struct acdr_owned_claim *h = o ? o->claims.first : NULL, *next; h; h = next) {
        next = acdr_claim_next(h, ACDR_CHAIN_OWNER);
        if ((!step || !strcmp(h->claim.step, step)) && (!knob || !strcmp(h->claim.knob, knob)))
            drop_claim(j, h);
    }
}

void acdr_journal_drop_knobs(struct acdr_journal *j, const bool *over)
{
    size_t n = 0;

    for (size_t i = 0; i < j->n_saved; i++)
        while (over[i] && j->saved[i]->claims.first)
            drop_claim(j, j->saved[i]->claims.first);
    for (size_t i = 0; i < j->n_saved; i++) {
        if (over[i]) {
            acdr_index_remove(&j->knobs, &j->saved[i]->link);
            free_saved(j->saved[i]);
            continue;
        }
        j->saved[i]->at = n;
        j->saved[n++] = j->saved[i];
    }
    j->n_saved = n;
}

void acdr_journal_touch(struct acdr_journal *j, const char *id)
{
    const struct acdr_owner *o = id ? acdr_journal_owner(j, id) : NULL;

    for (size_t i = 0; !id && i < j->n_saved; i++)
        j->saved[i]->dirty = true;
    for (struct acdr_owned_claim *h = o ? o->claims.first : NULL; h;
         h = acdr_claim_next(h, ACDR_CHAIN_OWNER)) {
        h->saved->dirty = true;
        if (h->saved->sum)
            acdr_family_changed(j, h->saved, h->claim.value, true);
    }
}

bool acdr_journal_is_dirty(const struct acdr_journal *j)
{
    for (size_t i = 0; i < j->n_saved; i++)
        if (j->saved[i]->dirty)
            return true;
    return false;
}
