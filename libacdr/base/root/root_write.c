/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Changes files below a root: single writes, atomic replacement, directories, locks. */
#include "root.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "clock.h"
#include "root_fd.h"

/* Open the directory of PATH; *NAME is the last component. */
static int open_parent(struct acdr_root *r, const char *path, const char **name)
{
    const char *slash = strrchr(path, '/');
    acdr_auto(free) char *dir = NULL;

    if (!slash || !slash[1])
        return -EINVAL;
    dir = slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
    if (!dir)
        return -ENOMEM;
    *name = slash + 1;
    return acdr_root_fd(r, dir, O_RDONLY | O_DIRECTORY);
}

static int tap(struct acdr_root *r, const char *path, const char *text, bool after)
{
    return r->tap ? r->tap(r->tap_arg, path, text, after) : 0;
}

static int write_once(struct acdr_root *r, const char *path, const char *text, size_t len,
                      bool *asked)
{
    acdr_auto(close) int fd = acdr_root_fd(r, path, O_WRONLY | O_TRUNC);
    ssize_t n;

    *asked = fd >= 0;
    if (fd < 0)
        return fd;
    n = write(fd, text, len);
    if (n < 0)
        return -errno;
    return (size_t)n == len ? 0 : -EIO;
}

int acdr_root_write(struct acdr_root *r, const char *path, const char *text, bool *asked)
{
    acdr_auto(free) char *line = NULL;
    int err = tap(r, path, text, false);

    *asked = err < 0;
    if (err < 0)
        return err;
    if (asprintf(&line, "%s\n", text) < 0)
        return -ENOMEM;
    err = write_once(r, path, line, strlen(line), asked);
    if (err == 0)
        tap(r, path, text, true);
    return err;
}

static int write_all(int fd, const char *text, size_t len)
{
    ssize_t n;

    while (len) {
        n = write(fd, text, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        text += n;
        len -= (size_t)n;
    }
    return fsync(fd) < 0 ? -errno : 0;
}

static int replace(struct acdr_root *r, const char *path, const char *text, size_t len)
{
    const char *name = NULL;
    acdr_auto(close) int dir = open_parent(r, path, &name);
    acdr_auto(close) int fd = -1;
    acdr_auto(free) char *tmp = NULL;
    int err;

    if (dir < 0)
        return dir;
    if (asprintf(&tmp, ".%s.new", name) < 0)
        return -ENOMEM;
    if (unlinkat(dir, tmp, 0) < 0 && errno != ENOENT)
        return -errno;
    fd = openat(dir, tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    err = write_all(fd, text, len);
    if (err == 0 && renameat(dir, tmp, dir, name) < 0)
        err = -errno;
    if (err < 0)
        unlinkat(dir, tmp, 0);
    return err;
}

int acdr_root_replace(struct acdr_root *r, const char *path, const char *text, size_t len)
{
    int err = tap(r, path, text, false);

    if (err == 0)
        err = replace(r, path, text, len);
    if (err == 0)
        tap(r, path, text, true);
    return err;
}

/* Open a file for writing, created if missing. */
static int open_or_create(struct acdr_root *r, const char *path)
{
    const char *name = NULL;
    acdr_auto(close) int dir = open_parent(r, path, &name);
    int fd;

    if (dir < 0)
        return dir;
    fd = openat(dir, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    return fd < 0 ? -errno : fd;
}

int acdr_root_touch(struct acdr_root *r, const char *path)
{
    acdr_auto(close) int fd = open_or_create(r, path);

    if (fd < 0)
        return fd;
    return ftruncate(fd, 0) < 0 ? -errno : 0;
}

int acdr_root_reserve(struct acdr_root *r, const char *path, size_t size)
{
    acdr_auto(close) int fd = open_or_create(r, path);
    struct stat st;

    if (fd < 0)
        return fd;
    if (fstat(fd, &st) < 0)
        return -errno;
    if ((size_t)st.st_size >= size && (size_t)st.st_size / 2 <= size)
        return 0;
    if (ftruncate(fd, 0) < 0)
        return -errno;
    return -posix_fallocate(fd, 0, (off_t)size);
}

static int unlink_at(struct acdr_root *r, const char *path, int flags)
{
    const char *name = NULL;
    acdr_auto(close) int dir = open_parent(r, path, &name);

    if (dir < 0)
        return dir;
    return unlinkat(dir, name, flags) < 0 ? -errno : 0;
}

int acdr_root_remove(struct acdr_root *r, const char *path)
{
    return unlink_at(r, path, 0);
}

int acdr_root_rmdir(struct acdr_root *r, const char *path)
{
    int err = tap(r, path, NULL, false);

    if (err == 0)
        err = unlink_at(r, path, AT_REMOVEDIR);
    if (err == 0)
        tap(r, path, NULL, true);
    return err;
}

static int make_dir(struct acdr_root *r, const char *path)
{
    const char *name = NULL;
    acdr_auto(close) int parent = open_parent(r, path, &name);

    if (parent < 0)
        return parent;
    return mkdirat(parent, name, 0700) < 0 && errno != EEXIST ? -errno : 0;
}

int acdr_root_mkdir(struct acdr_root *r, const char *path)
{
    acdr_auto(free) char *part = strdup(path);
    int err;

    if (!part)
        return -ENOMEM;
    for (char *p = strchr(part + 1, '/'); p; p = strchr(p + 1, '/')) {
        *p = '\0';
        err = make_dir(r, part);
        *p = '/';
        if (err < 0)
            return err;
    }
    err = tap(r, path, NULL, false);
    if (err == 0)
        err = make_dir(r, part);
    if (err == 0)
        tap(r, path, NULL, true);
    return err;
}

int acdr_root_lock(struct acdr_root *r, const char *path, int wait_ms, int *fd)
{
    long long end = acdr_clock_ms() + wait_ms;
    acdr_auto(close) int lock = open_or_create(r, path);

    if (lock < 0)
        return lock;
    while (flock(lock, LOCK_EX | LOCK_NB) < 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return -errno;
        if (acdr_clock_ms() >= end)
            return -ETIMEDOUT;
        acdr_clock_nap(2);
    }
    *fd = lock;
    lock = -1;
    return 0;
}

struct acdr_answer acdr_root_locked(struct acdr_root *r, const char *path)
{
    acdr_auto(close) int fd = acdr_root_fd(r, path, O_RDONLY);

    if (fd < 0)
        return acdr_answer(acdr_is_gone(fd) ? 0 : fd);
    if (flock(fd, LOCK_SH | LOCK_NB) == 0)
        return acdr_answer(0);
    return acdr_answer(errno == EWOULDBLOCK ? 1 : -errno);
}
