/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * numa-balancing: no unmapping of the guest's pages to see who touches them, or balancing where the
 * class asks for it.
 *
 * The kernel's NUMA balancing makes hinting faults and moves pages and tasks; for a guest that is
 * bound to its node that is cost without gain. Memory that is bound by a strict numatune of the
 * domain, or that is of huge pages, is passed over by the scanner already: that way touches nobody
 * else. Otherwise bit 0 of kernel.numa_balancing is held at 0, or at 1 with `mode = on` (bit 1,
 * memory tiering, stays). Claims of several guests meet as `set`: the first one's value holds, and
 * a guest that asks for the other one is refused this step and told whose it is.
 */
#include <stdio.h>
#include <string.h>

#include "steps.h"

static const struct acdr_key keys[] = {
    { "mode", ACDR_KEY_CHOICE, "off|on", "off", "automatic NUMA balancing" },
    { 0 },
};

/* Why the kernel's scanner passes this guest over, NULL where it does not. */
static const char *passed_over(const struct acdr_domain *d)
{
    if (d && d->has_mem_nodes && !strcmp(d->mem_mode, "strict"))
        return "the domain's strict numatune keeps the scanner away";
    return d && d->hugepages ? "huge pages are not scanned" : NULL;
}

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    bool on = !strcmp(acdr_view_key(v, p, "mode"), "on");
    const char *why = passed_over(v->domain);
    char value[32];

    if (v->host->numa_balancing < 0)
        return acdr_plan_result(p, ACDR_STEP_UNSUPPORTED, "this kernel has no NUMA balancing");
    if (why)
        return acdr_plan_result(p, on ? ACDR_STEP_REFUSED : ACDR_STEP_ALREADY, "%s", why);
    acdr_plan_note(p, on ? "host-wide"
                         : "host-wide; a strict numatune in the domain would do it for it alone");
    snprintf(value, sizeof(value), "%lld", (v->host->numa_balancing & ~1LL) | on);
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
