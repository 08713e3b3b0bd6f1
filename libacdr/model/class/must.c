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

enum { MAX_PARENTS = 8 };

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

/* True if the text says must; else PARENT receives the inherited class, "" for none. */
static bool scan(char *text, char parent[65])
{
    char *line;

    parent[0] = '\0';
    while ((line = strsep(&text, "\n"))) {
        acdr_auto(free) char *copy = strdup(line);
        const char *need = copy ? value_of(copy, "need") : "must";
        const char *inherit = value_of(line, "inherit");

        if (need && !strncmp(need, "must", 4))
            return true;
        if (inherit && acdr_class_name_ok(inherit))
            snprintf(parent, 65, "%s", inherit);
    }
    return false;
}

bool acdr_class_says_must(struct acdr_root *root, const struct acdr_config *config,
                          const char *name)
{
    char next[65];

    if (!acdr_class_name_ok(name))
        return true;
    snprintf(next, sizeof(next), "%s", name);
    for (int i = 0; i < MAX_PARENTS && next[0]; i++) {
        acdr_auto(free) char *text = NULL;

        if (read_text(root, config, next, &text) < 0 || scan(text, next))
            return true;
    }
    return next[0] != '\0';
}
