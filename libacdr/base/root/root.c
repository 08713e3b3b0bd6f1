/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads and writes files below one root. Knows how to stay inside it, not what the files mean.
 * Other roots than "/" are opened with RESOLVE_IN_ROOT, so that no link of a recorded machine leads
 * outside.
 */
#include "root.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "root_fd.h"

enum { OPEN_TRIES = 1000 };

int acdr_root_open(const char *path, struct acdr_root **ret, struct acdr_err *e)
{
    acdr_auto(acdr_root_free) struct acdr_root *r = calloc(1, sizeof(*r));

    if (!r)
        return acdr_err_nomem(e);
    r->fd = -1;
    r->live = !path || !strcmp(path, "/");
    r->path = strdup(path ? path : "/");
    if (!r->path)
        return acdr_err_nomem(e);
    r->fd = open(r->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (r->fd < 0)
        return acdr_err_errno(e, errno, "root %s", r->path);
    *ret = acdr_take(r);
    return 0;
}

void acdr_root_free(struct acdr_root *r)
{
    if (!r)
        return;
    if (r->fd >= 0)
        close(r->fd);
    free(r->path);
    free(r);
}

bool acdr_root_live(const struct acdr_root *r)
{
    return r->live;
}

const char *acdr_root_path(const struct acdr_root *r)
{
    return r->path;
}

void acdr_root_set_write_hook(struct acdr_root *r, acdr_root_write_hook_fn *tap, void *arg)
{
    r->tap = tap;
    r->tap_arg = arg;
}

void acdr_root_trace_reads(struct acdr_root *r, acdr_root_trace_fn *see, void *arg)
{
    r->see = see;
    r->see_arg = arg;
}

bool acdr_root_traced(const struct acdr_root *r)
{
    return r->see;
}

void acdr_root_set_calls(struct acdr_root *r, const struct acdr_kernel_calls *calls)
{
    r->calls = calls;
}

const struct acdr_kernel_calls *acdr_root_calls(const struct acdr_root *r)
{
    return r->calls;
}

long acdr_root_openat2(int root, const char *path, struct open_how *how)
{
    long fd = -1;

    for (int tries = 0; tries < OPEN_TRIES; tries++) {
        fd = syscall(SYS_openat2, root, path, how, sizeof(*how));
        if (fd >= 0 || errno != EAGAIN)
            break;
    }
    return fd;
}

int acdr_root_fd(struct acdr_root *r, const char *path, int flags)
{
    struct open_how how = { .flags = (uint64_t)(flags | O_CLOEXEC), .resolve = RESOLVE_IN_ROOT };
    long fd;

    if (path[0] != '/')
        return -EINVAL;
    fd = r->live ? open(path, flags | O_CLOEXEC) : acdr_root_openat2(r->fd, path, &how);
    return fd < 0 ? -errno : (int)fd;
}

/* Read until end of file or until SIZE - 1 bytes are read; returns the length or -errno. */
static ssize_t read_fd(int fd, char *buf, size_t size)
{
    size_t len = 0;
    ssize_t n;

    while (len + 1 < size) {
        n = read(fd, buf + len, size - 1 - len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        len += (size_t)n;
    }
    buf[len] = '\0';
    return (ssize_t)len;
}

int acdr_root_read(struct acdr_root *r, const char *path, size_t max, char **ret, size_t *len)
{
    acdr_auto(close) int fd = acdr_root_fd(r, path, O_RDONLY);
    acdr_auto(free) char *buf = NULL;
    size_t cap = 4096;
    size_t used = 0;
    ssize_t n;
    char *more;

    if (fd < 0)
        return fd;
    if (!max)
        max = ACDR_ROOT_READ_MAX;
    for (;;) {
        more = realloc(buf, cap);
        if (!more)
            return -ENOMEM;
        buf = more;
        n = read_fd(fd, buf + used, cap - used);
        if (n < 0)
            return (int)n;
        used += (size_t)n;
        if (used > max)
            return -EFBIG;
        if (used + 1 < cap)
            break;
        cap *= 2;
    }
    acdr_root_trace(r, path, NULL);
    if (len)
        *len = used;
    *ret = acdr_take(buf);
    return 0;
}

/* Format PATH; -ENAMETOOLONG if it does not fit. */
static int __attribute__((format(printf, 2, 0)))
make_path(char path[4096], const char *fmt, va_list ap)
{
    int n = vsnprintf(path, 4096, fmt, ap);

    return n < 0 || n >= 4096 ? -ENAMETOOLONG : 0;
}

/* One read(2): the kernel may generate new content at each read, so two must not be combined. */
static ssize_t get(struct acdr_root *r, char *buf, size_t size, const char *path)
{
    acdr_auto(close) int fd = acdr_root_fd(r, path, O_RDONLY);
    ssize_t n;

    if (fd < 0)
        return fd;
    n = read(fd, buf, size - 1);
    if (n < 0)
        return -errno;
    acdr_root_trace(r, path, NULL);
    if (n && buf[n - 1] == '\n')
        n--;
    buf[n] = '\0';
    return n;
}

ssize_t acdr_root_get(struct acdr_root *r, char *buf, size_t size, const char *fmt, ...)
{
    char path[4096];
    va_list ap;
    int err;

    va_start(ap, fmt);
    err = make_path(path, fmt, ap);
    va_end(ap);
    return err < 0 ? err : get(r, buf, size, path);
}

int acdr_root_get_num(struct acdr_root *r, long long *ret, const char *fmt, ...)
{
    char path[4096];
    char buf[64];
    char *end;
    va_list ap;
    ssize_t n;

    va_start(ap, fmt);
    n = make_path(path, fmt, ap);
    va_end(ap);
    if (n == 0)
        n = get(r, buf, sizeof(buf), path);
    if (n < 0)
        return (int)n;
    errno = 0;
    *ret = strtoll(buf, &end, 10);
    return end == buf || *end || errno ? -EINVAL : 0;
}

ssize_t acdr_root_link(struct acdr_root *r, char *buf, size_t size, const char *fmt, ...)
{
    char path[4096];
    va_list ap;
    ssize_t n;

    va_start(ap, fmt);
    n = make_path(path, fmt, ap);
    va_end(ap);
    if (n < 0)
        return n;
    acdr_auto(close) int fd = acdr_root_fd(r, path, O_PATH | O_NOFOLLOW);
    if (fd < 0)
        return fd;
    n = readlinkat(fd, "", buf, size - 1);
    if (n < 0)
        return errno == ENOENT ? -EINVAL : -errno;
    acdr_root_trace(r, path, NULL);
    buf[n] = '\0';
    return n;
}

static ssize_t fd_path(int fd, char *buf, size_t size)
{
    char link[48];
    ssize_t n;

    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    n = readlink(link, buf, size);
    if (n < 0 || (size_t)n >= size)
        return n < 0 ? -errno : -ENAMETOOLONG;
    buf[n] = '\0';
    return n;
}

ssize_t acdr_root_real(struct acdr_root *r, char *buf, size_t size, const char *fmt, ...)
{
    char path[4096];
    va_list ap;
    ssize_t skip, n;

    va_start(ap, fmt);
    n = make_path(path, fmt, ap);
    va_end(ap);
    if (n < 0)
        return n;
    acdr_auto(close) int fd = acdr_root_fd(r, path, O_PATH);
    if (fd < 0)
        return fd;
    acdr_root_trace(r, path, NULL);
    n = fd_path(fd, buf, size);
    if (n < 0 || r->live)
        return n;
    skip = fd_path(r->fd, path, sizeof(path));
    if (skip < 0 || n < skip)
        return skip < 0 ? skip : -ENOENT;
    memmove(buf, buf + skip, (size_t)(n - skip) + 1);
    return n - skip;
}

/* Without a descriptor on the live root: this is asked thousands of times. */
static int find(struct acdr_root *r, const char *path)
{
    if (r->live)
        return access(path, F_OK) < 0 ? -errno : 0;
    acdr_auto(close) int fd = acdr_root_fd(r, path, O_PATH);
    return fd < 0 ? fd : 0;
}

struct acdr_answer acdr_root_has(struct acdr_root *r, const char *fmt, ...)
{
    char path[4096];
    va_list ap;
    int err;

    va_start(ap, fmt);
    err = make_path(path, fmt, ap);
    va_end(ap);
    if (err == 0)
        err = find(r, path);
    /* Below a file there is nothing. */
    if (acdr_is_gone(err) || err == -ENOTDIR)
        return acdr_answer(0);
    if (err < 0)
        return acdr_answer(err);
    acdr_root_trace(r, path, NULL);
    return acdr_answer(1);
}

int acdr_root_stat(struct acdr_root *r, const char *path, uid_t *uid, mode_t *mode)
{
    acdr_auto(close) int fd = acdr_root_fd(r, path, O_PATH | O_NOFOLLOW);
    struct stat st;

    if (fd < 0)
        return fd;
    if (fstat(fd, &st) < 0)
        return -errno;
    acdr_root_trace(r, path, NULL);
    *uid = st.st_uid;
    *mode = st.st_mode;
    return 0;
}

int acdr_root_identify(struct acdr_root *r, const char *path, struct stat *ret)
{
    acdr_auto(close) int fd = acdr_root_fd(r, path, O_PATH);

    if (fd < 0)
        return fd;
    return fstat(fd, ret) < 0 ? -errno : 0;
}
