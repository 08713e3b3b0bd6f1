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
 *   cpus (list): cpu, online (bool), isolated (bool), node, package, die, core, l3 - the last four
 *     are the lowest online CPU number that shares it; null where not known; use (text: offline,
 *     housekeeping, free, or where it has an owner vcpu, idle (a sibling left alone), emulator or
 *     static), owner (text, null where nobody has it for himself)
 *   nodes (list): id, cpus (cpulist), memtotal_kb, memfree_kb, distances (map: node id to
 *     distance), hugepages (map: page size in kB to pages in the pool)
 *   irqs (list): irq, name, device, managed (bool, null where not known), affinity (cpulist)
 *   nics (list): name, device, driver, node, rx_queues, tx_queues, irqs (list)
 *   housekeeping, isolated, nohz_full (cpulist); kernel (text); cgroup (0, 1, 2)
 *   ways (map): isolcpus, partition, slices, affinity (bool): ways of cleaning a core here
 * -EBADMSG, -EPERM: the journal, which tells who has which CPU.
 */
int acdr_host(struct acdr *a, struct acdr_item **ret, struct acdr_err *e);

/*
 * What this library reads of the host, written down so that the files can be made again elsewhere:
 *   recording (text): lines of the form that tests/hosts/README.md describes
 * Nodes of all devices that a guest may be given are in it, and the names of libvirt's networks
 * that lead to such devices. Addresses, UUIDs, names of guests and of their owners' processes,
 * command lines and whatever else names the machine or its users are not in it.
 */
int acdr_record(struct acdr *a, struct acdr_item **ret, struct acdr_err *e);

/*
 * Everything that may run on one CPU, and why.
 *   cpu (num), online, isolated, nohz_full (bool), node (null where not known), core (cpulist);
 *   owner (text: who has it as a clean core, null where nobody);
 *   may_run (list): kind (thread, task, guest, interrupt, timer), name, count, why, remedy (text:
 *     what would keep it away, "" where nothing does)
 * -EINVAL: there is no such CPU.
 */
int acdr_cpu(struct acdr *a, int cpu, struct acdr_item **ret, struct acdr_err *e);

/*
 * One interrupt: where it may come, and what keeps it there.
 *   irq (num), name, device (text), affinity (cpulist, null where it has none), movable (bool), why
 *     (text: why not, "" where it is);
 *   owners (list): owner, cpus: clean cores that it may come to;
 *   claims (list): owner, step, op, value; was (cpulist: before anybody claimed it, null where
 *     nobody does)
 * -EINVAL: there is no such interrupt.
 */
int acdr_irq(struct acdr *a, int irq, struct acdr_item **ret, struct acdr_err *e);

/*
 * The conditioning classes of this host, or the one called NAME (NULL: all).
 *   classes (list): name, description, file, inherit, error (text, null where it is sound),
 *     steps (list): step, keys (map: key to value, defaults included),
 *     observe (map: key to value; null where the class leaves it to what the guest is)
 * -ENOENT: no class of that name.
 */
int acdr_classes(struct acdr *a, const char *name, struct acdr_item **ret, struct acdr_err *e);

/*
 * What acdr_trial_begin() would do for the running guest GUEST (a name): the members of
 * acdr_request_plan(), and
 *   had (text: the class that it has now, null where none)
 * Failures as acdr_trial_begin() and acdr_request_plan(); nothing is changed.
 */
int acdr_trial_plan(struct acdr *a, const char *guest, const char *class_name,
                    struct acdr_item **ret, struct acdr_err *e);

/*
 * Look a host over before its first guest; CLASS_NAME: one class only (NULL: all).
 *   classes (list): name, error (text, null where it is sound), steps (list): step, need, result
 *     (as in acdr_status, for a made-up guest of two vCPUs), detail
 *   findings (list): kind (problem or advice), subject, text, remedy
 * 1: there are problems; 0: there are none. -ENOENT: no such class.
 */
int acdr_doctor(struct acdr *a, const char *class_name, struct acdr_item **ret, struct acdr_err *e);

/*
 * What is conditioned now, from the journal; DOMAIN is a name or UUID (NULL: all).
 *   domains (list): name, uuid, class, state (prepared: nobody has looked at its QEMU yet, as its
 *     hook of started does; conditioned; degraded), place (map: nodes, vcpus
 *     (list: id, cpus), clean, emulator, iothreads, vhost, why), steps (list: step, result
 *     (applied, already, refused, unsupported), detail)
 *   static (list): name, class, state, cpus, steps
 * -ENOENT: no such domain in the journal; -EBADMSG: the journal is damaged.
 */
int acdr_status(struct acdr *a, const char *domain, struct acdr_item **ret, struct acdr_err *e);

/*
 * Compare every live claim with the kernel; DOMAIN as above.
 *   drift (list): domain, step, knob, want, now (text, null where the setting has vanished);
 *     of a guest that runs and is only prepared the knob is "started:" and its name
 *   checked (num)
 * 1: there is drift; 0: everything is as claimed.
 */
int acdr_verify(struct acdr *a, const char *domain, struct acdr_item **ret, struct acdr_err *e);

#ifdef __cplusplus
}
#endif

#endif
