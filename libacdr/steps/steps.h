/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All steps; steps.c puts them in order. */
#ifndef ACDR_STEPS_STEPS_H
#define ACDR_STEPS_STEPS_H

#include "step.h"

extern const struct acdr_step acdr_step_vcpus;
extern const struct acdr_step acdr_step_emulator;
extern const struct acdr_step acdr_step_cleaner;
extern const struct acdr_step acdr_step_hugepages;
extern const struct acdr_step acdr_step_irq_ban;
extern const struct acdr_step acdr_step_irq;
extern const struct acdr_step acdr_step_softirq;
extern const struct acdr_step acdr_step_flow;
extern const struct acdr_step acdr_step_ovs;
extern const struct acdr_step acdr_step_packet_path;
extern const struct acdr_step acdr_step_nic;
extern const struct acdr_step acdr_step_strict_numa;
extern const struct acdr_step acdr_step_numa_balancing;
extern const struct acdr_step acdr_step_ksm;
extern const struct acdr_step acdr_step_preemption;
extern const struct acdr_step acdr_step_sched;
extern const struct acdr_step acdr_step_thp;
extern const struct acdr_step acdr_step_balloon;

/* Does the XML keep any of QEMU's other threads on clean cores, where step emulator leaves it? */
bool acdr_emulator_is_held(const struct acdr_view *v);
/* Does the class make vCPUs realtime tasks (step sched)? */
bool acdr_sched_is_realtime(const struct acdr_class *c);
extern const struct acdr_step acdr_step_power;
extern const struct acdr_step acdr_step_block;
extern const struct acdr_step acdr_step_cache;
extern const struct acdr_step acdr_step_colocate;
extern const struct acdr_step acdr_step_separate;

#endif
