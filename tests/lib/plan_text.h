/* What would be done for a guest, as text for people and for comparing. */
#ifndef ACDR_TESTS_PLAN_TEXT_H
#define ACDR_TESTS_PLAN_TEXT_H

#include "handle.h"
#include "journal.h"

/*
 * Place, steps and claims of the domain XML under a class of A's host, both stages; J holds what
 * others have (NULL: nobody). The caller frees. NULL with E: there is no plan at all.
 */
char *plan_text(struct acdr *a, const struct acdr_journal *j, const char *xml,
                const char *class_name, struct acdr_err *e);

#endif
