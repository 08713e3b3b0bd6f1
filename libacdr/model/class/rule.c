/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads the sections [allow PATTERN] of acdr.conf, and finds the one of a guest. Knows their keys
 * (table `keys`); does not know what guests take.
 */
#include "rule.h"

#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "class_names.h"
#include "inifile.h"
#include "text.h"

#define WORD      "allow"
#define SEPARATOR ", \t"

static int set_classes(struct acdr_rule *r, const char *value)
{
    if (!value[strspn(value, SEPARATOR)])
        return -EINVAL;
    r->classes = strdup(value);
    return r->classes ? 0 : -ENOMEM;
}

static int set_cpus(struct acdr_rule *r, const char *value)
{
    return acdr_text_parse_num(value, &r->cpus) || r->cpus < 0 ? -EINVAL : 0;
}

/* A number with a unit; 0 needs none. */
static int set_hugepages(struct acdr_rule *r, const char *value)
{
    static const char units[] = "KMGT";
    acdr_auto(free) char *number = strdup(value);
    size_t len = strlen(value);
    const char *unit = len ? strchr(units, value[len - 1]) : NULL;
    int shift = unit ? (int)(unit - units) * 10 : 0;

    if (!number)
        return -ENOMEM;
    if (unit)
        number[len - 1] = '\0';
    if (acdr_text_parse_num(number, &r->hugepages_kb) || r->hugepages_kb < 0 ||
        (!unit && r->hugepages_kb) || r->hugepages_kb > LLONG_MAX >> shift)
        return -EINVAL;
    r->hugepages_kb <<= shift;
    return 0;
}

static int set_realtime(struct acdr_rule *r, const char *value)
{
    r->no_realtime = acdr_text_same(value, "no");
    return r->no_realtime || acdr_text_same(value, "yes") ? 0 : -EINVAL;
}

static const struct key {
    const char *name;
    int (*set)(struct acdr_rule *r, const char *value);
    const char *hint;
} keys[] = {
    { ACDR_RULE_CLASSES, set_classes,
      "names no class; write names or patterns (example: balanced, low-*), or - for none" },
    { ACDR_RULE_CPUS, set_cpus, "is not a number of CPUs (example: 8)" },
    { ACDR_RULE_HUGEPAGES, set_hugepages, "is not a size (example: 512M, 16G, 1T or 0)" },
    { ACDR_RULE_REALTIME, set_realtime, "is not valid; use yes or no" },
};

#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

bool acdr_rule_ends_open(const char *pattern)
{
    size_t n = strlen(pattern), slashes = 0;

    while (slashes < n && pattern[n - 1 - slashes] == '\\')
        slashes++;
    return slashes % 2;
}

int acdr_rules_add(struct acdr_rules *r, const struct acdr_inifile *ini,
                   const struct acdr_inifile_line *l, struct acdr_err *e)
{
    const char *pattern = l->section + strspn(l->section, " \t");
    struct acdr_rule *v;

    if (!strncmp(pattern, WORD, strlen(WORD)))
        pattern += strlen(WORD);
    if (!strchr(" \t", *pattern) || !pattern[strspn(pattern, " \t")])
        return acdr_err_set(e, EINVAL,
                            "%s:%d: [%s]: unknown section; the only one is [" WORD
                            " PATTERN], with a pattern of guest names",
                            ini->file, l->line, l->section);
    v = reallocarray(r->v, r->n + 1, sizeof(*v));
    if (!v)
        return acdr_err_nomem(e);
    r->v = v;
    v += r->n;
    *v = (struct acdr_rule){ .line = l->line, .cpus = -1, .hugepages_kb = -1 };
    v->pattern = strdup(pattern + strspn(pattern, " \t"));
    if (!v->pattern)
        return acdr_err_nomem(e);
    acdr_text_trim(v->pattern);
    if (acdr_rule_ends_open(v->pattern)) {
        free(v->pattern);
        return acdr_err_set(e, EINVAL, "%s:%d: [%s]: a backslash at the end fits no name",
                            ini->file, l->line, l->section);
    }
    for (size_t i = 0; i < r->n; i++)
        if (acdr_text_same(r->v[i].pattern, v->pattern)) {
            free(v->pattern);
            return acdr_err_set(e, EINVAL,
                                "%s:%d: [%s]: already in line %d, and the first one counts; keep "
                                "one of them",
                                ini->file, l->line, l->section, r->v[i].line);
        }
    r->n++;
    return 0;
}

int acdr_rules_set(struct acdr_rules *r, const struct acdr_inifile *ini,
                   const struct acdr_inifile_line *l, struct acdr_err *e)
{
    for (size_t i = 0; i < N_KEYS; i++) {
        int err;

        if (!acdr_text_same(keys[i].name, l->key))
            continue;
        err = keys[i].set(&r->v[r->n - 1], l->value);
        if (err == -ENOMEM)
            return acdr_err_nomem(e);
        return err ? acdr_err_set(e, EINVAL, "%s:%d: %s: \"%s\" %s", ini->file, l->line, l->key,
                                  l->value, keys[i].hint)
                   : 0;
    }
    return acdr_err_set(e, EINVAL,
                        "%s:%d: %s: unknown key in [%s]; use one of: classes, cpus, hugepages, "
                        "realtime, or move it before the first section",
                        ini->file, l->line, l->key, l->section);
}

const struct acdr_rule *acdr_rules_find(const struct acdr_rules *r, const char *guest)
{
    for (size_t i = 0; i < r->n; i++)
        if (!fnmatch(r->v[i].pattern, guest, 0))
            return &r->v[i];
    return NULL;
}

int acdr_rule_each_class(const struct acdr_rule *r, int (*fn)(void *arg, const char *word),
                         void *arg)
{
    acdr_auto(free) char *copy = r->classes ? strdup(r->classes) : NULL;
    char *rest = copy, *word;
    int result = r->classes && !copy ? -ENOMEM : 0;

    while (result == 0 && (word = strsep(&rest, SEPARATOR)))
        if (*word)
            result = fn(arg, word);
    return result;
}

static int matches(void *arg, const char *word)
{
    return !fnmatch(word, arg, 0);
}

static int is_forbidden(void *arg, const char *name)
{
    return acdr_rule_each_class(arg, matches, (void *)name) != 1;
}

/* Out of memory: not allowed. */
bool acdr_rule_allows_class(const struct acdr_rule *r, const char *class_name)
{
    return !r->classes || acdr_class_names_each(class_name, is_forbidden, (void *)r) == 0;
}

void acdr_rules_done(struct acdr_rules *r)
{
    for (size_t i = 0; i < r->n; i++) {
        free(r->v[i].pattern);
        free(r->v[i].classes);
    }
    free(r->v);
}
