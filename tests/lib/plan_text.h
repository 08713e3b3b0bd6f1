/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be done for a guest, as text for people and for comparing. */
#ifndef ACDR_TESTS_LIB_PLAN_TEXT_H
#define ACDR_TESTS_LIB_PLAN_TEXT_H

#include "handle.h"
#include "journal.h"

/*
 * Place, steps and claims of the domain XML under a class of A's host, both stages; J holds what
 * others have (NULL: nobody). The caller frees. NULL with E: there is no plan at all.
 */
char *plan_text(struct acdr *a, const struct acdr_journal *j, const char *xml,
                const char *class_name, struct acdr_err *e);

/* A part of a plan: where the guest goes ("place"), or a step with its claims. */
struct plan_part {
    char *head, *body; /* one line without its end; lines, or "" */
};

struct plan_parts {
    struct plan_part *v;
    size_t n;
};

/* The same plan in parts, claims that differ by their knob only under one line. 0, or -errno. */
int plan_parts(struct acdr *a, const char *xml, const char *class_name, struct plan_parts *ret,
               struct acdr_err *e);
void plan_parts_free(struct plan_parts *p);

#endif
