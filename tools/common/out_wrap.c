/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text in lines of at most 80 columns. Knows where words end, not what they mean. */
#include <string.h>

#include "out.h"

void out_wrap(FILE *f, int column, int indent, const char *text)
{
    while (*text) {
        size_t space = strspn(text, " ");
        size_t word = strcspn(text + space, " ");

        if (word == 0)
            break;
        if (column > indent && column + 1 + (int)word > OUT_WIDTH) {
            fprintf(f, "\n%*s", indent, "");
            column = indent;
        } else if (space) {
            putc(' ', f);
            column++;
        }
        fwrite(text + space, 1, word, f);
        column += (int)word;
        text += space + word;
    }
    putc('\n', f);
}
