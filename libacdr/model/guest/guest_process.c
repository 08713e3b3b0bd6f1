/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Processes by number and start: does one live, and which daemon is above it? */
#include <errno.h>
#include <string.h>

#include "guest.h"
#include "kernel_file.h"

/* The parent of PID; a parent of the same name is the same hook, whose work PID does. */
static int caller_of(struct acdr_root *root, int pid)
{
    struct acdr_hostfile_task self, above;

    /* unknown: there is no daemon to rely on, and prepare refuses */
    if (acdr_hostfile_task(root, pid, 0, &self) < 0)
        return 1;
    /* unknown: the parent as it is */
    if (acdr_hostfile_task(root, self.parent, 0, &above) == 0 && !strcmp(self.comm, above.comm))
        return above.parent;
    return self.parent;
}

int acdr_guest_daemon(struct acdr_root *root, int pid)
{
    struct acdr_hostfile_task stat;
    int parent = caller_of(root, pid);

    for (int p = parent; p > 0; p = stat.parent) {
        /* unknown: the search ends at the parent */
        if (acdr_hostfile_task(root, p, 0, &stat) < 0)
            break;
        if (!strcmp(stat.comm, "libvirtd") || !strcmp(stat.comm, "virtqemud"))
            return p;
    }
    return parent == 1 ? 0 : parent;
}

int acdr_guest_started(struct acdr_root *root, int pid, unsigned long long *ret)
{
    struct acdr_hostfile_task t;
    int err = acdr_hostfile_task(root, pid, 0, &t);

    if (err < 0 && !acdr_is_gone(err))
        return err;
    *ret = err < 0 || t.state == 'Z' || t.state == 'X' ? 0 : t.start;
    return 0;
}

struct acdr_answer acdr_guest_lives(struct acdr_root *root, int pid, unsigned long long start)
{
    unsigned long long now;
    int err = acdr_guest_started(root, pid, &now);

    return acdr_answer(err < 0 ? err : now && now == start);
}
