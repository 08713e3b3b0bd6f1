/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * thp: transparent huge pages off, or as the class says.
 *
 * The kernel makes huge pages from ordinary memory at the first touch (`defrag` sets the effort)
 * and in the background (khugepaged): each time it copies the guest's pages and changes its
 * mappings. A guest with its own huge pages (<hugepages>) is not affected, and needs no host-wide
 * setting; otherwise /sys/kernel/mm/transparent_hugepage/enabled and defrag are held for all while
 * this guest lives. QEMU requests such pages (madvise), so `always` and `madvise` are equal for a
 * guest. Claims of several guests combine as `set`: the first value wins, and a guest with another
 * value is refused this step, with the owner's name.
 */
#include <string.h>

#include "steps.h"

#define DIR "word:/sys/kernel/mm/transparent_hugepage/"

static const struct acdr_key keys[] = {
    { "enabled", ACDR_KEY_CHOICE, "keep|always|madvise|never", "never",
      "transparent huge pages, of the whole host" },
    { "defrag", ACDR_KEY_CHOICE, "keep|always|defer|defer+madvise|madvise|never", "keep",
      "how hard the kernel tries to make one where memory is touched" },
    { 0 },
};

static int claim(const struct acdr_view *v, struct acdr_plan *p, const char *key)
{
    const char *value = acdr_view_key(v, p, key);

    if (!strcmp(value, "keep"))
        return 0;
    return acdr_plan_claim(p, ACDR_OP_SET, value, DIR "%s", key);
}

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    if (v->domain && v->domain->hugepages)
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "the guest has huge pages of its own");
    if (!v->host->has_thp)
        return acdr_plan_result(p, ACDR_STEP_UNSUPPORTED,
                                "this kernel has no transparent huge pages");
    acdr_plan_note(p, "host-wide; <hugepages> in the domain would do it for this guest alone");
    if (v->domain &&
        (!strcmp(v->domain->memory_source, "memfd") || !strcmp(v->domain->memory_source, "file")))
        acdr_plan_note(p,
                       "the guest's memory is shared memory or files: shmem_enabled, and not this "
                       "setting, decides for those");
    if (claim(v, p, "enabled") < 0 || claim(v, p, "defrag") < 0)
        return acdr_err_nomem(e);
    return 0;
}

const struct acdr_step acdr_step_thp = {
    .name = "thp",
    .help = "transparent huge pages off",
    .stages = ACDR_STAGE_HOST,
    .reads = ACDR_HOST_SCHED,
    .keys = keys,
    .plan = plan,
};
