/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libacdr: errors, the handle, the log, and reading reports.
 *
 * Return values, here and in every other header: 0 is success; a negative value is -errno, and the
 * acdr_err says what, where and why; a positive value is an answer that the call documents.
 * Pointers named RET are written on success only. Every _free and _close takes NULL.
 *
 * Errors that any call with an acdr_err may return, and that are not listed with it: -ENOMEM; the
 * errno of a file of the host that must be there and cannot be read (-EACCES, -EIO, ...; E names
 * it); -EINVAL for an argument that must not be NULL. Of calls that read the journal: -EBADMSG, it
 * is damaged; -EPERM, somebody else than root may write it. Of calls that change the host:
 * -ETIMEDOUT, another process kept its lock; -ENOSPC, -EIO, -EROFS, the journal cannot be written.
 *
 * Threads: a handle and all that was made from it (requests, snapshots, watches, trials, why) may
 * be used by one thread at a time. Different handles may be used by different threads at the same
 * time, also of one host: the library has no global state, and calls that change the host wait for
 * the host's lock. Reports belong to nobody but their owner and may be read by several threads.
 * After fork() one of the two processes may go on using a handle. The library starts a thread in
 * two calls, acdr_event() and acdr_request_event() for a class with [power], for less than a
 * second, to see whether a CPU wakes; it ends before the call does. Signals are the caller's.
 * No result depends on the locale of the caller, but for the errno's own text at the end of an
 * error.
 */
#ifndef ACDR_BASE_H
#define ACDR_BASE_H

#include <stddef.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What went wrong. Lives on the caller's stack: start from { 0 }; nothing to free; may be passed as
 * NULL everywhere. CODE is a positive errno value, 0 for no error; TEXT is one line for a person.
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
 * made-up one: its files can be read and written, this machine's threads and devices are never
 * touched through it.
 * A wrong acdr.conf is no failure here: the defaults stand in until something is to be conditioned.
 * -ENOENT, -ENOTDIR, -EACCES: the root itself.
 */
int acdr_open(const char *root, struct acdr **ret, struct acdr_err *e);
/*
 * Open the host that acdr_record() has written down: LEN bytes of its text, which may come from
 * anybody. Its files are made in a folder of mode 0700 below $TMPDIR (or /tmp), which acdr_close()
 * removes with all that was changed there; a process that is killed leaves it behind. Where the
 * recorded host has no class of a name, this machine's serves.
 * -EBADMSG: not a recorded host, E tells the line; -EFBIG: too large; -EINVAL: TEXT is NULL; else
 * the folder could not be made or written.
 */
int acdr_open_recording(const char *text, size_t len, struct acdr **ret, struct acdr_err *e);
/* The folder that has the host's files; "/" for this machine. Lasts as long as A. */
const char *acdr_root(const struct acdr *a);
void acdr_close(struct acdr *a);

/* What a person should hear while a call works. PRIORITY as in syslog(3). Silent unless set. */
typedef void acdr_log_fn(void *arg, int priority, const char *text);
void acdr_log_to(struct acdr *a, acdr_log_fn *fn, void *arg);

/* The seconds that acdr.conf grants a hook for one event. */
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
/* Never NULL: "" where the item is NULL or no text. */
const char *acdr_item_text(const struct acdr_item *i);
/* The number, or a bool as 0 and 1; 0 where the item is NULL or neither. */
long long acdr_item_num(const struct acdr_item *i);
/* First child and next sibling; NULL at the end, and for NULL. */
const struct acdr_item *acdr_item_first(const struct acdr_item *i);
const struct acdr_item *acdr_item_next(const struct acdr_item *i);
/* The child of that name in a map; NULL where there is none, and for NULL. */
const struct acdr_item *acdr_item_find(const struct acdr_item *i, const char *name);
/* Print I and all below it on F as JSON, members in their order, with a line break at the end.
 * NULL is null. Bytes that are not ASCII are '?' in a text that is not UTF-8. 0; -ENOMEM; -EIO or
 * another -errno: F could not be written. */
int acdr_item_print_json(const struct acdr_item *i, FILE *f);
void acdr_item_free(struct acdr_item *i);

#ifdef __cplusplus
}
#endif

#endif
