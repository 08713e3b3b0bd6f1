/* acdr plan: what would be done for a guest. Changes nothing. */
#include <stdio.h>
#include <string.h>

#include "guest_arg.h"
#include "out.h"

static void print_claims(const struct acdr_item *claims, const char *step)
{
    static const char *const names[] = {"stage", "knob", "op", "value", "now", NULL};
    struct acdr_out_table table = {.columns = 5, .indent = "    "};

    acdr_out_text_cell(&table, "STAGE");
    acdr_out_text_cell(&table, "KNOB");
    acdr_out_text_cell(&table, "OP");
    acdr_out_text_cell(&table, "VALUE");
    acdr_out_text_cell(&table, "NOW");
    for (const struct acdr_item *c = acdr_item_first(claims); c; c = acdr_item_next(c))
        if (strcmp(acdr_item_text(acdr_item_find(c, "step")), step) == 0)
            acdr_out_text_members(&table, c, names);
    acdr_out_text_table(&table);
}

/* A way of several stations (" -> ") has a line for each. */
static void print_note(const char *note)
{
    const char *arrow;

    while ((arrow = strstr(note, " -> "))) {
        printf("%.*s\n      -> ", (int)(arrow - note), note);
        note = arrow + 4;
    }
    puts(note);
}

/* That a step can be done is the rule; only the exceptions are worth a word. */
static void print_step(const struct acdr_item *s)
{
    const char *result = acdr_item_text(acdr_item_find(s, "result"));
    const char *note = acdr_item_text(acdr_item_find(s, "note"));
    bool rule = !result[0] || strcmp(result, "applied") == 0;
    printf("  %s (%s%s%s)%s", acdr_out_text_of(s, "step"), acdr_out_text_of(s, "need"),
           rule ? "" : ", ", rule ? "" : result, note[0] ? ": " : "");
    print_note(note);
}

static void print(const struct acdr_item *report)
{
    const struct acdr_item *place = acdr_item_find(report, "place");
    const struct acdr_item *s = acdr_item_first(acdr_item_find(report, "steps"));

    printf("guest %s (%s), class %s\n", acdr_out_text_of(report, "domain"),
           acdr_out_text_of(report, "uuid"), acdr_out_text_of(report, "class"));
    acdr_out_text_place(place, "  ");
    for (; s; s = acdr_item_next(s)) {
        print_step(s);
        print_claims(acdr_item_find(report, "claims"), acdr_out_text_of(s, "step"));
    }
}

static int run(struct acdr_tool *t)
{
    struct acdr_err e = {0};
    struct acdr_request *q = NULL;
    struct acdr_item *report = NULL;

    if (!t->xml == !t->arg[0])
        return acdr_tool_usage(t, "either DOMAIN or --xml is needed");
    int r = acdr_guest_request(t, &q, &e);
    if (r == 0)
        r = acdr_request_plan(q, NULL, &report, &e);
    acdr_request_free(q);
    if (r < 0)
        return acdr_tool_fail(&e);
    if (r > 0) {
        printf("%s", t->json ? "null\n" : "the guest has no class: nothing would be done\n");
        return 0;
    }
    return acdr_out_report(t, report, print, 0);
}

const struct acdr_command acdr_cmd_plan = {
    .name = "plan",
    .args = "(DOMAIN | --xml FILE) [--class CLASS]",
    .help = "Show where a guest would go and every claim that would be made; changes nothing",
    .options = "root json class xml",
    .max = 1,
    .run = run,
};
