/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * numa-balancing: no unmapping of the guest's pages to sample accesses, or balancing if the class
 * requests it.
 *
 * The kernel's NUMA balancing makes hinting faults and moves pages and tasks; for a guest bound to
 * its node this is cost without gain. The scanner already skips memory bound by a strict numatune
 * of the domain, and huge pages: that affects no other guest. Otherwise bit 0 of
 * kernel.numa_balancing is held at 0, or at 1 with `mode = on` (bit 1, memory tiering, stays).
 * Claims of several guests combine as `set`: the first value wins, and a guest with the other value
 * is refused this step, with the owner's name.
 */
#include <stdio.h>
#include <string.h>

#include "steps.h"

static const struct acdr_key keys[] = {
    { "mode", ACDR_KEY_CHOICE, "off|on", "off", "automatic NUMA balancing" },
    { 0 },
};

/* Why the kernel's scanner skips this guest, NULL if it does not. */
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
