/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Settings that the last event could not bring to their value, a line each, and what mends them. */
#include <stdio.h>

#include "out.h"

static bool is_null(const struct acdr_item *i)
{
    return !i || acdr_item_kind(i) == ACDR_ITEM_NULL;
}

int out_unfinished(const struct acdr_item *report)
{
    const struct acdr_item *u = acdr_item_first(acdr_item_find(report, "unfinished"));
    int n = 0;

    for (; u; u = acdr_item_next(u), n++) {
        const char *want = out_text_of(u, "want");

        printf("unfinished: %s: ", out_text_of(u, "knob"));
        if (!is_null(acdr_item_find(u, "now")))
            printf("is %s, to be %s\n", out_text_of(u, "now"), want);
        else
            printf("to be %s; %s\n", want, out_text_of(u, "why"));
    }
    if (n)
        printf("    the last event could not set %s; each event tries again, 'acdr settle' does so "
               "now and says why not\n",
               n == 1 ? "it" : "them");
    return n;
}
