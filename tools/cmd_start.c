/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * acdr start: start a defined guest with a place that is computed now and put into its start XML,
 * so that its memory is local from the first page. Its definition stays unchanged.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "progress.h"
#include "out.h"
#include "tool.h"
#include "virt.h"

/* libvirt allocates the guest's memory and waits for the hook meanwhile. */
static int start(const struct tool *t, const char *xml, struct acdr_err *e)
{
    struct progress progress;
    int r;

    progress_begin(&progress, "starting");
    r = virt_start(t->arg[0], xml, e);
    progress_end(&progress);
    return r;
}

static int start_plainly(const struct tool *t, const char *why)
{
    struct acdr_err e = { 0 };
    if (start(t, NULL, &e) < 0)
        return tool_fail(&e);
    printf("%s: started as it is defined: %s\n", t->arg[0], why);
    return 0;
}

static int start_placed(const struct tool *t, const struct acdr_item *report)
{
    struct acdr_err e = { 0 };
    const char *left = acdr_item_text(acdr_item_find(report, "left"));
    if (left[0])
        return start_plainly(t, left);
    if (start(t, acdr_item_text(acdr_item_find(report, "xml")), &e) < 0)
        return tool_fail(&e);
    printf("%s: started\n", t->arg[0]);
    out_text_place(acdr_item_find(report, "place"), "  ");
    out_text_devices(report, "  ");
    return 0;
}

static int run(struct tool *t)
{
    struct acdr_err e = { 0 };
    struct acdr_request *q = NULL;
    struct acdr_item *report = NULL;
    char *xml = NULL;
    bool saved = false;

    if (t->root)
        return tool_refuse_root(t);
    int r = virt_definition(t->arg[0], &xml, &saved, &e);
    if (r == 0 && saved) {
        free(xml);
        return start_plainly(t, "restored from its managed save, where the hook places it");
    }
    if (r == 0)
        r = acdr_request_new(t->a, xml, strlen(xml), NULL, &q, &e);
    if (r == 0)
        r = acdr_request_xml(q, NULL, ACDR_XML_PLACE, &report, &e);
    acdr_request_free(q);
    free(xml);
    if (r < 0)
        return tool_fail(&e);
    r = r > 0 ? start_plainly(t, "it has no class") : start_placed(t, report);
    acdr_item_free(report);
    return r;
}

const struct tool_command cmd_start = {
    .name = "start",
    .args = "DOMAIN",
    .help = "Start a defined guest with its place in its live XML: memory is local from the start",
    .about = "As virsh start, but memory is bound to its nodes before the first page is touched. "
             "The definition does not change.",
    .example = "acdr start web1",
    .options = "",
    .min = 1,
    .max = 1,
    .run = run,
};
