/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text in lines of at most 80 columns. Knows where words end, and where a long list of numbers may
 * be broken, not what they mean. */
#include <string.h>

#include "out.h"

/* How much of a word of LEN that begins at TEXT goes on a line with ROOM: up to a comma if it is
 * too long for any line. */
static size_t cut(const char *text, size_t len, size_t room)
{
    size_t most = 0;

    for (size_t i = 0; i < len && i < room; i++)
        if (text[i] == ',')
            most = i + 1;
    return len <= room || !most ? len : most;
}

void out_wrap(FILE *f, int column, int indent, const char *text)
{
    while (*text) {
        size_t space = strspn(text, " ");
        size_t word = strcspn(text + space, " ");

        if (word == 0)
            break;
        if (column > indent && column + (space > 0) + (int)word > OUT_WIDTH) {
            fprintf(f, "\n%*s", indent, "");
            column = indent;
        } else if (space) {
            putc(' ', f);
            column++;
        }
        word = cut(text + space, word, (size_t)(OUT_WIDTH - indent));
        fwrite(text + space, 1, word, f);
        column += (int)word;
        text += space + word;
    }
    putc('\n', f);
}
