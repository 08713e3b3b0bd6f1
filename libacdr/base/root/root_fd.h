/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The internals of a root, for the other files of this folder. */
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

/* Open with FLAGS (O_CLOEXEC is added). Returns the descriptor or -errno. */
int acdr_root_fd(struct acdr_root *r, const char *path, int flags);

/*
 * openat2() below the directory ROOT, repeated on EAGAIN: when the kernel resolves "..", it fails
 * if any rename or mount on this machine happens at the same time, because it cannot tell whether
 * ".." left the root. -1 with errno set on failure.
 */
long acdr_root_openat2(int root, const char *path, struct open_how *how);

static inline void acdr_root_trace(const struct acdr_root *r, const char *path, const char *name)
{
    if (r->see)
        r->see(r->see_arg, path, name);
}

#endif
