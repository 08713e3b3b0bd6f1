/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr plan: what would be done for a guest. Changes nothing. */
#include <stdio.h>
#include <string.h>

#include "guest_arg.h"
#include "out.h"

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
static void print_note(const char *note)
{
    const char *arrow;

    while ((arrow = strstr(note, " -> "))) {
        printf("%.*s\n      -> ", (int)(arrow - note), note);
        note = arrow + 4;
    }
    puts(note);
}

/* Most steps succeed; print only the exceptions. */
static void print_step(const struct acdr_item *s)
{
    const char *result = acdr_item_text(acdr_item_find(s, "result"));
    const char *note = acdr_item_text(acdr_item_find(s, "note"));
    bool rule = !result[0] || strcmp(result, "applied") == 0;
    printf("  %s (%s%s%s)%s", out_text_of(s, "step"), out_text_of(s, "need"), rule ? "" : ", ",
           rule ? "" : result, note[0] ? ": " : "");
    print_note(note);
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

static void print(const struct acdr_item *report)
{
    const struct acdr_item *place = acdr_item_find(report, "place");
    const struct acdr_item *s = acdr_item_first(acdr_item_find(report, "steps"));

    printf("guest %s (%s), class %s\n", out_text_of(report, "domain"), out_text_of(report, "uuid"),
           out_text_of(report, "class"));
    out_text_place(place, "  ");
    out_text_devices(report, "  ");
    out_text_holders(report, "  ");
    out_text_rule(acdr_item_find(report, "rule"), "  ");
    print_paths(report);
    for (; s; s = acdr_item_next(s)) {
        print_step(s);
        print_claims(acdr_item_find(report, "claims"), out_text_of(s, "step"));
    }
}

static int run(struct tool *t)
{
    struct acdr_err e = { 0 };
    struct acdr_request *q = NULL;
    struct acdr_item *report = NULL;

    if (!t->xml == !t->arg[0])
        return tool_usage(t, "either DOMAIN or --xml is needed");
    int r = tool_guest_request(t, &q, &e);
    if (r == 0)
        r = acdr_request_plan(q, NULL, &report, &e);
    acdr_request_free(q);
    if (r < 0)
        return tool_fail(&e);
    if (r > 0) {
        printf("%s", t->json ? "null\n" : "the guest has no class: nothing would be done\n");
        return 0;
    }
    return out_report(t, report, print, 0);
}

const struct tool_command cmd_plan = {
    .name = "plan",
    .args = "(DOMAIN | --xml FILE) [--class CLASS]",
    .help = "Show where a guest would go and every claim that would be made; changes nothing",
    .example = "acdr plan web1 --class realtime",
    .options = "root json class xml",
    .max = 1,
    .run = run,
};
