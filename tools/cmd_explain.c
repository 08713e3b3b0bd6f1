/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr explain: why a guest is at its place, what may run on a CPU, where an interrupt may go. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest_arg.h"
#include "out.h"

static const char *yes(const struct acdr_item *report, const char *name)
{
    return acdr_item_num(acdr_item_find(report, name)) ? "yes" : "no";
}

/* --- a CPU --- */

static void cell_name(struct out_table *t, const struct acdr_item *r)
{
    long long n = acdr_item_num(acdr_item_find(r, "count"));

    if (n > 1)
        out_text_cellf(t, "%s (%lld)", out_text_of(r, "name"), n);
    else
        out_text_cell(t, out_text_of(r, "name"));
}

static void print_cpu(const struct acdr_item *report)
{
    struct out_table t = { .columns = 4, .gap = true };
    const struct acdr_item *r = acdr_item_first(acdr_item_find(report, "may_run"));

    printf("CPU %lld       core %s, online: %s, isolated: %s, nohz_full: %s\n",
           acdr_item_num(acdr_item_find(report, "cpu")), out_text_of(report, "core"),
           yes(report, "online"), yes(report, "isolated"), yes(report, "nohz_full"));
    printf("clean for   %s\n", out_text_of(report, "owner"));
    out_text_cell(&t, "KIND");
    out_text_cell(&t, "NAME");
    out_text_cell(&t, "WHY");
    out_text_cell(&t, "WHAT KEEPS IT AWAY");
    for (; r; r = acdr_item_next(r)) {
        out_text_cell(&t, out_text_of(r, "kind"));
        cell_name(&t, r);
        out_text_cell(&t, out_text_of(r, "why"));
        out_text_cell(&t, out_text_of(r, "remedy"));
    }
    out_text_table(&t);
}

/* --- an interrupt --- */

static void print_irq(const struct acdr_item *report)
{
    static const char *const names[] = { "owner", "step", "op", "value", NULL };
    struct out_table t = { .columns = 4, .gap = true };
    const struct acdr_item *o = acdr_item_first(acdr_item_find(report, "owners"));
    const struct acdr_item *c = acdr_item_first(acdr_item_find(report, "claims"));
    bool movable = acdr_item_num(acdr_item_find(report, "movable"));

    printf("interrupt %lld  %s, device %s\n", acdr_item_num(acdr_item_find(report, "irq")),
           out_text_of(report, "name"), out_text_of(report, "device"));
    printf("may come to   %s (before the first claim: %s)\n", out_text_of(report, "affinity"),
           out_text_of(report, "was"));
    printf("can be moved  %s%s\n",
           movable ? "yes" : "no: ", movable ? "" : out_text_of(report, "why"));
    if (!o)
        printf("clean cores   none of them\n");
    for (; o; o = acdr_item_next(o))
        printf("clean cores   %s of %s%s\n", out_text_of(o, "cpus"), out_text_of(o, "owner"),
               movable ? ": [irq-ban] in its class keeps it away" : "");
    out_text_cell(&t, "OWNER");
    out_text_cell(&t, "STEP");
    out_text_cell(&t, "OP");
    out_text_cell(&t, "VALUE");
    for (; c; c = acdr_item_next(c))
        out_text_members(&t, c, names);
    out_text_table(&t);
}

/* --- a guest --- */

static void cell_lacks(struct out_table *t, const struct acdr_item *list)
{
    char text[256] = "";
    for (const struct acdr_item *i = acdr_item_first(list); i; i = acdr_item_next(i)) {
        size_t len = strlen(text);
        snprintf(text + len, sizeof(text) - len, "%s%s", len ? "; " : "", out_text(i));
    }
    out_text_cell(t, text);
}

static void print_nodes(const struct acdr_item *report)
{
    static const char *const head[] = { "NODE",  "CPUS",      "HOUSEKEEPING", "TAKEN",
                                        "HOLDS", "IN ONE L3", "MEMORY FREE",  "WHAT IT LACKS" };
    static const char *const names[] = { "node",    "cpus", "housekeeping", "taken", "room",
                                         "l3_room", NULL };
    struct out_table t = { .columns = 8, .gap = true };
    const struct acdr_item *n = acdr_item_first(acdr_item_find(report, "nodes"));

    for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++)
        out_text_cell(&t, head[i]);
    for (; n; n = acdr_item_next(n)) {
        const struct acdr_item *kb = acdr_item_find(n, "free_kb");
        out_text_members(&t, n, names);
        if (acdr_item_kind(kb) == ACDR_ITEM_NUM)
            out_text_cellf(&t, "%lld MiB", acdr_item_num(kb) / 1024);
        else
            out_text_cell(&t, NULL);
        cell_lacks(&t, acdr_item_find(n, "lacks"));
    }
    out_text_table(&t);
}

static void cell_cost(struct out_table *t, const struct acdr_item *cost, const char *term)
{
    out_text_item(t, acdr_item_find(cost, term));
}

static int columns_of(const struct acdr_item *nodes)
{
    int n = 0;
    for (const struct acdr_item *i = acdr_item_first(nodes); i; i = acdr_item_next(i))
        n += acdr_item_kind(acdr_item_find(i, "cost")) == ACDR_ITEM_MAP;
    return n;
}

