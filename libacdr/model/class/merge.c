/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Layers as sets of values, and how two of them add up. Knows no files. See class_layer.h. */
#include <errno.h>
#include <string.h>

#include "class_check.h"
#include "class_layer.h"
#include "class_names.h"
#include "text.h"

struct acdr_layer_value *acdr_layer_find(const struct acdr_layer *l, const struct acdr_section *s,
                                         const struct acdr_key *k)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->v[i].section == s && l->v[i].key == k)
            return &l->v[i];
    return NULL;
}

const char *acdr_layer_get(const struct acdr_layer *l, const struct acdr_section *s,
                           const struct acdr_key *k)
{
    const struct acdr_layer_value *v = acdr_layer_find(l, s, k);

    return v ? v->text : NULL;
}

bool acdr_layer_has(const struct acdr_layer *l, const struct acdr_section *s)
{
    const char *use = acdr_layer_get(l, s, acdr_class_check_key(s, "use"));

    return acdr_layer_find(l, s, NULL) && (!use || acdr_text_same(use, "yes"));
}

static bool is_of(const struct acdr_layer *l, const char *name)
{
    for (size_t i = 0; i < l->n_bases; i++)
        if (!strcmp(l->bases[i], name))
            return true;
    return false;
}

static int is_not_of(void *arg, const char *name)
{
    return !is_of(arg, name);
}

/* Does L add to all the classes of ORIGIN? */
static bool is_of_all(const struct acdr_layer *l, const char *origin)
{
    return acdr_class_names_each(origin, is_not_of, (void *)l) == 0;
}

int acdr_layer_base(struct acdr_layer *l, const char *name)
{
    char **bases = NULL;
    char *copy;

    if (is_of(l, name))
        return 0;
    copy = strdup(name);
    if (copy)
        bases = realloc(l->bases, (l->n_bases + 1) * sizeof(*bases));
    if (!bases) {
        free(copy);
        return -ENOMEM;
    }
    l->bases = bases;
    l->bases[l->n_bases++] = copy;
    return 0;
}

static struct acdr_layer_value *append(struct acdr_layer *l, const struct acdr_section *s,
                                       const struct acdr_key *k)
{
    struct acdr_layer_value *v = realloc(l->v, (l->n + 1) * sizeof(*v));

    if (!v)
        return NULL;
    l->v = v;
    v += l->n++;
    *v = (struct acdr_layer_value){ .section = s, .key = k };
    return v;
}

int acdr_layer_set(struct acdr_layer *l, const struct acdr_section *s, const struct acdr_key *k,
                   const char *text, const char *origin)
{
    char *copy = strdup(text), *from = strdup(origin);
    struct acdr_layer_value *v = acdr_layer_find(l, s, k);

    if (!v && copy && from)
        v = append(l, s, k);
    if (!v || !copy || !from) {
        free(copy);
        free(from);
        return -ENOMEM;
    }
    free(v->text);
    free(v->origin);
    v->text = copy;
    v->origin = from;
    return 0;
}

static void value_done(struct acdr_layer_value *v)
{
    free(v->text);
    free(v->origin);
}

void acdr_layer_done(struct acdr_layer *l)
{
    for (size_t i = 0; i < l->n; i++)
        value_done(&l->v[i]);
    for (size_t i = 0; i < l->n_bases; i++)
        free(l->bases[i]);
    free(l->v);
    free(l->bases);
    *l = (struct acdr_layer){ 0 };
}

static void forget_section(struct acdr_layer *l, const struct acdr_section *s)
{
    size_t n = 0;

    for (size_t i = 0; i < l->n; i++)
        if (l->v[i].section == s)
            value_done(&l->v[i]);
        else
            l->v[n++] = l->v[i];
    l->n = n;
}

/* Does the file that inherits both decide it itself? */
static bool is_set_by(const struct acdr_inifile *ini, const struct acdr_layer_value *v)
{
    for (size_t i = 0; ini && i < ini->n_lines; i++)
        if (ini->lines[i].key && !strcmp(ini->lines[i].section, v->section->name) &&
            !strcmp(ini->lines[i].key, v->key->name))
            return true;
    return false;
}

