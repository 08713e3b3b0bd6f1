/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a root is made of, for the other files of this folder. */
#ifndef ACDR_BASE_ROOT_ROOT_FD_H
#define ACDR_BASE_ROOT_ROOT_FD_H

#include <linux/openat2.h>

#include "root.h"

struct acdr_root {
    int fd;
    bool live;
    char *path;
    acdr_root_write_hook_fn *tap;
    void *tap_arg;
    acdr_root_trace_fn *see;
    void *see_arg;
    const struct acdr_kernel_calls *calls;
};

/* Open with FLAGS (O_CLOEXEC is added); the descriptor or -errno. */
int acdr_root_fd(struct acdr_root *r, const char *path, int flags);

/*
 * openat2() below the folder ROOT, repeated while it says EAGAIN: at a ".." on the way the kernel
 * gives up if anything on this machine is renamed or mounted at that moment, because it cannot tell
 * whether the ".." left the root. -1 with errno.
 */
long acdr_root_openat2(int root, const char *path, struct open_how *how);

static inline void acdr_root_trace(const struct acdr_root *r, const char *path, const char *name)
{
    if (r->see)
        r->see(r->see_arg, path, name);
}

#endif
