/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Texts that a test makes, compared with files of the source tree. */
#ifndef ACDR_TESTS_LIB_GOLDEN_FILE_H
#define ACDR_TESTS_LIB_GOLDEN_FILE_H

#include <stdbool.h>

/* True where ACDR_UPDATE=1 asks for the files to be rewritten. */
bool golden_update(void);
/* The full name of a path of the source tree; the caller frees. */
char *golden_path(const char *path);
/* True where the file at PATH is IS, or becomes so; else prints the lines that differ. */
bool golden_check(const char *path, const char *is);

#endif
