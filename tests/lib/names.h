/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The names of files in a folder of the source tree. */
#ifndef ACDR_TESTS_LIB_NAMES_H
#define ACDR_TESTS_LIB_NAMES_H

#include <stddef.h>

struct names {
    char **v;
    size_t n;
};

/* What in FOLDER, below the source folder, ends with END: without it, sorted. None where there is
 * no such folder. */
void names_list(const char *folder, const char *end, struct names *ret);
void names_forget(struct names *l);

#endif
