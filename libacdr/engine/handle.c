/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opening a host: its root, its configuration, the steps' tables. */
#include "handle.h"

#include <errno.h>
#include <string.h>

#include "label.h"
#include "unpack.h"
#include "step.h"
#include "text.h"

void acdr_handle_close(struct acdr *a)
{
    if (!a)
        return;
    free(a->sections);
    acdr_map_free(a->map);
    acdr_config_free(a->config);
    acdr_root_free(a->root);
    if (a->folder)
        acdr_unpack_remove(a->folder);
    free(a->folder);
    free(a);
}

ACDR_AUTO_DEFINE(struct acdr, acdr_handle_close);

/* An unreadable configuration must not prevent a guest's release: the defaults apply, and new
 * conditioning fails with an error. */
static int read_config(struct acdr *a)
{
    int err = acdr_config_read(a->root, &a->config, &a->config_err);

    if (err == 0 || err == -ENOMEM)
        return err;
    return acdr_config_default(&a->config);
}

/* Likewise: without the map no guest gets a class by it. */
static int read_map(struct acdr *a)
{
    return acdr_map_read(a->root, &a->map, &a->map_err) == -ENOMEM ? -ENOMEM : 0;
}

int acdr_handle_open(const char *root, struct acdr **ret, struct acdr_err *e)
{
    acdr_auto(acdr_handle_close) struct acdr *a = calloc(1, sizeof(*a));
    int err;

    if (!a)
        return acdr_err_nomem(e);
    err = acdr_root_open(root, &a->root, e);
    if (err < 0)
        return err;
    if (read_config(a) < 0 || read_map(a) < 0 || acdr_steps_sections(&a->sections) < 0)
        return acdr_err_nomem(e);
    *ret = acdr_take(a);
    return 0;
}

/* Source and destination of the class copy. */
struct copy {
    struct acdr *a;
    struct acdr_root *from;
    const char *dir;
};

static int copy_class(void *arg, const char *name)
{
    const struct copy *c = arg;
    acdr_auto(free) char *path = acdr_text_format("%s/%s", c->dir, name);
    acdr_auto(free) char *text = NULL;
    size_t len = 0;

    if (!path)
        return -ENOMEM;
    /* unknown: a recorded host's class that cannot be copied is missing there */
    if (!acdr_text_has_suffix(name, ".conf") || !acdr_no(acdr_root_has(c->a->root, "%s", path)) ||
        acdr_root_read(c->from, path, 0, &text, &len) < 0)
        return 0;
    return acdr_unpack_append(c->a->folder, path, text, len);
}

/* A recorded host usually has no classes: use those of the installation. */
static int copy_classes(struct acdr *a, const char *from, struct acdr_err *e)
{
    acdr_auto(acdr_root_free) struct acdr_root *root = NULL;
    acdr_auto(acdr_config_free) struct acdr_config *c = NULL;
    int err = acdr_root_open(from, &root, e);

    if (err == 0 && acdr_config_default(&c) < 0)
        return acdr_err_nomem(e);
    for (char **dir = c ? c->class_dirs : NULL; err == 0 && *dir; dir++) {
        struct copy copy = { a, root, *dir };

        err = acdr_root_list(root, *dir, copy_class, &copy);
        if (err < 0 && err != -ENOENT)
            return acdr_err_errno(e, -err, "%s: cannot copy the classes", *dir);
        err = 0;
    }
    return err;
}

int acdr_handle_open_recording(const char *text, size_t len, const char *from, struct acdr **ret,
                               struct acdr_err *e)
{
    acdr_auto(acdr_handle_close) struct acdr *a = NULL;
    acdr_auto(free) char *folder = NULL;
    int err = acdr_unpack_folder(&folder, e);

    if (err == 0)
        err = acdr_unpack(folder, text, len, e);
    if (err == 0)
        err = acdr_handle_open(folder, &a, e);
    if (err < 0) {
        if (folder)
            acdr_unpack_remove(folder);
        return err;
    }
    a->folder = acdr_take(folder);
    err = copy_classes(a, from, e);
    if (err < 0)
        return err;
    *ret = acdr_take(a);
    return 0;
}

int acdr_handle_check(const struct acdr *a, struct acdr_err *e)
{
    return a->config_err.code ? acdr_err_set(e, a->config_err.code, "%s", a->config_err.text) : 0;
}

int acdr_handle_map(const struct acdr *a, struct acdr_domain *d, struct acdr_err *e)
{
    if (a->map_err.code && !d->class_name && !d->tag_error)
        return acdr_err_set(e, a->map_err.code, "%s", a->map_err.text);
    return a->map && acdr_map_apply(a->map, d) < 0 ? acdr_err_nomem(e) : 0;
}

int acdr_handle_class(struct acdr *a, const char *name, struct acdr_class **ret, struct acdr_err *e)
{
    return acdr_class_read(a->root, a->config, name, a->sections, ret, e);
}

void acdr_handle_hints(const struct acdr *a, const struct acdr_class *class, const char *name,
                       struct acdr_place_hints *ret)
{
    struct acdr_domain domain = { .name = (char *)name };
    struct acdr_view v = { .domain = &domain, .class = class, .config = a->config };

    acdr_steps_hint(&v, ret);
}
