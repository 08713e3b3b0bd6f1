/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr classes: the conditioning classes of this host, or one of them in full. */
#include <stdio.h>

#include "out.h"

static void print_all(const struct acdr_item *report)
{
    static const char *const names[] = { "name", "description", NULL };
    struct out_table table = { .columns = 2 };
    const struct acdr_item *c = acdr_item_first(acdr_item_find(report, "classes"));

    out_text_cell(&table, "CLASS");
    out_text_cell(&table, "DESCRIPTION");
    for (; c; c = acdr_item_next(c)) {
        const char *error = acdr_item_text(acdr_item_find(c, "error"));
        if (error[0]) {
            out_text_item(&table, acdr_item_find(c, "name"));
            out_text_cellf(&table, "cannot be used: %s", error);
        } else {
            out_text_members(&table, c, names);
        }
    }
    out_text_table(&table);
}

static void print_keys(const struct acdr_item *keys)
{
    const struct acdr_item *k = acdr_item_first(keys);

    for (; k; k = acdr_item_next(k))
        printf("%s = %s\n", acdr_item_name(k), acdr_item_text(k));
}

/* In the format of a class file, so that it can be copied into one; the sources are comments. */
static void print_one(const struct acdr_item *report)
{
    const struct acdr_item *c = acdr_item_first(acdr_item_find(report, "classes"));
    const char *error = acdr_item_text(acdr_item_find(c, "error"));
    const char *inherit = acdr_item_text(acdr_item_find(c, "inherit"));

    printf("# class %s, from %s\n", out_text_of(c, "name"), out_text_of(c, "file"));
    if (error[0])
        printf("# cannot be used: %s\n", error);
    if (inherit[0])
        printf("# inherits %s, whose keys stand below as well\n", inherit);
    printf("description = %s\n", acdr_item_text(acdr_item_find(c, "description")));
    const struct acdr_item *s = acdr_item_first(acdr_item_find(c, "steps"));
    for (; s; s = acdr_item_next(s)) {
        printf("\n[%s]\n", out_text_of(s, "step"));
        print_keys(acdr_item_find(s, "keys"));
    }
    const struct acdr_item *observe = acdr_item_find(c, "observe");
    if (acdr_item_first(observe)) {
        printf("\n[observe]\n");
        print_keys(observe);
    }
}

static int run(struct tool *t)
{
    struct acdr_err e = { 0 };
    struct acdr_item *report = NULL;
    if (acdr_classes(t->a, t->arg[0], &report, &e) < 0)
        return tool_fail(&e);
    return out_report(t, report, t->arg[0] ? print_one : print_all, 0);
}

const struct tool_command cmd_classes = {
    .name = "classes",
    .args = "[CLASS]",
    .help = "List the conditioning classes, or show one with all its keys",
    .about = "With CLASS, the output has the form of a class file, with all keys and their "
             "defaults: a beginning for one of your own in /etc/acdr/classes.",
    .example = "acdr classes cleaner-cores",
    .options = "root json",
    .max = 1,
    .run = run,
};
