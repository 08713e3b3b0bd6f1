/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Parts of the reason for no place: elements of the XML, and the holders of CPUs. */
#ifndef ACDR_PLACE_PLACE_REFUSE_H
#define ACDR_PLACE_PLACE_REFUSE_H

#include "place_find.h"
#include "text.h"

/* Who has the CPU: a holder, housekeeping, a guest; a text as long-lived as Q. */
const char *acdr_place_holder(const struct acdr_place_request *q, int cpu);
/* The element that pins the vCPU of this rank, which must be pinned. */
const char *acdr_place_pin_element(const struct acdr_place_request *q, int rank);
/* Append "CPU 1-2: WHO; CPU 4: WHO" of the first few holders of SET. 0 or -ENOMEM. */
int acdr_place_add_holders(const struct acdr_place_request *q, const struct acdr_bitmap *set,
                           struct acdr_strbuf *text);
/* The reason for a pinned vCPU that finds no CPU. -ENOSPC or -ENOMEM. */
int acdr_place_refuse_pin(const struct acdr_place_request *q, int rank, struct acdr_err *e);

#endif
