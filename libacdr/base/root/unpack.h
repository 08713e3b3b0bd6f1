/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Recreates the files of a recorded host from its text, one fact per line (tests/hosts/README.md
 * defines the format). The text is untrusted: nothing is created outside of the folder, and sizes
 * and counts are limited.
 */
#ifndef ACDR_BASE_ROOT_UNPACK_H
#define ACDR_BASE_ROOT_UNPACK_H

#include "err.h"

/* Create a directory of mode 0700 below $TMPDIR or /tmp; the caller frees its path. */
int acdr_unpack_folder(char **ret, struct acdr_err *e);
/* Unpack the LEN bytes of TEXT below FOLDER. -EBADMSG: a malformed line, with its number; -EFBIG:
 * over the size limit; else -errno of writing. Files created so far remain. */
int acdr_unpack(const char *folder, const char *text, size_t len, struct acdr_err *e);
/* Append LEN bytes to PATH ("/etc/x") below FOLDER; creates its directories. 0 or -errno. */
int acdr_unpack_append(const char *folder, const char *path, const char *text, size_t len);
/* Remove FOLDER and everything below it without following links. */
void acdr_unpack_remove(const char *folder);

#endif
