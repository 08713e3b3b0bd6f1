/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fractional numbers as text, always with a decimal point, whatever the caller's locale. */
#ifndef ACDR_BASE_DECIMAL_H
#define ACDR_BASE_DECIMAL_H

#include <stddef.h>

/* strtod() with a decimal point: the number at the start of S. *END is set to the first character
 * after it, or to S if there is none. */
double acdr_decimal_parse(const char *s, char **end);

/* snprintf() with a decimal point. */
int acdr_decimal_print(char *buf, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
