/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What systemd allows a slice, by its unit files. A slice without a running guest has no cgroup,
 * and the first guest gets one with these limits. Knows where systemd looks for unit files and
 * drop-ins (systemd.unit(5)) and how they are combined.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "kernel_file.h"
#include "text.h"

/* A file of the same name in an earlier one replaces that of a later one. */
static const char *const folders[] = {
    "/etc/systemd/system.control", "/run/systemd/system.control", "/run/systemd/transient",
    "/etc/systemd/system",         "/run/systemd/system",         "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
};

enum { FOLDERS = sizeof(folders) / sizeof(folders[0]) };

struct drop_in {
    char *name;
    int folder;
};

struct reading {
    struct acdr_root *root;
    const char *slice, *key;
    struct drop_in *v;
    size_t n;
    int folder; /* that is being listed */
    struct acdr_bitmap *allowed;
    struct acdr_err *e;
    bool given;
};

/* systemd may have read a limit there. */
static int unknown(const struct reading *g, int err, const char *path)
{
    if (err == -ENOMEM)
        return acdr_err_nomem(g->e);
    return acdr_err_errno(g->e, -err, "%s: the %s that guests may use are not known", path,
                          strcmp(g->key, "AllowedCPUs") == 0 ? "CPUs" : "nodes");
}

static int add_drop_in(void *arg, const char *name)
{
    struct reading *g = arg;
    struct drop_in *v;

    if (!acdr_text_has_suffix(name, ".conf"))
        return 0;
    for (size_t i = 0; i < g->n; i++)
        if (!strcmp(g->v[i].name, name))
            return 0;
    v = acdr_hostfile_grow(g->v, g->n, sizeof(*v));
    if (!v)
        return -ENOMEM;
    g->v = v;
    v[g->n] = (struct drop_in){ strdup(name), g->folder };
    return v[g->n].name ? (g->n++, 0) : -ENOMEM;
}

static int find_drop_ins(struct reading *g)
{
    int err = 0;

    for (g->folder = 0; err == 0 && g->folder < FOLDERS; g->folder++) {
        acdr_auto(free) char *dir = acdr_text_format("%s/%s.d", folders[g->folder], g->slice);

        err = dir ? acdr_root_list(g->root, dir, add_drop_in, g) : -ENOMEM;
        err = err == -ENOENT ? 0 : err < 0 ? unknown(g, err, dir) : err;
    }
    return err;
}

/* "2-5 7" or "2-5, 7"; an empty value takes back what was said before. systemd ignores a value that
 * it cannot read. */
static void take_value(struct reading *g, char *value)
{
    struct acdr_bitmap all = { 0 }, set;

    for (char *word = strsep(&value, " \t,\"'"); word; word = strsep(&value, " \t,\"'")) {
        if (*word && acdr_bitmap_parse_list(&set, word) < 0)
            return;
        if (*word)
            acdr_bitmap_or(&all, &set);
    }
    g->given = !acdr_bitmap_empty(&all);
    if (g->given)
        acdr_bitmap_or(g->allowed, &all);
    else
        acdr_bitmap_zero(g->allowed);
}

static void take_text(struct reading *g, char *text)
{
    size_t len = strlen(g->key);

    for (char *line = strsep(&text, "\n"); line; line = strsep(&text, "\n")) {
        line = acdr_text_trim(line);
        if (!strncmp(line, g->key, len) && line[len + strspn(line + len, " ")] == '=')
            take_value(g, strchr(line, '=') + 1);
    }
}

/* 0; -ENOENT; other -errno. */
static int take_file(struct reading *g, int folder, const char *under, const char *name)
{
    acdr_auto(free) char *path = acdr_text_format("%s/%s%s", folders[folder], under, name);
    acdr_auto(free) char *text = NULL;
    int err = path ? acdr_root_read(g->root, path, 0, &text, NULL) : -ENOMEM;

    if (err == 0)
        take_text(g, text);
    return err < 0 && err != -ENOENT ? unknown(g, err, path) : err;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct drop_in *)a)->name, ((const struct drop_in *)b)->name);
}

/* The unit's own file, of which the first counts. */
static int take_unit(struct reading *g)
{
    int err = -ENOENT;

    for (int i = 0; err == -ENOENT && i < FOLDERS; i++)
        err = take_file(g, i, "", g->slice);
    return err == -ENOENT ? 0 : err;
}

static int take_all(struct reading *g)
{
    acdr_auto(free) char *under = acdr_text_format("%s.d/", g->slice);
    int err = under ? take_unit(g) : -ENOMEM;

    if (err == 0)
        err = find_drop_ins(g);
    if (g->n)
        qsort(g->v, g->n, sizeof(*g->v), by_name);
    for (size_t i = 0; err == 0 && i < g->n; i++) {
        err = take_file(g, g->v[i].folder, under, g->v[i].name);
        if (err == -ENOENT)
            err = 0;
    }
    return err;
}

int acdr_host_slice_allowed(struct acdr_root *root, const char *slice, const char *key,
                            struct acdr_bitmap *ret, struct acdr_err *e)
{
    struct reading g = { .root = root, .slice = slice, .key = key, .allowed = ret, .e = e };
    int err;

    acdr_bitmap_zero(ret);
    err = take_all(&g);
    for (size_t i = 0; i < g.n; i++)
        free(g.v[i].name);
    free(g.v);
    return err < 0 ? err : g.given;
}
