/* A descriptor of a path below a root, for the files of this floor. */
#ifndef ACDR_BASE_ROOT_FD_H
#define ACDR_BASE_ROOT_FD_H

#include "root.h"

/* Open with FLAGS (O_CLOEXEC is added); the descriptor or -errno. */
int acdr_root_fd(struct acdr_root *r, const char *path, int flags);

#endif
