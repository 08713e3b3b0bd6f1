/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The columns of /proc/interrupts after the counters. Pure text; the counters are not kept. */
#ifndef ACDR_MODEL_HOST_INTERRUPTS_H
#define ACDR_MODEL_HOST_INTERRUPTS_H

#include <stddef.h>

struct acdr_interrupt {
    int num;
    const char *actions; /* joined by ","; "" if there are none */
};

/*
 * Find the numbered lines of TEXT, in ascending order; lines of another form and those with a name
 * as number ("NMI:") are skipped. TEXT is modified, and *RET points into it. The caller frees *RET.
 * 0 or -ENOMEM.
 */
int acdr_interrupts_parse(char *text, struct acdr_interrupt **ret, size_t *n);

#endif
