/*
 * numa-balancing: no unmapping of the guest's pages to see who touches them.
 *
 * The kernel's NUMA balancing makes hinting faults and moves pages and tasks; for a guest that is
 * bound to its node that is cost without gain. Memory that is bound by a strict numatune of the
 * domain, or that is of huge pages, is passed over by the scanner already: that way touches nobody
 * else. Otherwise bit 0 of kernel.numa_balancing is held at 0 (bit 1, memory tiering, stays).
 * Claims of several guests ask for the same value; the first one's holds.
 */
#include <stdio.h>
#include <string.h>

#include "steps.h"

static const struct acdr_key keys[] = {
    { "mode", ACDR_KEY_CHOICE, "off", "off", "automatic NUMA balancing" },
    { 0 },
};

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    char value[32];

    if (v->host->numa_balancing < 0)
        return acdr_plan_result(p, ACDR_RESULT_UNSUPPORTED, "this kernel has no NUMA balancing");
    if (v->domain && v->domain->has_mem_nodes && !strcmp(v->domain->mem_mode, "strict"))
        return acdr_plan_result(p, ACDR_RESULT_ALREADY,
                                "the domain's strict numatune keeps the scanner away");
    if (v->domain && v->domain->hugepages)
        return acdr_plan_result(p, ACDR_RESULT_ALREADY, "huge pages are not scanned");
    acdr_plan_note(p, "host-wide; a strict numatune in the domain would do it for it alone");
    snprintf(value, sizeof(value), "%lld", v->host->numa_balancing & ~1LL);
    if (acdr_plan_claim(p, ACDR_OP_SET, value, "num:/proc/sys/kernel/numa_balancing") < 0)
        return acdr_err_nomem(e);
    return 0;
}

const struct acdr_step acdr_step_numa_balancing = {
    .name = "numa-balancing",
    .help = "automatic NUMA balancing off",
    .stages = ACDR_STAGE_HOST,
    .keys = keys,
    .plan = plan,
};
