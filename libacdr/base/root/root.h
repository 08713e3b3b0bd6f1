/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every access to a path of the host goes through a root object, so that a recorded machine can
 * replace this one. Links are resolved inside the root, never outside it. Only the root "/" is
 * live: code that acts on this machine other than through a file must check acdr_root_live() first.
 *
 * Paths are absolute on the host ("/proc/irq"). Relative paths are refused with -EINVAL.
 */
#ifndef ACDR_BASE_ROOT_ROOT_H
#define ACDR_BASE_ROOT_ROOT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "answer.h"
#include "auto.h"
#include "err.h"

struct acdr_root;

/* The default size limit of acdr_root_read(). */
#define ACDR_ROOT_READ_MAX ((size_t)16 << 20)

/* Open a root: "/" or NULL is this machine. The caller frees it. -errno, with E set, on failure. */
int acdr_root_open(const char *path, struct acdr_root **ret, struct acdr_err *e);
void acdr_root_free(struct acdr_root *r);
ACDR_AUTO_DEFINE(struct acdr_root, acdr_root_free);

bool acdr_root_live(const struct acdr_root *r);
/* The path given to open; "/" for this machine. */
const char *acdr_root_path(const struct acdr_root *r);

/*
 * Read a whole file of at most MAX bytes (0: 16 MiB); the caller frees *ret, which is
 * NUL-terminated; *len may be NULL. -errno on failure, -EFBIG if the file is longer. Records no
 * error text: only the caller knows whether a missing file is an error.
 */
int acdr_root_read(struct acdr_root *r, const char *path, size_t max, char **ret, size_t *len);
/* Read a short file into BUF (NUL-terminated, one trailing newline removed) and truncate it to the
 * size of BUF. Returns the length or -errno. The path is formatted. */
ssize_t acdr_root_get(struct acdr_root *r, char *buf, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Read one decimal number. 0, or -errno (-EINVAL: not a number). */
int acdr_root_get_num(struct acdr_root *r, long long *ret, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Read a link's target, NUL-terminated; returns its length or -errno. */
ssize_t acdr_root_link(struct acdr_root *r, char *buf, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Resolve all links: the final path, below the root; returns its length or -errno. The path is
 * formatted. */
ssize_t acdr_root_real(struct acdr_root *r, char *buf, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Does the path exist (after following links)? Unknown: its folder could not be searched. */
struct acdr_answer acdr_root_has(struct acdr_root *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Call FN for every name in a directory except "." and "..", in ascending order; with NUMERIC,
 * names ("cpu2" before "cpu10") compare by number. FN returns 0 to continue; any other value stops
 * the walk and is returned. -errno if the directory cannot be read.
 */
int acdr_root_list(struct acdr_root *r, const char *path, int (*fn)(void *arg, const char *name),
                   void *arg);

/* Does a process hold the lock that acdr_root_lock() takes on this file? Changes nothing. */
struct acdr_answer acdr_root_locked(struct acdr_root *r, const char *path);

/* Owner and mode of a file; a link as last component is not followed. 0 or -errno. */
int acdr_root_stat(struct acdr_root *r, const char *path, uid_t *uid, mode_t *mode);
/* All that identifies a file, whose links are followed: is it the same as before? 0 or -errno. */
struct stat;
int acdr_root_identify(struct acdr_root *r, const char *path, struct stat *ret);

/*
 * For recording hosts: SEE is called for each path that one of the calls above has found; NAME is
 * an entry if a directory was listed, else NULL.
 */
typedef void acdr_root_trace_fn(void *arg, const char *path, const char *name);
void acdr_root_trace_reads(struct acdr_root *r, acdr_root_trace_fn *see, void *arg);
bool acdr_root_traced(const struct acdr_root *r);

/* --- These change the host. Only knobs/ and journal/journal.c may call them. --- */

/* Write TEXT and a newline with one write(2) to an existing file. 0 or -errno; *ASKED: the file was
 * opened, so that the answer is the kernel's to this text. */
int acdr_root_write(struct acdr_root *r, const char *path, const char *text, bool *asked);
/* Atomically replace a file by TEXT (temporary file beside it, sync, rename), mode 0600. */
int acdr_root_replace(struct acdr_root *r, const char *path, const char *text, size_t len);
/* Create an empty file of mode 0600, or empty the one that is there. 0 or -errno. */
int acdr_root_touch(struct acdr_root *r, const char *path);
/* A file of mode 0600 that takes SIZE bytes or a little more, so that they can be had by removing
 * it. 0 or -errno. */
int acdr_root_reserve(struct acdr_root *r, const char *path, size_t size);
/* Remove a file. 0 or -errno. */
int acdr_root_remove(struct acdr_root *r, const char *path);
/* Remove an empty directory. 0 or -errno. */
int acdr_root_rmdir(struct acdr_root *r, const char *path);
/* Create a directory of mode 0700 and its parents; succeeds if it exists. */
int acdr_root_mkdir(struct acdr_root *r, const char *path);
/* Take an exclusive lock on a file, created if missing; waits at most WAIT_MS. The caller closes
 * *fd, which unlocks. -ETIMEDOUT if another process holds the lock. */
int acdr_root_lock(struct acdr_root *r, const char *path, int wait_ms, int *fd);

/*
 * Tests only: TAP is called before (AFTER false) and after each change by write and replace, and
 * with a NULL text by mkdir (for the last directory) and rmdir; if the call before returns -errno,
 * the change fails with it. Tests imitate kernel behaviour and crashes here.
 */
typedef int acdr_root_write_hook_fn(void *arg, const char *path, const char *text, bool after);
void acdr_root_set_write_hook(struct acdr_root *r, acdr_root_write_hook_fn *tap, void *arg);

/*
 * Tests only: functions that replace the system calls of knobs, for this root alone;
 * knobs/kernel_calls.h lists them. CALLS must outlive the root; NULL: the kernel's own.
 */
struct acdr_kernel_calls;
void acdr_root_set_calls(struct acdr_root *r, const struct acdr_kernel_calls *calls);
const struct acdr_kernel_calls *acdr_root_calls(const struct acdr_root *r);

#endif
