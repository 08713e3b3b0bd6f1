/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libacdr: queries about one guest. A request holds the guest's XML and its class; both are read
 * once, however many queries follow. Only acdr_request_event() changes the host.
 */
#ifndef ACDR_REQUEST_H
#define ACDR_REQUEST_H

#include <acdr/base.h>

#ifdef __cplusplus
extern "C" {
#endif

struct acdr_request;

/*
 * XML is LEN bytes of a domain description; it is copied. CLASS_NAME overrides the tag (NULL: use
 * the tag, or without one the rules of map.conf). The class is read at the first query that needs
 * it. A must outlive *RET. -EBADMSG: XML is not a domain that libvirt would accept; -EINVAL: XML is
 * NULL; -ENOMEM.
 */
int acdr_request_new(struct acdr *a, const char *xml, size_t len, const char *class_name,
                     struct acdr_request **ret, struct acdr_err *e);
void acdr_request_free(struct acdr_request *q);

/*
 * The host at one time, for many requests: one reading of the host and the journal serves N classes
 * for M guests. Each query reads only what belongs to one guest (its threads, its disks), other
 * guests' classes, OVS's database, and the present values of settings. S belongs to the handle that
 * made it and serves only requests of that handle.
 * -EBADMSG, -EPERM: the journal; -ENOMEM.
 */
struct acdr_snapshot;
int acdr_snapshot_new(struct acdr *a, struct acdr_snapshot **ret, struct acdr_err *e);
void acdr_snapshot_free(struct acdr_snapshot *s);

/*
 * All queries below take a snapshot S: NULL is the host as it is now.
 * Errors of all of them: -EINVAL: the tag or the class file is wrong; -ENOENT: no such class;
 * -EBADMSG, -EPERM: the journal; -ENOMEM.
 */

/*
 * What would be done for the guest if it started now.
 *   domain, uuid, class (text), class_by (text: the rule of map.conf that gave it, null: the tag or
 *     the caller did); place (map, as in acdr_status, and why);
 *   devices (list): bus (pci, nvme, mdev, usb, scsi, vhost-scsi, vdpa; network: the libvirt network
 *     of an interface; nic: behind its interfaces), name, nodes (list; for a pool all possible
 *     ones; null if unknown), why (text: why unknown, null);
 *   memory_pinned (text: why its memory cannot move to another node, null if it can);
 *   holders (list): cpus, who (text), firm (bool: nobody else gets them; else they are left alone
 *     where that does not cost a node); of others that are not ACDR's;
 *   paths (list): of each interface whose packets the host's kernel carries: interface (num, as in
 *     the XML, from 0), mac, stations (list, from the NIC to the guest): work (nic, interrupts,
 *     softirqs, interface: no work of its own, vhost, vcpus), name (null for the last two), cpus
 *     (null: any, or where the packet came in), nodes, distance (near: on the guest's nodes; far;
 *     both; null if not known);
 *   placed (bool): a step of the class uses the place; otherwise the guest stays where the kernel
 *     and its XML put it, and place and paths are where it would go;
 *   steps (list): step, need, result, note (why this way);
 *   claims (list): step, stage (host or guest), knob, op, value, now (text, null if absent); one on
 *     all interrupts ("irqs:") is followed by one for each that it moves now;
 *   verdict (text: starts; degraded: it starts, an optional step is refused; refused: it would not
 *     start), because (text: the refused steps with their reasons, null), unsupported (text:
 *     optional steps that this host does not support, null);
 *   rule (map; null if no section [allow] of acdr.conf is for the guest's name): file (text), line
 *     (num), pattern (text), classes (text, null: all), cpus, hugepages_kb (num, null: any),
 *     realtime (bool), cpus_taken, hugepages_taken_kb (by the rule's other guests), broken (text:
 *     what the rule refuses, null)
 * 1: the domain has no tag, *RET is not written. -ENOSPC: no place, and a required step needs one;
 * -EACCES: a rule of acdr.conf refuses the guest: with both *RET gets the verdict, without devices,
 * holders, steps and claims.
 */
int acdr_request_plan(struct acdr_request *q, struct acdr_snapshot *s, struct acdr_item **ret,
                      struct acdr_err *e);

/*
 * Why the guest is where it is, or would be.
 *   domain, uuid, class; place (map as in acdr_status, null if it has none);
 *   vcpus (dedicated CPUs that it needs), memory_kb;
 *   nodes (list): node, cpus, housekeeping, taken (by others), room (vCPUs that fit), l3_room (in
 *     one L3 domain), free_kb (null if unknown), lacks (list of text), cost (map: term to number;
 *     of the best place on it, null if something is lacking)
 *   cost (map, of its place, null if it has none);
 *   best (map): place (null if there is none), cost, exact (bool: nothing better is possible);
 *   gain (text: the first term in which the best place beats its own, null: none);
 *   terms (list, most important first): term, help;
 *   devices, memory_pinned, holders, rule as in acdr_request_plan()
 * 1: the domain has no tag, *RET is not written.
 */
int acdr_request_explain(struct acdr_request *q, struct acdr_snapshot *s, struct acdr_item **ret,
                         struct acdr_err *e);

/*
 * Which class the guest gets by its tag or by map.conf, and why; no snapshot is needed.
 *   domain, uuid, class (text: the classes; null: none), class_by (text: the rule that decided,
 *     "FILE:LINE [rule NAME]"; null: no rule did);
 *   tag (text: the classes in the tag, null: no tag), tag_error (text, null);
 *   map (text: the file with the rules, null if there is none), tag_wins (bool);
 *   problem (text: why the class cannot be used: map.conf, tag or class is wrong, or a rule [allow]
 *     of acdr.conf is against it; null: nothing);
 *   rules (list, in the file's order): name, line, classes (text; null: a property names them),
 *     result (fits: the first that does; passed over; later: it fits, but an earlier one does too),
 *     why (text)
 * -ENOMEM.
 */
int acdr_request_classify(struct acdr_request *q, struct acdr_item **ret, struct acdr_err *e);

/*
 * Do the guest's size and topology suit this host? Its class says how it uses siblings and pages
 * (no class: both threads of a core, ordinary pages).
 *   domain, class (null where none); vcpus, memory_kb;
 *   nodes (list): node, cpus, housekeeping, capacity (vCPUs of a guest alone on the node), free (of
 *     them now), memtotal_kb, free_kb, hugepages_kb (free in pages of the size that the guest asks
 *     for; null if it asks for none, or the class makes them)
 *   largest (map: vcpus, memory_kb): the largest guest of one node;
 *   fits (map): one_node (bool), now (bool), needs_nodes (num, 0: more than the host has), because
 *     (text: CPUs, memory, or both; null if one node suffices)
 *   topology (map: sockets, cores, threads; null if it cannot be even), cells (list: vcpus
 *     (cpulist), memory_kb; empty if one node suffices): what the guest should see
 *   findings (list): kind (problem or advice), subject, text, remedy
 */
int acdr_request_advise(struct acdr_request *q, struct acdr_snapshot *s, struct acdr_item **ret,
                        struct acdr_err *e);

/* What acdr_request_xml() writes into a domain; one or both. */
enum acdr_xml_what {
    ACDR_XML_CLASS = 1, /* settings of the class that only the XML can carry */
    ACDR_XML_PLACE = 2  /* cputune and numatune for a place on this host */
};

/*
 * The domain's XML as it should be; WHAT is a bitwise OR of acdr_xml_what. Everything else stays
 * byte for byte.
 *   domain, uuid, class, xml (text);
 *   changes (list, with ACDR_XML_CLASS): step, path, attribute (null: the whole element), value,
 *     why (text);
 *   with ACDR_XML_PLACE: place (map as in acdr_status), left (text: why no pins were written, null
 *     if they were), devices, memory_pinned as in acdr_request_plan()
 * The owner's pins and numatune stay. Those written by ACDR are marked in the metadata (an element
 * of the namespace "urn:libacdr:pins:1") and are rewritten.
 * 1: the domain has no tag, *RET is not written. -ENOSPC: no place.
 */
int acdr_request_xml(struct acdr_request *q, struct acdr_snapshot *s, unsigned what,
                     struct acdr_item **ret, struct acdr_err *e);

/*
 * One libvirt QEMU hook call for the guest NAME, as acdr_event() in acdr/live.h. *VERDICT (may be
 * NULL) gets the result, also on failure; NULL if out of memory.
 *   guest, op (text), class (text, null without a tag);
 *   result (text): nothing (another operation, no tag, or nothing to release), conditioned,
 *     degraded (an optional step was refused), released, unconditioned (conditioning failed, the
 *     class requires no step, and the guest runs), failed;
 *   may_fail (bool): libvirt may see the failure, see acdr_request_may_fail();
 *   error (num: a positive errno value, 0 for none), text (null for none): what failed;
 *   step (text: the first required step that failed, null if it was not a step);
 *   steps (list): step, result (as in acdr_status), detail
 * 0, or -errno if result is failed:
 *   -ECANCELED: a required step was refused, or libvirtd has ended;
 *   -EOPNOTSUPP: this host does not support such a step; -EINVAL: the tag, the class or acdr.conf;
 *   -EACCES: a rule of acdr.conf refuses the guest, at prepare only;
 *   -ENOENT: no such class; -EBADMSG: the XML has no <uuid>, or the journal is damaged; -EPERM: the
 *   journal has another owner; -ETIMEDOUT: the host's lock; -ESRCH: the guest is gone; -ENOMEM;
 *   any other: the journal cannot be written (-EIO, -ENOSPC) or the host cannot be read.
 */
int acdr_request_event(struct acdr_request *q, const char *name, const char *op, const char *subop,
                       struct acdr_item **verdict, struct acdr_err *e);

/* As acdr_event_may_fail() in acdr/live.h; ask before the event. */
int acdr_request_may_fail(struct acdr_request *q, const char *name, const char *op);

/* As acdr_event_xml() in acdr/live.h. */
int acdr_request_event_xml(struct acdr_request *q, const char *op, struct acdr_item **ret,
                           struct acdr_err *e);

#ifdef __cplusplus
}
#endif

#endif
