/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr plan: what would be done for a guest. Changes nothing. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "guest_arg.h"
#include "out.h"
#include "plan_words.h"

static void print_claims(const struct acdr_item *claims, const char *step)
{
    static const char *const names[] = { "stage", "knob", "op", "value", "now", NULL };
    struct out_table table = { .columns = 5, .indent = "    " };

    out_text_cell(&table, "STAGE");
    out_text_cell(&table, "KNOB");
    out_text_cell(&table, "OP");
    out_text_cell(&table, "VALUE");
    out_text_cell(&table, "NOW");
    for (const struct acdr_item *c = acdr_item_first(claims); c; c = acdr_item_next(c))
        if (strcmp(acdr_item_text(acdr_item_find(c, "step")), step) == 0)
            out_text_members(&table, c, names);
    out_text_table(&table);
}

/* A path of several stations (" -> ") has a line for each. */
static void print_note(int column, const char *note)
{
    const char *arrow;
    char part[1024];

    for (; (arrow = strstr(note, " -> ")); note = arrow + 4, column = 9) {
        snprintf(part, sizeof(part), "%.*s", (int)(arrow - note), note);
        out_wrap(stdout, column, 6, part);
        printf("      -> ");
    }
    out_wrap(stdout, column, 6, note);
}

/* Most steps succeed; print only the exceptions. */
static void print_step(const struct acdr_item *s)
{
    const char *result = acdr_item_text(acdr_item_find(s, "result"));
    const char *note = out_text(acdr_item_find(s, "note"));
    bool rule = !result[0] || strcmp(result, "applied") == 0;

    print_note(printf("  %s (%s%s%s)%s", out_text_of(s, "step"), out_text_of(s, "need"),
                      rule ? "" : ", ", rule ? "" : result, note[0] ? ": " : ""),
               note);
}

/* "softirqs of vnet0 on 6,14 (node 1)" */
static void print_station(const struct acdr_item *s, bool first)
{
    const char *work = out_text_of(s, "work");
    const char *cpus = acdr_item_text(acdr_item_find(s, "cpus"));
    const char *nodes = acdr_item_text(acdr_item_find(s, "nodes"));
    const char *distance = acdr_item_text(acdr_item_find(s, "distance"));
    const char *name = acdr_item_text(acdr_item_find(s, "name"));
    bool plain = !strcmp(work, "nic") || !strcmp(work, "interface");
    char text[256];

    snprintf(text, sizeof(text), "%s%s%s%s%s%s%s%s",
             plain                   ? ""
             : strcmp(work, "vcpus") ? work
                                     : "vCPUs",
             plain || !*name ? "" : " of ", name, *cpus ? " on " : "", cpus,
             *nodes ? " (node " : "", nodes, *nodes ? ")" : "");
    printf("    %s ", first ? "  " : "->");
    if (*distance)
        printf("%-52s %s\n", text, strcmp(distance, "far") ? distance : "FAR");
    else
        puts(text);
}

static void print_paths(const struct acdr_item *report)
{
    const struct acdr_item *p = acdr_item_first(acdr_item_find(report, "paths"));

    for (; p; p = acdr_item_next(p)) {
        const struct acdr_item *first = acdr_item_first(acdr_item_find(p, "stations"));

        printf("  path       of interface %lld, %s\n",
               acdr_item_num(acdr_item_find(p, "interface")), out_text_of(p, "mac"));
        for (const struct acdr_item *s = first; s; s = acdr_item_next(s))
            print_station(s, s == first);
    }
}

static void print_verdict(const struct acdr_item *report)
{
    static const struct {
        const char *verdict, *says;
    } words[] = { { "starts", "starts" },
                  { "degraded", "starts degraded: " },
                  { "refused", "would not start: " } };
    const char *verdict = out_text_of(report, "verdict");
    const char *lacks = acdr_item_text(acdr_item_find(report, "unsupported"));
    int column = printf("verdict: ");

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcmp(words[i].verdict, verdict) == 0)
            column += printf("%s", words[i].says);
    if (strcmp(verdict, "starts") == 0 && lacks[0])
        column += printf("; not supported here: ");
    out_wrap(stdout, column, 4,
             strcmp(verdict, "starts") != 0 ? out_text_of(report, "because") : lacks);
}

