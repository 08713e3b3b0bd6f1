/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which characters of foreign text must not be shown as they are. */
#ifndef ACDR_BASE_PRINTABLE_H
#define ACDR_BASE_PRINTABLE_H

#include <stddef.h>

/* The length of the first character of TEXT. *RET is 0 if it may be shown; else the character, or
 * its first byte where it is not UTF-8. TEXT is not empty. */
size_t acdr_printable_next(const char *text, unsigned *ret);

#endif
