/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reports in the requested format. */
#include <errno.h>

#include "out.h"
#include "pager.h"

int out_report(const struct tool *t, struct acdr_item *report,
               void (*text)(const struct acdr_item *report), int status)
{
    struct acdr_err e = { .code = ENOMEM };

    /* A failed write shows in ferror(stdout), which main checks. */
    if (!t->json)
        pager_print(t, text, report);
    else if (acdr_item_print_json(report, stdout) == -ENOMEM)
        status = tool_fail(&e);
    acdr_item_free(report);
    return status;
}
