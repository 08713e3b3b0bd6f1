/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr why: what took time from a guest's cores, or interrupted them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "progress.h"
#include "out.h"
#include "why_ask.h"

static void cell_number(struct out_table *t, const struct acdr_item *map, const char *name)
{
    const struct acdr_item *i = acdr_item_find(map, name);

    if (acdr_item_kind(i) == ACDR_ITEM_NUM)
        out_text_cellf(t, "%lld", acdr_item_num(i));
    else
        out_text_cell(t, NULL);
}

enum { MOST_ROWS = 10, MOST_CPUS = 200 };

/* The length of a culprit's name without the number of its process: "task cc1 (812)" is one of
 * several. */
static size_t name_length(const char *culprit)
{
    const char *number = strstr(culprit, " (");

    return number && number[2] >= '0' && number[2] <= '9' ? (size_t)(number - culprit)
                                                          : strlen(culprit);
}

/* As it is: what out_text_of() returns is for printing, and lasts for a few calls only. */
static const char *text_of(const struct acdr_item *map, const char *name)
{
    return acdr_item_text(acdr_item_find(map, name));
}

/* Do A and B tell the same of one more process, or of one more CPU? */
static bool alike(const struct acdr_item *a, const struct acdr_item *b)
{
    const char *left = text_of(a, "culprit"), *right = text_of(b, "culprit");
    size_t len = name_length(left);

    return len == name_length(right) && strncmp(left, right, len) == 0 &&
           strcmp(text_of(a, "layer"), text_of(b, "layer")) == 0 &&
           strcmp(text_of(a, "remedy"), text_of(b, "remedy")) == 0;
}

/* Is there one like F before it? Then it is in that one's row. */
static bool is_told(const struct acdr_item *first, const struct acdr_item *f)
{
    for (; first != f; first = acdr_item_next(first))
        if (alike(first, f))
            return true;
    return false;
}

static bool has_number(const char *list, long long n)
{
    for (; *list; list += strcspn(list, ","), list += strspn(list, ","))
        if (strtoll(list, NULL, 10) == n)
            return true;
    return false;
}

/* A row for F, the worst of its kind, and all behind it that are like it. */
static void print_kind(struct out_table *t, const struct acdr_item *f)
{
    const char *thread = text_of(f, "thread"), *culprit;
    char cpus[MOST_CPUS] = "";
    size_t len = 0;
    int n = 0;

    for (const struct acdr_item *o = f; o; o = acdr_item_next(o)) {
        const struct acdr_item *cpu = acdr_item_find(o, "cpu");
        char one[24];

        if (!alike(f, o))
            continue;
        n++;
        if (strcmp(thread, text_of(o, "thread")) != 0)
            thread = "several";
        snprintf(one, sizeof(one), "%s%lld", len ? "," : "", acdr_item_num(cpu));
        if (acdr_item_kind(cpu) == ACDR_ITEM_NUM && len + strlen(one) < sizeof(cpus) &&
            !has_number(cpus, acdr_item_num(cpu)))
            len += (size_t)snprintf(cpus + len, sizeof(cpus) - len, "%s", one);
    }
    out_text_cell(t, cpus);
    out_text_cell(t, thread);
    out_text_cell(t, out_text_of(f, "layer"));
    culprit = out_text_of(f, "culprit");
    if (n == 1)
        out_text_cell(t, culprit);
    else
        out_text_cellf(t, "%.*s, %d times", (int)name_length(culprit), culprit, n);
    out_text_cellf(t, "%s%s", out_text_of(f, "figure"), n == 1 ? "" : ", the worst");
    out_text_cell(t, out_text_of(f, "remedy"));
}

/* The worst first. */
static void print_findings(const struct acdr_item *report)
{
    struct out_table t = { .columns = 6 };
    const struct acdr_item *first = acdr_item_first(acdr_item_find(report, "findings"));
    static const char *const heads[] = { "CPU",           "HURTS",    "LAYER",
                                         "WHAT DISTURBS", "HOW MUCH", "WHAT WOULD STOP IT" };
    int rows = 0;

    for (int i = 0; i < t.columns; i++)
        out_text_cell(&t, heads[i]);
    for (const struct acdr_item *f = first; f; f = acdr_item_next(f)) {
        if (is_told(first, f))
            continue;
        if (rows++ < MOST_ROWS)
            print_kind(&t, f);
    }
    out_text_table(&t);
    if (rows > MOST_ROWS)
        printf("and %d more, which disturb less; --json has all\n", rows - MOST_ROWS);
}

/* Figures come in thousandths. */
static void cell_thousandths(struct out_table *t, const struct acdr_item *map, const char *name)
{
    out_text_cellf(t, "%.1f", (double)acdr_item_num(acdr_item_find(map, name)) / 1000);
}

static void print_cores(const struct acdr_item *report)
{
    struct out_table t = { .columns = 11, .gap = true };
    const struct acdr_item *c = acdr_item_first(acdr_item_find(report, "cores"));
    static const char *const heads[] = { "CPU",         "THREAD",   "RUN ms/s",     "WAIT ms/s",
                                         "OTHERS ms/s", "IRQ ms/s", "SOFTIRQ ms/s", "TICKS/s",
                                         "IRQS/s",      "TLB/s",    "PREEMPTED/s" };
    static const char *const keys[] = { "run",   "delay",      "others",     "irq",     "softirq",
                                        "ticks", "interrupts", "shootdowns", "switches" };

    for (int i = 0; i < t.columns; i++)
        out_text_cell(&t, heads[i]);
    for (; c; c = acdr_item_next(c)) {
        cell_number(&t, c, "cpu");
        out_text_cell(&t, out_text_of(c, "thread"));
        for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
            cell_thousandths(&t, c, keys[i]);
    }
    out_text_table(&t);
}

static void print(const struct acdr_item *report)
{
    const struct acdr_item *u = acdr_item_first(acdr_item_find(report, "unseen"));
    long long seconds = acdr_item_num(acdr_item_find(report, "seconds"));

    if (acdr_item_first(acdr_item_find(report, "findings")))
        print_findings(report);
    else
        printf("nothing disturbed %s in %lld second%s; these are the counters that show it:\n",
               out_text_of(report, "guest"), seconds, out_s(seconds));
    print_cores(report);
    for (; u; u = acdr_item_next(u))
        printf("not seen: %s\n", out_text(u));
}

static int run(struct tool *t)
{
    struct acdr_err e = { 0 };
    struct acdr_item *report = NULL;
    struct progress progress;
    char what[96];
    int seconds = 10;
    int r;

    if (t->seconds && tool_seconds(t->seconds, &seconds) < 0)
        return tool_usage(t, "--for takes seconds, or 30s, 5m");
    snprintf(what, sizeof(what), "watching %.64s for %d s", t->arg[0], seconds);
    progress_begin(&progress, what);
    r = why_ask(t->a, t->arg[0], seconds, &report, &e);
    progress_end(&progress);
    if (r < 0) {
        tool_fail(&e);
        return 2;
    }
    return out_report(t, report, print, r);
}

const struct tool_command cmd_why = {
    .name = "why",
    .args = "GUEST [--for TIME]",
    .help = "Report what takes time from a guest's cores or interrupts them, and what would stop "
            "it: 0 nothing, 1 something, 2 failed",
    .about = "The default is to observe for 10 seconds. Times are milliseconds a second of each "
             "core, others are events a second.",
    .exits = "0 nothing disturbed it\n"
             "1 something did\n"
             "2 failed, or the command line is wrong\n",
    .example = "acdr why web1 --for 30s",
    .options = "root json for",
    .min = 1,
    .max = 1,
    .run = run,
};
