/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A domain as if it had some of its vCPUs alone, so that these have their place looked for. */
#ifndef ACDR_PLACE_PLACE_PART_H
#define ACDR_PLACE_PLACE_PART_H

#include "domain.h"

struct acdr_place_part {
    struct acdr_domain d; /* what is not of the part is the whole domain's */
    int *rank;            /* of its vCPUs among the running ones of the whole domain */
    size_t *cell;         /* of its guest NUMA cells, their numbers in the whole domain */
};

/*
 * The running vCPUs of D whose numbers are in VCPUS. They have the memory of their cells where
 * these are theirs as a whole, else a share in proportion to their number. The caller calls
 * _done(), also after an error. 0 or -ENOMEM.
 */
int acdr_place_part(const struct acdr_domain *d, const struct acdr_bitmap *vcpus,
                    struct acdr_place_part *ret);
void acdr_place_part_done(struct acdr_place_part *p);

#endif
