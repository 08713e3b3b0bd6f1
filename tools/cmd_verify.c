/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr verify: compare every live claim with the kernel, and tags with what is conditioned. */
#include <stdio.h>
#include <string.h>

#include "drift_cause.h"
#include "out.h"

/* The cause is said once for differences of one kind that follow each other. */
static const char *print_cause(const struct acdr_item *d, const char *last)
{
    const char *cause = drift_cause(d);
    char remedy[300];

    if (!cause || (last && strcmp(cause, last) == 0))
        return cause;
    printf("    likely cause: ");
    out_wrap(stdout, 18, 18, cause);
    printf("    fix: %s\n", drift_remedy(d, remedy, sizeof(remedy)));
    return cause;
}

static void print(const struct acdr_item *report)
{
    const char *cause = NULL;
    long long n = 0;
    int unfinished;
    int asked = out_text_asked(report);
    const struct acdr_item *d = acdr_item_first(acdr_item_find(report, "drift"));
    for (; d; d = acdr_item_next(d), n++) {
        const struct acdr_item *now = acdr_item_find(d, "now");
        bool gone = !now || acdr_item_kind(now) == ACDR_ITEM_NULL;
        printf("%s: %s: %s: should be %s, %s%s\n", out_text_of(d, "domain"), out_text_of(d, "step"),
               out_text_of(d, "knob"), out_text_of(d, "want"), gone ? "no longer exists" : "is ",
               gone ? "" : out_text_of(d, "now"));
        cause = print_cause(d, cause);
    }
    for (d = acdr_item_first(acdr_item_find(report, "intruders")); d; d = acdr_item_next(d))
        printf("%s: CPUs %s should be its own, they also have %s\n", out_text_of(d, "domain"),
               out_text_of(d, "cpus"), out_text_of(d, "who"));
    unfinished = out_unfinished(report);
    printf("%lld checked, %lld differ", acdr_item_num(acdr_item_find(report, "checked")), n);
    if (asked)
        printf("; %d guest%s not conditioned", asked, asked == 1 ? " is" : "s are");
    if (unfinished)
        printf("; %d unfinished", unfinished);
    printf("\n");
}

static int run(struct tool *t)
{
    struct acdr_err e = { 0 };
    struct acdr_item *report = NULL;
    int r = acdr_verify(t->a, t->arg[0], &report, &e);
    if (r < 0) {
        tool_fail(&e);
        return 2;
    }
    if (r == 0 && acdr_item_kind(acdr_item_find(report, "unread")) == ACDR_ITEM_TEXT)
        return out_report(t, report, print, 2);
    return out_report(t, report, print, r == 2 ? 3 : r);
}

const struct tool_command cmd_verify = {
    .name = "verify",
    .args = "[DOMAIN]",
    .help = "Compare every live claim with the kernel, and tags with what is conditioned",
    .exits = "0 as claimed\n"
             "1 drift: settings differ from their claims, or there are intruders\n"
             "2 not known: the command failed, or the command line is wrong\n"
             "3 a guest with a tag runs unconditioned\n",
    .example = "acdr verify web1",
    .options = "root json",
    .max = 1,
    .run = run,
};
