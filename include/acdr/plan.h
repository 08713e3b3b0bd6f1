/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libacdr: calls that change nothing. Reports are trees, see base.h; their members are listed here
 * in the form NAME (kind).
 */
#ifndef ACDR_PLAN_H
#define ACDR_PLAN_H

#include <acdr/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The host's topology and abilities, read from /sys and /proc:
 *   cpus (list): cpu, online, isolated, nohz_full (bool), node, package, die, core, l3 - the last
 *     four are the lowest online CPU that shares it, null if unknown; use (text: offline,
 *     housekeeping, free, or if owned: vcpu, idle (an unused sibling), emulator or static), owner
 *     (text, null without an exclusive owner)
 *   nodes (list): id, cpus (cpulist), memtotal_kb, memfree_kb, distances (map: node id to
 *     distance), hugepages (map: page size in kB to pages in the pool)
 *   irqs (list): irq, name, device, managed (bool, null where not known), affinity (cpulist)
 *   nics (list): name, device, driver, node, rx_queues, tx_queues, irqs (list)
 *   housekeeping, isolated, nohz_full (cpulist); kernel (text); cgroup (0, 1, 2)
 *   ways (map): isolcpus, partition, slices, affinity (bool): ways to clear a core here
 * -EBADMSG, -EPERM: the journal, which holds the owners of the CPUs.
 */
int acdr_host(struct acdr *a, struct acdr_item **ret, struct acdr_err *e);

/*
 * Record what this library reads of the host, so that the files can be recreated elsewhere:
 *   recording (text): lines of the form that tests/hosts/README.md describes
 * It includes the nodes of all assignable devices and the names of libvirt networks that use them.
 * It excludes addresses, UUIDs, names of guests and of their owners' processes, command lines and
 * everything else that identifies the machine or its users.
 */
int acdr_record(struct acdr *a, struct acdr_item **ret, struct acdr_err *e);

/*
 * Everything that may run on one CPU, and why.
 *   cpu (num), online, isolated, nohz_full (bool), node (null where not known), core (cpulist);
 *   owner (text: the owner of this clean core, null without one);
 *   may_run (list): kind (thread, task, guest, interrupt, timer), name, count, why, remedy (text:
 *     what would keep it away, "" if nothing does)
 * -EINVAL: there is no such CPU.
 */
int acdr_cpu(struct acdr *a, int cpu, struct acdr_item **ret, struct acdr_err *e);

/*
 * One interrupt: the CPUs that may receive it, and what keeps it there.
 *   irq (num), name, device (text), affinity (cpulist, null if it has none), movable (bool), why
 *     (text: why not, "" if movable);
 *   owners (list): owner, cpus: clean cores that may receive it;
 *   claims (list): owner, step, op, value; was (cpulist: before the first claim, null without a
 *     claim)
 * -EINVAL: there is no such interrupt.
 */
int acdr_irq(struct acdr *a, int irq, struct acdr_item **ret, struct acdr_err *e);

/*
 * The conditioning classes of this host, or the one called NAME (NULL: all).
 *   classes (list): name, description, file, inherit, error (text, null if the class is valid),
 *     steps (list): step, keys (map: key to value, defaults included),
 *     observe (map: key to value; null if the class leaves it to the kind of guest)
 * -ENOENT: no class of that name.
 */
int acdr_classes(struct acdr *a, const char *name, struct acdr_item **ret, struct acdr_err *e);

/*
 * What acdr_trial_begin() would do for the running guest GUEST (a name): the members of
 * acdr_request_plan(), and
 *   had (text: its present class, null without one),
 *   gives_up (list): step, help, of the steps of its present class that the other one has not,
 *   no_longer_clean (text, a list: CPUs that only the guest uses now and would share then; null if
 *     there are none)
 * Errors as acdr_trial_begin() and acdr_request_plan(); nothing is changed.
 */
int acdr_trial_plan(struct acdr *a, const char *guest, const char *class_name,
                    struct acdr_item **ret, struct acdr_err *e);

/*
 * Check a host before its first guest; CLASS_NAME: one class only (NULL: all).
 *   classes (list): name, used (bool: a guest or a pool has it, or a tag asks for it), error (text,
 *     null if the class is valid), and if so, for a made-up guest of two vCPUs: steps (list): step,
 *     need, result (as in acdr_status), detail; verdict, because, unsupported as in
 *     acdr_request_plan()
 *   rules (list): file, line, pattern, classes, cpus, hugepages_kb, realtime, cpus_taken,
 *     hugepages_taken_kb: as in acdr_request_plan(), of all guests
 *   findings (list, the weightiest first): kind (problem or advice), subject, text, remedy
 * 1: there are problems; 0: there are none. -ENOENT: no such class.
 */
int acdr_doctor(struct acdr *a, const char *class_name, struct acdr_item **ret, struct acdr_err *e);

/*
 * What is conditioned now, from the journal; DOMAIN is a name or UUID (NULL: all).
 *   domains (list): name, uuid, class, class_by (text: the rule of map.conf that gave it, null: the
 *     tag did), state (prepared: its QEMU has not been examined yet, which the started hook does;
 *     conditioned; degraded), place (map: nodes, vcpus (list: id, cpus), clean, emulator,
 *     iothreads, vhost, why), steps (list: step, result (applied, already, refused, unsupported),
 *     detail), intruders (list: cpus, who; busy threads and threads of other guests that the kernel
 *     lets run on its clean cores only)
 *   static (list): name, class, state, cpus, pid (of the process that has them, null for a pool),
 *     steps
 *   unconditioned (list): name, uuid, class (null: the tag is wrong), class_by (as above), why,
 *     remedy (text: commands, in their order, separated by commas): guests that run with a tag or a
 *     rule and are not conditioned
 *   stopped (list): name, uuid, class, class_by: guests that are defined so and do not run
 *   unread (text: what could not be read of the guests' definitions, and why; null)
 *   unfinished (list): knob, want, now (null: gone, or not known), why (null, or why it is not
 *     known): settings that the last event could not bring to their value, which each event tries
 *     again; none while an event is at work
 * -ENOENT: no such domain in the journal; -EBADMSG: the journal is damaged.
 */
int acdr_status(struct acdr *a, const char *domain, struct acdr_item **ret, struct acdr_err *e);

/*
 * Compare every live claim with the kernel; DOMAIN as above.
 *   drift (list): domain, step, knob, want, now (text, null if the setting is gone);
 *     for a running guest that is only prepared the knob is "started:" and its name;
 *     for a workload whose process has ended "ended:" and its name
 *   intruders (list): domain, cpus, who; as in acdr_status
 *   checked (num)
 *   unconditioned, stopped, unread, unfinished: as in acdr_status
 * 2: a guest with a tag runs unconditioned; 1: there is drift, or an intruder; 0: everything is as
 * claimed.
 */
int acdr_verify(struct acdr *a, const char *domain, struct acdr_item **ret, struct acdr_err *e);

#ifdef __cplusplus
}
#endif

#endif
