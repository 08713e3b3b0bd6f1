/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of probes, in read order: what changes fastest is read first, so that its times are
 * close to the sample's. */
#include "probes.h"

#include <string.h>

const struct acdr_probe *const acdr_probes[] = {
    &acdr_probe_cpu,   &acdr_probe_softirq, &acdr_probe_irq,  &acdr_probe_pmu,
    &acdr_probe_kvm,   &acdr_probe_exits,   &acdr_probe_net,  &acdr_probe_queue,
    &acdr_probe_block, &acdr_probe_cgroup,  &acdr_probe_psi,  &acdr_probe_sched,
    &acdr_probe_map,   &acdr_probe_memory,  &acdr_probe_acdr, NULL,
};

const struct acdr_probe *acdr_probes_find(const char *name)
{
    for (const struct acdr_probe *const *p = acdr_probes; *p; p++)
        if (!strcmp((*p)->name, name))
            return *p;
    return NULL;
}
