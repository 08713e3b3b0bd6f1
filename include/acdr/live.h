/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libacdr: calls that change the host. All take the host's one lock, with a bounded wait; see
 * acdr/base.h for -ETIMEDOUT, -EBADMSG, -EPERM and -ENOSPC. acdr_request_event() in acdr/request.h
 * is the form of acdr_event() that reads the XML once and says what happened.
 */
#ifndef ACDR_LIVE_H
#define ACDR_LIVE_H

#include <acdr/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * One libvirt QEMU hook call: its arguments and the XML from stdin. libvirt's docs/hooks.rst is the
 * contract. A failure is reported through E and by the result; whether it may be passed to libvirt
 * depends on the operation, see acdr_event_may_fail(). NAME is for messages; SUBOP must be given
 * and is not looked at: OP alone says what to do.
 * 0: done, or nothing to do (no tag). -errno: a step that the class says must be done was not, or
 * the input is wrong; the domain's changes are taken back. Which errno means what is listed with
 * acdr_request_event(); -EBADMSG is XML that libvirt would not take as well.
 */
int acdr_event(struct acdr *a, const char *name, const char *op, const char *subop, const char *xml,
               size_t len, struct acdr_err *e);

/*
 * The domain that libvirt's hook should print at OP, for migrate and restore alone: the guest
 * placed anew on this host, with cputune, numatune and ACDR's mark of them changed and nothing
 * else. Takes no lock and changes nothing.
 *   as acdr_request_xml(); the text to print is xml
 * 1: print nothing, *RET is not written: another operation, no tag, pins of the owner's, a class
 * that places nothing, or `replace = no` in acdr.conf. Failures as acdr_request_xml(): print
 * nothing.
 */
int acdr_event_xml(struct acdr *a, const char *op, const char *xml, size_t len,
                   struct acdr_item **ret, struct acdr_err *e);

/*
 * 1 where a failure of this operation may be told to libvirt by a non-zero exit: prepare, and
 * started on a cold start (the guest called NAME runs; after a restore or an incoming migration its
 * state would be lost), both only if the class that the XML names insists on a step or cannot be
 * read. 0 everywhere else.
 */
int acdr_event_may_fail(struct acdr *a, const char *name, const char *op, const char *xml,
                        size_t len);

/*
 * Repair: drop what belongs to guests that no longer live, finish what was interrupted, and write
 * again what has drifted. *RET (may be NULL) gets dropped (list of text), finished (list of text:
 * guests that run and whose hook of started was cut off; they are conditioned now), repaired (list
 * of knob, was, now), left (list of knob, now, why).
 */
int acdr_settle(struct acdr *a, struct acdr_item **ret, struct acdr_err *e);

enum acdr_rebalance_flags {
    ACDR_REBALANCE_DRY_RUN = 1 /* say what would be done; takes no lock and changes nothing */
};

/*
 * Move guests that run, and are conditioned, to better places, one at a time: threads first, then
 * memory (migrate_pages(2)), each read back. A guest whose move fails is put back at its place.
 * Only what the guest itself gains by counts, not the terms idle and room of
 * acdr_request_explain(). DOMAIN is a name or UUID (NULL: all), FLAGS a sum of
 * acdr_rebalance_flags.
 *   dry_run (bool);
 *   guests (list): name, uuid, class, result (text, below), gain (map: term, now, then; null:
 *     nothing is to be gained), place (map as in acdr_status, where it was; null: nowhere), better
 *     (map with place: likewise, null: none), why (text: why it stays or was put back, null)
 * Results: best, nothing better is possible; moved; repaired, its place is the best and steps that
 * were refused are done now; possible, would be moved or repaired; stays, something better is
 * possible and cannot be had; back, it was moved and put back; unknown, its class or its XML cannot
 * be read; ended. Terms are those of acdr_request_explain(), `place` for a guest that had none, and
 * `refused` for steps that were.
 * Memory may take seconds for each GiB, and hooks wait for the one guest that is being moved. A dry
 * run counts memory as it is now, also behind guests that would move.
 * 1: a guest could be better off than it is (possible, stays, back, unknown); 0: none could.
 * -ENOENT: no such guest in the journal; -EINVAL: FLAGS, or acdr.conf; lock and journal as
 * acdr_settle().
 */
int acdr_rebalance(struct acdr *a, const char *domain, unsigned flags, struct acdr_item **ret,
                   struct acdr_err *e);

/*
 * Condition CPUS (a cpulist) by class without a guest, under NAME, until acdr_release(). NAME must
 * not look like a UUID. Settled again where NAME is there already with the same class and CPUs.
 * -EEXIST: there with others; -EBUSY: a CPU is taken; -EINVAL: name or CPUs; -ENOENT: no such
 * class.
 */
int acdr_apply(struct acdr *a, const char *class_name, const char *cpus, const char *name,
               struct acdr_err *e);
/* Give the host back what acdr_apply() took under NAME. -ENOENT: there is none. */
int acdr_release(struct acdr *a, const char *name, struct acdr_err *e);

/* A running guest under another class for a time. */
struct acdr_trial;

/*
 * Condition the running guest GUEST (a name) by CLASS_NAME in place of the class that it has, if
 * any. Its cores stay where both classes place it alike, else it is placed anew. Its tag stays: the
 * next start goes by that, and so does libvirt's next reconnect. Where the caller dies the guest
 * stays conditioned by CLASS_NAME, and its end gives the host back as ever. A must outlive *RET.
 * Read are /run/libvirt/qemu/GUEST.pid and GUEST.xml.
 * 0. -ESRCH: it does not run; -EALREADY: it has that class; -EBUSY: it is about to start; -ENOENT:
 * no such class; else as acdr_event(): a step that the class says must be done was not. What the
 * guest had is given back to it then, and E tells where that failed as well.
 */
int acdr_trial_begin(struct acdr *a, const char *guest, const char *class_name,
                     struct acdr_trial **ret, struct acdr_err *e);
/*
 * Give the guest back the class and the place that it had; nothing where it had none. Steps that
 * the class says must be done are left out where they are refused, as at a reconnect; the log says
 * so. Pages that were moved stay where they are.
 * 0; 1: there is nothing to take back, because this run of the guest has ended or somebody else has
 * conditioned it since. -ETIMEDOUT, -EBADMSG, -EPERM of the lock or the journal: nothing was
 * changed, it can be called again. Any other -errno: the guest runs unconditioned now.
 */
int acdr_trial_back(struct acdr_trial *t, struct acdr_err *e);
/* Forget what it had. Changes nothing: who does not take back keeps the class. */
void acdr_trial_free(struct acdr_trial *t);

#ifdef __cplusplus
}
#endif

#endif
