/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The cpusets of cgroup version 2, played on files. Imitated are:
 *   - a set reads back in the kernel's own form
 *   - a group whose exclusive CPUs are its parent's as well becomes an isolated partition, any
 *     other one an invalid one; the write succeeds in both cases
 *   - the top's cpuset.cpus.isolated has all CPUs of isolated partitions
 *   - CPUs and memory nodes that a group has are not taken away altogether (ENOSPC)
 */
#ifndef ACDR_TESTS_LIB_FAKE_GROUPS_H
#define ACDR_TESTS_LIB_FAKE_GROUPS_H

#include <stdbool.h>

/* One change below ROOT, as acdr_root_write_hook_fn tells it; other paths are passed over. */
int fake_groups_tap(const char *root, const char *path, const char *text, bool after);
/* The group DIR is about to be removed: its partition ends. */
void fake_groups_gone(const char *root, const char *dir);

#endif
