/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The files of a recorded host, made again from its text, one fact a line (tests/hosts/README.md
 * has the form). The text may be anybody's: nothing is made outside of the folder, and sizes and
 * counts have bounds.
 */
#ifndef ACDR_BASE_ROOT_UNPACK_H
#define ACDR_BASE_ROOT_UNPACK_H

#include "err.h"

/* A new folder of mode 0700 below $TMPDIR or /tmp; the caller frees its path. */
int acdr_unpack_folder(char **ret, struct acdr_err *e);
/* Unpack the LEN bytes of TEXT below FOLDER. -EBADMSG: a line of another form, with its number;
 * -EFBIG: more than there is room for; else -errno of writing. What was made stays. */
int acdr_unpack(const char *folder, const char *text, size_t len, struct acdr_err *e);
/* Append LEN bytes to PATH ("/etc/x") below FOLDER, with its folders. 0 or -errno. */
int acdr_unpack_append(const char *folder, const char *path, const char *text, size_t len);
/* Remove FOLDER and all below it, following no link. */
void acdr_unpack_remove(const char *folder);

#endif
