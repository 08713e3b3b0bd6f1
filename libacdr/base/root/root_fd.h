/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a root is made of, for root.c, root_list.c and root_write.c. */
#ifndef ACDR_BASE_ROOT_ROOT_FD_H
#define ACDR_BASE_ROOT_ROOT_FD_H

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

static inline void acdr_root_trace(const struct acdr_root *r, const char *path, const char *name)
{
    if (r->see)
        r->see(r->see_arg, path, name);
}

#endif
