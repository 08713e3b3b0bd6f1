/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr tag, acdr untag: set a guest's class in its metadata, or remove it. */
#include <errno.h>
#include <stdio.h>

#include "tool.h"
#include "virt.h"

/* Do not write a name that would prevent the guest's start. */
static int check_class(struct tool *t, const char *name, struct acdr_err *e)
{
    struct acdr_item *report = NULL;
    int r = acdr_classes(t->a, name, &report, e);
    if (r < 0)
        return r;
    const struct acdr_item *c = acdr_item_first(acdr_item_find(report, "classes"));
    const char *error = acdr_item_text(acdr_item_find(c, "error"));
    if (error[0]) {
        snprintf(e->text, sizeof(e->text), "class %s cannot be used: %s", name, error);
        e->code = EINVAL;
    }
    acdr_item_free(report);
    return -e->code;
}

static int run_tag(struct tool *t)
{
    struct acdr_err e = { 0 };
    bool running = false;
    if (t->root)
        return tool_refuse_root(t);
    if (check_class(t, t->arg[1], &e) < 0 || virt_tag(t->arg[0], t->arg[1], &running, &e) < 0)
        return tool_fail(&e);
    printf("%s: class %s%s\n", t->arg[0], t->arg[1],
           running ? "; it runs: this takes effect at its next start" : "");
    return 0;
}

static int run_untag(struct tool *t)
{
    struct acdr_err e = { 0 };
    bool running = false;
    if (t->root)
        return tool_refuse_root(t);
    if (virt_tag(t->arg[0], NULL, &running, &e) < 0)
        return tool_fail(&e);
    printf("%s: no class%s\n", t->arg[0],
           running ? "; it runs: it stays conditioned as it is until it stops" : "");
    return 0;
}

const struct tool_command cmd_tag = {
    .name = "tag",
    .args = "DOMAIN CLASS",
    .help = "Name the guest's class in its metadata, for its next start",
    .about = "The guest gets the class at its next start. virsh metadata does the same.",
    .example = "acdr tag web1 cleaner-cores",
    .options = "",
    .min = 2,
    .max = 2,
    .run = run_tag,
};

const struct tool_command cmd_untag = {
    .name = "untag",
    .args = "DOMAIN",
    .help = "Remove the class from the guest's metadata",
    .about = "A running guest stays conditioned until it stops.",
    .example = "acdr untag web1",
    .options = "",
    .min = 1,
    .max = 1,
    .run = run_untag,
};
