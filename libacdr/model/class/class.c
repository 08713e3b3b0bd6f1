/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A class: its file and all files it inherits, merged. Knows inheritance and the meaning of "need"
 * and "use"; check.c knows whether a file is valid, dir.c where it is.
 */
#include "class.h"

#include <errno.h>
#include <string.h>

#include "class_check.h"
#include "class_dir.h"
#include "text.h"

#define LEVELS_MAX 8

struct value {
    const struct acdr_section *section;
    const struct acdr_key *key; /* NULL: the section header */
    char *text;
};

struct acdr_class {
    char *name, *file, *description, *inherit;
    struct acdr_section *sections; /* copied, as the caller may have built them for this call */
    struct value *values;
    size_t n_values;
};

static struct value *find_value(const struct acdr_class *c, const struct acdr_section *s,
                                const struct acdr_key *k)
{
    for (size_t i = 0; i < c->n_values; i++)
        if (c->values[i].section == s && c->values[i].key == k)
            return &c->values[i];
    return NULL;
}

static struct value *add_value(struct acdr_class *c, const struct acdr_section *s,
                               const struct acdr_key *k)
{
    struct value *v = realloc(c->values, (c->n_values + 1) * sizeof(*v));

    if (!v)
        return NULL;
    c->values = v;
    v += c->n_values++;
    *v = (struct value){ .section = s, .key = k };
    return v;
}

static int set_text(char **field, const char *text)
{
    char *copy = strdup(text);

    if (!copy)
        return -ENOMEM;
    free(*field);
    *field = copy;
    return 0;
}

/* --- the files --------------------------------------------------------------------------- */

struct chain {
    struct acdr_inifile *inis[LEVELS_MAX]; /* the requested class first */
    char *names[LEVELS_MAX];
    size_t n;
};

static void chain_done(struct chain *ch)
{
    for (size_t i = 0; i < ch->n; i++) {
        acdr_inifile_free(ch->inis[i]);
        free(ch->names[i]);
    }
}

static const struct acdr_inifile_line *find_inherit(const struct acdr_inifile *ini)
{
    for (size_t i = 0; i < ini->n_lines; i++)
        if (!*ini->lines[i].section && acdr_text_same(ini->lines[i].key, "inherit"))
            return &ini->lines[i];
    return NULL;
}

static int check_parent(const struct chain *ch, const struct acdr_inifile_line *l,
                        struct acdr_err *e)
{
    const char *file = ch->inis[ch->n - 1]->file;

    if (!acdr_class_name_ok(l->value))
        return acdr_err_set(e, EINVAL,
                            "%s:%d: inherit: \"%s\" is not a valid class name; use letters, "
                            "digits, '.', '_' and '-'",
                            file, l->line, l->value);
    for (size_t i = 0; i < ch->n; i++)
        if (acdr_text_same(ch->names[i], l->value))
            return acdr_err_set(e, EINVAL,
                                "%s:%d: inherit: \"%s\" inherits from this class; remove the cycle",
                                file, l->line, l->value);
    if (ch->n == LEVELS_MAX)
        return acdr_err_set(e, EINVAL,
                            "%s:%d: inherit: more than %d classes in a row; shorten "
                            "the chain",
                            file, l->line, LEVELS_MAX);
    return 0;
}

struct search {
    struct acdr_root *root;
    const struct acdr_config *config;
    const struct acdr_section *sections;
    struct acdr_err *e;
};

/* FROM is the line that inherits the class, NULL for the first one. */
static int complain_missing(const struct search *s, const struct chain *ch, const char *name,
                            const struct acdr_inifile_line *from)
{
    acdr_auto(free) char *names = acdr_class_dir_names(s->root, s->config);

    if (!names)
        return acdr_err_nomem(s->e);
    if (!from)
        return acdr_err_set(s->e, ENOENT, "class \"%s\": not found; available: %s", name, names);
    return acdr_err_set(s->e, EINVAL, "%s:%d: inherit: class \"%s\" not found; available: %s",
                        ch->inis[ch->n - 1]->file, from->line, name, names);
}

static int add_file(const struct search *s, struct chain *ch, const char *name,
                    const struct acdr_inifile_line *from)
{
    struct acdr_inifile *ini = NULL;
    int err = acdr_class_dir_read(s->root, s->config, name, &ini, s->e);

    if (err == -ENOENT)
        return complain_missing(s, ch, name, from);
    if (err)
        return err;
    ch->names[ch->n] = strdup(name);
    ch->inis[ch->n] = ini;
    if (!ch->names[ch->n++])
        return acdr_err_nomem(s->e);
    return acdr_class_check(ini, s->sections, s->e);
}

