/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whether a class requires anything, determined from its text alone: for an invalid file that may
 * still say `need = must`. Knows no sections and checks nothing.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "class_dir.h"
#include "text.h"

enum { LEVELS_MAX = 8, FILES_MAX = 64 };

static int read_text(struct acdr_root *root, const struct acdr_config *config, const char *name,
                     char **ret)
{
    int err = -ENOENT;

    for (size_t i = 0; err == -ENOENT && config->class_dirs[i]; i++) {
        acdr_auto(free) char *file = acdr_text_format("%s/%s.conf", config->class_dirs[i], name);

        err = file ? acdr_root_read(root, file, (size_t)64 << 10, ret, NULL) : -ENOMEM;
    }
    return err;
}

/* The value of KEY in LINE, trimmed; NULL if LINE sets another key. Modifies LINE. */
static char *value_of(char *line, const char *key)
{
    char *value = strchr(line, '=');

    if (!value)
        return NULL;
    *value++ = '\0';
    return strcmp(acdr_text_trim(line), key) ? NULL : acdr_text_trim(value);
}

struct search {
    struct acdr_root *root;
    const struct acdr_config *config;
    int level, files;
};

static int says_must(void *arg, const char *name);

/* 1 if the text or a class that it inherits says must, or cannot be read. */
static int scan(struct search *s, char *text)
{
    char *line;

    while ((line = strsep(&text, "\n"))) {
        acdr_auto(free) char *copy = strdup(line);
        const char *need = copy ? value_of(copy, "need") : "must";
        const char *inherit = value_of(line, "inherit");

        if (need && !strncmp(need, "must", 4))
            return 1;
        if (inherit && acdr_class_names_each(inherit, says_must, s))
            return 1;
    }
    return 0;
}

static int says_must(void *arg, const char *name)
{
    struct search *s = arg;
    acdr_auto(free) char *text = NULL;
    int found;

    if (s->level >= LEVELS_MAX || ++s->files > FILES_MAX || !acdr_class_name_ok(name) ||
        read_text(s->root, s->config, name, &text) < 0)
        return 1;
    s->level++;
    found = scan(s, text);
    s->level--;
    return found;
}

/* The readings of each named class count for themselves, as in class_layer.h. */
static int named_says_must(void *arg, const char *name)
{
    struct search *s = arg;

    s->files = 0;
    return says_must(s, name);
}

bool acdr_class_says_must(struct acdr_root *root, const struct acdr_config *config,
                          const char *name)
{
    struct search s = { .root = root, .config = config };

    return !name || !name[strspn(name, " ,\t")] ||
           acdr_class_names_each(name, named_says_must, &s) != 0;
}
