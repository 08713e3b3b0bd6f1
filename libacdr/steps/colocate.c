/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * colocate: together with the other guests of its group.
 *
 * Guests that communicate constantly gain from a common node or cache; guests that are idle in
 * turns can use the same cores. Sets nothing on the host: the choice of the place considers the
 * other members, and this step reports the result. Cores are shared only where the classes of both
 * say `what = core`: then the guests' vCPUs are pinned to CPUs of the same cores, and steps that
 * give a core to one guest alone are refused for the second. It applies at the start and moves no
 * running guest.
 */
#include <string.h>

#include "steps.h"

static const struct acdr_key keys[] = {
    { "group", ACDR_KEY_TEXT, NULL, "-", "a name that the guests to be together have in common" },
    { "what", ACDR_KEY_CHOICE, "core|l3|node", "node", "what they are to share" },
    { 0 },
};

static void hint(const struct acdr_view *v, struct acdr_place_hints *h)
{
    acdr_hint_group(v, &acdr_step_colocate, &h->group[ACDR_GROUP_COLOCATE]);
}

/* The number of vCPUs (without dedicated CPUs: nodes) away from the others. */
static int count_away(const struct acdr_view *v)
{
    int away = 0;

    for (int i = 0; i < v->place->n_vcpus; i++)
        away += !acdr_bitmap_has(&v->colocate_cpus, v->place->vcpu[i]);
    if (!v->place->n_vcpus)
        ACDR_BITMAP_FOR(n, &v->place->nodes)
            away += acdr_host_node(v->host, n) &&
                    !acdr_bitmap_intersects(&acdr_host_node(v->host, n)->cpus, &v->colocate_cpus);
    return away;
}

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    const char *group = acdr_view_group(v, p);
    const char *what = acdr_view_key(v, p, "what");
    int away;

    (void)e;
    if (!strcmp(group, "-"))
        return acdr_plan_result(p, ACDR_STEP_REFUSED,
                                "neither the class nor acdr.conf names a "
                                "group");
    if (strcmp(what, "node") && acdr_bitmap_empty(&v->place->clean))
        return acdr_plan_result(p, ACDR_STEP_UNSUPPORTED,
                                "without cores of its own a guest can "
                                "be put on the same node only; add [vcpus]");
    if (!v->colocate_with[0])
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "no other guest of group %s is here", group);
    away = count_away(v);
    if (away)
        return acdr_plan_result(p, ACDR_STEP_REFUSED, "%d %s not on the same %s as %s", away,
                                v->place->n_vcpus ? "vCPUs are" : "nodes are", what,
                                v->colocate_with);
    return acdr_plan_result(p, ACDR_STEP_APPLIED, "on the same %s as %s", what, v->colocate_with);
}

const struct acdr_step acdr_step_colocate = {
    .name = "colocate",
    .help = "together with the other guests of its group",
    .stages = ACDR_STAGE_HOST,
    .needs_place = true,
    .keys = keys,
    .hint = hint,
    .plan = plan,
};
