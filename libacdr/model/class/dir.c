/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finds class files and lists their names. Knows the folders and the file naming, not the content
 * of a file.
 */
#include "class_dir.h"

#include <errno.h>
#include <string.h>

#include "text.h"

#define SUFFIX ".conf"

int acdr_class_dir_read(struct acdr_root *root, const struct acdr_config *config, const char *name,
                        struct acdr_inifile **ret, struct acdr_err *e)
{
    for (size_t i = 0; config->class_dirs[i]; i++) {
        acdr_auto(free) char *file = acdr_text_format("%s/%s" SUFFIX, config->class_dirs[i], name);
        int err;

        if (!file)
            return acdr_err_nomem(e);
        err = acdr_inifile_read(root, file, ret, e);
        if (err != -ENOENT)
            return err;
    }
    return -ENOENT;
}

struct names {
    char **names;
    size_t n;
};

static void names_done(struct names *l)
{
    for (size_t i = 0; i < l->n; i++)
        free(l->names[i]);
    free(l->names);
}

/* The position of the name in the sorted list, or where to insert it. */
static size_t find_slot(const struct names *l, const char *name)
{
    size_t at = 0;

    while (at < l->n && strcmp(l->names[at], name) < 0)
        at++;
    return at;
}

/* Takes ownership of the name. */
static int insert(struct names *l, char *name)
{
    size_t at = find_slot(l, name);
    char **names;

    if (at < l->n && !strcmp(l->names[at], name)) {
        free(name);
        return 0;
    }
    names = realloc(l->names, (l->n + 1) * sizeof(*names));
    if (!names) {
        free(name);
        return -ENOMEM;
    }
    l->names = names;
    memmove(&names[at + 1], &names[at], (l->n - at) * sizeof(*names));
    names[at] = name;
    l->n++;
    return 0;
}

static int take_file(void *arg, const char *file)
{
    size_t len = strlen(file), cut = strlen(SUFFIX);
    char *name;

    if (len <= cut || strcmp(file + len - cut, SUFFIX) != 0)
        return 0;
    name = strndup(file, len - cut);
    if (!name)
        return -ENOMEM;
    if (!acdr_class_name_ok(name)) {
        free(name);
        return 0;
    }
    return insert(arg, name);
}

/* A missing folder has no classes; that is not an error. */
static int collect(struct acdr_root *root, const struct acdr_config *config, struct names *l)
{
    for (size_t i = 0; config->class_dirs[i]; i++) {
        int err = acdr_root_list(root, config->class_dirs[i], take_file, l);

        if (err && err != -ENOENT && err != -ENOTDIR)
            return err;
    }
    return 0;
}

int acdr_class_list(struct acdr_root *root, const struct acdr_config *config,
                    int (*fn)(void *arg, const char *name), void *arg)
{
    struct names l = { 0 };
    int err = collect(root, config, &l);

    for (size_t i = 0; !err && i < l.n; i++)
        err = fn(arg, l.names[i]);
    names_done(&l);
    return err;
}

char *acdr_class_dir_names(struct acdr_root *root, const struct acdr_config *config)
{
    struct names l = { 0 };
    struct acdr_strbuf t = { 0 };
    int err = collect(root, config, &l);

    for (size_t i = 0; i < l.n; i++)
        acdr_strbuf_addf(&t, "%s%s", i ? ", " : "", l.names[i]);
    if (!l.n)
        acdr_strbuf_add(&t, err ? "(a folder cannot be read)" : "no class, there is no file in");
    for (size_t i = 0; !l.n && !err && config->class_dirs[i]; i++)
        acdr_strbuf_addf(&t, "%s %s", i ? "," : "", config->class_dirs[i]);
    names_done(&l);
    t.bad = t.bad || err == -ENOMEM;
    return acdr_strbuf_take(&t);
}
