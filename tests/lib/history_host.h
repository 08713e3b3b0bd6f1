/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hosts for random histories: some of tests/hosts with more to condition (NIC, bridge, resctrl,
 * power, disk, realtime), the shipped classes, and classes made at random that contradict each
 * other and them.
 */
#ifndef ACDR_TESTS_LIB_HISTORY_HOST_H
#define ACDR_TESTS_LIB_HISTORY_HOST_H

#include <stddef.h>
#include <stdint.h>

enum { HISTORY_HOSTS = 6, HISTORY_CLASSES = 64 };

struct history_host {
    const char *name;
    char *root, *first; /* the tree, and its files as one text */
    uint64_t sum;       /* and as a number */
    char *classes[HISTORY_CLASSES];
    size_t n_classes;
};

/* A number below N, the next one of SEED. */
uint32_t history_random(uint32_t *seed, uint32_t n);

/* The nth of HISTORY_HOSTS; the same one each time. */
void history_host_make(struct history_host *h, int nth);
void history_host_drop(struct history_host *h);

#endif
