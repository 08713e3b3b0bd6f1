/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every path of the host goes through one rooted object, so that a recorded machine can stand in
 * for this one. Links are resolved inside the root, never outside it. Only the root "/" is live:
 * whatever acts on this machine other than through a file must ask acdr_root_live() first.
 *
 * Paths are absolute in the host's terms ("/proc/irq"). Relative ones are refused with -EINVAL.
 */
#ifndef ACDR_BASE_ROOT_ROOT_H
#define ACDR_BASE_ROOT_ROOT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "auto.h"
#include "err.h"

struct acdr_root;

/* What acdr_root_read() takes at the most where it is not told. */
#define ACDR_ROOT_READ_MAX ((size_t)16 << 20)

/* Open a root: "/" or NULL is this machine. The caller frees it. -errno with E on failure. */
int acdr_root_open(const char *path, struct acdr_root **ret, struct acdr_err *e);
void acdr_root_free(struct acdr_root *r);
ACDR_AUTO_DEFINE(struct acdr_root, acdr_root_free);

bool acdr_root_live(const struct acdr_root *r);
/* As it was given to open; "/" for this machine. */
const char *acdr_root_path(const struct acdr_root *r);

/*
 * Read a whole file, at most MAX bytes (0: 16 MiB); the caller frees *ret, which is NUL-terminated;
 * *len may be NULL. -errno on failure, -EFBIG where the file is longer. Does not write an error
 * text: whether a missing file is an error, the caller knows.
 */
int acdr_root_read(struct acdr_root *r, const char *path, size_t max, char **ret, size_t *len);
/* Read a short file into BUF (NUL-terminated, one trailing newline cut); returns the length, or
 * -errno; what does not fit is cut off. The path is formatted. */
ssize_t acdr_root_get(struct acdr_root *r, char *buf, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* One decimal number. 0, or -errno (-EINVAL: not a number). */
int acdr_root_get_num(struct acdr_root *r, long long *ret, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* A link's text, NUL-terminated; its length or -errno. */
ssize_t acdr_root_link(struct acdr_root *r, char *buf, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Where the path leads after all links, as a path below the root; its length or -errno. The path is
 * formatted. */
ssize_t acdr_root_real(struct acdr_root *r, char *buf, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* True where the path exists (after following links). */
bool acdr_root_has(struct acdr_root *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * Call FN for every name in a directory but "." and "..", in ascending order where NUMERIC names
 * ("cpu2" before "cpu10") compare by number. FN returns 0 to go on; anything else ends the walk
 * and is returned. -errno where the directory cannot be read.
 */
int acdr_root_list(struct acdr_root *r, const char *path, int (*fn)(void *arg, const char *name),
                   void *arg);

/* Owner and mode of a file, not following a last link. 0 or -errno. */
int acdr_root_stat(struct acdr_root *r, const char *path, uid_t *uid, mode_t *mode);

/*
 * For recorded hosts: SEE is called for each path that one of the calls above has found, with NAME
 * for each entry of a folder that was listed (else NULL).
 */
typedef void acdr_root_trace_fn(void *arg, const char *path, const char *name);
void acdr_root_trace_reads(struct acdr_root *r, acdr_root_trace_fn *see, void *arg);

/* --- What changes the host. Only knobs/ and journal/journal.c may call these. --- */

/* Write TEXT and a newline with one write(2) into a file that exists. 0 or -errno. */
int acdr_root_write(struct acdr_root *r, const char *path, const char *text);
/* Replace a file by TEXT atomically (temporary file beside it, sync, rename), mode 0600. */
int acdr_root_replace(struct acdr_root *r, const char *path, const char *text, size_t len);
/* Remove a file. 0 or -errno. */
int acdr_root_remove(struct acdr_root *r, const char *path);
/* Remove a directory that has no files. 0 or -errno. */
int acdr_root_rmdir(struct acdr_root *r, const char *path);
/* Make a directory of mode 0700 with its parents; fine where it exists. */
int acdr_root_mkdir(struct acdr_root *r, const char *path);
/* Take an exclusive lock on a file, made if missing, waiting at most WAIT_MS. *fd is closed by the
 * caller, which unlocks. -ETIMEDOUT where somebody else keeps it. */
int acdr_root_lock(struct acdr_root *r, const char *path, int wait_ms, int *fd);

/*
 * Tests only: TAP is called before (AFTER false) and after each change made by write and replace,
 * and with a NULL text by mkdir (of the last folder) and rmdir; a negative value before makes the
 * change fail with that -errno. Tests imitate the kernel's habits and crashes here.
 */
typedef int acdr_root_write_hook_fn(void *arg, const char *path, const char *text, bool after);
void acdr_root_set_write_hook(struct acdr_root *r, acdr_root_write_hook_fn *tap, void *arg);

/*
 * Tests only: functions that stand in for the system calls that knobs make, for this root alone;
 * knobs/kernel_calls.h lists them. CALLS must outlive the root; NULL: the kernel's own.
 */
struct acdr_kernel_calls;
void acdr_root_set_calls(struct acdr_root *r, const struct acdr_kernel_calls *calls);
const struct acdr_kernel_calls *acdr_root_calls(const struct acdr_root *r);

#endif
