/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A part of a domain with only some of its vCPUs, to find a place for these. */
#ifndef ACDR_PLACE_XML_PLACE_PART_H
#define ACDR_PLACE_XML_PLACE_PART_H

#include "domain.h"

struct acdr_place_part {
    struct acdr_domain d; /* other members belong to the whole domain */
    int *rank;            /* of its vCPUs among the running ones of the whole domain */
    size_t *cell;         /* of its guest NUMA cells, their numbers in the whole domain */
};

/*
 * The running vCPUs of D whose numbers are in VCPUS. They get the memory of their cells if they
 * have all vCPUs of these, else a proportional share. The caller calls _done(), also after an
 * error. 0 or -ENOMEM.
 */
int acdr_place_part(const struct acdr_domain *d, const struct acdr_bitmap *vcpus,
                    struct acdr_place_part *ret);
void acdr_place_part_done(struct acdr_place_part *p);

#endif
