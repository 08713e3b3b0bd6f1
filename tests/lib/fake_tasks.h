/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The tasks of a tree of files, played: what is asked of the kernel by system calls is asked of a
 * table, and what is changed is written into /proc/PID/task/TID/status of the tree as well, with a
 * line for policy, priority and slice. Imitated are:
 *   - a task that the kernel has bound cannot be moved, nor can one to no CPU (EINVAL)
 *   - one whose cpuset has none of the CPUs cannot be moved there (EINVAL)
 *   - reading a slice tells the default one where the task has none of its own
 *   - a task that has gone is not there (ESRCH)
 *   - pages that are moved to another node are counted there in numa_maps
 * One tree at a time.
 */
#ifndef ACDR_TESTS_LIB_FAKE_TASKS_H
#define ACDR_TESTS_LIB_FAKE_TASKS_H

#include <stdbool.h>

#include "kernel_calls.h"

/* From here on all tasks are those of ROOT, which stays the caller's; what is there is read. */
void fake_tasks_begin(const char *root);
/* What a root whose tasks these are is to have, see acdr_root_set_calls(); NULL: the kernel's. */
const struct acdr_kernel_calls *fake_tasks_calls(void);
/* What a child has changed is read again. */
void fake_tasks_read(void);
/* The process PID, whose files are there, has started; has ended. */
void fake_tasks_started(int pid);
void fake_tasks_ended(int pid);
/* From here on no page moves, or all do again. */
void fake_tasks_pin(bool pinned);
/* The kernel's own again. */
void fake_tasks_end(void);

#endif
