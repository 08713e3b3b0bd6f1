/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libacdr: what is asked about one guest. A request holds the guest's XML and the class that it
 * asks for; both are read once, however many questions follow. Only acdr_request_event() changes
 * the host.
 */
#ifndef ACDR_REQUEST_H
#define ACDR_REQUEST_H

#include <acdr/base.h>

#ifdef __cplusplus
extern "C" {
#endif

struct acdr_request;

/*
 * XML is LEN bytes of a domain description, which are copied. CLASS_NAME overrides its tag (NULL:
 * by the tag). The class is read at the first question that needs it. A must outlive *RET.
 * -EBADMSG: XML is not a domain that libvirt would take; -EINVAL: XML is NULL; -ENOMEM.
 */
int acdr_request_new(struct acdr *a, const char *xml, size_t len, const char *class_name,
                     struct acdr_request **ret, struct acdr_err *e);
void acdr_request_free(struct acdr_request *q);

/*
 * The host at one time, for many requests: N classes for M guests are answered by one reading of
 * the host and of the journal. Read when a question is asked are only what belongs to one guest
 * (its threads, its disks), classes of others, OVS's database, and the values that settings have
 * now. S belongs to the handle that made it, and requests of that handle alone may be asked by it.
 * -EBADMSG, -EPERM: the journal; -ENOMEM.
 */
struct acdr_snapshot;
int acdr_snapshot_new(struct acdr *a, struct acdr_snapshot **ret, struct acdr_err *e);
void acdr_snapshot_free(struct acdr_snapshot *s);

/*
 * All questions below that take a snapshot S: NULL is the host as it is now.
 * Errors of all of them: -EINVAL: the tag or the class file is wrong; -ENOENT: no such class;
 * -EBADMSG, -EPERM: the journal; -ENOMEM.
 */

/*
 * What would be done for the guest, were it started now.
 *   domain, uuid, class (text); place (map, as in acdr_status, and why);
 *   devices (list): bus (pci, nvme, mdev, usb, scsi, vhost-scsi, vdpa; network: of libvirt, that an
 *     interface is from; nic: behind its interfaces), name, nodes (list of nodes, of a pool of all
 *     that it may get; null where none is known), why (text: why none is known, null);
 *   memory_pinned (text: why its memory cannot be moved to another node, null where it can);
 *   holders (list): cpus, who (text), firm (bool: nobody else gets them; else they are left alone
 *     where that does not cost a node); of others that are not ACDR's;
 *   steps (list): step, need, result, note (why this way);
 *   claims (list): step, stage (host or guest), knob, op, value, now (text, null where not there)
 * 1: the domain has no tag, *RET is not written. -ENOSPC: no place, and a step that must have one.
 */
int acdr_request_plan(struct acdr_request *q, struct acdr_snapshot *s, struct acdr_item **ret,
                      struct acdr_err *e);

/*
 * Why the guest is where it is, or would be.
 *   domain, uuid, class; place (map as in acdr_status, null where the guest has none);
 *   vcpus (dedicated CPUs that it needs), memory_kb;
 *   nodes (list): node, cpus, housekeeping, taken (by others), room (vCPUs that it holds), l3_room
 *     (in one L3 domain), free_kb (null where not known), lacks (list of text), cost (map: term to
 *     number; of the best place on it, null where something is lacking)
 *   cost (map, of its place, null where it has none);
 *   best (map): place (null where there is none), cost, exact (bool: nothing better is possible);
 *   gain (text: the first term in which the best place is better than its own, null: in none);
 *   terms (list, from the most important on): term, help;
 *   devices, memory_pinned, holders as in acdr_request_plan()
 * 1: the domain has no tag, *RET is not written.
 */
int acdr_request_explain(struct acdr_request *q, struct acdr_snapshot *s, struct acdr_item **ret,
                         struct acdr_err *e);

/*
 * Is the guest of the right size and form for this host? Its class says how it uses siblings and
 * pages (no class: both threads of a core, ordinary pages).
 *   domain, class (null where none); vcpus, memory_kb;
 *   nodes (list): node, cpus, housekeeping, capacity (vCPUs of a guest that has the node for
 *     itself), free (of them now), memtotal_kb, free_kb
 *   largest (map: vcpus, memory_kb): the largest guest of one node;
 *   fits (map): one_node (bool), now (bool), needs_nodes (num, 0: more than the host has), because
 *     (text: CPUs, memory, or both; null where one node does)
 *   topology (map: sockets, cores, threads; null where it cannot be even), cells (list: vcpus
 *     (cpulist), memory_kb; empty where one node does): what the guest should be told
 *   findings (list): kind (problem or advice), subject, text, remedy
 */
int acdr_request_advise(struct acdr_request *q, struct acdr_snapshot *s, struct acdr_item **ret,
                        struct acdr_err *e);

/* What acdr_request_xml() puts into a domain; one or both. */
enum acdr_xml_what {
    ACDR_XML_CLASS = 1, /* what the class wants that only the XML can say */
    ACDR_XML_PLACE = 2  /* cputune and numatune for a place on this host */
};

/*
 * The domain's XML as it should be; WHAT is a sum of acdr_xml_what. All that is not meant to change
 * stays byte for byte.
 *   domain, uuid, class, xml (text);
 *   changes (list, with ACDR_XML_CLASS): step, path, attribute (null: the element as a whole),
 *     value, why (text);
 *   with ACDR_XML_PLACE: place (map as in acdr_status), left (text: why no pins were written, null
 *     where they were), devices, memory_pinned as in acdr_request_plan()
 * Pins and numatune that the owner wrote stand. Those that ACDR wrote have a mark in the metadata
 * (an element of the namespace "urn:libacdr:pins:1") and are written anew.
 * 1: the domain has no tag, *RET is not written. -ENOSPC: no place.
 */
int acdr_request_xml(struct acdr_request *q, struct acdr_snapshot *s, unsigned what,
                     struct acdr_item **ret, struct acdr_err *e);

/*
 * One libvirt QEMU hook call for the guest NAME, as acdr_event() in acdr/live.h. *VERDICT (may be
 * NULL) gets what happened, on failure as well; NULL where memory is out.
 *   guest, op (text), class (text, null without a tag);
 *   result (text): nothing (another operation, no tag, or nothing to release), conditioned,
 *     degraded (a step was refused that the class does not insist on), released, unconditioned (the
 *     guest runs without: that failed, and the class insists on nothing), failed;
 *   may_fail (bool): the failure may be told to libvirt, see acdr_request_may_fail();
 *   error (num: a positive errno value, 0 for none), text (null for none): what failed;
 *   step (text: the first step that must be done and was not, null where it was not a step);
 *   steps (list): step, result (as in acdr_status), detail
 * 0, and -errno where result is failed:
 *   -ECANCELED: a step that must be done was refused, or libvirtd has ended meanwhile;
 *   -EOPNOTSUPP: this host cannot do such a step; -EINVAL: the tag, the class or acdr.conf;
 *   -ENOENT: no such class; -EBADMSG: the XML has no <uuid>, or the journal is damaged; -EPERM: the
 *   journal is somebody else's; -ETIMEDOUT: the host's lock; -ESRCH: the guest is gone; -ENOMEM;
 *   any other: the journal could not be written (-EIO, -ENOSPC), or the host not be read.
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
