/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text inside XML, for SVG and XHTML. */
#include "out.h"

void out_xml(FILE *f, const char *s)
{
    for (; *s; s++) {
        if (*s == '<')
            fputs("&lt;", f);
        else if (*s == '>')
            fputs("&gt;", f);
        else if (*s == '&')
            fputs("&amp;", f);
        else if (*s == '\'')
            fputs("&#39;", f);
        else if (*s == '"')
            fputs("&quot;", f);
        else
            putc((unsigned char)*s < ' ' ? '?' : *s, f);
    }
}