static int contradict(const struct acdr_layer_search *s, const struct acdr_layer_value *a,
                      const struct acdr_layer_value *b, const struct acdr_inifile *ini,
                      const struct acdr_inifile_line *from)
{
    acdr_auto(free) char *at = from ? acdr_text_format("%s:%d: inherit: ", ini->file, from->line)
                                    : strdup("");

    if (!at)
        return acdr_err_nomem(s->e);
    return acdr_err_set(s->e, EINVAL,
                        "%sclasses %s and %s contradict each other: [%s] %s is \"%s\" in the one "
                        "and \"%s\" in the other; %s",
                        at, a->origin, b->origin, a->section->name, a->key->name, a->text, b->text,
                        from ? "set that key here, or leave one of them out"
                             : "leave one of them out, or name a class of your own that inherits "
                               "both and sets that key");
}

/* Which of the two holds? < 0: A's, > 0: B's; 0: they contradict each other. */
static int stronger(const struct acdr_layer *a, const struct acdr_layer_value *va,
                    const struct acdr_layer *b, const struct acdr_layer_value *vb)
{
    if (!va->key || !strcmp(va->text, vb->text))
        return -1;
    if (!strcmp(va->key->name, "need"))
        return !strcmp(va->text, "must") ? -1 : 1;
    if (is_of_all(a, vb->origin))
        return -1;
    return is_of_all(b, va->origin) ? 1 : 0;
}

static int add_name(void *arg, const char *name)
{
    struct acdr_strbuf *t = arg;

    if (!acdr_class_names_have(t->s, name))
        acdr_strbuf_addf(t, ", %s", name);
    return 0;
}

/* Both say the same: who contradicts one of the classes contradicts the value. */
static int add_origin(struct acdr_layer_value *mine, const char *origin)
{
    acdr_auto(strbuf) struct acdr_strbuf t = { 0 };
    char *all = NULL;

    acdr_strbuf_add(&t, mine->origin);
    if (t.s && acdr_class_names_each(origin, add_name, &t) == 0)
        all = acdr_strbuf_take(&t);
    if (!all)
        return -ENOMEM;
    free(mine->origin);
    mine->origin = all;
    return 0;
}

static int add_value(const struct acdr_layer_search *s, struct acdr_layer *l,
                     const struct acdr_layer *other, const struct acdr_layer_value *v,
                     const struct acdr_inifile *ini, const struct acdr_inifile_line *from)
{
    struct acdr_layer_value *mine = acdr_layer_find(l, v->section, v->key);
    int which = mine ? stronger(l, mine, other, v) : 1;

    if (which == 0 && acdr_layer_has(l, v->section) && !is_set_by(ini, v))
        return contradict(s, mine, v, ini, from);
    if (mine && acdr_text_same(mine->text, v->text))
        return add_origin(mine, v->origin) < 0 ? acdr_err_nomem(s->e) : 0;
    if (which <= 0)
        return 0;
    return acdr_layer_set(l, v->section, v->key, v->text, v->origin) ? acdr_err_nomem(s->e) : 0;
}

int acdr_layer_add(const struct acdr_layer_search *s, struct acdr_layer *l,
                   const struct acdr_layer *other, const struct acdr_inifile *ini,
                   const struct acdr_inifile_line *from)
{
    int err = 0;

    for (const struct acdr_section *sec = s->sections; !err && sec->name; sec++) {
        bool both = acdr_layer_has(l, sec) == acdr_layer_has(other, sec);

        if (!both && acdr_layer_has(l, sec))
            continue;
        if (!both)
            forget_section(l, sec);
        for (size_t i = 0; !err && i < other->n; i++)
            if (other->v[i].section == sec)
                err = add_value(s, l, other, &other->v[i], ini, from);
    }
    for (size_t i = 0; !err && i < other->n_bases; i++)
        if (acdr_layer_base(l, other->bases[i]) < 0)
            err = acdr_err_nomem(s->e);
    return err;
}
