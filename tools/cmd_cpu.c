/* acdr cpu: everything that may run on one CPU, and why. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "out.h"

static const char *yes(const struct acdr_item *report, const char *name)
{
    return acdr_item_num(acdr_item_find(report, name)) ? "yes" : "no";
}

static void cell_name(struct acdr_out_table *t, const struct acdr_item *r)
{
    long long n = acdr_item_num(acdr_item_find(r, "count"));

    if (n > 1)
        acdr_out_text_cellf(t, "%s (%lld)", acdr_out_text_of(r, "name"), n);
    else
        acdr_out_text_cell(t, acdr_out_text_of(r, "name"));
}

static void print(const struct acdr_item *report)
{
    struct acdr_out_table t = {.columns = 4, .gap = true};
    const struct acdr_item *r = acdr_item_first(acdr_item_find(report, "may_run"));

    printf("CPU %lld       core %s, online: %s, isolated: %s, nohz_full: %s\n",
           acdr_item_num(acdr_item_find(report, "cpu")), acdr_out_text_of(report, "core"),
           yes(report, "online"), yes(report, "isolated"), yes(report, "nohz_full"));
    printf("clean for   %s\n", acdr_out_text_of(report, "owner"));
    acdr_out_text_cell(&t, "KIND");
    acdr_out_text_cell(&t, "NAME");
    acdr_out_text_cell(&t, "WHY");
    acdr_out_text_cell(&t, "WHAT KEEPS IT AWAY");
    for (; r; r = acdr_item_next(r)) {
        acdr_out_text_cell(&t, acdr_out_text_of(r, "kind"));
        cell_name(&t, r);
        acdr_out_text_cell(&t, acdr_out_text_of(r, "why"));
        acdr_out_text_cell(&t, acdr_out_text_of(r, "remedy"));
    }
    acdr_out_text_table(&t);
}

static int run(struct acdr_tool *t)
{
    struct acdr_err e = {0};
    struct acdr_item *report = NULL;
    char *end;
    long n;

    errno = 0;
    n = strtol(t->arg[0], &end, 10);
    if (errno || end == t->arg[0] || *end || n < 0 || n > INT_MAX)
        return acdr_tool_usage(t, "that is no number of a CPU");
    if (acdr_cpu(t->a, (int)n, &report, &e) < 0)
        return acdr_tool_fail(&e);
    return acdr_out_report(t, report, print, 0);
}

const struct acdr_command acdr_cmd_cpu = {
    .name = "cpu",
    .args = "NUMBER",
    .help = "Show everything that may run on a CPU, why, and what would keep it away",
    .options = "root json",
    .min = 1,
    .max = 1,
    .run = run,
};
