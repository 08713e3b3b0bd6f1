/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kinds of knob that the table in knobs.c lists, each defined in the file of its subject. */
#ifndef ACDR_KNOBS_KINDS_H
#define ACDR_KNOBS_KINDS_H

#include "knob.h"

/* file.c. list:PATH a cpulist file; mask:PATH a hexadecimal mask file; num:PATH a decimal number;
 * word:PATH the choice of a pick list ("[x]" or "(x)"), else the whole text. */
extern const struct acdr_knob_kind acdr_file_list, acdr_file_mask, acdr_file_num, acdr_file_word;

/* interval.c. interval:PATH one of the scheduler's intervals in debugfs, in ns; the kernel's
 * rescaled value after CPUs or partitions come and go counts as equal. */
extern const struct acdr_knob_kind acdr_interval_debug;

/* irq.c. irq:N/ACTIONS: smp_affinity_list of interrupt N as long as it belongs to ACTIONS (the
 * names joined by ",", written as one field by acdr_strbuf_add_field()); "-" without one. */
extern const struct acdr_knob_kind acdr_irq_affinity;
/* irqs: all of them, a family. */
extern const struct acdr_knob_kind acdr_irq_family;

/* workqueue.c. wq: the CPUs of the kernel's unbound workqueues. */
extern const struct acdr_knob_kind acdr_workqueue_mask;

/* thread.c. thread:PID/TID@START a guest's thread; task:PID/TID@START any other task. START is
 * field 22 of its stat: a reused number is -ESRCH. */
extern const struct acdr_knob_kind acdr_thread_guest, acdr_thread_task;

/* sched.c. slice:PID/TID@START a task's slice in ns, "0" for the kernel's default;
 * sched:PID/TID@START its policy, priority or nice value, and its inheritance by children. */
extern const struct acdr_knob_kind acdr_sched_slice, acdr_sched_policy;

/* tasks.c. tasks: all threads of user processes whose affinity is that of PID 1; kthreads: all
 * movable kernel threads whose affinity is that of kthreadd. */
extern const struct acdr_knob_kind acdr_tasks_user;
extern const struct acdr_knob_kind acdr_tasks_kernel;

/* partition.c. excl:DIR cpuset.cpus.exclusive of a cgroup; part:DIR the CPUs of the cgroup's
 * isolated partition, "" if it is none. DIR is the folder's full path. */
extern const struct acdr_knob_kind acdr_partition_exclusive, acdr_partition_isolated;

/* mems.c. mems:DIR the memory nodes of a cgroup, its parent's if it has none of its own. */
extern const struct acdr_knob_kind acdr_mems_group;

/* group.c. group:PID/TID@START the folder of the cgroup (version 2) that a thread is in. */
extern const struct acdr_knob_kind acdr_cgroup_thread;

/* memory.c. pages:PID@START the NUMA nodes of a process's own memory. */
extern const struct acdr_knob_kind acdr_memory_pages;

/* hugepages.c. huge:NODE/SIZEkB the pages of a node's pool, without surplus ones. */
extern const struct acdr_knob_kind acdr_hugepages_pool;

/* irqbalance.c. irqbalance: the CPUs banned in the running irqbalance. */
extern const struct acdr_knob_kind acdr_irqbalance_ban;

/* iosched.c. iosched:DEVICE the I/O scheduler of a block device, with its queue length:
 * "[mq-deadline] 256". The bracketed name counts. */
extern const struct acdr_knob_kind acdr_iosched_queue;

/* resctrl.c. resctrl:GROUP a control group of resctrl with its whole configuration, "" if absent:
 * "1,9 L3:0=f0;1=ff MB:0=100;1=100", its CPUs first. l3:ID the L3 cache ways that the default group
 * may fill, as a set. */
extern const struct acdr_knob_kind acdr_resctrl_group, acdr_resctrl_ways;

/* unit.c. unit:NAME the property AllowedCPUs of a systemd slice, scope or service; "" is unset. */
extern const struct acdr_knob_kind acdr_unit_cpus;

/* rss.c. rss:IF the receive queues that a NIC spreads packets over. */
extern const struct acdr_knob_kind acdr_rss_queues;

/* flow_rule.c. flow:IF/mac=ADDRESS (vlan=ID, ip=ADDRESS) the queue of such packets; "none" without
 * a rule. */
extern const struct acdr_knob_kind acdr_flow_rule;

/* nic.c. feature:IF/NAME an offload, "on" or "off"; ring:IF/rx and ring:IF/tx sizes of rings. */
extern const struct acdr_knob_kind acdr_nic_feature, acdr_nic_ring;

/* napi.c. napi:IF the CPUs of an interface's poll threads, "" if it has none. */
extern const struct acdr_knob_kind acdr_napi_threads;

/* nic_pace.c. coalesce:IF/rx-usecs (rx-frames, tx-usecs, tx-frames) a number, adaptive-rx and
 * adaptive-tx 1 or 0; pause:IF/rx and pause:IF/tx "on" or "off". */
extern const struct acdr_knob_kind acdr_nic_coalesce, acdr_nic_pause;

#endif
