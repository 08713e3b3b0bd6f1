/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Does a guest keep within acdr.conf's rule for its name? Knows what guests have by the journal,
 * and what a plan gives to one more; does not know what follows from a breach.
 */
#ifndef ACDR_ENGINE_RULE_CHECK_H
#define ACDR_ENGINE_RULE_CHECK_H

#include "claim.h"
#include "handle.h"
#include "journal.h"
#include "place.h"

/* A guest that asks. */
struct acdr_rule_query {
    const char *id, *name;
    const struct acdr_class *class;
    const struct acdr_place *place; /* NULL: no CPUs */
    const struct acdr_plan *plan;   /* NULL: the huge pages that it has by the journal */
};

/* What guests have together. */
struct acdr_rule_use {
    struct acdr_bitmap cpus;
    long long hugepages_kb;
    char names[160]; /* of those that have something, cut if they are many */
};

struct acdr_rule_verdict {
    const struct acdr_rule *rule; /* NULL: none matches, everything is allowed */
    struct acdr_rule_use others;  /* the other guests of the rule */
    struct acdr_rule_use all;     /* with the one that asks */
    struct acdr_err broken;       /* EACCES: what is not allowed, and what to do; code 0: nothing */
};

void acdr_rule_check(const struct acdr *a, const struct acdr_journal *j,
                     const struct acdr_rule_query *q, struct acdr_rule_verdict *ret);
/* A guest that runs is to move from the place that it has by the journal to Q's. 0; -EACCES with E:
 * its rule's guests would then have more CPUs than it allows, and more than now. */
int acdr_rule_check_move(const struct acdr *a, const struct acdr_journal *j,
                         const struct acdr_rule_query *q, struct acdr_err *e);
/* What all guests of a rule have by the journal. */
void acdr_rule_use(const struct acdr *a, const struct acdr_journal *j, const struct acdr_rule *rule,
                   struct acdr_rule_use *ret);

#endif
