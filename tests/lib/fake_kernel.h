/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel's habits, played on a tree of files through the root's tap. Imitated are:
 *   - a mask or list that is written reads back in the kernel's own form (padded, with ranges)
 *   - a managed interrupt's affinity cannot be written (EPERM, as since 6.12)
 *   - a mask or list with no CPU is refused (EINVAL)
 *   - of a pick list, what is written is the choice
 *   - a pool of huge pages grows to FAKE_KERNEL_PAGES at the most, and says nothing; made smaller
 *     than what is in use, it has surplus pages
 *   - another I/O scheduler gives the queue another length
 *   - under the governor "performance" the energy preference shows that, and is not to be written
 *   - cpusets and resctrl: see fake_groups.h and fake_resctrl.h
 * and, on demand: the n-th change fails with EIO, or the process ends before or after it.
 */
#ifndef ACDR_TESTS_LIB_FAKE_KERNEL_H
#define ACDR_TESTS_LIB_FAKE_KERNEL_H

#include <stdbool.h>

#include "fake_resctrl.h"
#include "root.h"

struct fake_kernel {
    const char *root;
    int changes;      /* counted so far, the journal's included */
    int fail_at;      /* the number of the change that fails with EIO, 0 for none */
    int exit_before;  /* _exit(FAKE_KERNEL_EXIT) before this change */
    int exit_after;   /* or after it */
    long long used;   /* of the pool that is being written */
    bool journal_too; /* fail_at counts the journal's writes as well */
    bool failed;      /* the change fail_at was come to, and did */
    struct fake_resctrl resctrl;
};

enum { FAKE_KERNEL_EXIT = 42, FAKE_KERNEL_PAGES = 2000 };

/* To be given to acdr_root_set_write_hook() with a struct fake_kernel. */
acdr_root_write_hook_fn fake_kernel_tap;

#endif
