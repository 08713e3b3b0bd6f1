/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines that fit a width: see top_wrap() in top_texts.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "top_texts.h"
#include "top_view.h"

/* Where to break LINE, which ends at END, so that WIDTH columns suffice; END: nowhere. At a blank
 * after FROM, or, if there is none, in the middle of a word. */
static const char *break_of(const char *line, const char *from, const char *end, int width)
{
    const char *at = line, *blank = NULL;

    for (int used = 0; at < end;) {
        const char *start = at;

        used += top_grid_step(&at);
        if (used > width)
            return blank ? blank : start > from ? start : at;
        if (*start == ' ' && start > from)
            blank = start;
    }
    return end;
}

static void wrap_line(FILE *f, const char *line, const char *end, int width)
{
    int indent = (int)strspn(line, " ") + 2;

    /* A narrow terminal has no room for an indent. */
    indent = indent < width / 2 ? indent : 0;
    for (int room = width, left = 0;; room = width - indent, left = indent) {
        const char *from = line + strspn(line, " ");
        const char *at = break_of(line, from < end ? from : line, end, room < 1 ? 1 : room);

        fprintf(f, "%*s%.*s\n", left, "", (int)(at - line), line);
        if (at >= end)
            return;
        line = at + (*at == ' ');
    }
}

char *top_wrap(const char *text, int width)
{
    char *ret = NULL;
    size_t size;
    FILE *f = open_memstream(&ret, &size);

    if (!f)
        return NULL;
    for (const char *end; *text; text = *end ? end + 1 : end) {
        end = text + strcspn(text, "\n");
        wrap_line(f, text, end, width);
    }
    if (fclose(f) == 0)
        return ret;
    free(ret);
    return NULL;
}
