/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads map.conf: sections [rule NAME] with tests and classes. Knows their keys; does not know how
 * a guest's XML says what they test.
 */
#include "map.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "class_names.h"
#include "inifile.h"
#include "map_part.h"
#include "rule.h"
#include "text.h"

#define WORD   "rule"
#define CLASS  "class"
#define FROM   "class-from"
#define NONE   "none"
#define BLANKS " \t"

static const char *const keys[ACDR_MAP_N_KEYS] = {
    [ACDR_MAP_NAME] = "name",
    [ACDR_MAP_TITLE] = "title",
    [ACDR_MAP_NOVA_FLAVOR] = "nova-flavor",
    [ACDR_MAP_NOVA_PROJECT] = "nova-project",
    [ACDR_MAP_NOVA_USER] = "nova-user",
    [ACDR_MAP_NOVA_EXTRA_SPEC] = "nova-extra-spec",
    [ACDR_MAP_NOVA_IMAGE_PROPERTY] = "nova-image-property",
    [ACDR_MAP_OVIRT_PROPERTY] = "ovirt-property",
};

const char *acdr_map_key_name(enum acdr_map_key key)
{
    return keys[key];
}

bool acdr_map_key_has_property(enum acdr_map_key key)
{
    return key >= ACDR_MAP_NOVA_EXTRA_SPEC;
}

bool acdr_map_same(const struct acdr_map_test *a, const struct acdr_map_test *b)
{
    return a->key == b->key && acdr_text_same(a->property, b->property);
}

/* The key of the LEN bytes at WORD; ACDR_MAP_N_KEYS: none. */
static enum acdr_map_key find_key(const char *word, size_t len)
{
    enum acdr_map_key k = 0;

    while (k < ACDR_MAP_N_KEYS && (strlen(keys[k]) != len || strncmp(keys[k], word, len) != 0))
        k++;
    return k;
}

static int complain(const struct acdr_inifile *ini, const struct acdr_inifile_line *l,
                    const char *what, struct acdr_err *e)
{
    return acdr_err_set(e, EINVAL, "%s:%d: %s: \"%s\" %s", ini->file, l->line, l->key, l->value,
                        what);
}

static void free_test(struct acdr_map_test *t)
{
    free(t->property);
    free(t->pattern);
}

/* "KEY=PATTERN", or "KEY" for any value. 0, -EINVAL or -ENOMEM. */
static int split_property(struct acdr_map_test *t, const char *value)
{
    const char *equal = strchr(value, '=');
    size_t len = equal ? (size_t)(equal - value) : strlen(value);

    t->property = strndup(value, len);
    t->pattern = strdup(equal ? equal + 1 + strspn(equal + 1, BLANKS) : "*");
    if (!t->property || !t->pattern)
        return -ENOMEM;
    acdr_text_trim(t->property);
    return *t->property && !strpbrk(t->property, BLANKS) ? 0 : -EINVAL;
}

static int read_test(struct acdr_map_test *t, const char *value)
{
    if (acdr_map_key_has_property(t->key))
        return split_property(t, value);
    t->pattern = strdup(value);
    return t->pattern ? 0 : -ENOMEM;
}

/* After the last one of the same key and property. */
static int insert(struct acdr_map_rule *r, const struct acdr_map_test *t)
{
    struct acdr_map_test *v = reallocarray(r->tests, r->n_tests + 1, sizeof(*v));
    size_t at = r->n_tests;

    if (!v)
        return -ENOMEM;
    r->tests = v;
    for (size_t i = 0; i < r->n_tests; i++)
        if (acdr_map_same(&v[i], t))
            at = i + 1;
    memmove(&v[at + 1], &v[at], (r->n_tests - at) * sizeof(*v));
    v[at] = *t;
    r->n_tests++;
    return 0;
}

static int add_test(struct acdr_map_rule *r, enum acdr_map_key key, const struct acdr_inifile *ini,
                    const struct acdr_inifile_line *l, struct acdr_err *e)
{
    struct acdr_map_test t = { .key = key, .line = l->line };
    int err = *l->value ? read_test(&t, l->value) : -EINVAL;

    if (err == 0 && (!*t.pattern || acdr_rule_ends_open(t.pattern)))
        err = -EINVAL;
    if (err == 0)
        err = insert(r, &t);
    if (err < 0)
        free_test(&t);
    if (err == -ENOMEM)
        return acdr_err_nomem(e);
    return err == 0 ? 0
                    : complain(ini, l,
                               acdr_map_key_has_property(key)
                                   ? "is not PROPERTY=PATTERN (example: hw:cpu_policy=dedicated)"
                                   : "is not a pattern (example: web-*)",
                               e);
}

static int set_class(struct acdr_map_rule *r, const struct acdr_inifile *ini,
                     const struct acdr_inifile_line *l, struct acdr_err *e)
{
    const char *why = "";
    int err;

    if (!strcmp(l->value, NONE)) {
        r->classes = strdup("");
        return r->classes ? 0 : acdr_err_nomem(e);
    }
    err = acdr_class_names_read(l->value, &r->classes, &why);
    if (err == -EINVAL)
        return acdr_err_set(e, EINVAL, "%s:%d: %s: \"%s\": %s", ini->file, l->line, l->key,
                            l->value, why);
    return err ? acdr_err_nomem(e) : 0;
}

