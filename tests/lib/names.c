/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Listing folders. See names.h. */
#include "names.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add(struct names *l, const char *name, size_t len)
{
    char **v = reallocarray(l->v, l->n + 1, sizeof(*v));

    if (!v)
        abort();
    l->v = v;
    v[l->n] = strndup(name, len);
    if (!v[l->n++])
        abort();
}

void names_list(const char *folder, const char *end, struct names *ret)
{
    const char *source = getenv("ACDR_SOURCE");
    char path[1024];
    struct dirent *d;
    DIR *dir;

    *ret = (struct names){ 0 };
    snprintf(path, sizeof(path), "%s/%s", source ? source : ".", folder);
    dir = opendir(path);
    if (!dir)
        return;
    while ((d = readdir(dir))) {
        size_t len = strlen(d->d_name), cut = strlen(end);

        if (len > cut && !strcmp(d->d_name + len - cut, end) && d->d_name[0] != '.')
            add(ret, d->d_name, len - cut);
    }
    closedir(dir);
    if (ret->n)
        qsort(ret->v, ret->n, sizeof(*ret->v), by_text);
}

void names_forget(struct names *l)
{
    for (size_t i = 0; i < l->n; i++)
        free(l->v[i]);
    free(l->v);
    *l = (struct names){ 0 };
}
