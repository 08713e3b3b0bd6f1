/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr apply: condition CPUs without a guest. */
#include <stdio.h>

#include "tool.h"

static int run(struct tool *t)
{
    struct acdr_err e = { 0 };
    if (!t->class_name || !t->cpus || !t->name)
        return tool_usage(t, "--class, --cpus and --name are all needed");
    if (acdr_apply(t->a, t->class_name, t->cpus, t->name, &e) < 0)
        return tool_fail(&e);
    printf("%s: CPUs %s are conditioned by class %s\n", t->name, t->cpus, t->class_name);
    return 0;
}

const struct tool_command cmd_apply = {
    .name = "apply",
    .args = "--class CLASS --cpus LIST --name NAME",
    .help = "Condition CPUs without a guest, until they are released by that name",
    .about = "Repeated with the same values, it only repairs; with other values it is refused.",
    .example = "acdr apply --class cleaner-cores --cpus 4-7 --name dpdk",
    .options = "root class cpus name",
    .run = run,
};
