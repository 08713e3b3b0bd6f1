/*
 * ksm: no merging of the guest's pages with others'.
 *
 * A write to a merged page faults and copies, and the scanner takes cache and time. A guest with
 * <nosharepages/> is left alone by KSM, which is the way that touches nobody else; otherwise
 * /sys/kernel/mm/ksm/run is held at 0 for all guests while this one lives (merged pages stay
 * merged). Claims of several guests ask for the same value; the first one's holds.
 */
#include "steps.h"

static const struct acdr_key keys[] = {
    { "run", ACDR_KEY_CHOICE, "off", "off", "kernel same-page merging" },
    { 0 },
};

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    if (v->domain && v->domain->nosharepages)
        return acdr_plan_result(p, ACDR_RESULT_ALREADY, "the domain has <nosharepages/>");
    if (v->host->ksm_run < 0)
        return acdr_plan_result(p, ACDR_RESULT_UNSUPPORTED, "this kernel has no KSM");
    acdr_plan_note(p, "host-wide; <nosharepages/> in the domain would do it for this guest alone");
    if (acdr_plan_claim(p, ACDR_OP_SET, "0", "num:/sys/kernel/mm/ksm/run") < 0)
        return acdr_err_nomem(e);
    return 0;
}

const struct acdr_step acdr_step_ksm = {
    .name = "ksm",
    .help = "kernel same-page merging off",
    .stages = ACDR_STAGE_HOST,
    .keys = keys,
    .plan = plan,
};
