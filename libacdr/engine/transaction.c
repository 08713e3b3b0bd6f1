/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The lock, the journal and its living guests. Knows the evidence that a guest lives, not the work
 * done on it.
 */
#include "transaction.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>

#include "guest.h"
#include "host.h"
#include "marks.h"
#include "text.h"

#define ONLINE "/sys/devices/system/cpu/online"

static struct acdr_answer lives_as(struct acdr *a, int pid, unsigned long long start,
                                   struct acdr_err *e)
{
    struct acdr_answer lives = acdr_guest_lives(a->root, pid, start);

    if (acdr_unknown(lives))
        acdr_err_errno(e, acdr_unknown(lives), "/proc/%d/stat", pid);
    return lives;
}

/* Without a known process: does libvirt's pid file show a QEMU of that name? */
static struct acdr_answer runs_by_name(struct acdr *a, const char *name, struct acdr_err *e)
{
    acdr_auto(acdr_host_free) struct acdr_host *h = NULL;
    acdr_auto(acdr_guest_free) struct acdr_guest *g = NULL;
    int err = acdr_host_read(a->root, ACDR_HOST_ISOLATION, &h, e);

    if (err < 0)
        return acdr_answer(err);
    err = acdr_guest_read(h, name, &g, e);
    return acdr_answer(err == -ESRCH ? 0 : err < 0 ? err : 1);
}

/*
 * An entry lives as long as its QEMU, or the process that has the pool, does. Between prepare and
 * started there is none: then its daemon must live, because only that daemon calls release if the
 * start fails. Unknown, with E, if a file cannot be read.
 */
static struct acdr_answer lives(struct acdr *a, const struct acdr_entry *en, struct acdr_err *e)
{
    struct acdr_answer daemon;

    if (en->pid)
        return lives_as(a, en->pid, en->start, e);
    if (en->is_pool || !en->daemon_pid)
        return acdr_answer(1);
    daemon = lives_as(a, en->daemon_pid, en->daemon_start, e);
    return acdr_no(daemon) ? runs_by_name(a, en->name, e) : daemon;
}

/* A guest that may live keeps its conditioning. */
static bool is_dead(struct acdr *a, const struct acdr_entry *en)
{
    struct acdr_err e = { 0 };
    struct acdr_answer is = lives(a, en, &e);

    if (acdr_unknown(is))
        acdr_log(&a->log, LOG_WARNING,
                 "%s %s: cannot find out whether it still runs: %s; its settings are kept until "
                 "the next event",
                 en->is_pool ? "workload" : "guest", en->name, e.text);
    return acdr_no(is);
}

/* True if one was dropped. */
static bool drop_dead(struct acdr_txn *w, struct acdr_item *dropped)
{
    size_t before = w->j->n_entries;

    for (size_t i = w->j->n_entries; i-- > 0;) {
        struct acdr_entry *en = &w->j->entries[i];
        acdr_auto(free) char *id = NULL;

        if (!is_dead(w->a, en))
            continue;
        if (en->is_pool)
            acdr_log(&w->a->log, LOG_INFO, "workload %s has ended: its settings are restored",
                     en->name);
        else if (!w->ending || strcmp(en->id, w->ending))
            acdr_log(&w->a->log, LOG_NOTICE,
                     "guest %s has ended without an event from libvirt: its settings are restored",
                     en->name);
        acdr_item_add_text(dropped, NULL, en->name);
        id = strdup(en->id);
        if (id)
            acdr_journal_drop(w->j, id);
    }
    return w->j->n_entries < before;
}

/* Who can write there can make root write anything anywhere. */
static int check_dir(struct acdr_root *root, struct acdr_err *e)
{
    uid_t uid = 0;
    mode_t mode = 0;
    int err = acdr_root_stat(root, ACDR_JOURNAL_DIR, &uid, &mode);

    if (err < 0)
        return acdr_err_errno(e, -err, "%s", ACDR_JOURNAL_DIR);
    if (!S_ISDIR(mode))
        return acdr_err_set(e, EPERM, "%s: is not a folder; remove it", ACDR_JOURNAL_DIR);
    if (acdr_root_live(root) && (uid != 0 || mode & 022))
        return acdr_err_set(e, EPERM,
                            "%s: owner %u, mode %04o: must be owned by root and not be writable by "
                            "group or others; check its contents, then change that",
                            ACDR_JOURNAL_DIR, (unsigned)uid, (unsigned)(mode & 07777));
    return 0;
}

