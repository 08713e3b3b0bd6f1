/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr doctor: what this host can do for its guests, and what prevents more. */
#include <stdio.h>
#include <string.h>

#include "out.h"

/* The result of a plan as an answer: can it be done here? */
static const char *answer(const char *result)
{
    if (!strcmp(result, "applied"))
        return "yes";
    return !strcmp(result, "already") ? "no need" : "no";
}

static void print_class(const struct acdr_item *c)
{
    struct out_table t = { .columns = 4, .indent = "  " };
    const struct acdr_item *s = acdr_item_first(acdr_item_find(c, "steps"));
    const struct acdr_item *error = acdr_item_find(c, "error");

    printf("class %s\n", out_text_of(c, "name"));
    if (acdr_item_kind(error) == ACDR_ITEM_TEXT)
        printf("  %s\n", out_text(error));
    out_text_cell(&t, "STEP");
    out_text_cell(&t, "NEED");
    out_text_cell(&t, "HERE");
    out_text_cell(&t, "WHY");
    for (; s; s = acdr_item_next(s)) {
        out_text_cell(&t, out_text_of(s, "step"));
        out_text_cell(&t, out_text_of(s, "need"));
        out_text_cell(&t, answer(out_text_of(s, "result")));
        out_text_cell(&t, out_text_of(s, "detail"));
    }
    out_text_table(&t);
}

static void print(const struct acdr_item *report)
{
    const struct acdr_item *c = acdr_item_first(acdr_item_find(report, "classes"));
    const struct acdr_item *f = acdr_item_first(acdr_item_find(report, "findings"));
    const struct acdr_item *r = acdr_item_first(acdr_item_find(report, "rules"));
    int problems = 0;

    for (; c; c = acdr_item_next(c))
        print_class(c);
    for (; r; r = acdr_item_next(r))
        out_text_rule(r, "");
    if (f)
        printf("\n");
    for (; f; f = acdr_item_next(f)) {
        problems += !strcmp(out_text_of(f, "kind"), "problem");
        printf("%s: %s: %s\n    %s\n", out_text_of(f, "kind"), out_text_of(f, "subject"),
               out_text_of(f, "text"), out_text_of(f, "remedy"));
    }
    printf("%d problem%s\n", problems, problems == 1 ? "" : "s");
}

/* 2 if unknown: the check failed, not the host. */
static int run(struct tool *t)
{
    struct acdr_err e = { 0 };
    struct acdr_item *report = NULL;
    int r = acdr_doctor(t->a, t->class_name, &report, &e);

    if (r < 0) {
        tool_fail(&e);
        return 2;
    }
    return out_report(t, report, print, r);
}

const struct tool_command cmd_doctor = {
    .name = "doctor",
    .args = "[--class CLASS]",
    .help = "Report what each class can do here and what prevents it: 0 nothing, 1 problems, 2 "
            "failed",
    .about = "Plans each class for a guest that suits it. A finding is a problem, which prevents "
             "conditioning, or advice, which would improve it.",
    .exits = "0 no problem\n"
             "1 a problem\n"
             "2 failed, or the command line is wrong\n",
    .example = "acdr doctor --class nfv-dataplane",
    .options = "root json class",
    .run = run,
};
