/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fractional numbers as text, with a point whatever the caller's locale has in its place. */
#ifndef ACDR_BASE_DECIMAL_H
#define ACDR_BASE_DECIMAL_H

#include <stddef.h>

/* strtod() with a point: the number at the beginning of S; *END gets behind it, S where there is
 * none. */
double acdr_decimal_parse(const char *s, char **end);

/* snprintf() with a point. */
int acdr_decimal_print(char *buf, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
