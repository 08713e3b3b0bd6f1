/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr status: what is conditioned now, a row for each guest and pool, or one of them in full. */
#include <stdio.h>
#include <string.h>

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

static void print_one(const struct acdr_item *report)
{
    const struct acdr_item *d = acdr_item_first(acdr_item_find(report, "domains"));
    const struct acdr_item *p = acdr_item_first(acdr_item_find(report, "static"));
    const struct acdr_item *s = acdr_item_first(acdr_item_find(report, "stopped"));

    out_text_asked(report);
    out_unfinished(report);
    for (; d; d = acdr_item_next(d)) {
        const char *by = acdr_item_text(acdr_item_find(d, "class_by"));

        printf("guest %s (%s), class %s%s%s: %s\n", out_text_of(d, "name"), out_text_of(d, "uuid"),
               out_text_of(d, "class"), *by ? " by " : "", by, out_text_of(d, "state"));
        out_text_place(acdr_item_find(d, "place"), "  ");
        print_intruders(d);
        print_steps(d);
    }
    for (; p; p = acdr_item_next(p)) {
        printf("static %s, class %s, CPUs %s: %s", out_text_of(p, "name"), out_text_of(p, "class"),
               out_text_of(p, "cpus"), out_text_of(p, "state"));
        if (acdr_item_num(acdr_item_find(p, "pid")))
            printf(", for process %lld", acdr_item_num(acdr_item_find(p, "pid")));
        putchar('\n');
        print_steps(p);
    }
    for (; s; s = acdr_item_next(s))
        printf("guest %s (%s), class %s: does not run; acdr plan %s says what it would get\n",
               out_text_of(s, "name"), out_text_of(s, "uuid"), out_text_of(s, "class"),
               out_text_of(s, "name"));
}

/* --- all of them --- */

/* The steps of OWNER that are not done, as words. */
static void cell_lacks(struct out_table *t, const struct acdr_item *owner)
{
    const struct acdr_item *s = acdr_item_first(acdr_item_find(owner, "steps"));
    char text[128] = "";
    size_t len = 0;

    for (; s; s = acdr_item_next(s)) {
        const char *result = acdr_item_text(acdr_item_find(s, "result"));
        if (strcmp(result, "refused") != 0 && strcmp(result, "unsupported") != 0)
            continue;
        snprintf(text + len, sizeof(text) - len, "%s%s", len ? "," : "", out_text_of(s, "step"));
        len = strlen(text);
    }
    out_text_cell(t, text);
}

static void add_row(struct out_table *t, const struct acdr_item *owner, const char *state)
{
    const struct acdr_item *place = acdr_item_find(owner, "place");
    const struct acdr_item *cpus = acdr_item_find(owner, "cpus");

    out_text_cell(t, out_text_of(owner, "name"));
    out_text_cell(t, out_text_of(owner, "class"));
    out_text_cell(t, state ? state : out_text_of(owner, "state"));
    out_text_item(t, cpus ? cpus : acdr_item_find(place, "clean"));
    out_text_item(t, acdr_item_find(place, "nodes"));
    cell_lacks(t, owner);
}

static void add_rows(struct out_table *t, const struct acdr_item *report, const char *list,
                     const char *state)
{
    const struct acdr_item *i = acdr_item_first(acdr_item_find(report, list));

    for (; i; i = acdr_item_next(i))
        add_row(t, i, state);
}

static void print_all(const struct acdr_item *report)
{
    static const char *const heads[] = { "NAME", "CLASS", "STATE", "CPUS", "NODES", "NOT DONE" };
    struct out_table t = { .columns = 6 };

    for (int i = 0; i < t.columns; i++)
        out_text_cell(&t, heads[i]);
    if (!out_text_asked(report) && !acdr_item_first(acdr_item_find(report, "domains")) &&
        !acdr_item_first(acdr_item_find(report, "static")))
        printf("nothing is conditioned\n");
    add_rows(&t, report, "unconditioned", "NOT conditioned");
    add_rows(&t, report, "domains", NULL);
    add_rows(&t, report, "static", NULL);
    add_rows(&t, report, "stopped", "not running");
    out_text_table(&t);
    out_unfinished(report);
}

static int run(struct tool *t)
{
    struct acdr_err e = { 0 };
    struct acdr_item *report = NULL;
    if (acdr_status(t->a, t->arg[0], &report, &e) < 0)
        return tool_fail(&e);
    return out_report(t, report, t->arg[0] ? print_one : print_all, 0);
}

const struct tool_command cmd_status = {
    .name = "status",
    .args = "[DOMAIN]",
    .help = "List what is conditioned now, or show one guest or pool with its steps",
    .about = "One row for each guest that has a tag, and for each pool. NOT DONE names the steps "
             "that this host refused or does not support: status NAME says why. Guests that run "
             "with a tag and are not conditioned come first, with the reason.",
    .example = "acdr status web1",
    .options = "root json",
    .max = 1,
    .run = run,
};
