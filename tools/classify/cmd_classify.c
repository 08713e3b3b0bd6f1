/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr classify: which class a guest gets, by its tag or by which rule of map.conf. Changes
 * nothing. */
#include <stdio.h>
#include <string.h>

#include "guest_arg.h"
#include "out.h"

/* Why there is no class, or which tag is in the way. */
static void print_source(const struct acdr_item *report)
{
    const char *by = acdr_item_text(acdr_item_find(report, "class_by"));
    const char *tag = acdr_item_text(acdr_item_find(report, "tag"));
    const char *map = acdr_item_text(acdr_item_find(report, "map"));

    if (*by)
        printf(", by %s\n", by);
    else if (*tag || *acdr_item_text(acdr_item_find(report, "tag_error")))
        printf(", by its tag\n");
    else if (*map)
        printf(": no tag, and no rule of %s fits\n", map);
    else
        printf(": no tag, and there is no /etc/acdr/map.conf\n");
    if (*by && *tag)
        printf("  its tag %s does not count: tag = loses\n", tag);
}

/* Without VERBOSE only the rule that decides. */
static void print_rules(const struct acdr_item *report, bool verbose)
{
    const struct acdr_item *r = acdr_item_first(acdr_item_find(report, "rules"));

    for (; r; r = acdr_item_next(r)) {
        const char *result = acdr_item_text(acdr_item_find(r, "result"));
        int column;

        if (!verbose &&
            (strcmp(result, "fits") != 0 || !*acdr_item_text(acdr_item_find(report, "class_by"))))
            continue;
        column = printf("  line %lld [rule %s] %s: ", acdr_item_num(acdr_item_find(r, "line")),
                        out_text_of(r, "name"),
                        strcmp(result, "later") == 0 ? "would fit, but an earlier one decides"
                                                     : result);
        out_wrap(stdout, column, 6, out_text_of(r, "why"));
    }
}

static void print(const struct acdr_item *report, bool verbose)
{
    const char *class = acdr_item_text(acdr_item_find(report, "class"));

    if (*acdr_item_text(acdr_item_find(report, "problem"))) {
        printf("guest %s: the class cannot be used\n", out_text_of(report, "domain"));
    } else {
        printf("guest %s: %s%s", out_text_of(report, "domain"), *class ? "class " : "no class",
               class);
        print_source(report);
    }
    print_rules(report, verbose);
}

static void print_short(const struct acdr_item *report)
{
    print(report, false);
}

static void print_verbose(const struct acdr_item *report)
{
    print(report, true);
}

static int run(struct tool *t)
{
    struct acdr_err e = { 0 };
    struct acdr_request *q = NULL;
    struct acdr_item *report = NULL;
    int status;

    if (!t->xml == !t->arg[0])
        return tool_usage(t, "either DOMAIN or --xml is needed");
    int r = tool_guest_request(t, &q, &e);
    if (r == 0)
        r = acdr_request_classify(q, &report, &e);
    acdr_request_free(q);
    if (r < 0)
        return tool_fail(&e);
    snprintf(e.text, sizeof(e.text), "%s", acdr_item_text(acdr_item_find(report, "problem")));
    status = *e.text ? 1 : *acdr_item_text(acdr_item_find(report, "class")) ? 0 : 3;
    if (*e.text && !t->json && !t->verbose)
        acdr_item_free(report);
    else
        status = out_report(t, report, t->verbose ? print_verbose : print_short, status);
    return *e.text ? tool_fail(&e) : status;
}

const struct tool_command cmd_classify = {
    .name = "classify",
    .args = "(DOMAIN | --xml FILE) [--verbose]",
    .help = "Show which class a guest gets, by its tag or by a rule of map.conf; changes nothing",
    .about = "The first rule that fits decides, see acdr-map.conf(5). --verbose lists every rule "
             "with the reason why it fits or was passed over.",
    .exits =
        "0 the guest gets a class\n"
        "1 its class cannot be used, or the command failed; a line on standard error says why\n"
        "2 the command line is wrong\n"
        "3 it gets no class\n",
    .example = "acdr classify web1 --verbose",
    .options = "root json verbose xml",
    .max = 1,
    .run = run,
};
