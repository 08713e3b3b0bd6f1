/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * balloon: no memory balloon in the guest.
 *
 * A balloon takes pages from a running guest and gives back others, of any node and of any size. It
 * is a device of the domain: a hook can neither take it out nor speak to QEMU's monitor, so this is
 * looked at and said, with the XML that does it. libvirt adds a balloon where the domain names
 * none. Nothing is claimed, so nothing can meet.
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
