/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads acdr.conf. Knows the keys before its sections (table `keys`), their values and defaults;
 * rule.c knows the sections. Does not know how they are used.
 */
#include "config.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "inifile.h"
#include "text.h"

#define DEADLINE_DEFAULT 30
#define DEADLINE_MAX     600

static const char *const default_dirs[] = { "/etc/acdr/classes", ACDR_DATADIR "/acdr/classes",
                                            NULL };

static int complain(const struct acdr_inifile *ini, const struct acdr_inifile_line *l,
                    struct acdr_err *e, const char *what)
{
    return acdr_err_set(e, EINVAL, "%s:%d: %s: \"%s\" %s", ini->file, l->line, l->key, l->value,
                        what);
}

static int set_housekeeping(struct acdr_config *c, const char *value)
{
    if (acdr_bitmap_parse_list(&c->housekeeping, value) || acdr_bitmap_empty(&c->housekeeping))
        return -EINVAL;
    c->has_housekeeping = true;
    return 0;
}

static void free_dirs(struct acdr_config *c)
{
    for (size_t i = 0; c->class_dirs && c->class_dirs[i]; i++)
        free(c->class_dirs[i]);
    free(c->class_dirs);
    c->class_dirs = NULL;
}

static int add_dir(struct acdr_config *c, size_t n, const char *dir)
{
    char **dirs = realloc(c->class_dirs, (n + 2) * sizeof(*dirs));

    if (!dirs)
        return -ENOMEM;
    c->class_dirs = dirs;
    dirs[n] = strdup(dir);
    dirs[n + 1] = NULL;
    return dirs[n] ? 0 : -ENOMEM;
}

static int set_classes(struct acdr_config *c, const char *value)
{
    acdr_auto(free) char *copy = strdup(value);
    char *rest = copy;
    size_t n = 0;
    int err;

    if (!copy)
        return -ENOMEM;
    free_dirs(c);
    while (rest) {
        char *dir = acdr_text_trim(strsep(&rest, ":"));

        if (*dir != '/')
            return -EINVAL;
        err = add_dir(c, n++, dir);
        if (err)
            return err;
    }
    return 0;
}

static int set_deadline(struct acdr_config *c, const char *value)
{
    long long n;

    if (acdr_text_parse_num(value, &n) || n < 1 || n > DEADLINE_MAX)
        return -EINVAL;
    c->deadline = (int)n;
    return 0;
}

static int set_share(struct acdr_config *c, const char *value)
{
    c->share = acdr_text_same(value, "yes");
    return c->share || acdr_text_same(value, "no") ? 0 : -EINVAL;
}

static int set_replace(struct acdr_config *c, const char *value)
{
    c->replace = acdr_text_same(value, "yes");
    return c->replace || acdr_text_same(value, "no") ? 0 : -EINVAL;
}

static void free_groups(struct acdr_config *c)
{
    for (size_t i = 0; c->groups && c->groups[i]; i++)
        free(c->groups[i]);
    free(c->groups);
    c->groups = NULL;
}

static int add_group(struct acdr_config *c, size_t n, const char *group, const char *pattern)
{
    char **groups = realloc(c->groups, (n + 3) * sizeof(*groups));

    if (!groups)
        return -ENOMEM;
    c->groups = groups;
    groups[n] = strdup(group);
    groups[n + 1] = groups[n] ? strdup(pattern) : NULL;
    groups[n + 2] = NULL;
    return groups[n] && groups[n + 1] ? 0 : -ENOMEM;
}

static int set_groups(struct acdr_config *c, const char *value)
{
    acdr_auto(free) char *copy = strdup(value);
    char *rest = copy, *word;
    size_t n = 0;
    int err = copy ? 0 : -ENOMEM;

    while (err == 0 && (word = strsep(&rest, " \t"))) {
        char *patterns = strchr(word, '='), *pattern;

        if (!*word)
            continue;
        if (!patterns || patterns == word)
            return -EINVAL;
        *patterns++ = '\0';
        while (err == 0 && (pattern = strsep(&patterns, ",")))
            err = *pattern ? add_group(c, n, word, pattern) : -EINVAL, n += 2;
    }
    return err ? err : n ? 0 : -EINVAL;
}

