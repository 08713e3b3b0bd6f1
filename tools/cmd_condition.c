/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * acdr condition: condition a guest that runs already, as the hook does when libvirt reconnects to
 * it. It never ends the guest.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "progress.h"
#include "guest_arg.h"
#include "out.h"

/* The class of a guest that runs without it: the tag may be in its definition only. The caller
 * frees the report; NULL: none is known. */
static const char *asked_class(const struct acdr_item *status)
{
    const struct acdr_item *g = acdr_item_first(acdr_item_find(status, "unconditioned"));
    const char *name = acdr_item_text(acdr_item_find(g, "class"));

    /* One by a rule is found again, and noted with it. */
    return name[0] && !*acdr_item_text(acdr_item_find(g, "class_by")) ? name : NULL;
}

static int request(struct tool *t, struct acdr_request **ret, struct acdr_err *e)
{
    struct acdr_item *status = NULL;
    char *xml = NULL;
    size_t len = 0;
    int r = tool_guest_status(t, t->arg[0], &xml, &len, e);

    if (r == -ENOENT)
        snprintf(e->text, sizeof(e->text), "guest %.200s does not run; see virsh list", t->arg[0]);
    if (r < 0)
        return r;
    if (acdr_status(t->a, t->arg[0], &status, NULL) < 0)
        status = NULL; /* it is conditioned already, or has no tag */
    r = acdr_request_new(t->a, xml, len, asked_class(status), ret, e);
    acdr_item_free(status);
    free(xml);
    return r;
}

static void print(const struct acdr_item *verdict)
{
    const struct acdr_item *s = acdr_item_first(acdr_item_find(verdict, "steps"));
    const char *result = out_text_of(verdict, "result");

    if (strcmp(result, "conditioned") == 0 || strcmp(result, "degraded") == 0)
        printf("%s: %s\n", out_text_of(verdict, "guest"), result);
    for (; s; s = acdr_item_next(s)) {
        const char *step = out_text_of(s, "result");
        if (strcmp(step, "applied") != 0 && strcmp(step, "already") != 0) {
            int column = printf("  %s %s: ", out_text_of(s, "step"), step);
            out_wrap(stdout, column, 4, out_text_of(s, "detail"));
        }
    }
}

static int run(struct tool *t)
{
    struct acdr_err e = { 0 };
    struct acdr_request *q = NULL;
    struct acdr_item *verdict = NULL;
    struct progress progress;
    const char *result;
    int status;

    if (request(t, &q, &e) < 0)
        return tool_fail(&e);
    progress_begin(&progress, "conditioning");
    status = acdr_request_event(q, t->arg[0], "reconnect", "begin", &verdict, &e);
    progress_end(&progress);
    if (status == 0) {
        result = acdr_item_text(acdr_item_find(verdict, "result"));
        if (strcmp(result, "nothing") == 0) {
            e.code = EINVAL;
            snprintf(e.text, sizeof(e.text), "guest %.200s has no class: acdr tag %.200s CLASS",
                     t->arg[0], t->arg[0]);
        } else if (strcmp(result, "unconditioned") == 0) {
            e.code = ECANCELED;
            snprintf(e.text, sizeof(e.text), "guest %.200s runs unconditioned: %.600s", t->arg[0],
                     out_text_of(verdict, "text"));
        }
    }
    acdr_request_free(q);
    status = e.code ? tool_fail(&e) : 0;
    if (!status && strcmp(acdr_item_text(acdr_item_find(verdict, "result")), "degraded") == 0)
        status = 3;
    return out_report(t, verdict, print, status);
}

const struct tool_command cmd_condition = {
    .name = "condition",
    .args = "GUEST",
    .help = "Condition a guest that runs already",
    .about = "As the hook would have done when the guest started, or does when libvirtd starts: "
             "for a guest that acdr status names as NOT conditioned, or to try refused steps "
             "again. The guest is never ended. Memory that it has touched is moved.",
    .exits = "0 conditioned\n"
             "1 failed; a line on standard error says what, where and why\n"
             "2 the command line is wrong\n"
             "3 conditioned, but a step is refused\n",
    .example = "acdr condition web1",
    .options = "root json",
    .min = 1,
    .max = 1,
    .run = run,
};