static void print_plan(const struct acdr_item *report, bool with_claims)
{
    const struct acdr_item *place = acdr_item_find(report, "place");
    const struct acdr_item *s = acdr_item_first(acdr_item_find(report, "steps"));
    const struct acdr_item *claims = acdr_item_find(report, "claims");
    const char *by = acdr_item_text(acdr_item_find(report, "class_by"));
    const bool is_placed = acdr_item_num(acdr_item_find(report, "placed"));

    printf("guest %s (%s), class %s%s%s\n", out_text_of(report, "domain"),
           out_text_of(report, "uuid"), out_text_of(report, "class"), *by ? " by " : "", by);
    if (is_placed)
        out_text_place(place, "  ");
    else
        puts("  place      none: the class leaves CPUs and memory to the kernel and the XML");
    out_text_devices(report, "  ");
    out_text_holders(report, "  ");
    out_text_rule(acdr_item_find(report, "rule"), "  ");
    if (is_placed)
        print_paths(report);
    for (; s; s = acdr_item_next(s)) {
        print_step(s);
        if (with_claims)
            print_claims(claims, out_text_of(s, "step"));
        else
            plan_words_print(claims, out_text_of(s, "step"), 4);
    }
    print_verdict(report);
}

static void print_in_words(const struct acdr_item *report)
{
    print_plan(report, false);
}

static void print_with_claims(const struct acdr_item *report)
{
    print_plan(report, true);
}

/* As the exit status. */
static int status_of(const struct acdr_item *report)
{
    const char *verdict = acdr_item_text(acdr_item_find(report, "verdict"));

    return strcmp(verdict, "refused") == 0 ? 1 : strcmp(verdict, "degraded") == 0 ? 3 : 0;
}

static int run(struct tool *t)
{
    struct acdr_err e = { 0 };
    struct acdr_request *q = NULL;
    struct acdr_item *report = NULL;

    if (!t->xml == !t->arg[0])
        return tool_usage(t, "either DOMAIN or --xml is needed");
    if (t->claims && t->json)
        return tool_usage(t, "--json has the claims already");
    int r = tool_guest_request(t, &q, &e);
    if (r == 0)
        r = acdr_request_plan(q, NULL, &report, &e);
    acdr_request_free(q);
    if (r < 0 && report && t->json) /* no place, or a rule: that is the result */
        return out_report(t, report, print_in_words, 1);
    if (r < 0) {
        if (report)
            fputs("acdr: verdict: would not start\n", stderr);
        acdr_item_free(report);
        tool_fail(&e);
        if (r == -ENOSPC && strstr(e.text, "of huge pages"))
            fputs("acdr: huge pages are made by virsh allocpages SIZE COUNT --cellno NODE, or by a "
                  "class with the section [hugepages], see acdr.conf(5)\n",
                  stderr);
        return 1;
    }
    if (r > 0) {
        printf("%s", t->json ? "null\n" : "the guest has no class: nothing would be done\n");
        return 0;
    }
    return out_report(t, report, t->claims ? print_with_claims : print_in_words, status_of(report));
}

const struct tool_command cmd_plan = {
    .name = "plan",
    .args = "(DOMAIN | --xml FILE) [--class CLASS] [--claims]",
    .help = "Show what a guest would get and whether it would start; changes nothing",
    .about = "The place and its reason, then each step with what it changes, and last the verdict. "
             "--claims lists every setting with the operation on it and its present value.",
    .exits = "0 the guest would start\n"
             "1 it would not start, or the command failed; a line on standard error says why\n"
             "2 the command line is wrong\n"
             "3 it would start degraded: a step that its class does not insist on is refused\n",
    .example = "acdr plan web1 --class realtime",
    .options = "root json class xml claims",
    .max = 1,
    .run = run,
};
