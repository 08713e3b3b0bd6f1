/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads a class file and those that it inherits. Knows the key inherit, depth and circles; merge.c
 * adds classes up, check.c knows whether a file is valid, dir.c where it is. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "class_check.h"
#include "class_dir.h"
#include "class_layer.h"
#include "text.h"

/* FILES_MAX: two classes that each inherit two, and so on, are few files and many readings. */
enum { LEVELS_MAX = 8, FILES_MAX = 64 };

/* A file that is being read, and the one that inherits it. */
struct level {
    const struct level *child;
    const char *name;
    const struct acdr_inifile *ini;
    int depth;
    int *files;
};

static const struct acdr_inifile_line *find_inherit(const struct acdr_inifile *ini)
{
    for (size_t i = 0; i < ini->n_lines; i++)
        if (!*ini->lines[i].section && acdr_text_same(ini->lines[i].key, "inherit"))
            return &ini->lines[i];
    return NULL;
}

static int check_parent(const struct acdr_layer_search *s, const struct level *l,
                        const struct acdr_inifile_line *from, const char *name)
{
    const char *file = l->ini->file;

    if (!acdr_class_name_ok(name))
        return acdr_err_set(s->e, EINVAL,
                            "%s:%d: inherit: \"%s\" is not a valid class name; use letters, "
                            "digits, '.', '_' and '-'",
                            file, from->line, name);
    for (const struct level *c = l; c; c = c->child)
        if (acdr_text_same(c->name, name))
            return acdr_err_set(s->e, EINVAL,
                                "%s:%d: inherit: \"%s\" inherits from this class; remove the cycle",
                                file, from->line, name);
    if (l->depth == LEVELS_MAX)
        return acdr_err_set(s->e, EINVAL,
                            "%s:%d: inherit: more than %d classes in a row; shorten the chain",
                            file, from->line, LEVELS_MAX);
    if (*l->files >= FILES_MAX)
        return acdr_err_set(s->e, EINVAL,
                            "%s:%d: inherit: more than %d files are read for one class; name each "
                            "class once",
                            file, from->line, FILES_MAX);
    return 0;
}

/* CHILD's line FROM inherits the class; both NULL for one that a tag names. */
static int complain_missing(const struct acdr_layer_search *s, const char *name,
                            const struct level *child, const struct acdr_inifile_line *from)
{
    acdr_auto(free) char *names = acdr_class_dir_names(s->root, s->config);

    if (!names)
        return acdr_err_nomem(s->e);
    if (!from)
        return acdr_err_set(s->e, ENOENT, "class \"%s\": not found; available: %s", name, names);
    return acdr_err_set(s->e, EINVAL, "%s:%d: inherit: class \"%s\" not found; available: %s",
                        child->ini->file, from->line, name, names);
}

static int read_file(const struct acdr_layer_search *s, const char *name, const struct level *child,
                     const struct acdr_inifile_line *from, struct acdr_inifile **ret)
{
    int err = acdr_class_dir_read(s->root, s->config, name, ret, s->e);

    if (err == -ENOENT)
        return complain_missing(s, name, child, from);
    return err ? err : acdr_class_check(*ret, s->sections, s->e);
}

static int read_class(const struct acdr_layer_search *s, const char *name,
                      const struct level *child, const struct acdr_inifile_line *from,
                      struct acdr_layer *ret, struct acdr_inifile **file);

struct parents {
    const struct acdr_layer_search *s;
    const struct level *level;
    const struct acdr_inifile_line *from;
    struct acdr_layer *ret;
};

static int add_parent(void *arg, const char *name)
{
    const struct parents *p = arg;
    acdr_auto(layer) struct acdr_layer parent = { 0 };
    int err = check_parent(p->s, p->level, p->from, name);

    if (!err)
        err = read_class(p->s, name, p->level, p->from, &parent, NULL);
    return err ? err : acdr_layer_add(p->s, p->ret, &parent, p->level->ini, p->from);
}

static int apply(const struct acdr_layer_search *s, const struct level *l, struct acdr_layer *ret)
{
    int err = acdr_layer_base(ret, l->name);

    for (size_t i = 0; !err && i < l->ini->n_lines; i++) {
        const struct acdr_inifile_line *line = &l->ini->lines[i];
        const struct acdr_section *sec = acdr_class_check_section(s->sections, line->section);
        const struct acdr_key *k = sec && line->key ? acdr_class_check_key(sec, line->key) : NULL;

        if (sec)
            err = acdr_layer_set(ret, sec, k, line->value ? line->value : "", l->name);
    }
    return err ? acdr_err_nomem(s->e) : 0;
}

static int read_class(const struct acdr_layer_search *s, const char *name,
                      const struct level *child, const struct acdr_inifile_line *from,
                      struct acdr_layer *ret, struct acdr_inifile **file)
{
    acdr_auto(acdr_inifile_free) struct acdr_inifile *ini = NULL;
    struct level l = { child, name, NULL, child ? child->depth + 1 : 1, NULL };
    struct parents p = { s, &l, NULL, ret };
    int files = 1, err = read_file(s, name, child, from, &ini);

    if (err)
        return err;
    l.ini = ini;
    l.files = child ? child->files : &files;
    ++*l.files;
    p.from = find_inherit(ini);
    if (p.from)
        err = acdr_class_names_each(p.from->value, add_parent, &p);
    if (err == -ENOMEM)
        return acdr_err_nomem(s->e);
    if (!err)
        err = apply(s, &l, ret);
    if (!err && file && !*file)
        *file = acdr_take(ini);
    return err;
}

struct tag {
    const struct acdr_layer_search *s;
    struct acdr_layer *ret;
    struct acdr_inifile **first;
};

static int add_named(void *arg, const char *name)
{
    const struct tag *t = arg;
    acdr_auto(layer) struct acdr_layer one = { 0 };
    int err = read_class(t->s, name, NULL, NULL, &one, t->first);

    return err ? err : acdr_layer_add(t->s, t->ret, &one, NULL, NULL);
}

int acdr_layer_read(const struct acdr_layer_search *s, const char *names, struct acdr_layer *ret,
                    struct acdr_inifile **first)
{
    struct tag t = { s, ret, first };
    int err = acdr_class_names_each(names, add_named, &t);

    return err == -ENOMEM ? acdr_err_nomem(s->e) : err;
}
