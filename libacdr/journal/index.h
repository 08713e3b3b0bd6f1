/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A hash table that finds things by their names. Each thing embeds a link; the table owns neither.
 * Knows no contents.
 */
#ifndef ACDR_JOURNAL_INDEX_H
#define ACDR_JOURNAL_INDEX_H

#include <stddef.h>
#include <stdint.h>

struct acdr_link {
    struct acdr_link *next; /* in the same slot */
    const char *key;
    uint64_t hash;
};

/* Initialize with { 0 }. */
struct acdr_index {
    struct acdr_link **slots;
    size_t n_slots, n;
};

/* A number for a text, for this process alone: eight bytes at a time, so that it costs little even
 * for a whole journal. */
uint64_t acdr_index_hash(const char *s, size_t len);
struct acdr_link *acdr_index_find(const struct acdr_index *ix, const char *key);
/* L, with its key set, which must outlive it and be in the table only once. 0 or -ENOMEM. */
int acdr_index_add(struct acdr_index *ix, struct acdr_link *l);
void acdr_index_remove(struct acdr_index *ix, struct acdr_link *l);
void acdr_index_done(struct acdr_index *ix);

#endif
