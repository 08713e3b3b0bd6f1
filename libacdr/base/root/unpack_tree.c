/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The files of a recorded host on disk. Creates and removes them without leaving one folder; does
 * not know their content.
 */
#include "unpack.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "auto.h"
#include "unpack_file.h"
#include "root_fd.h"

enum { PATH_LENGTH = 1024 };

static bool is_path(const char *path)
{
    size_t len = strlen(path);

    return path[0] == '/' && path[1] && len < PATH_LENGTH && !strstr(path, "/../") &&
           (len < 3 || strcmp(path + len - 3, "/..") != 0);
}

/* Open the directory of PATH; *NAME is the last component. The descriptor or -errno. */
static int open_parent(struct acdr_root *r, char *path, const char **name)
{
    char *slash = strrchr(path, '/');
    int fd;

    *name = slash + 1;
    if (slash == path)
        return acdr_root_fd(r, "/", O_PATH | O_DIRECTORY);
    *slash = '\0';
    fd = acdr_root_fd(r, path, O_PATH | O_DIRECTORY);
    *slash = '/';
    return fd;
}

/* Create all parent directories of PATH. Each one is resolved below the root again. */
static int make_folders(struct acdr_root *r, const char *path)
{
    char part[PATH_LENGTH];
    const char *name;

    for (const char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
        snprintf(part, sizeof(part), "%.*s", (int)(p - path), path);
        acdr_auto(close) int fd = open_parent(r, part, &name);
        if (fd < 0)
            return fd;
        if (*name && mkdirat(fd, name, 0700) < 0 && errno != EEXIST)
            return -errno;
    }
    return 0;
}

int acdr_unpack_add(struct acdr_root *r, const char *path, const char *text, size_t len)
{
    struct open_how how = {
        .flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY,
        .mode = 0600,
        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
    };
    long n;

    if (!is_path(path))
        return -EINVAL;
    if (path[strlen(path) - 1] == '/')
        return make_folders(r, path);
    acdr_auto(close) int fd = (int)acdr_root_openat2(r->fd, path, &how);
    if (fd < 0 && errno == ENOENT) {
        int err = make_folders(r, path);

        if (err < 0)
            return err;
        fd = (int)acdr_root_openat2(r->fd, path, &how);
    }
    if (fd < 0)
        return -errno;
    n = write(fd, text, len);
    return n < 0 ? -errno : (size_t)n < len ? -ENOSPC : 0;
}

int acdr_unpack_link(struct acdr_root *r, const char *path, const char *target)
{
    char part[PATH_LENGTH];
    const char *name;
    int err;

    if (!is_path(path) || path[strlen(path) - 1] == '/')
        return -EINVAL;
    err = make_folders(r, path);
    if (err < 0)
        return err;
    snprintf(part, sizeof(part), "%s", path);
    acdr_auto(close) int fd = open_parent(r, part, &name);
    if (fd < 0)
        return fd;
    return symlinkat(target, fd, name) < 0 ? -errno : 0;
}

int acdr_unpack_folder(char **ret, struct acdr_err *e)
{
    const char *base = getenv("TMPDIR");
    char path[PATH_MAX];
    int n = snprintf(path, sizeof(path), "%s/acdr-XXXXXX", base && *base == '/' ? base : "/tmp");

    if (n < 0 || (size_t)n >= sizeof(path))
        return acdr_err_set(e, ENAMETOOLONG, "TMPDIR: the path is too long");
    if (!mkdtemp(path))
        return acdr_err_errno(e, errno, "%s: cannot make a folder for the recorded host", path);
    *ret = strdup(path);
    return *ret ? 0 : acdr_err_nomem(e);
}

/* Remove the content of the directory FD and close it. */
static void empty(int fd, int depth)
{
    DIR *dir = fdopendir(fd);

    if (!dir) {
        close(fd);
        return;
    }
    for (struct dirent *d = readdir(dir); d; d = readdir(dir)) {
        if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
            continue;
        if (unlinkat(fd, d->d_name, 0) == 0 || depth == 0)
            continue;
        int below = openat(fd, d->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (below >= 0)
            empty(below, depth - 1);
        unlinkat(fd, d->d_name, AT_REMOVEDIR);
    }
    closedir(dir);
}

void acdr_unpack_remove(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd >= 0)
        empty(fd, PATH_LENGTH / 2);
    rmdir(folder);
}

int acdr_unpack_append(const char *folder, const char *path, const char *text, size_t len)
{
    acdr_auto(acdr_root_free) struct acdr_root *r = NULL;
    int err = acdr_root_open(folder, &r, NULL);

    return err < 0 ? err : acdr_unpack_add(r, path, text, len);
}
