/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr xml: the domain as its class requires. Changes nothing. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "guest_arg.h"
#include "out.h"

/* Each reason once: several elements may share it. As comments, which patch(1) ignores. */
static void print_reasons(const struct acdr_item *report)
{
    const struct acdr_item *first = acdr_item_first(acdr_item_find(report, "changes"));
    for (const struct acdr_item *i = first; i; i = acdr_item_next(i)) {
        const struct acdr_item *k = first;
        while (k != i && strcmp(out_text_of(k, "why"), out_text_of(i, "why")) != 0)
            k = acdr_item_next(k);
        if (k == i)
            printf("# [%s] %s: %s\n", out_text_of(i, "step"), out_text_of(i, "path"),
                   out_text_of(i, "why"));
    }
    const struct acdr_item *place = acdr_item_find(report, "place");
    if (acdr_item_kind(acdr_item_find(report, "left")) == ACDR_ITEM_TEXT)
        printf("# place: %s\n", out_text_of(report, "left"));
    else if (acdr_item_kind(place) == ACDR_ITEM_MAP)
        printf("# place: %s\n", out_text_of(place, "why"));
}

static int print(const struct tool *t, const struct acdr_item *report, const char *old)
{
    struct acdr_err e = { .code = ENOMEM };
    const char *new = acdr_item_text(acdr_item_find(report, "xml"));
    if (t->json)
        return acdr_item_print_json(report, stdout) == -ENOMEM ? tool_fail(&e) : 0;
    if (t->full) {
        fputs(new, stdout);
        return 0;
    }
    print_reasons(report);
    if (strcmp(old, new) == 0)
        printf("# nothing to change\n");
    return tool_diff_print(out_text_of(report, "domain"), old, new) < 0 ? tool_fail(&e) : 0;
}

static int run(struct tool *t)
{
    struct acdr_err e = { 0 };
    struct acdr_request *q = NULL;
    struct acdr_item *report = NULL;
    char *xml = NULL;
    size_t len = 0;
    unsigned what = ACDR_XML_CLASS | (t->place ? ACDR_XML_PLACE : 0);

    if (!t->xml == !t->arg[0])
        return tool_usage(t, "either DOMAIN or --xml is needed");
    if (t->full && t->json)
        return tool_usage(t, "either --full or --json");
    int r = tool_guest_xml(t, &xml, &len, &e);
    if (r == 0)
        r = acdr_request_new(t->a, xml, len, t->class_name, &q, &e);
    if (r == 0)
        r = acdr_request_xml(q, NULL, what, &report, &e);
    acdr_request_free(q);
    if (r > 0) {
        snprintf(e.text, sizeof(e.text), "the guest has no class: tag it, or name one by --class");
        e.code = EINVAL;
    }
    r = r ? tool_fail(&e) : print(t, report, xml);
    acdr_item_free(report);
    free(xml);
    return r;
}

const struct tool_command cmd_xml = {
    .name = "xml",
    .args = "(DOMAIN | --xml FILE) [--class CLASS] [--place] [--full]",
    .help = "Show what the class needs in the guest's XML, as a diff or in full",
    .about = "Nothing is changed: the output is a diff for patch(1), or with --full the document "
             "for virsh define.",
    .example = "acdr xml web1 --class nfv-dataplane --full",
    .options = "root json class xml place full",
    .max = 1,
    .run = run,
};
