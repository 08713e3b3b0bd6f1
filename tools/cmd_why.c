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

static void print_findings(const struct acdr_item *report)
{
    struct out_table t = { .columns = 6 };
    const struct acdr_item *f = acdr_item_first(acdr_item_find(report, "findings"));
    static const char *const heads[] = { "CPU",           "HURTS",    "LAYER",
                                         "WHAT DISTURBS", "HOW MUCH", "WHAT WOULD STOP IT" };

    for (int i = 0; i < t.columns; i++)
        out_text_cell(&t, heads[i]);
    for (; f; f = acdr_item_next(f)) {
        cell_number(&t, f, "cpu");
        out_text_cell(&t, out_text_of(f, "thread"));
        out_text_cell(&t, out_text_of(f, "layer"));
        out_text_cell(&t, out_text_of(f, "culprit"));
        out_text_cell(&t, out_text_of(f, "figure"));
        out_text_cell(&t, out_text_of(f, "remedy"));
    }
    out_text_table(&t);
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

    if (acdr_item_first(acdr_item_find(report, "findings")))
        print_findings(report);
    else
        printf("nothing disturbed %s in %lld seconds; these are the counters that show it:\n",
               out_text_of(report, "guest"), acdr_item_num(acdr_item_find(report, "seconds")));
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
