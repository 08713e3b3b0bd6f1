/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The settings of a host that are members of claimed families: found by the steps, made known to
 * the journal, and shown as if each had a claim of its own. */
#ifndef ACDR_ENGINE_MEMBERS_H
#define ACDR_ENGINE_MEMBERS_H

#include "handle.h"
#include "journal.h"
#include "step.h"

/* Add the members on H to J for each family that is claimed and whose facts are among PARTS, which
 * H has. 0 or -ENOMEM. */
int acdr_members_join(struct acdr_journal *j, const struct acdr_host *h, unsigned parts);
/* The same from a host that is read for it, if any family is claimed. 0, or -errno with E. */
int acdr_members_look(struct acdr *a, struct acdr_journal *j, struct acdr_err *e);

/* Call FN with the plan's claim I, and, if that is on a family, with one for each setting on H that
 * it changes: those of the family, without any that the plan claims by itself. 0, -ENOMEM, or FN's
 * first other result. */
int acdr_members_show(const struct acdr_host *h, const struct acdr_plan *p, size_t i,
                      int (*fn)(void *arg, const struct acdr_claim *c), void *arg);

#endif
