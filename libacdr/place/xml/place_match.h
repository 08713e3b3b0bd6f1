/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Matches vCPUs to CPUs, each within its own set, and tells whether that is possible. */
#ifndef ACDR_PLACE_XML_PLACE_MATCH_H
#define ACDR_PLACE_XML_PLACE_MATCH_H

#include "place_find.h"

/*
 * Give each of the domain's running vCPUs a CPU of its own out of FROM, one of SET[vCPU] (NULL:
 * any), if possible; vCPUs without a set go near the others. Fills vcpu, clean and nodes of P and
 * takes the CPUs out of FROM. -ENOSPC with E; -ENOMEM.
 */
int acdr_place_match(const struct acdr_place_request *q, const struct acdr_bitmap *const *set,
                     struct acdr_bitmap *from, struct acdr_place *p, struct acdr_err *e);
/* vCPU number VCPU of P gets CPU, which leaves FROM. */
void acdr_place_put(const struct acdr_place_request *q, struct acdr_bitmap *from,
                    struct acdr_place *p, int vcpu, int cpu);

#endif
