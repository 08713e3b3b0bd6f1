/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All files of a tree with their content and mode, kept in memory; compared, and put back. */
#ifndef ACDR_TESTS_ATTACK_TREE_STATE_H
#define ACDR_TESTS_ATTACK_TREE_STATE_H

#include <stdint.h>

struct tree_state;

struct tree_state *tree_state_save(const char *root);
/* Make the tree that again; no file that is right is touched. */
void tree_state_restore(const char *root, const struct tree_state *s);
void tree_state_free(struct tree_state *s);

/* A number that differs, as good as always, for two different states. */
uint64_t tree_state_sum(const struct tree_state *s);
/* The first file that the two do not have alike, as one line for the caller to free; NULL: none.
 * Paths that begin with SKIP are not compared. */
char *tree_state_differs(const struct tree_state *a, const struct tree_state *b, const char *skip);

#endif
