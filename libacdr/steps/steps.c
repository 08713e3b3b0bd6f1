/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of steps. Its order is the order of execution: resources that may be missing come
 * first, a guest's threads are placed before their cores are cleared, and interrupts move before
 * memory. Release runs in reverse.
 */
#include "steps.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "limit.h"
#include "text.h"

const struct acdr_step *const acdr_steps[] = {
    &acdr_step_hugepages, &acdr_step_vcpus,       &acdr_step_emulator,
    &acdr_step_cleaner,   &acdr_step_preemption,  &acdr_step_sched,
    &acdr_step_irq_ban,   &acdr_step_irq,         &acdr_step_flow,
    &acdr_step_softirq,   &acdr_step_ovs,         &acdr_step_packet_path,
    &acdr_step_nic,       &acdr_step_strict_numa, &acdr_step_numa_balancing,
    &acdr_step_ksm,       &acdr_step_thp,         &acdr_step_balloon,
    &acdr_step_power,     &acdr_step_block,       &acdr_step_cache,
    &acdr_step_colocate,  &acdr_step_separate,    NULL,
};

enum { N_STEPS = sizeof(acdr_steps) / sizeof(acdr_steps[0]) - 1 };

int acdr_steps_sections(struct acdr_section **ret)
{
    struct acdr_section *s = calloc(N_STEPS + 2, sizeof(*s));

    if (!s)
        return -ENOMEM;
    for (int i = 0; i < N_STEPS; i++)
        s[i] = (struct acdr_section){ acdr_steps[i]->name, acdr_steps[i]->keys, false };
    s[N_STEPS] = (struct acdr_section){ ACDR_OBSERVE, acdr_observe_keys, true };
    *ret = s;
    return 0;
}

void acdr_steps_hint(const struct acdr_view *v, struct acdr_place_hints *ret)
{
    *ret = (struct acdr_place_hints){ .smt = ACDR_SMT_PREFER };
    for (int i = 0; i < N_STEPS; i++)
        if (acdr_steps[i]->hint && acdr_class_has(v->class, acdr_steps[i]->name))
            acdr_steps[i]->hint(v, ret);
}
