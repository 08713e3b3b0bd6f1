/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A class: what its file and all files it inherits say, added up by layer.c. Knows the meaning of
 * "need". */
#include "class.h"

#include <errno.h>
#include <string.h>

#include "class_check.h"
#include "class_layer.h"
#include "text.h"

struct acdr_class {
    char *name, *file, *description, *inherit;
    struct acdr_section *sections; /* copied, as the caller may have built them for this call */
    struct acdr_layer values;
};

static int set_text(char **field, const char *text)
{
    char *copy = strdup(text);

    if (!copy)
        return -ENOMEM;
    free(*field);
    *field = copy;
    return 0;
}

/* These belong to the class itself and are not inherited. Several classes have no file of their
 * own.
 */
static int set_head(struct acdr_class *c, const struct acdr_inifile *ini)
{
    int err = set_text(&c->file, ini->file);

    if (!err && strchr(c->name, ' '))
        return set_text(&c->inherit, c->name);
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

static int read_all(struct acdr_class *c, const struct acdr_layer_search *s)
{
    acdr_auto(acdr_inifile_free) struct acdr_inifile *first = NULL;
    int err = acdr_layer_read(s, c->name, &c->values, &first);

    return err ? err : set_head(c, first) ? acdr_err_nomem(s->e) : 0;
}

int acdr_class_read(struct acdr_root *root, const struct acdr_config *config, const char *name,
                    const struct acdr_section *sections, struct acdr_class **ret,
                    struct acdr_err *e)
{
    acdr_auto(acdr_class_free) struct acdr_class *c = calloc(1, sizeof(*c));
    struct acdr_layer_search s = { .root = root, .config = config, .e = e };
    const char *why;
    int err;

    if (!c || set_text(&c->description, "") || set_text(&c->inherit, ""))
        return acdr_err_nomem(e);
    err = acdr_class_names_read(name ? name : "", &c->name, &why);
    if (err == -EINVAL)
        return acdr_err_set(e, EINVAL, "class \"%s\": %s", name ? name : "", why);
    s.sections = c->sections = copy_sections(sections);
    if (err || !c->sections)
        return acdr_err_nomem(e);
    err = read_all(c, &s);
    if (err)
        return err;
    *ret = acdr_take(c);
    return 0;
}

void acdr_class_free(struct acdr_class *c)
{
    if (!c)
        return;
    acdr_layer_done(&c->values);
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

    return s && acdr_layer_has(&c->values, s);
}

const char *acdr_class_get(const struct acdr_class *c, const char *section, const char *key)
{
    const struct acdr_section *s = acdr_class_check_section(c->sections, section);
    const struct acdr_key *k = s ? acdr_class_check_key(s, key) : NULL;
    const char *text = k ? acdr_layer_get(&c->values, s, k) : NULL;

    if (!k)
        return NULL;
    return text ? text : k->dflt;
}

bool acdr_class_must(const struct acdr_class *c, const char *section)
{
    return acdr_text_same(acdr_class_get(c, section, "need"), "must");
}
