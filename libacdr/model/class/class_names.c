/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of classes, one or several: "nfv-dataplane hugepages-1g". Knows no files. */
#include "class_names.h"

#include <errno.h>
#include <string.h>

#include "auto.h"
#include "text.h"

#define SEPARATORS " \t,"

enum { NAME_MAX_BYTES = 64, NAMES_MAX = 8 };

bool acdr_class_name_ok(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789._-";
    size_t len = name ? strlen(name) : 0;

    return len > 0 && len <= NAME_MAX_BYTES && *name != '.' && *name != '-' &&
           strspn(name, letters) == len;
}

int acdr_class_names_each(const char *names, int (*fn)(void *arg, const char *name), void *arg)
{
    acdr_auto(free) char *copy = strdup(names);
    char *rest = copy, *name;
    int result = copy ? 0 : -ENOMEM;

    while (result == 0 && (name = strsep(&rest, SEPARATORS)))
        if (*name)
            result = fn(arg, name);
    return result;
}

static int is_name(void *arg, const char *name)
{
    return !strcmp(arg, name);
}

bool acdr_class_names_have(const char *names, const char *name)
{
    return acdr_class_names_each(names, is_name, (void *)name) == 1;
}

struct list {
    struct acdr_strbuf t;
    const char **why;
    int n;
};

static int add_name(void *arg, const char *name)
{
    struct list *l = arg;
    size_t len = strlen(name);

    if (!acdr_class_name_ok(name))
        *l->why = "not a valid class name; use letters, digits, '.', '_' and '-'";
    else if (l->t.s && acdr_class_names_have(l->t.s, name))
        *l->why = "it names a class twice; name it once";
    else if (++l->n > NAMES_MAX)
        *l->why = "it names more than 8 classes; make a class that inherits them";
    else
        acdr_strbuf_addf(&l->t, "%s%.*s", l->t.len ? " " : "", (int)len, name);
    return *l->why ? -EINVAL : 0;
}

int acdr_class_names_read(const char *names, char **ret, const char **why)
{
    struct list l = { .why = why };
    int err;

    *why = NULL;
    err = acdr_class_names_each(names, add_name, &l);
    if (err == 0 && l.n == 0) {
        *why = "not a valid class name; use letters, digits, '.', '_' and '-'";
        err = -EINVAL;
    }
    if (err < 0) {
        acdr_strbuf_done(&l.t);
        return err;
    }
    *ret = acdr_strbuf_take(&l.t);
    return *ret ? 0 : -ENOMEM;
}
