/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All probes. */
#ifndef ACDR_OBSERVE_PROBES_PROBES_H
#define ACDR_OBSERVE_PROBES_PROBES_H

#include "probe.h"

extern const struct acdr_probe acdr_probe_acdr, acdr_probe_block, acdr_probe_cgroup, acdr_probe_cpu,
    acdr_probe_exits, acdr_probe_irq, acdr_probe_kvm, acdr_probe_map, acdr_probe_memory,
    acdr_probe_net, acdr_probe_pmu, acdr_probe_psi, acdr_probe_queue, acdr_probe_sched,
    acdr_probe_softirq;

#endif
