/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A large host with many guests, as files: for measuring and counting what an event costs beside
 * others. cgroup version 2 with isolated partitions, two threads a core, the shipped classes.
 */
#ifndef ACDR_TESTS_LIB_BIG_HOST_H
#define ACDR_TESTS_LIB_BIG_HOST_H

struct big_host {
    int nodes, cpus; /* siblings are N and N + cpus / 2 */
    int irqs;        /* that may go anywhere, from number 1000 on */
};

/* Make it below ROOT. */
void big_host_make(const char *root, const struct big_host *h);
/* The XML of guest number N, which has a UUID of its own for each N below a million; free it. */
char *big_host_guest(int n, int vcpus, const char *class_name);

#endif
