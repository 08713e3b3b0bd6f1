/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The answers of a running irqbalance. */
#ifndef ACDR_KNOBS_IRQBALANCE_H
#define ACDR_KNOBS_IRQBALANCE_H

#include "bitmap.h"

/* The banned CPUs in its answer to "setup". 0, or -EINVAL. */
int acdr_irqbalance_parse(struct acdr_bitmap *ret, const char *setup);

#endif
