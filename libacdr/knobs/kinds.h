/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kinds of knob that the table in knobs.c lists, each defined in the file of its subject. */
#ifndef ACDR_KNOBS_KINDS_H
#define ACDR_KNOBS_KINDS_H

#include "knob.h"

/* file.c. list:PATH a cpulist file; mask:PATH a hexadecimal mask file; num:PATH a decimal number;
 * word:PATH the choice of a pick list ("[x]" or "(x)"), else the whole text. */
extern const struct acdr_knob_kind acdr_file_list, acdr_file_mask, acdr_file_num, acdr_file_word;

/* interval.c. interval:PATH one of the scheduler's intervals in debugfs, in ns; what the kernel
 * makes of it when CPUs or partitions come and go is the same value. */
extern const struct acdr_knob_kind acdr_interval_debug;

/* irq.c. irq:N/ACTIONS: smp_affinity_list of interrupt N as long as it belongs to ACTIONS (the
 * names joined by ",", written as one field by acdr_strbuf_add_field()); "-" where it had none. */
extern const struct acdr_knob_kind acdr_irq_affinity;

/* workqueue.c. wq: the CPUs of the kernel's unbound workqueues. */
extern const struct acdr_knob_kind acdr_workqueue_mask;

/* thread.c. thread:PID/TID@START a guest's thread; task:PID/TID@START any other task. START is
 * field 22 of its stat: a number that was given to somebody else meanwhile is -ESRCH. */
extern const struct acdr_knob_kind acdr_thread_guest, acdr_thread_task;

/* sched.c. slice:PID/TID@START a task's slice in ns, "0" for the kernel's default;
 * sched:PID/TID@START its policy, priority or nice value, and what it leaves to its children. */
extern const struct acdr_knob_kind acdr_sched_slice, acdr_sched_policy;

/* tasks.c. tasks: all threads of user processes whose affinity is that of PID 1; kthreads: all
 * movable kernel threads whose affinity is that of kthreadd. */
extern const struct acdr_knob_kind acdr_tasks_user;
extern const struct acdr_knob_kind acdr_tasks_kernel;

/* partition.c. excl:DIR cpuset.cpus.exclusive of a cgroup; part:DIR the CPUs of the isolated
 * partition that the cgroup is, "" where it is none. DIR is the folder's whole path. */
extern const struct acdr_knob_kind acdr_partition_exclusive, acdr_partition_isolated;

/* mems.c. mems:DIR the memory nodes of a cgroup, its parent's where it was given none. */
extern const struct acdr_knob_kind acdr_mems_group;

/* group.c. group:PID/TID@START the folder of the cgroup (version 2) that a thread is in. */
extern const struct acdr_knob_kind acdr_cgroup_thread;

/* memory.c. pages:PID@START the NUMA nodes on which a process has memory of its own. */
extern const struct acdr_knob_kind acdr_memory_pages;

/* hugepages.c. huge:NODE/SIZEkB the pages of a node's pool, without surplus ones. */
extern const struct acdr_knob_kind acdr_hugepages_pool;

/* irqbalance.c. irqbalance: the CPUs that the running irqbalance leaves alone. */
extern const struct acdr_knob_kind acdr_irqbalance_ban;

/* iosched.c. iosched:DEVICE the I/O scheduler of a block device, with its queue's length:
 * "[mq-deadline] 256". What is in brackets counts. */
extern const struct acdr_knob_kind acdr_iosched_queue;

/* resctrl.c. resctrl:GROUP a control group of resctrl with all that is in it, "" where there is
 * none: "1,9 L3:0=f0;1=ff MB:0=100;1=100", its CPUs first. l3:ID the ways of an L3 cache that the
 * default group may fill, as a set. */
extern const struct acdr_knob_kind acdr_resctrl_group, acdr_resctrl_ways;

/* unit.c. unit:NAME the property AllowedCPUs of a systemd slice, scope or service; "" is unset. */
extern const struct acdr_knob_kind acdr_unit_cpus;

/* rss.c. rss:IF the receive queues that a NIC spreads packets over. */
extern const struct acdr_knob_kind acdr_rss_queues;

/* flow_rule.c. flow:IF/mac=ADDRESS (vlan=ID, ip=ADDRESS) the queue that such packets go to; "none"
 * without a rule. */
extern const struct acdr_knob_kind acdr_flow_rule;

/* nic.c. feature:IF/NAME an offload, "on" or "off"; ring:IF/rx and ring:IF/tx sizes of rings. */
extern const struct acdr_knob_kind acdr_nic_feature, acdr_nic_ring;

#endif