const char *acdr_config_group(const struct acdr_config *c, const char *name)
{
    for (size_t i = 0; c->groups && c->groups[i]; i += 2)
        if (!fnmatch(c->groups[i + 1], name, 0))
            return c->groups[i];
    return "-";
}

static const struct key {
    const char *name;
    int (*set)(struct acdr_config *c, const char *value);
    const char *hint;
} keys[] = {
    { "housekeeping", set_housekeeping, "is not a valid CPU list (example: 0-1,8-9)" },
    { "classes", set_classes,
      "is not a list of absolute paths (example: /etc/acdr/classes:/opt/classes)" },
    { "deadline", set_deadline, "is not a number of seconds from 1 to 600 (example: 30)" },
    { "share", set_share, "is not valid; use yes or no" },
    { "replace", set_replace, "is not valid; use yes or no" },
    { "groups", set_groups,
      "is not a list of groups with patterns of guest names (example: media=sip-*,rtp-* "
      "fw=fw-?)" },
};

#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

/* "unknown key", with the list of known keys. */
static int complain_key(const struct acdr_inifile *ini, const struct acdr_inifile_line *l,
                        struct acdr_err *e)
{
    acdr_auto(strbuf) struct acdr_strbuf known = { 0 };

    for (size_t i = 0; i < N_KEYS; i++)
        acdr_strbuf_addf(&known, "%s%s", i ? ", " : "", keys[i].name);
    if (known.bad)
        return acdr_err_nomem(e);
    return acdr_err_set(e, EINVAL, "%s:%d: %s: unknown key; use one of: %s", ini->file, l->line,
                        l->key, known.s);
}

static int set_line(struct acdr_config *c, const struct acdr_inifile *ini,
                    const struct acdr_inifile_line *l, struct acdr_err *e)
{
    if (!l->key)
        return acdr_rules_add(&c->rules, ini, l, e);
    if (*l->section)
        return acdr_rules_set(&c->rules, ini, l, e);
    for (size_t i = 0; i < N_KEYS; i++) {
        int err;

        if (!acdr_text_same(keys[i].name, l->key))
            continue;
        err = keys[i].set(c, l->value);
        if (err == -ENOMEM)
            return acdr_err_nomem(e);
        return err ? complain(ini, l, e, keys[i].hint) : 0;
    }
    return complain_key(ini, l, e);
}

static int check_line(const struct acdr_inifile *ini, size_t at, struct acdr_err *e)
{
    const struct acdr_inifile_line *l = &ini->lines[at];

    if (!l->key)
        return 0;
    for (size_t i = at; i-- > 0 && ini->lines[i].key;)
        if (acdr_text_same(ini->lines[i].key, l->key))
            return acdr_err_set(e, EINVAL, "%s:%d: %s: already set in line %d; keep one of them",
                                ini->file, l->line, l->key, ini->lines[i].line);
    return 0;
}

static int set_defaults(struct acdr_config *c)
{
    c->deadline = DEADLINE_DEFAULT;
    c->replace = true;
    for (size_t i = 0; default_dirs[i]; i++) {
        int err = add_dir(c, i, default_dirs[i]);

        if (err)
            return err;
    }
    return 0;
}

int acdr_config_default(struct acdr_config **ret)
{
    acdr_auto(acdr_config_free) struct acdr_config *c = calloc(1, sizeof(*c));

    if (!c || set_defaults(c))
        return -ENOMEM;
    *ret = acdr_take(c);
    return 0;
}

int acdr_config_read(struct acdr_root *root, struct acdr_config **ret, struct acdr_err *e)
{
    acdr_auto(acdr_config_free) struct acdr_config *c = NULL;
    acdr_auto(acdr_inifile_free) struct acdr_inifile *ini = NULL;
    int err;

    if (acdr_config_default(&c))
        return acdr_err_nomem(e);
    err = acdr_inifile_read(root, ACDR_CONFIG_FILE, &ini, e);
    if (err && err != -ENOENT)
        return err;
    for (size_t i = 0; ini && i < ini->n_lines; i++) {
        err = check_line(ini, i, e);
        if (!err)
            err = set_line(c, ini, &ini->lines[i], e);
        if (err)
            return err;
    }
    *ret = acdr_take(c);
    return 0;
}

void acdr_config_free(struct acdr_config *c)
{
    if (!c)
        return;
    free_dirs(c);
    free_groups(c);
    acdr_rules_done(&c->rules);
    free(c);
}