static int read_chain(const struct search *s, struct chain *ch, const char *name)
{
    const struct acdr_inifile_line *from = NULL;
    int err = add_file(s, ch, name, NULL);

    while (!err && (from = find_inherit(ch->inis[ch->n - 1]))) {
        err = check_parent(ch, from, s->e);
        if (!err)
            err = add_file(s, ch, from->value, from);
    }
    return err;
}

/* --- merging ---------------------------------------------------------------------------- */

static int apply_line(struct acdr_class *c, const struct acdr_inifile_line *l)
{
    const struct acdr_section *s = acdr_class_check_section(c->sections, l->section);
    const struct acdr_key *k = s && l->key ? acdr_class_check_key(s, l->key) : NULL;
    struct value *v;

    if (!s)
        return 0;
    v = find_value(c, s, k);
    if (!v)
        v = add_value(c, s, k);
    return v ? set_text(&v->text, l->value ? l->value : "") : -ENOMEM;
}

static int apply_ini(struct acdr_class *c, const struct acdr_inifile *ini)
{
    int err = 0;

    for (size_t i = 0; !err && i < ini->n_lines; i++)
        err = apply_line(c, &ini->lines[i]);
    return err;
}

/* These two belong to the class itself and are not inherited. */
static int set_head(struct acdr_class *c, const struct acdr_inifile *ini)
{
    int err = set_text(&c->file, ini->file);

    for (size_t i = 0; !err && i < ini->n_lines && !*ini->lines[i].section; i++) {
        const struct acdr_inifile_line *l = &ini->lines[i];

        err = set_text(acdr_text_same(l->key, "inherit") ? &c->inherit : &c->description, l->value);
    }
    return err;
}

static struct acdr_section *copy_sections(const struct acdr_section *sections)
{
    struct acdr_section *copy;
    size_t n = 0;

    while (sections[n].name)
        n++;
    copy = malloc((n + 1) * sizeof(*copy));
    if (copy)
        memcpy(copy, sections, (n + 1) * sizeof(*copy));
    return copy;
}

static struct acdr_class *make(const struct chain *ch, const struct acdr_section *sections)
{
    acdr_auto(acdr_class_free) struct acdr_class *c = calloc(1, sizeof(*c));

    if (!c || set_text(&c->name, ch->names[0]) || set_text(&c->description, "") ||
        set_text(&c->inherit, "") || set_head(c, ch->inis[0]))
        return NULL;
    c->sections = copy_sections(sections);
    if (!c->sections)
        return NULL;
    for (size_t i = ch->n; i-- > 0;)
        if (apply_ini(c, ch->inis[i]))
            return NULL;
    return acdr_take(c);
}

int acdr_class_read(struct acdr_root *root, const struct acdr_config *config, const char *name,
                    const struct acdr_section *sections, struct acdr_class **ret,
                    struct acdr_err *e)
{
    const struct search s = { root, config, sections, e };
    struct acdr_class *c = NULL;
    struct chain ch = { 0 };
    int err;

    if (!acdr_class_name_ok(name))
        return acdr_err_set(e, EINVAL,
                            "class \"%s\": not a valid class name; use letters, digits, '.', '_' "
                            "and '-'",
                            name ? name : "");
    err = read_chain(&s, &ch, name);
    if (!err) {
        c = make(&ch, sections);
        err = c ? 0 : acdr_err_nomem(e);
    }
    chain_done(&ch);
    if (!err)
        *ret = c;
    return err;
}

void acdr_class_free(struct acdr_class *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->n_values; i++)
        free(c->values[i].text);
    free(c->values);
    free(c->sections);
    free(c->name);
    free(c->file);
    free(c->description);
    free(c->inherit);
    free(c);
}

/* --- queries ----------------------------------------------------------------------------- */

const char *acdr_class_name(const struct acdr_class *c)
{
    return c->name;
}

const char *acdr_class_file(const struct acdr_class *c)
{
    return c->file;
}

const char *acdr_class_description(const struct acdr_class *c)
{
    return c->description;
}

const char *acdr_class_inherit(const struct acdr_class *c)
{
    return c->inherit;
}

bool acdr_class_has(const struct acdr_class *c, const char *section)
{
    const struct acdr_section *s = acdr_class_check_section(c->sections, section);

    return s && find_value(c, s, NULL) && acdr_text_same(acdr_class_get(c, section, "use"), "yes");
}

const char *acdr_class_get(const struct acdr_class *c, const char *section, const char *key)
{
    const struct acdr_section *s = acdr_class_check_section(c->sections, section);
    const struct acdr_key *k = s ? acdr_class_check_key(s, key) : NULL;
    const struct value *v = k ? find_value(c, s, k) : NULL;

    if (!k)
        return NULL;
    return v ? v->text : k->dflt;
}

bool acdr_class_must(const struct acdr_class *c, const char *section)
{
    return acdr_text_same(acdr_class_get(c, section, "need"), "must");
}
