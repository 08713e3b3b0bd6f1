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
    struct out_table t = { .columns = 4, .indent = "  ", .gap = true };
    const struct acdr_item *s = acdr_item_first(acdr_item_find(c, "steps"));

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

/* One line, cut where the page ends: --class shows all of it. */
static void cell_lacks(struct out_table *t, const struct acdr_item *c, const char *verdict)
{
    const char *because = out_text_of(c, strcmp(verdict, "starts") ? "because" : "unsupported");

    if (strcmp(because, "-") == 0)
        out_text_cell(t, NULL);
    else
        out_text_cellf(t, "%.34s%s", because, strlen(because) > 34 ? "..." : "");
}

static void print_classes(const struct acdr_item *report)
{
    struct out_table t = { .columns = 4, .gap = true };
    const struct acdr_item *c = acdr_item_first(acdr_item_find(report, "classes"));

    out_text_cell(&t, "CLASS");
    out_text_cell(&t, "HERE");
    out_text_cell(&t, "USED");
    out_text_cell(&t, "WITHOUT (--class NAME: why)");
    for (; c; c = acdr_item_next(c)) {
        const char *verdict = out_text_of(c, "verdict");
        bool wrong = acdr_item_kind(acdr_item_find(c, "error")) == ACDR_ITEM_TEXT;

        out_text_cell(&t, out_text_of(c, "name"));
        out_text_cell(&t, wrong                             ? "wrong"
                          : strcmp(verdict, "refused") == 0 ? "no"
                          : strcmp(verdict, "starts") == 0  ? "yes"
                                                            : "degraded");
        out_text_cell(&t, acdr_item_num(acdr_item_find(c, "used")) ? "yes" : "-");
        cell_lacks(&t, c, verdict);
    }
    out_text_table(&t);
}

/* Returns how many. */
static int print_findings(const struct acdr_item *report, const char *kind, bool remedies)
{
    const struct acdr_item *f = acdr_item_first(acdr_item_find(report, "findings"));
    int n = 0, column;

    for (; f; f = acdr_item_next(f)) {
        if (strcmp(out_text_of(f, "kind"), kind) != 0)
            continue;
        n++;
        column = printf("%s: %s: ", kind, out_text_of(f, "subject"));
        out_wrap(stdout, column, 4, out_text_of(f, "text"));
        if (!remedies)
            continue;
        printf("    fix: ");
        out_wrap(stdout, 13, 13, out_text_of(f, "remedy"));
    }
    return n;
}

static void print(const struct acdr_item *report)
{
    const struct acdr_item *r = acdr_item_first(acdr_item_find(report, "rules"));
    const struct acdr_item *c = acdr_item_first(acdr_item_find(report, "classes"));
    int problems = print_findings(report, "problem", true);

    print_findings(report, "advice", true);
    for (; r; r = acdr_item_next(r))
        out_text_rule(r, "");
    if (c && !acdr_item_next(c))
        print_class(c);
    print_classes(report);
    printf("\n%d problem%s; HERE is about a guest of two vCPUs\n", problems, out_s(problems));
}

/* For a monitor: silence is good. */
static void print_quietly(const struct acdr_item *report)
{
    print_findings(report, "problem", false);
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
    return out_report(t, report, t->quiet ? print_quietly : print, r);
}

const struct tool_command cmd_doctor = {
    .name = "doctor",
    .args = "[--class CLASS] [--quiet]",
    .help = "Check this host: what prevents conditioning, and what each class can do here",
    .about =
        "A problem prevents conditioning, advice would improve it. Each class is planned for a "
        "guest of two vCPUs that suits it; one that is impossible here and that no guest "
        "uses is no problem. --quiet is for monitors.",
    .exits = "0 no problem\n"
             "1 a problem\n"
             "2 failed, or the command line is wrong\n",
    .example = "acdr doctor --class nfv-dataplane",
    .options = "root json class quiet",
    .run = run,
};
