/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr status: what is conditioned now, guest by guest. */
#include <stdio.h>

#include "out.h"

static void print_steps(const struct acdr_item *owner)
{
    static const char *const names[] = { "step", "result", "detail", NULL };
    struct out_table table = { .columns = 3, .indent = "  " };
    const struct acdr_item *s = acdr_item_first(acdr_item_find(owner, "steps"));

    out_text_cell(&table, "STEP");
    out_text_cell(&table, "RESULT");
    out_text_cell(&table, "DETAIL");
    for (; s; s = acdr_item_next(s))
        out_text_members(&table, s, names);
    out_text_table(&table);
}

static void print_intruders(const struct acdr_item *owner)
{
    const struct acdr_item *i = acdr_item_first(acdr_item_find(owner, "intruders"));

    for (; i; i = acdr_item_next(i))
        printf("  CPUs %s also have %s\n", out_text_of(i, "cpus"), out_text_of(i, "who"));
}

static void print(const struct acdr_item *report)
{
    const struct acdr_item *d = acdr_item_first(acdr_item_find(report, "domains"));
    const struct acdr_item *p = acdr_item_first(acdr_item_find(report, "static"));

    if (!d && !p)
        printf("nothing is conditioned\n");
    for (; d; d = acdr_item_next(d)) {
        printf("guest %s (%s), class %s: %s\n", out_text_of(d, "name"), out_text_of(d, "uuid"),
               out_text_of(d, "class"), out_text_of(d, "state"));
        out_text_place(acdr_item_find(d, "place"), "  ");
        print_intruders(d);
        print_steps(d);
    }
    for (; p; p = acdr_item_next(p)) {
        printf("static %s, class %s, CPUs %s: %s\n", out_text_of(p, "name"),
               out_text_of(p, "class"), out_text_of(p, "cpus"), out_text_of(p, "state"));
        print_steps(p);
    }
}

static int run(struct tool *t)
{
    struct acdr_err e = { 0 };
    struct acdr_item *report = NULL;
    if (acdr_status(t->a, t->arg[0], &report, &e) < 0)
        return tool_fail(&e);
    return out_report(t, report, print, 0);
}

const struct tool_command cmd_status = {
    .name = "status",
    .args = "[DOMAIN]",
    .help = "Show what is conditioned now: place and steps of each guest",
    .example = "acdr status web1",
    .options = "root json",
    .max = 1,
    .run = run,
};
