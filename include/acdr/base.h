/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libacdr: errors, the handle, the log, and reading reports.
 *
 * Return values, here and in every other header: 0 is success; a negative value is -errno, and the
 * acdr_err says what, where and why; a positive value is an answer that the call documents.
 * Pointers named RET are written on success only. Every _free and _close takes NULL.
 *
 * Errors that any call with an acdr_err may return, and that are not listed with it: -ENOMEM; the
 * errno of a required host file that cannot be read (-EACCES, -EIO, ...; E names it); -EINVAL for
 * an argument that must not be NULL. Of calls that read the journal: -EBADMSG, the journal is
 * damaged; -EPERM, users other than root can write it. Of calls that change the host: -ETIMEDOUT,
 * another process holds the host's lock; -ENOSPC, -EIO, -EROFS, the journal cannot be written.
 *
 * Threads: a handle and every object made from it (requests, snapshots, watches, trials, why) may
 * be used by one thread at a time. Different threads may use different handles concurrently, even
 * on one host: the library has no global state, and calls that change the host wait for the host's
 * lock. A report is independent of its handle; several threads may read it. After fork() only one
 * of the two processes may use a handle. The library starts a thread in two calls, acdr_event() and
 * acdr_request_event() for a class with [power], for less than a second, to test whether a CPU
 * wakes up; it ends before the call returns. Signals are left to the caller.
 * No result depends on the caller's locale, except the errno text at the end of an error.
 */
#ifndef ACDR_BASE_H
#define ACDR_BASE_H

#include <stddef.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * An error. Lives on the caller's stack: initialize with { 0 }; nothing to free; NULL is accepted
 * everywhere. CODE is a positive errno value, 0 for no error; TEXT is one line for a person.
 */
struct acdr_err {
    int code;
    char text[1020];
};

/* "MAJOR.MINOR.PATCH" of the library in use; static. */
const char *acdr_version(void);

/* A host under a root directory, with its configuration, classes and journal. */
struct acdr;

/*
 * Open the host under ROOT. NULL or "/" is this machine; any other directory is a recorded or
 * synthetic host: its files can be read and written, but this machine's threads and devices are
 * never accessed through it.
 * An invalid acdr.conf is not an error here: the defaults apply until something is conditioned.
 * -ENOENT, -ENOTDIR, -EACCES: the root itself.
 */
int acdr_open(const char *root, struct acdr **ret, struct acdr_err *e);
/*
 * Open a host recorded by acdr_record(): LEN bytes of its text, which may be untrusted. Its files
 * are created in a folder of mode 0700 below $TMPDIR (or /tmp), which acdr_close() removes with all
 * changes; a killed process leaves it behind. A class that the recorded host lacks is taken from
 * this machine.
 * -EBADMSG: not a recorded host, E names the line; -EFBIG: too large; -EINVAL: TEXT is NULL;
 * others: the folder cannot be created or written.
 */
int acdr_open_recording(const char *text, size_t len, struct acdr **ret, struct acdr_err *e);
/* The folder of the host's files; "/" for this machine. Valid as long as A. */
const char *acdr_root(const struct acdr *a);
void acdr_close(struct acdr *a);

/* Messages for a person while a call runs. PRIORITY as in syslog(3). None unless set. */
typedef void acdr_log_fn(void *arg, int priority, const char *text);
void acdr_log_to(struct acdr *a, acdr_log_fn *fn, void *arg);

/* The time limit of acdr.conf for one hook event, in seconds. */
int acdr_deadline(const struct acdr *a);

/*
 * A report: a tree of named values. The caller frees the root with acdr_item_free(); every string
 * and child belongs to its root. CPU sets are texts in cpulist form ("0-3,8").
 */
struct acdr_item;

enum acdr_item_kind {
    ACDR_ITEM_NULL, /* not known on this host */
    ACDR_ITEM_MAP,
    ACDR_ITEM_LIST,
    ACDR_ITEM_TEXT,
    ACDR_ITEM_NUM,
    ACDR_ITEM_BOOL
};

enum acdr_item_kind acdr_item_kind(const struct acdr_item *i);
/* The key within a map; NULL for a root and within a list. */
const char *acdr_item_name(const struct acdr_item *i);
/* Never NULL: "" if the item is NULL or not a text. */
const char *acdr_item_text(const struct acdr_item *i);
/* The number, or a bool as 0 and 1; 0 if the item is NULL or neither. */
long long acdr_item_num(const struct acdr_item *i);
/* First child and next sibling; NULL at the end, and for NULL. */
const struct acdr_item *acdr_item_first(const struct acdr_item *i);
const struct acdr_item *acdr_item_next(const struct acdr_item *i);
/* The child of that name in a map; NULL if there is none, and for NULL. */
const struct acdr_item *acdr_item_find(const struct acdr_item *i, const char *name);
/* Print I and its descendants to F as JSON, members in their order, with a final newline. A map
 * begins with a member that is not in the tree, schema_version. NULL is null. In a text that is not
 * UTF-8, non-ASCII bytes become '?'; other characters that acdr_printable() replaces are escaped
 * (\u202E). 0; -ENOMEM; -EIO or another -errno: F cannot be written. */
int acdr_item_print_json(const struct acdr_item *i, FILE *f);
void acdr_item_free(struct acdr_item *i);

/*
 * Make TEXT safe to show on a terminal or in a log: control characters (line breaks too), marks of
 * text direction, and bytes that are not UTF-8 become '?', in place. For names that others chose;
 * texts of errors and of the log callback are safe already.
 */
void acdr_printable(char *text);

#ifdef __cplusplus
}
#endif

#endif
