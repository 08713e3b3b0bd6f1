/*
 * colocate: together with the other guests of its group.
 *
 * Guests that talk to each other all the time gain from a cache or a node in common. The section is
 * read, so that classes can say it; the choice of a place does not use it yet, and the step says
 * that it did nothing. Nothing is set on the host, so claims never meet.
 */
#include "steps.h"

static const struct acdr_key keys[] = {
    { "group", ACDR_KEY_TEXT, NULL, "-", "a name that the guests to be together have in common" },
    { "what", ACDR_KEY_CHOICE, "core|l3|node", "node", "what they are to share" },
    { 0 },
};

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    (void)e;
    return acdr_plan_result(p, ACDR_RESULT_UNSUPPORTED, "group %s, same %s: the choice of a place "
                            "does not use this yet", acdr_view_key(v, p, "group"),
                            acdr_view_key(v, p, "what"));
}

const struct acdr_step acdr_step_colocate = {
    .name = "colocate",
    .help = "together with the other guests of its group",
    .stages = ACDR_STAGE_HOST,
    .keys = keys,
    .plan = plan,
};
