/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The only place that converts between fractional numbers and text. See decimal.h. */
#include "decimal.h"

#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* The "C" locale is built in: libc allocates and loads nothing for it. */
static locale_t c_locale(void)
{
    return newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

double acdr_decimal_parse(const char *s, char **end)
{
    locale_t c = c_locale();
    double value;

    *end = (char *)s;
    if (!c)
        return 0;
    value = strtod_l(s, end, c);
    freelocale(c);
    return value;
}

int acdr_decimal_print(char *buf, size_t size, const char *fmt, ...)
{
    locale_t c = c_locale();
    locale_t callers = c ? uselocale(c) : (locale_t)0;
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(buf, size, fmt, ap);
    va_end(ap);
    if (c) {
        uselocale(callers);
        freelocale(c);
    }
    return n;
}
