/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Does libvirt call ACDR's hook? */
#ifndef ACDR_REPORT_HOOK_STATE_H
#define ACDR_REPORT_HOOK_STATE_H

#include <stdbool.h>

#include "root.h"

#define ACDR_HOOK_FILE "/etc/libvirt/hooks/qemu"

enum acdr_hook_state {
    ACDR_HOOK_READY,
    ACDR_HOOK_MISSING,
    ACDR_HOOK_FOREIGN, /* another program's */
    ACDR_HOOK_NOT_RUN, /* not executable */
    ACDR_HOOK_UNKNOWN  /* it cannot be read */
};

enum acdr_hook_state acdr_hook_look(struct acdr_root *r);
/* Is this file one that libvirt runs, and one of ACDR's? */
bool acdr_hook_runs(struct acdr_root *r, const char *path);
bool acdr_hook_is_ours(struct acdr_root *r, const char *path);
/* Has process PID been running since before the hook was put there? False if that is not known; a
 * recorded host does not know. */
bool acdr_hook_is_newer(struct acdr_root *r, int pid);
/* The process of libvirtd or virtqemud; 0: there is none, or processes cannot be listed. */
int acdr_hook_daemon(struct acdr_root *r);

#endif
