/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ksm: no merging of the guest's pages with others', or merging if the class requests it.
 *
 * A write to a merged page faults and copies, and the scanner costs cache and time. KSM ignores a
 * guest with <nosharepages/>, which affects no other guest, and never merges huge pages. Otherwise
 * /sys/kernel/mm/ksm/run is held at 0 for all guests while this one lives (merged pages stay
 * merged), or at 1 with `run = on`. Claims of several guests combine as `set`: the first value
 * wins, and a guest with the other value is refused this step, with the owner's name.
 */
#include <string.h>

#include "steps.h"

static const struct acdr_key keys[] = {
    { "run", ACDR_KEY_CHOICE, "off|on", "off", "kernel same-page merging" },
    { 0 },
};

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    bool on = !strcmp(acdr_view_key(v, p, "run"), "on");

    if (v->domain && v->domain->nosharepages)
        return acdr_plan_result(p, on ? ACDR_STEP_REFUSED : ACDR_STEP_ALREADY,
                                "the domain has <nosharepages/>");
    if (v->domain && v->domain->hugepages && !on)
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "huge pages are not merged");
    if (v->host->ksm_run < 0)
        return acdr_plan_result(p, ACDR_STEP_UNSUPPORTED, "this kernel has no KSM");
    acdr_plan_note(p, on ? "host-wide"
                         : "host-wide; <nosharepages/> in the domain would do it for this guest "
                           "alone");
    if (acdr_plan_claim(p, ACDR_OP_SET, on ? "1" : "0", "num:/sys/kernel/mm/ksm/run") < 0)
        return acdr_err_nomem(e);
    return 0;
}

static void define(const struct acdr_view *v, struct acdr_definitions *ds)
{
    if (!v->domain->nosharepages && !strcmp(acdr_class_get(v->class, "ksm", "run"), "off"))
        acdr_define(ds, "memoryBacking/nosharepages", NULL, "<nosharepages/>",
                    "KSM skips this guest and continues for others");
}

const struct acdr_step acdr_step_ksm = {
    .name = "ksm",
    .help = "kernel same-page merging off",
    .stages = ACDR_STAGE_HOST,
    .keys = keys,
    .define = define,
    .plan = plan,
};
