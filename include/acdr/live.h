/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libacdr: calls that change the host. All take the host's lock, with a bounded wait; see
 * acdr/base.h for -ETIMEDOUT, -EBADMSG, -EPERM and -ENOSPC. acdr_request_event() in acdr/request.h
 * is acdr_event() with a single parse of the XML and a report of the result.
 */
#ifndef ACDR_LIVE_H
#define ACDR_LIVE_H

#include <acdr/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * One libvirt QEMU hook call: its arguments and the XML from stdin. libvirt's docs/hooks.rst is the
 * contract. E and the result report a failure; whether libvirt may see it depends on the operation,
 * see acdr_event_may_fail(). NAME is for messages; SUBOP is required but ignored: OP alone selects
 * the action.
 * 0: done, or nothing to do (no tag). -errno: a step that the class requires failed, or the input
 * is invalid; the domain's changes are undone. acdr_request_event() lists the errno values;
 * -EBADMSG also means XML that libvirt would reject.
 */
int acdr_event(struct acdr *a, const char *name, const char *op, const char *subop, const char *xml,
               size_t len, struct acdr_err *e);

/*
 * The domain XML that libvirt's hook should print at OP (migrate and restore only): the guest is
 * placed again on this host; only cputune, numatune and ACDR's mark of them change. Takes no lock
 * and changes nothing.
 *   as acdr_request_xml(); the text to print is xml
 * 1: print nothing, *RET is not written: another operation, no tag, pins set by the owner, a class
 * without placement, or `replace = no` in acdr.conf. Errors as acdr_request_xml(): print nothing.
 */
int acdr_event_xml(struct acdr *a, const char *op, const char *xml, size_t len,
                   struct acdr_item **ret, struct acdr_err *e);

/*
 * 1 if the hook may report a failure of this operation to libvirt by a non-zero exit: at prepare,
 * and at started on a cold start (the guest NAME runs; after a restore or an incoming migration its
 * state would be lost), both only if the class in the XML requires a step or cannot be read; at
 * prepare also if acdr.conf has a rule for the guest. Otherwise 0.
 */
int acdr_event_may_fail(struct acdr *a, const char *name, const char *op, const char *xml,
                        size_t len);

/*
 * Repair: drop the claims of guests that have ended, finish interrupted work, and rewrite settings
 * that have drifted. *RET (may be NULL) gets dropped (list of text), finished (list of text:
 * running guests whose started hook was interrupted; they are conditioned now), repaired (list of
 * knob, was, now), left (list of knob, now, why).
 */
int acdr_settle(struct acdr *a, struct acdr_item **ret, struct acdr_err *e);
/*
 * Only rewrite claimed settings of the host's network interface NAME that have drifted: its queues
 * come and go while a guest runs, without their settings. The udev rule of ACDR calls it by
 * `acdr settle --interface NAME` for each new queue. -EINVAL: NAME; others as acdr_settle().
 */
int acdr_settle_interface(struct acdr *a, const char *name, struct acdr_err *e);

enum acdr_rebalance_flags {
    ACDR_REBALANCE_DRY_RUN = 1 /* report what would be done; takes no lock and changes nothing */
};

/*
 * Move running, conditioned guests to better places, one at a time: threads first, then memory
 * (migrate_pages(2)), each read back. A guest whose move fails returns to its old place. Only the
 * guest's own gain counts, not the terms idle and room of acdr_request_explain(). DOMAIN is a name
 * or UUID (NULL: all), FLAGS a bitwise OR of acdr_rebalance_flags.
 *   dry_run (bool);
 *   guests (list): name, uuid, class, result (text, below), gain (map: term, now, then; null: no
 *     gain), place (map as in acdr_status: the old place; null: none), better (map with place:
 *     likewise, null: none), why (text: why it stays or was moved back, null)
 * Results: best, nothing better is possible; moved; repaired, its place is the best and refused
 * steps have now succeeded; possible, would be moved or repaired; stays, something better exists
 * but cannot be reached; back, moved and moved back; unknown, its class or XML cannot be read;
 * ended. Terms are those of acdr_request_explain(), `place` for a guest without a place, and
 * `refused` for refused steps.
 * Moving memory may take seconds per GiB; hooks wait while a guest is moved. A dry run counts
 * memory as it is now, even if guests before it in the list would move.
 * 1: some guest could improve (possible, stays, back, unknown); 0: none could.
 * -ENOENT: no such guest in the journal; -EINVAL: FLAGS, or acdr.conf; lock and journal as
 * acdr_settle().
 */
int acdr_rebalance(struct acdr *a, const char *domain, unsigned flags, struct acdr_item **ret,
                   struct acdr_err *e);

/*
 * Condition CPUS (a cpulist) by a class without a guest, under NAME, until acdr_release(). NAME
 * must not look like a UUID. If NAME exists with the same class and CPUs, it is settled again.
 * -EEXIST: it exists with others; -EBUSY: a CPU is taken; -EINVAL: name or CPUs; -ENOENT: no such
 * class.
 */
int acdr_apply(struct acdr *a, const char *class_name, const char *cpus, const char *name,
               struct acdr_err *e);
/* Undo acdr_apply() for NAME. -ENOENT: there is none. */
int acdr_release(struct acdr *a, const char *name, struct acdr_err *e);

/* A running guest temporarily under another class. */
struct acdr_trial;

/*
 * Condition the running guest GUEST (a name) by CLASS_NAME instead of its present class, if any. It
 * keeps its cores if both classes place it alike; otherwise it is placed again. Its tag stays: its
 * next start and libvirt's next reconnect use the tag. If the caller dies, the guest stays
 * conditioned by CLASS_NAME, and its end restores the host as usual. A must outlive *RET. Reads
 * /run/libvirt/qemu/GUEST.pid and GUEST.xml.
 * 0. -ESRCH: it does not run; -EALREADY: it has that class; -EBUSY: it is about to start; -ENOENT:
 * no such class; others as acdr_event(): a required step failed. The guest then gets its old
 * conditioning back, and E says if that failed too.
 */
int acdr_trial_begin(struct acdr *a, const char *guest, const char *class_name,
                     struct acdr_trial **ret, struct acdr_err *e);
/*
 * Restore the guest's old class and place, if it had any. A refused required step is skipped, as at
 * a reconnect, and logged. Moved pages stay where they are.
 * 0; 1: nothing to undo: this run of the guest has ended, or another caller has conditioned it
 * since. -ETIMEDOUT, -EBADMSG, -EPERM of the lock or the journal: nothing was changed, call again.
 * Any other -errno: the guest now runs unconditioned.
 */
int acdr_trial_back(struct acdr_trial *t, struct acdr_err *e);
/* Free the trial. Changes nothing: without acdr_trial_back() the guest keeps the new class. */
void acdr_trial_free(struct acdr_trial *t);

#ifdef __cplusplus
}
#endif

#endif
