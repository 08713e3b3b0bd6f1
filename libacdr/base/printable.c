/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Foreign text, made safe to show. Knows which characters a terminal, a log or a reader's eye would
 * take for more than text (Unicode, General Category Cc, and UAX 9 for the marks of direction).
 */
#include <stdbool.h>

#include "acdr/base.h"
#include "export.h"
#include "printable.h"

/* The length of the UTF-8 character at S, and the character in *RET; 0 if it is none. */
static size_t decode(const unsigned char *s, unsigned *ret)
{
    static const unsigned least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t len = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

    if (len < 2) {
        *ret = s[0];
        return len;
    }
    *ret = s[0] & (0xffU >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        *ret = *ret << 6 | (s[i] & 0x3fU);
    }
    return *ret < least[len] || *ret > 0x10ffff || (*ret >= 0xd800 && *ret < 0xe000) ? 0 : len;
}

static bool is_harmless(unsigned c)
{
    if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c)
        return false;
    if (c == 0x200e || c == 0x200f || c == 0x2028 || c == 0x2029 || c == 0xfeff)
        return false;
    return (c < 0x202a || c > 0x202e) && (c < 0x2066 || c > 0x2069);
}

size_t acdr_printable_next(const char *text, unsigned *ret)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t len = decode(s, ret);

    if (len && is_harmless(*ret))
        *ret = 0;
    if (!len)
        *ret = *s;
    return len ? len : 1;
}

ACDR_API void acdr_printable(char *text)
{
    char *to = text;

    while (*text) {
        unsigned bad;
        size_t len = acdr_printable_next(text, &bad);

        if (bad)
            *to++ = '?';
        for (size_t i = 0; i < len && !bad; i++)
            *to++ = text[i];
        text += len;
    }
    *to = '\0';
}
