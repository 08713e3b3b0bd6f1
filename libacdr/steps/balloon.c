/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * balloon: no memory balloon in the guest.
 *
 * A balloon takes pages from a running guest and returns others, of any node and size. It is a
 * device of the domain: a hook can neither remove it nor use QEMU's monitor, so this step only
 * checks and reports, with the XML that removes it. libvirt adds a balloon if the domain has none.
 * Nothing is claimed, so there are no conflicts.
 */
#include <string.h>

#include "steps.h"

static const struct acdr_key keys[] = {
    { 0 },
};

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    (void)e;
    if (!v->domain)
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "no guest, no balloon");
    if (!strcmp(v->domain->balloon, "none"))
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "the domain has <memballoon model='none'/>");
    return acdr_plan_result(p, ACDR_STEP_REFUSED,
                            "the domain has a balloon (%s); write "
                            "<memballoon model='none'/> in its <devices>",
                            *v->domain->balloon ? v->domain->balloon : "libvirt adds one");
}

static void define(const struct acdr_view *v, struct acdr_definitions *ds)
{
    if (strcmp(v->domain->balloon, "none"))
        acdr_define(ds, "devices/memballoon", NULL, "<memballoon model='none'/>",
                    "no balloon takes pages from the guest");
}

const struct acdr_step acdr_step_balloon = {
    .name = "balloon",
    .help = "no memory balloon in the guest",
    .stages = ACDR_STAGE_HOST,
    .keys = keys,
    .define = define,
    .plan = plan,
};
