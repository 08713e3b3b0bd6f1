/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr release: undo acdr apply. */
#include <stdio.h>

#include "tool.h"

static int run(struct tool *t)
{
    struct acdr_err e = { 0 };
    if (acdr_release(t->a, t->arg[0], &e) < 0)
        return tool_fail(&e);
    printf("%s: released\n", t->arg[0]);
    return 0;
}

const struct tool_command cmd_release = {
    .name = "release",
    .args = "NAME",
    .help = "Release the CPUs that 'acdr apply' conditioned under that name",
    .example = "acdr release dpdk",
    .options = "root",
    .min = 1,
    .max = 1,
    .run = run,
};
