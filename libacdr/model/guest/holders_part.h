/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Private to holders.c and holders_group.c. */
#ifndef ACDR_MODEL_GUEST_HOLDERS_PART_H
#define ACDR_MODEL_GUEST_HOLDERS_PART_H

#include "holders.h"

/* The list takes ownership of WHO, also on error; NULL gives -ENOMEM. */
int acdr_holders_add(struct acdr_holders *l, const struct acdr_bitmap *cpus, bool firm, char *who);

#endif
