/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Guests whose tag asks for a class in vain, as the first lines of reports. */
#include "out.h"

int out_text_asked(const struct acdr_item *report)
{
    const struct acdr_item *g = acdr_item_first(acdr_item_find(report, "unconditioned"));
    const char *unread = acdr_item_text(acdr_item_find(report, "unread"));
    int n = 0, column;

    for (; g; g = acdr_item_next(g), n++) {
        const char *by = acdr_item_text(acdr_item_find(g, "class_by"));

        column = printf("%s: %s %s%s%s, NOT conditioned: ", out_text_of(g, "name"),
                        *by ? "class" : "tag", out_text_of(g, "class"), *by ? " by " : "", by);
        out_wrap(stdout, column, 4, out_text_of(g, "why"));
        column = printf("    fix: ");
        out_wrap(stdout, column, column, out_text_of(g, "remedy"));
    }
    if (unread[0])
        printf("not known: %s\n", out_text_of(report, "unread"));
    return n;
}
