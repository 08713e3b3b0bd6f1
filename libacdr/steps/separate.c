/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * separate: never together with another guest of the same group.
 *
 * Keeps both halves of a redundant pair, or two guests that evict each other's cache, on different
 * cores, L3 domains or nodes. Sets nothing: the choice of the place avoids the other members, and
 * if the XML pins the guest beside one of them the step is refused. The journal records members by
 * class and place. It applies to each guest's own start and moves no running guest.
 */
#include <string.h>

#include "steps.h"

static const struct acdr_key keys[] = {
    { "group", ACDR_KEY_TEXT, NULL, "-", "a name that the guests to be kept apart have in common" },
    { "what", ACDR_KEY_CHOICE, "core|l3|node", "node", "what no two of them share" },
    { 0 },
};

static void hint(const struct acdr_view *v, struct acdr_place_hints *h)
{
    acdr_hint_group(v, &acdr_step_separate, &h->group[ACDR_GROUP_SEPARATE]);
}

/* The guest's CPUs that conflict with the others. */
static bool is_beside(const struct acdr_view *v, const char *what)
{
    struct acdr_bitmap mine = v->place->clean;

    if (!strcmp(what, "node"))
        ACDR_BITMAP_FOR(n, &v->place->nodes)
            if (acdr_host_node(v->host, n))
                acdr_bitmap_or(&mine, &acdr_host_node(v->host, n)->cpus);
    return acdr_bitmap_intersects(&mine, &v->separate_cpus);
}

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    const char *group = acdr_view_group(v, p);
    const char *what = acdr_view_key(v, p, "what");

    (void)e;
    if (!strcmp(group, "-"))
        return acdr_plan_result(p, ACDR_STEP_REFUSED,
                                "neither the class nor acdr.conf names a "
                                "group");
    if (strcmp(what, "node") && acdr_bitmap_empty(&v->place->clean))
        return acdr_plan_result(p, ACDR_STEP_UNSUPPORTED,
                                "without cores of its own a guest can "
                                "be kept off other nodes only; add [vcpus]");
    if (!v->separate_from[0])
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "no other guest of group %s is here", group);
    if (is_beside(v, what))
        return acdr_plan_result(p, ACDR_STEP_REFUSED, "on the same %s as %s", what,
                                v->separate_from);
    return acdr_plan_result(p, ACDR_STEP_APPLIED, "on no %s of %s", what, v->separate_from);
}

const struct acdr_step acdr_step_separate = {
    .name = "separate",
    .help = "never together with another guest of its group",
    .stages = ACDR_STAGE_HOST,
    .needs_place = true,
    .keys = keys,
    .hint = hint,
    .plan = plan,
};
