/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What /proc/interrupts says behind its counters. Pure text; the counters are not kept. */
#ifndef ACDR_MODEL_HOST_INTERRUPTS_H
#define ACDR_MODEL_HOST_INTERRUPTS_H

#include <stddef.h>

struct acdr_interrupt {
    int num;
    const char *actions; /* joined by ","; "" where there are none */
};

/*
 * Find the numbered lines of TEXT, in ascending order; lines of another form and those with a name
 * for a number ("NMI:") are passed over. TEXT is cut up, and *RET points into it. The caller frees
 * *RET. 0 or -ENOMEM.
 */
int acdr_interrupts_parse(char *text, struct acdr_interrupt **ret, size_t *n);

#endif