/* "nova-extra-spec acdr:class" */
static int set_from(struct acdr_map_rule *r, const struct acdr_inifile *ini,
                    const struct acdr_inifile_line *l, struct acdr_err *e)
{
    size_t len = strcspn(l->value, BLANKS);
    const char *property = l->value + len + strspn(l->value + len, BLANKS);

    r->from.key = find_key(l->value, len);
    r->from.line = l->line;
    if (r->from.key == ACDR_MAP_N_KEYS || !acdr_map_key_has_property(r->from.key) || !*property ||
        strpbrk(property, BLANKS "="))
        return complain(ini, l,
                        "is not KEY PROPERTY with nova-extra-spec, nova-image-property or "
                        "ovirt-property (example: nova-extra-spec acdr:class)",
                        e);
    r->from.property = strdup(property);
    return r->from.property ? 0 : acdr_err_nomem(e);
}

static int set_in_rule(struct acdr_map *m, const struct acdr_inifile *ini,
                       const struct acdr_inifile_line *l, struct acdr_err *e)
{
    struct acdr_map_rule *r = &m->rules[m->n_rules - 1];
    bool class = !strcmp(l->key, CLASS), from = !strcmp(l->key, FROM);
    enum acdr_map_key key = find_key(l->key, strlen(l->key));

    if ((class || from) && (r->classes || r->from.property))
        return acdr_err_set(e, EINVAL,
                            "%s:%d: %s: [rule %s] has its classes already; keep one " CLASS
                            " or " FROM,
                            ini->file, l->line, l->key, r->name);
    if (class || from)
        return class ? set_class(r, ini, l, e) : set_from(r, ini, l, e);
    if (key < ACDR_MAP_N_KEYS)
        return add_test(r, key, ini, l, e);
    return acdr_err_set(e, EINVAL,
                        "%s:%d: %s: unknown key in [rule %s]; use one of: " CLASS ", " FROM
                        ", name, title, nova-flavor, nova-project, nova-user, nova-extra-spec, "
                        "nova-image-property, ovirt-property",
                        ini->file, l->line, l->key, r->name);
}

static int set_global(struct acdr_map *m, const struct acdr_inifile *ini,
                      const struct acdr_inifile_line *l, struct acdr_err *e)
{
    if (strcmp(l->key, "tag") != 0)
        return acdr_err_set(e, EINVAL,
                            "%s:%d: %s: unknown key; before the first [rule NAME] there is only "
                            "tag = wins|loses",
                            ini->file, l->line, l->key);
    m->tag_loses = !strcmp(l->value, "loses");
    return m->tag_loses || !strcmp(l->value, "wins")
               ? 0
               : complain(ini, l, "is not valid; use wins or loses", e);
}

static int add_rule(struct acdr_map *m, const struct acdr_inifile *ini,
                    const struct acdr_inifile_line *l, struct acdr_err *e)
{
    const char *word = l->section + strspn(l->section, BLANKS);
    const char *name = strncmp(word, WORD, strlen(WORD)) ? "" : word + strlen(WORD);
    struct acdr_map_rule *v;

    if (!strchr(BLANKS, *name) || !name[strspn(name, BLANKS)])
        return acdr_err_set(e, EINVAL, "%s:%d: [%s]: unknown section; the only one is [rule NAME]",
                            ini->file, l->line, l->section);
    v = reallocarray(m->rules, m->n_rules + 1, sizeof(*v));
    if (!v)
        return acdr_err_nomem(e);
    m->rules = v;
    v += m->n_rules;
    *v = (struct acdr_map_rule){ .line = l->line, .name = strdup(name + strspn(name, BLANKS)) };
    if (!v->name)
        return acdr_err_nomem(e);
    m->n_rules++;
    acdr_text_trim(v->name);
    for (size_t i = 0; i + 1 < m->n_rules; i++)
        if (!strcmp(m->rules[i].name, v->name))
            return acdr_err_set(e, EINVAL, "%s:%d: [%s]: already in line %d; rename one of them",
                                ini->file, l->line, l->section, m->rules[i].line);
    return 0;
}

/* The rule that ends at the present line. */
static int check_rule(const struct acdr_map *m, const char *file, bool last, struct acdr_err *e)
{
    const struct acdr_map_rule *r = m->n_rules ? &m->rules[m->n_rules - 1] : NULL;

    if (!r)
        return 0;
    if (!r->classes && !r->from.property)
        return acdr_err_set(e, EINVAL,
                            "%s:%d: [rule %s]: it names no class; write class = NAME, class = none "
                            "or class-from = KEY PROPERTY",
                            file, r->line, r->name);
    if (!last && !r->n_tests && r->classes)
        return acdr_err_set(e, EINVAL,
                            "%s:%d: [rule %s]: it tests nothing, so it fits every guest and no "
                            "rule after it is ever reached; make it the last one, or add a test",
                            file, r->line, r->name);
    return 0;
}

int acdr_map_read_lines(struct acdr_map *m, const struct acdr_inifile *ini, struct acdr_err *e)
{
    int err = 0;

    for (size_t i = 0; err == 0 && i < ini->n_lines; i++) {
        const struct acdr_inifile_line *l = &ini->lines[i];

        if (!l->key) {
            err = check_rule(m, ini->file, false, e);
            err = err ? err : add_rule(m, ini, l, e);
        } else {
            err = *l->section ? set_in_rule(m, ini, l, e) : set_global(m, ini, l, e);
        }
    }
    return err ? err : check_rule(m, ini->file, true, e);
}

void acdr_map_free(struct acdr_map *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < m->n_rules; i++) {
        struct acdr_map_rule *r = &m->rules[i];

        for (size_t k = 0; k < r->n_tests; k++)
            free_test(&r->tests[k]);
        free(r->tests);
        free_test(&r->from);
        free(r->name);
        free(r->classes);
    }
    free(m->rules);
    free(m);
}
