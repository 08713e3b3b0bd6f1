/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rules of map.conf and documents, judged by the library and by the early hook: include after
 * <cmocka.h> and scratch.h. The early hook may ask the library for nothing, but must never settle
 * alone what the library decides otherwise.
 */
#ifndef ACDR_TESTS_LIB_MAP_WORLD_H
#define ACDR_TESTS_LIB_MAP_WORLD_H

#include <stdlib.h>
#include <string.h>

#include "early.h"
#include "label.h"
#include "map.h"
#include "scratch.h"

/* How often both were asked: the library gave a class; the early hook settled it alone; it asked
 * for nothing. */
struct map_count {
    long given, settled, asked;
};

/* The rules of TEXT; the caller frees. */
static inline struct acdr_map *map_of(const char *text)
{
    struct acdr_map *m = NULL;
    struct acdr_err e = { 0 };
    struct scratch t;

    scratch_make(&t);
    scratch_put(&t, ACDR_MAP_FILE, "%s", text);
    if (acdr_map_read(t.root, &m, &e) < 0)
        fail_msg("%s\nfor:\n%s", e.text, text);
    scratch_drop(&t);
    assert_non_null(m);
    return m;
}

/* True if the early hook settles it alone: the guest has no class. */
static inline bool map_settles(const struct acdr_map *m, const char *name, const char *xml,
                               size_t len)
{
    char *rules = acdr_map_compile(m);
    bool fit;

    assert_non_null(rules);
    fit = acdr_early_rules_fit(strchr(rules, '\n') + 1, name, xml, len);
    free(rules);
    return !fit;
}

/* Does the library give the domain a class, or an error, whatever its tag is? */
static inline bool map_gives(const struct acdr_map *m, struct acdr_domain *d)
{
    assert_int_equal(acdr_domain_set_class(d, NULL, NULL), 0);
    assert_int_equal(acdr_map_apply(m, d), 0);
    return d->class_name || d->tag_error;
}

/* D is the domain of XML. */
static inline void map_compare(const char *conf, struct acdr_domain *d, const char *xml, size_t len,
                               struct map_count *n)
{
    acdr_auto(acdr_map_free) struct acdr_map *m = map_of(conf);
    bool gives = map_gives(m, d), settles = map_settles(m, d->name, xml, len);

    if (gives && settles)
        fail_msg("the early hook settles a guest that has class %s by\n%s\nand\n%.*s",
                 d->class_name, conf, (int)(len < 4000 ? len : 4000), xml);
    n->given += gives;
    n->settled += settles;
    n->asked += !gives && !settles;
}

#endif
