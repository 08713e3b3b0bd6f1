/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A request whose vCPUs are bound to the CPUs that the class names for them. */
#ifndef ACDR_PLACE_PLACE_NAMED_H
#define ACDR_PLACE_PLACE_NAMED_H

#include "place_find.h"

struct acdr_place_named {
    struct acdr_place_request q; /* refers to the rest, which must not be moved */
    struct acdr_domain domain;
    struct acdr_bitmap *sets, **pins;
};

/* Q as it is where the class names none. 0; -EINVAL: the XML's pins have none of them; -ENOMEM.
 * Call _done() in any case. */
int acdr_place_named(const struct acdr_place_request *q, struct acdr_place_named *n,
                     struct acdr_err *e);
void acdr_place_named_done(struct acdr_place_named *n);
static inline void acdr_auto_named(struct acdr_place_named *n)
{
    acdr_place_named_done(n);
}

#endif
