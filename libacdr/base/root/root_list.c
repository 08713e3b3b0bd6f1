/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Walks a directory below a root in natural sort order. */
#include "root.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "root_fd.h"

struct names {
    char **v;
    size_t n, cap;
};

static void free_names(struct names *l)
{
    for (size_t i = 0; i < l->n; i++)
        free(l->v[i]);
    free(l->v);
}

static int add_name(struct names *l, const char *name)
{
    char **v;

    if (l->n == l->cap) {
        v = reallocarray(l->v, l->cap ? l->cap * 2 : 32, sizeof(*v));
        if (!v)
            return -ENOMEM;
        l->v = v;
        l->cap = l->cap ? l->cap * 2 : 32;
    }
    l->v[l->n] = strdup(name);
    return l->v[l->n] ? (l->n++, 0) : -ENOMEM;
}

static int compare(const void *a, const void *b)
{
    return strverscmp(*(char *const *)a, *(char *const *)b);
}

static int collect(DIR *dir, struct names *l)
{
    struct dirent *d;
    int err;

    while ((errno = 0, d = readdir(dir))) {
        if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
            continue;
        err = add_name(l, d->d_name);
        if (err < 0)
            return err;
    }
    return -errno;
}

int acdr_root_list(struct acdr_root *r, const char *path, int (*fn)(void *arg, const char *name),
                   void *arg)
{
    struct names l = { 0 };
    int fd = acdr_root_fd(r, path, O_RDONLY | O_DIRECTORY);
    DIR *dir;
    int err;

    if (fd < 0)
        return fd;
    dir = fdopendir(fd);
    if (!dir) {
        err = -errno;
        close(fd);
        return err;
    }
    err = collect(dir, &l);
    closedir(dir);
    if (err == 0 && l.n)
        qsort(l.v, l.n, sizeof(*l.v), compare);
    acdr_root_trace(r, path, NULL);
    for (size_t i = 0; err == 0 && i < l.n; i++) {
        acdr_root_trace(r, path, l.v[i]);
        err = fn(arg, l.v[i]);
    }
    free_names(&l);
    return err;
}
