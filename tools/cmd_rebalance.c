/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr rebalance: move running guests that could improve, or only report them. */
#include <stdio.h>
#include <string.h>

#include "progress.h"
#include "out.h"

/* Its place is the best; its steps are retried. */
static bool stays_there(const struct acdr_item *g)
{
    return strcmp(out_text_of(acdr_item_find(g, "gain"), "term"), "refused") == 0;
}

static void print_gain(const struct acdr_item *g)
{
    const struct acdr_item *gain = acdr_item_find(g, "gain");
    const char *term = out_text_of(gain, "term");
    long long now = acdr_item_num(acdr_item_find(gain, "now"));

    if (acdr_item_kind(gain) != ACDR_ITEM_MAP)
        return;
    if (strcmp(term, "place") == 0)
        printf(", which had no place");
    else if (!stays_there(g))
        printf(", %s %lld -> %lld", term, now, acdr_item_num(acdr_item_find(gain, "then")));
    else if (now)
        printf(", %lld of its steps refused", now);
    else
        printf(", which was interrupted");
}

static void print_place(const char *word, const struct acdr_item *place)
{
    if (acdr_item_kind(place) != ACDR_ITEM_MAP)
        return;
    printf("  %s\n", word);
    out_text_place(place, "    ");
}

static void print_guest(const struct acdr_item *g)
{
    static const struct {
        const char *result, *says, *place, *better;
    } words[] = {
        { "best", "stays", NULL, NULL },
        { "ended", "is gone", NULL, NULL },
        { "unknown", "cannot be examined", NULL, NULL },
        { "possible", "would be conditioned again", NULL, NULL },
        { "possible", "would be moved", "now", "would be" },
        { "moved", "moved", "was", "is" },
        { "repaired", "conditioned again", NULL, NULL },
        { "stays", "not moved, though a better place is free", "now", "would be" },
        { "back", "put back", "is", "would be" },
    };
    const char *result = out_text_of(g, "result");
    const char *why = acdr_item_text(acdr_item_find(g, "why"));
    size_t i = 0;

    while (strcmp(words[i].result, result) != 0 && i + 1 < sizeof(words) / sizeof(words[0]))
        i++;
    if (strcmp(result, "possible") == 0 && !stays_there(g))
        i++;
    printf("%s: %s", out_text_of(g, "name"), words[i].says);
    print_gain(g);
    printf("%s%s\n", why[0] ? ": " : "", why);
    if (words[i].place)
        print_place(words[i].place, acdr_item_find(g, "place"));
    if (words[i].better)
        print_place(words[i].better, acdr_item_find(acdr_item_find(g, "better"), "place"));
}

static void print(const struct acdr_item *report)
{
    const struct acdr_item *g = acdr_item_first(acdr_item_find(report, "guests"));

    if (!g)
        printf("no guest is conditioned\n");
    for (; g; g = acdr_item_next(g))
        print_guest(g);
}

static int run(struct tool *t)
{
    struct acdr_err e = { 0 };
    struct acdr_item *report = NULL;
    unsigned flags = t->dry_run ? ACDR_REBALANCE_DRY_RUN : 0;
    struct progress progress;
    int worse;

    progress_begin(&progress, t->dry_run ? "planning" : "moving guests");
    worse = acdr_rebalance(t->a, t->arg[0], flags, &report, &e);
    progress_end(&progress);
    return worse < 0 ? tool_fail(&e) : out_report(t, report, print, worse);
}

const struct tool_command cmd_rebalance = {
    .name = "rebalance",
    .args = "[DOMAIN] [--dry-run]",
    .help = "Move guests to better places that have become free, while they run",
    .about =
        "One guest at a time: threads first, then memory. A guest that does not gain is not moved.",
    .exits = "0 no guest can move to a better place (any more)\n"
             "1 a guest could move (--dry-run) or was not moved though one is free, or the command "
             "failed\n"
             "2 the command line is wrong\n",
    .example = "acdr rebalance --dry-run",
    .options = "root json dry-run",
    .max = 1,
    .run = run,
};
