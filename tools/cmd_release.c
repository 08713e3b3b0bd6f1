/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr release: undo acdr apply. */
#include <stdio.h>

#include "tool.h"

/* The others are released all the same. */
static int run(struct tool *t)
{
    int status = 0;

    for (int i = 0; t->arg[i]; i++) {
        struct acdr_err e = { 0 };

        if (acdr_release(t->a, t->arg[i], &e) < 0)
            status = tool_fail(&e);
        else
            printf("%s: released\n", t->arg[i]);
    }
    return status;
}

const struct tool_command cmd_release = {
    .name = "release",
    .args = "NAME ...",
    .help = "Release the CPUs that 'acdr apply' conditioned under these names",
    .example = "acdr release dpdk",
    .options = "root",
    .min = 1,
    .max = TOOL_ARGS,
    .run = run,
};
