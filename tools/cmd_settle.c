/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr settle: repair, and report the changes; of one network interface, as the udev rule asks:
 * silently. */
#include <stdio.h>

#include "progress.h"
#include "out.h"

static void print(const struct acdr_item *report)
{
    const struct acdr_item *dropped = acdr_item_first(acdr_item_find(report, "dropped"));
    const struct acdr_item *finished = acdr_item_first(acdr_item_find(report, "finished"));
    const struct acdr_item *repaired = acdr_item_first(acdr_item_find(report, "repaired"));
    const struct acdr_item *left = acdr_item_first(acdr_item_find(report, "left"));

    if (!dropped && !finished && !repaired && !left)
        printf("nothing to repair\n");
    for (; dropped; dropped = acdr_item_next(dropped))
        printf("dropped %s: it is gone\n", out_text(dropped));
    for (; finished; finished = acdr_item_next(finished))
        printf("finished %s: its start was interrupted\n", out_text(finished));
    for (; repaired; repaired = acdr_item_next(repaired))
        printf("repaired %s: was %s, is %s\n", out_text_of(repaired, "knob"),
               out_text_of(repaired, "was"), out_text_of(repaired, "now"));
    for (; left; left = acdr_item_next(left))
        printf("left %s: is %s: %s\n", out_text_of(left, "knob"), out_text_of(left, "now"),
               out_text_of(left, "why"));
}

static int run(struct tool *t)
{
    struct acdr_err e = { 0 };
    struct acdr_item *report = NULL;
    struct progress progress;
    int r;

    if (t->interface)
        return acdr_settle_interface(t->a, t->interface, &e) < 0 ? tool_fail(&e) : 0;
    progress_begin(&progress, "repairing");
    r = acdr_settle(t->a, &report, &e);
    progress_end(&progress);
    if (r < 0)
        return tool_fail(&e);
    return out_report(t, report, print, 0);
}

const struct tool_command cmd_settle = {
    .name = "settle",
    .args = "[--interface NAME]",
    .help = "Repair: restore the settings of guests that are gone, and rewrite drifted settings",
    .about = "A setting that another program has changed and that nobody claims any more is left "
             "alone and listed. With --interface only the queues of one network interface are "
             "looked at, as the udev rule does when one appears.",
    .example = "acdr settle",
    .options = "root json interface",
    .run = run,
};
