/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The journal's file: finds it, checks its owner, replaces it atomically. Knows no contents. */
#include "journal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static void read_boot(struct acdr_root *root, char boot[64])
{
    if (acdr_root_get(root, boot, 64, "/proc/sys/kernel/random/boot_id") <= 0)
        snprintf(boot, 64, "-");
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

static int read_text(struct acdr_root *root, char **ret, struct acdr_err *e)
{
    size_t len = 0;
    acdr_auto(free) char *text = NULL;
    int err = check_owner(root, e);

    if (err == 0)
        err = acdr_root_read(root, ACDR_JOURNAL_FILE, 0, &text, &len);
    if (err == -ENOENT)
        return 0;
    if (err < 0)
        return acdr_err_errno(e, -err, "%s", ACDR_JOURNAL_FILE);
    if (strlen(text) != len)
        return acdr_err_set(e, EBADMSG, "%s: damaged: contains a NUL byte", ACDR_JOURNAL_FILE);
    *ret = acdr_take(text);
    return 0;
}

int acdr_journal_read(struct acdr_root *root, struct acdr_journal **ret, struct acdr_err *e)
{
    acdr_auto(acdr_journal_free) struct acdr_journal *j = calloc(1, sizeof(*j));
    acdr_auto(free) char *text = NULL;
    char boot[64];
    int err;

    if (!j)
        return acdr_err_nomem(e);
    read_boot(root, boot);
    err = read_text(root, &text, e);
    if (err == 0 && text)
        err = acdr_journal_parse(text, j, e);
    if (err < 0)
        return err;
    if (text && strcmp(j->boot, boot)) {
        acdr_journal_free(j);
        j = calloc(1, sizeof(*j));
        if (!j)
            return acdr_err_nomem(e);
    }
    snprintf(j->boot, sizeof(j->boot), "%s", boot);
    *ret = acdr_take(j);
    return 0;
}

int acdr_journal_write(struct acdr_root *root, const struct acdr_journal *j, struct acdr_err *e)
{
    acdr_auto(free) char *text = NULL;
    int err;

    if (!j->n_entries && !j->n_saved) {
        err = acdr_root_remove(root, ACDR_JOURNAL_FILE);
        if (err == -ENOENT)
            return 0;
    } else {
        text = acdr_journal_print(j);
        if (!text)
            return acdr_err_nomem(e);
        err = acdr_root_replace(root, ACDR_JOURNAL_FILE, text, strlen(text));
    }
    if (err < 0)
        return acdr_err_errno(e, -err, "%s", ACDR_JOURNAL_FILE);
    return 0;
}
