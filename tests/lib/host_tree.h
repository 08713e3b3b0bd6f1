/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A host made of files, in a temporary folder, for tests that act on it and compare it then. */
#ifndef ACDR_TESTS_LIB_HOST_TREE_H
#define ACDR_TESTS_LIB_HOST_TREE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Make a folder for trees; its path is the caller's to free. Fails the test on error. */
char *host_tree_new(void);
/* Remove it with all that is in it. */
void host_tree_remove(char *root);

/* Open the file FULL, of which ROOT_LEN characters are the root, for writing; its folders are made
 * where they are missing. */
FILE *host_tree_open(char *full, size_t root_len, const char *mode);

/* Write a file below ROOT, its folders made on the way. CONTENT is formatted. */
void host_tree_put(const char *root, const char *path, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Two nodes of 4 cores with 2 threads each (CPUs n and n+8 are siblings), 4 GiB a node, 12
 * interrupts of which number 30 is managed, 100 huge pages a node, KSM and NUMA balancing on,
 * cgroup v1. With classes `all` (every step that acts through files, must where it can), `soft`
 * (the same, try) and `huge` (huge pages).
 */
void host_tree_fill(const char *root);

/* What few recorded hosts have: the noise that a core hears, power of CPUs 1, 2, 9 and 10, KVM's
 * polling, one disk. */
void host_tree_more(const char *root);

/* All files and their content as one text, but for /run/acdr; the caller frees it. */
char *host_tree_text(const char *root);

/* The same as a number, many times as fast: as good as never the same for two different trees. */
uint64_t host_tree_sum(const char *root);

/* The XML of a guest number N (1..99) with VCPUS vCPUs, tagged CLASS (NULL: not), of huge pages
 * where that is `huge`; free it. */
char *host_tree_guest(int n, int vcpus, const char *class_name);

#endif
