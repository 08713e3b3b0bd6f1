/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ASCII character classes: those of <ctype.h> depend on the caller's locale. */
#ifndef ACDR_BASE_ASCII_H
#define ACDR_BASE_ASCII_H

#include <stdbool.h>

static inline bool acdr_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool acdr_is_xdigit(char c)
{
    return acdr_is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static inline bool acdr_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool acdr_is_print(char c)
{
    return c >= ' ' && c <= '~';
}

static inline char acdr_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* True if A and B are equal, ignoring the case of letters. */
static inline bool acdr_same_letters(const char *a, const char *b)
{
    while (*a && acdr_lower(*a) == acdr_lower(*b)) {
        a++;
        b++;
    }
    return acdr_lower(*a) == acdr_lower(*b);
}

#endif