/* A line per term, most important first; a column per place. */
static void print_costs(const struct acdr_item *report)
{
    const struct acdr_item *nodes = acdr_item_find(report, "nodes");
    const struct acdr_item *best = acdr_item_find(report, "best");
    const struct acdr_item *term = acdr_item_first(acdr_item_find(report, "terms"));
    bool present = acdr_item_kind(acdr_item_find(report, "cost")) == ACDR_ITEM_MAP;
    struct out_table t = { .columns = 3 + present + columns_of(nodes), .gap = true };

    out_text_cell(&t, "COST");
    if (present)
        out_text_cell(&t, "ITS PLACE");
    out_text_cell(&t, "BEST NOW");
    for (const struct acdr_item *i = acdr_item_first(nodes); i; i = acdr_item_next(i))
        if (acdr_item_kind(acdr_item_find(i, "cost")) == ACDR_ITEM_MAP)
            out_text_cellf(&t, "NODE %lld", acdr_item_num(acdr_item_find(i, "node")));
    out_text_cell(&t, "WHAT IT COUNTS");
    for (; term; term = acdr_item_next(term)) {
        const char *name = out_text_of(term, "term");
        out_text_cell(&t, name);
        if (present)
            cell_cost(&t, acdr_item_find(report, "cost"), name);
        cell_cost(&t, acdr_item_find(best, "cost"), name);
        for (const struct acdr_item *i = acdr_item_first(nodes); i; i = acdr_item_next(i))
            if (acdr_item_kind(acdr_item_find(i, "cost")) == ACDR_ITEM_MAP)
                cell_cost(&t, acdr_item_find(i, "cost"), name);
        out_text_cell(&t, out_text_of(term, "help"));
    }
    out_text_table(&t);
}

static void print_guest(const struct acdr_item *report)
{
    const struct acdr_item *place = acdr_item_find(report, "place");
    const struct acdr_item *best = acdr_item_find(report, "best");
    const char *gain = acdr_item_text(acdr_item_find(report, "gain"));
    bool present = acdr_item_kind(place) == ACDR_ITEM_MAP;
    bool exact = acdr_item_num(acdr_item_find(best, "exact"));

    printf("guest %s (%s), class %s: needs %lld dedicated CPUs and %lld MiB\n",
           out_text_of(report, "domain"), out_text_of(report, "uuid"), out_text_of(report, "class"),
           acdr_item_num(acdr_item_find(report, "vcpus")),
           acdr_item_num(acdr_item_find(report, "memory_kb")) / 1024);
    printf("%s\n", present ? "its place:" : "it would go to:");
    out_text_place(present ? place : acdr_item_find(best, "place"), "  ");
    out_text_devices(report, "  ");
    out_text_holders(report, "  ");
    out_text_rule(acdr_item_find(report, "rule"), "  ");
    print_nodes(report);
    print_costs(report);
    if (acdr_item_kind(acdr_item_find(best, "place")) != ACDR_ITEM_MAP)
        printf("\nthere is no place for it now\n");
    else if (gain[0])
        printf("\na better place is free now: see %s\n", gain);
    else
        printf("\n%s\n", exact ? "no better place is possible now"
                               : "no better place was found; the search was cut short");
}

static int parse_number(const char *text)
{
    char *end;
    errno = 0;
    long n = strtol(text, &end, 10);
    return errno || end == text || *end || n < 0 || n > INT_MAX ? -1 : (int)n;
}

static int run_number(struct tool *t, const char *what,
                      int (*ask)(struct acdr *a, int n, struct acdr_item **ret, struct acdr_err *e),
                      void (*print)(const struct acdr_item *report))
{
    struct acdr_err e = { 0 };
    struct acdr_item *report = NULL;
    int n = parse_number(t->arg[1]);
    char wrong[64];

    snprintf(wrong, sizeof(wrong), "not a number of %s", what);
    if (n < 0)
        return tool_usage(t, wrong);
    if (t->xml || t->class_name)
        return tool_usage(t, "--xml and --class go with a guest");
    if (ask(t->a, n, &report, &e) < 0)
        return tool_fail(&e);
    return out_report(t, report, print, 0);
}

static int run_guest(struct tool *t)
{
    struct acdr_err e = { 0 };
    struct acdr_request *q = NULL;
    struct acdr_item *report = NULL;
    int r = tool_guest_request(t, &q, &e);

    if (r == 0)
        r = acdr_request_explain(q, NULL, &report, &e);
    acdr_request_free(q);
    if (r > 0) {
        snprintf(e.text, sizeof(e.text), "the guest has no class: tag it, or name one by --class");
        e.code = EINVAL;
    }
    return r ? tool_fail(&e) : out_report(t, report, print_guest, 0);
}

static int run(struct tool *t)
{
    if (t->arg[1] && strcmp(t->arg[0], "cpu") == 0)
        return run_number(t, "a CPU", acdr_cpu, print_cpu);
    if (t->arg[1] && strcmp(t->arg[0], "irq") == 0)
        return run_number(t, "an interrupt", acdr_irq, print_irq);
    if (t->arg[1])
        return tool_usage(t, "a number goes with cpu or irq");
    if (t->arg[0] && (strcmp(t->arg[0], "cpu") == 0 || strcmp(t->arg[0], "irq") == 0))
        return tool_usage(t, "the argument NUMBER is missing");
    if (!t->xml == !t->arg[0])
        return tool_usage(t, "DOMAIN, --xml, cpu NUMBER or irq NUMBER is needed");
    return run_guest(t);
}

const struct tool_command cmd_explain = {
    .name = "explain",
    .args = "(DOMAIN | --xml FILE) [--class CLASS] | cpu NUMBER | irq NUMBER",
    .help = "Explain the place of a guest, what may run on a CPU, where an interrupt may come",
    .about = "Of a guest: every node with what it lacks, and the costs of the places, the most "
             "important term first. Of a CPU: all that may run there, and what keeps it away.",
    .example = "acdr explain cpu 4",
    .options = "root json class xml",
    .max = 2,
    .run = run,
};
