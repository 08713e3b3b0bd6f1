/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Families in the journal. A claim on a family counts as one on each of its members: settings of a
 * kind that names the family, which have saved values and may have claims of their own. An owner's
 * claim on a member is in place of its claim on the family. Only MINUS is claimed of a family.
 * Knows the rule, not which settings of a host are members.
 */
#ifndef ACDR_JOURNAL_FAMILY_H
#define ACDR_JOURNAL_FAMILY_H

#include "journal.h"

/* The family of K, if it is claimed, or NULL. */
struct acdr_saved_knob *acdr_family_of(const struct acdr_journal *j,
                                       const struct acdr_saved_knob *k);
/* All claims on the family FAM together. 0; -EINVAL: one does not parse. */
int acdr_family_sum(struct acdr_saved_knob *fam, const struct acdr_knob_sets **ret);
/* Does any claim on its family concern K, whether or not the kernel lets it change? */
bool acdr_family_covers(const struct acdr_journal *j, const struct acdr_saved_knob *k);
/* Does a claim on VALUE of its family concern K? */
bool acdr_family_concerns(const struct acdr_saved_knob *k, const char *value);
/* ID's claim on the family of K, if it concerns K and ID has none on K, or NULL. */
const struct acdr_owned_claim *acdr_family_claim(const struct acdr_journal *j,
                                                 const struct acdr_saved_knob *k, const char *id);
/* What the claims on the family of K ask of K, besides those of owners with a claim on K: into
 * SETS, which the result refers to. 1; 0: nothing; -EINVAL. */
int acdr_family_ask(const struct acdr_journal *j, const struct acdr_saved_knob *k,
                    struct acdr_knob_sets *sets, struct acdr_knob_claim *ret);
/* Save a member; NEAR: the CPUs near its device, preferred as a substitute. SEEN, or NULL: its
 * value now, read under this transaction's lock. 0 or -ENOMEM. */
int acdr_family_join(struct acdr_journal *j, const char *knob, const char *near, const char *seen);
/* A claim of version 1 of the journal, which has one for each member: C becomes ID's claim on the
 * family, and its knob a member. As acdr_journal_claim_new() if that has no family. */
int acdr_family_take_over(struct acdr_journal *j, const char *id, const struct acdr_claim *c);
/* A claim on VALUE of FAM was added or dropped: mark the members that it concerns dirty. A new one
 * is tried even where the kernel refused another: AGAIN. */
void acdr_family_changed(struct acdr_journal *j, struct acdr_saved_knob *fam, const char *value,
                         bool again);

#endif
