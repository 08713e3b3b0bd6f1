/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The journal's file: finds it, checks its owner, replaces it atomically. Knows no contents. */
#include "journal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "marks.h"

#define BOOT_ID "/proc/sys/kernel/random/boot_id"

/* Without it a journal of this boot would pass for another's. A host made of files may have none,
 * which counts as "-". */
static int read_boot(struct acdr_root *root, char boot[64], struct acdr_err *e)
{
    ssize_t n = acdr_root_get(root, boot, 64, BOOT_ID);

    if (n > 0)
        return 0;
    if (n == 0)
        return acdr_err_set(e, EIO, BOOT_ID ": is empty: the journal was not used");
    if (n == -ENOENT && !acdr_root_live(root))
        return snprintf(boot, 64, "-") < 0 ? -EINVAL : 0;
    return acdr_err_errno(e, (int)-n, BOOT_ID);
}

/* A writer of the journal can make root write anything anywhere. */
static int check_owner(struct acdr_root *root, struct acdr_err *e)
{
    uid_t uid = 0;
    mode_t mode = 0;
    int err = acdr_root_stat(root, ACDR_JOURNAL_FILE, &uid, &mode);

    if (err < 0)
        return err;
    if (!S_ISREG(mode))
        return acdr_err_set(e, EPERM, "%s: is not a regular file; remove it", ACDR_JOURNAL_FILE);
    if (acdr_root_live(root) && (uid != 0 || mode & 022))
        return acdr_err_set(e, EPERM,
                            "%s: owner %u, mode %04o: must be owned by root and not be writable by "
                            "group or others; check it, then remove it",
                            ACDR_JOURNAL_FILE, (unsigned)uid, (unsigned)(mode & 07777));
    return 0;
}

/* Claims of many guests on many interrupts need more than any file of the kernel: 200 kB a guest
 * with 1,874 interrupts. */
enum { TEXT_MAX = 1 << 28 };

static int read_text(struct acdr_root *root, char **ret, struct acdr_err *e)
{
    size_t len = 0;
    acdr_auto(free) char *text = NULL;
    int err = check_owner(root, e);

    if (err == 0)
        err = acdr_root_read(root, ACDR_JOURNAL_FILE, TEXT_MAX, &text, &len);
    if (err == -ENOENT)
        return 0;
    if (err < 0)
        return acdr_err_errno(e, -err, "%s", ACDR_JOURNAL_FILE);
    if (strlen(text) != len)
        return acdr_err_set(e, EBADMSG, "%s: damaged: contains a NUL byte", ACDR_JOURNAL_FILE);
    *ret = acdr_take(text);
    return 0;
}

/* What the file says of each knob is what is known in memory. */
static void note_filed(struct acdr_journal *j)
{
    for (size_t i = 0; i < j->n_saved; i++)
        j->saved[i]->filed = j->saved[i]->dirty && j->saved[i]->base;
}

static struct acdr_text_mark mark(const char *text)
{
    size_t len = text ? strlen(text) : 0;

    return (struct acdr_text_mark){ .len = len, .hash = acdr_index_hash(text, len) };
}

int acdr_journal_read(struct acdr_root *root, struct acdr_journal **ret, struct acdr_err *e)
{
    acdr_auto(acdr_journal_free) struct acdr_journal *j = calloc(1, sizeof(*j));
    acdr_auto(free) char *text = NULL;
    struct acdr_text_mark filed;
    char boot[64];
    int err;

    if (!j)
        return acdr_err_nomem(e);
    err = read_boot(root, boot, e);
    if (err == 0)
        err = read_text(root, &text, e);
    filed = mark(text);
    if (err == 0 && text)
        err = acdr_journal_parse(text, j, e);
    if (err < 0)
        return err;
    if (text && strcmp(j->boot, boot) && !strcmp(boot, "-"))
        return acdr_err_set(e, ENOENT, BOOT_ID ": is missing: the journal was not used");
    if (text && strcmp(j->boot, boot)) {
        acdr_journal_free(j);
        j = calloc(1, sizeof(*j));
        if (!j)
            return acdr_err_nomem(e);
    }
    note_filed(j);
    j->filed = filed;
    snprintf(j->boot, sizeof(j->boot), "%s", boot);
    *ret = acdr_take(j);
    return 0;
}

/* A killed process may have left a part of a file beside the journal. */
static int remove_all(struct acdr_root *root)
{
    int err = acdr_root_remove(root, ACDR_JOURNAL_FILE);

    if (err == 0 || err == -ENOENT)
        err = acdr_root_remove(root, ACDR_JOURNAL_DIR "/.journal.new");
    return err == -ENOENT ? 0 : err;
}

/* TEXT, or no file if it is NULL. */
static int replace(struct acdr_root *root, void *arg)
{
    const char *text = arg;

    if (!text)
        return remove_all(root);
    return acdr_root_replace(root, ACDR_JOURNAL_FILE, text, strlen(text));
}

static int write_text(struct acdr_root *root, struct acdr_journal *j, char *text,
                      struct acdr_err *e)
{
    int err = j->marked ? 0 : acdr_marks_begin(root);

    if (err < 0)
        return acdr_err_errno(e, -err, "%s", ACDR_MARK_UNFINISHED);
    j->marked = true;
    err = acdr_marks_ahead(root, j);
    if (err < 0)
        return acdr_err_errno(e, -err, "%s", ACDR_MARK_GUESTS);
    err = acdr_marks_with_room(root, replace, text);
    return err < 0 ? acdr_err_errno(e, -err, "%s", ACDR_JOURNAL_FILE) : 0;
}

int acdr_journal_write_ahead(struct acdr_root *root, struct acdr_journal *j, struct acdr_err *e)
{
    bool empty = !j->n_entries && !j->n_saved;
    acdr_auto(free) char *text = empty ? NULL : acdr_journal_print(j);
    struct acdr_text_mark now = mark(text);
    bool same = now.len == j->filed.len && now.hash == j->filed.hash;
    int err;

    if (!empty && !text)
        return acdr_err_nomem(e);
    err = same ? 0 : write_text(root, j, text, e);
    if (err < 0)
        return err;
    j->filed = now;
    j->unsaved = false;
    note_filed(j);
    return 0;
}

int acdr_journal_write(struct acdr_root *root, struct acdr_journal *j, struct acdr_err *e)
{
    int err = acdr_journal_write_ahead(root, j, e);

    if (err == 0 && j->marked)
        j->marked = !acdr_marks_end(root, j);
    return err;
}

void acdr_journal_keep(struct acdr_root *root, const char *path, const char *text)
{
    acdr_root_replace(root, path, text, strlen(text));
}
