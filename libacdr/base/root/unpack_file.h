/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Creates one file of a recorded host, for unpack.c; see unpack_tree.c. */
#ifndef ACDR_BASE_ROOT_UNPACK_FILE_H
#define ACDR_BASE_ROOT_UNPACK_FILE_H

#include "root.h"

/* PATH must begin with '/', have no ".." and be short: links are resolved below R, as for reading.
 * A path that ends in '/' is a directory. 0 or -errno; -EINVAL: not a valid path. */
int acdr_unpack_add(struct acdr_root *r, const char *path, const char *text, size_t len);
int acdr_unpack_link(struct acdr_root *r, const char *path, const char *target);

#endif