static int lock(struct acdr_txn *w, struct acdr_err *e)
{
    /* ms: some of the time is for the work itself */
    int wait = w->at_once ? 0 : w->a->config->deadline * 750;
    int err = acdr_root_mkdir(w->a->root, ACDR_JOURNAL_DIR);

    if (err < 0)
        return acdr_err_errno(e, -err, "%s", ACDR_JOURNAL_DIR);
    err = check_dir(w->a->root, e);
    if (err < 0)
        return err;
    err = acdr_root_lock(w->a->root, ACDR_LOCK_FILE, wait, &w->lock);
    if (err == -ETIMEDOUT)
        return acdr_err_set(e, ETIMEDOUT,
                            "%s: another process held the lock for %d s; find it "
                            "with fuser",
                            ACDR_LOCK_FILE, wait / 1000);
    return err < 0 ? acdr_err_errno(e, -err, "%s", ACDR_LOCK_FILE) : 0;
}

static int settle_all(struct acdr_txn *w, struct acdr_item *report, bool write_later,
                      struct acdr_err *e)
{
    struct acdr_settle s = {
        .root = w->a->root,
        .j = w->j,
        .log = &w->a->log,
        .backwards = true,
        .write_later = write_later,
        .report = report,
    };

    return acdr_settle_run(&s, e);
}

int acdr_txn_open(struct acdr *a, struct acdr_txn *w, struct acdr_item *dropped, struct acdr_err *e)
{
    bool due;
    int err;

    w->a = a;
    err = lock(w, e);
    if (err == 0)
        err = acdr_journal_read(a->root, &w->j, e);
    if (err < 0)
        return err;
    due = acdr_marks_due(a->root, w->j);
    w->j->again = acdr_journal_is_dirty(w->j);
    w->j->marked = due && acdr_marks_begin(a->root) == 0;
    if (drop_dead(w, dropped) || acdr_journal_is_dirty(w->j) || due)
        err = settle_all(w, w->report, true, e);
    return err < 0 ? err : 0;
}

/* What acdr_txn_open() has settled, if nothing was written since. The file still has it as dirty,
 * so the next event would settle it again. */
static void save(struct acdr_txn *w)
{
    struct acdr_err e = { 0 };

    if (w->j && w->j->unsaved && acdr_journal_write(w->a->root, w->j, &e) < 0)
        acdr_log(&w->a->log, LOG_ERR, "%s", e.text);
}

void acdr_txn_close(struct acdr_txn *w)
{
    save(w);
    acdr_journal_free(w->j);
    w->j = NULL;
    if (w->lock >= 0)
        close(w->lock);
    w->lock = -1;
}

int acdr_txn_settle(struct acdr_txn *w, const char *id, bool alone, struct acdr_err *e)
{
    struct acdr_settle s = {
        .root = w->a->root,
        .j = w->j,
        .log = &w->a->log,
        .id = id,
        .alone = alone,
        .write_later = true,
    };

    return acdr_settle_run(&s, e);
}

int acdr_txn_settle_all(struct acdr_txn *w, struct acdr_item *report, struct acdr_err *e)
{
    return settle_all(w, report, false, e);
}

void acdr_txn_keep(struct acdr_txn *w, const struct acdr_host *h)
{
    acdr_auto(free) char *text = acdr_host_topology_text(h);

    if (text)
        acdr_journal_keep(w->a->root, ACDR_TOPOLOGY_FILE, text);
}

void acdr_txn_resweep(struct acdr_txn *w)
{
    char online[4096];
    ssize_t n = acdr_root_get(w->a->root, online, sizeof(online), ONLINE);

    if (n < 0) {
        acdr_log(&w->a->log, LOG_ERR,
                 ONLINE ": %s: tasks that started since may run on clean cores; run 'acdr settle'",
                 strerrordesc_np((int)-n));
        return;
    }
    for (size_t i = 0; i < w->j->n_saved; i++) {
        const struct acdr_saved_knob *k = w->j->saved[i];

        if (k->knob.kind->bulk && k->want && !acdr_knob_same(k->knob, online, k->want))
            acdr_knob_write(w->a->root, k->knob, online, k->want, NULL);
    }
}
