/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See index.h. */
#include "index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

uint64_t acdr_index_hash(const char *s, size_t len)
{
    uint64_t h = len, word;

    for (size_t n; len; len -= n, s += n) {
        n = len < sizeof(word) ? len : sizeof(word);
        word = 0;
        memcpy(&word, s, n);
        h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        h ^= h >> 32;
    }
    return h;
}

/* The number of slots is a power of two. */
static struct acdr_link **slot(const struct acdr_index *ix, uint64_t hash)
{
    return &ix->slots[hash & (ix->n_slots - 1)];
}

struct acdr_link *acdr_index_find(const struct acdr_index *ix, const char *key)
{
    uint64_t hash = acdr_index_hash(key, strlen(key));
    struct acdr_link *l = ix->n ? *slot(ix, hash) : NULL;

    while (l && (l->hash != hash || strcmp(l->key, key) != 0))
        l = l->next;
    return l;
}

static void put(struct acdr_index *ix, struct acdr_link *l)
{
    struct acdr_link **to = slot(ix, l->hash);

    l->next = *to;
    *to = l;
}

static int grow(struct acdr_index *ix)
{
    struct acdr_index more = { .n_slots = ix->n_slots ? 2 * ix->n_slots : 64, .n = ix->n };

    more.slots = calloc(more.n_slots, sizeof(struct acdr_link *));
    if (!more.slots)
        return -ENOMEM;
    for (size_t i = 0; i < ix->n_slots; i++)
        for (struct acdr_link *l = ix->slots[i], *next; l; l = next) {
            next = l->next;
            put(&more, l);
        }
    free(ix->slots);
    *ix = more;
    return 0;
}

int acdr_index_add(struct acdr_index *ix, struct acdr_link *l)
{
    if (ix->n == ix->n_slots && grow(ix) < 0)
        return -ENOMEM;
    l->hash = acdr_index_hash(l->key, strlen(l->key));
    put(ix, l);
    ix->n++;
    return 0;
}

void acdr_index_remove(struct acdr_index *ix, struct acdr_link *l)
{
    struct acdr_link **at = slot(ix, l->hash);

    while (*at != l)
        at = &(*at)->next;
    *at = l->next;
    ix->n--;
}

void acdr_index_done(struct acdr_index *ix)
{
    free(ix->slots);
    *ix = (struct acdr_index){ 0 };
}
