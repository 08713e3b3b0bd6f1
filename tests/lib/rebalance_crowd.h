/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Three guests on the two nodes of rebalance_world.h, of which one has to be on both until another
 * leaves: include after <cmocka.h>. */
#ifndef ACDR_TESTS_LIB_REBALANCE_CROWD_H
#define ACDR_TESTS_LIB_REBALANCE_CROWD_H

#include "rebalance_world.h"

/* One on each node, and a third one over both. */
static const struct member first = { 1, 4, "near", "N0=200", NULL };
static const struct member second = { 2, 4, "near", "N1=200", NULL };
static const struct member split = { 3, 4, "near", "N0=100 N1=100", NULL };

static inline void crowd_fill(struct tree *t, const struct member *third)
{
    crowd_make(t);
    crowd_start(t, &first);
    crowd_start(t, &second);
    crowd_start(t, third);
    assert_place(t, third->n, "0-1");
    assert_int_equal(crowd_node(t, third->n, third->vcpus), -1);
}

static inline void crowd_end(struct tree *t, const struct member *third, bool with_first)
{
    crowd_stop(t, third);
    crowd_stop(t, &second);
    if (with_first)
        crowd_stop(t, &first);
    assert_as_first(t, "when all have left");
    assert_null(tree_read(t, "/run/acdr/journal"));
    crowd_drop(t);
}

/* All files and the journal, which is no part of the host's text. */
static inline char *everything(const struct tree *t)
{
    acdr_auto(free) char *host = host_tree_text(t->root);
    acdr_auto(free) char *journal = tree_read(t, "/run/acdr/journal");
    char *text = acdr_text_format("%s%s", host, journal);

    assert_non_null(journal);
    assert_non_null(text);
    return text;
}

static inline void assert_unchanged(const struct tree *t, const char *before)
{
    acdr_auto(free) char *now = everything(t);

    assert_string_equal(before, now);
}

#endif
