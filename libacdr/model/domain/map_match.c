/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Compares a domain's labels with the rules of map.conf. Does not know where labels come from. */
#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "class_names.h"
#include "acdr/base.h"
#include "label.h"
#include "text.h"

const struct acdr_label *acdr_domain_label(const struct acdr_domain *d, enum acdr_map_key key,
                                           const char *property)
{
    for (size_t i = 0; i < d->n_labels; i++)
        if (d->labels[i].key == key && acdr_text_same(d->labels[i].property, property))
            return &d->labels[i];
    return NULL;
}

static bool fits(const struct acdr_map_test *t, const struct acdr_domain *d)
{
    for (size_t i = 0; i < d->n_labels; i++) {
        const struct acdr_label *l = &d->labels[i];

        if (l->key == t->key && acdr_text_same(l->property, t->property) &&
            !fnmatch(t->pattern, l->value, 0))
            return true;
    }
    return false;
}

const struct acdr_map_test *acdr_map_rule_lacks(const struct acdr_map_rule *r,
                                                const struct acdr_domain *d)
{
    size_t end;

    for (size_t i = 0; i < r->n_tests; i = end) {
        bool any = false;

        for (end = i; end < r->n_tests && acdr_map_same(&r->tests[i], &r->tests[end]); end++)
            any = any || fits(&r->tests[end], d);
        if (!any)
            return &r->tests[i];
    }
    if (r->from.property && !acdr_domain_label(d, r->from.key, r->from.property))
        return &r->from;
    return NULL;
}

const struct acdr_map_rule *acdr_map_find(const struct acdr_map *m, const struct acdr_domain *d)
{
    for (size_t i = 0; i < m->n_rules; i++)
        if (!acdr_map_rule_lacks(&m->rules[i], d))
            return &m->rules[i];
    return NULL;
}

int acdr_domain_set_class(struct acdr_domain *d, const char *names, const char *by)
{
    char *name = names ? strdup(names) : NULL, *from = by ? strdup(by) : NULL;

    free(d->class_name);
    free(d->class_by);
    free(d->tag_error);
    d->tag_error = NULL;
    d->class_name = name;
    d->class_by = from;
    return (names && !name) || (by && !from) ? -ENOMEM : 0;
}

static int complain(struct acdr_domain *d, const struct acdr_map_rule *r, const char *value,
                    const char *why)
{
    d->tag_error = acdr_text_format("%s:%d: the guest's %s %s=\"%.100s\": %s", ACDR_MAP_FILE,
                                    r->from.line, acdr_map_key_name(r->from.key), r->from.property,
                                    value, why);
    if (!d->tag_error)
        return -ENOMEM;
    acdr_printable(d->tag_error);
    return 0;
}

static int set_from(struct acdr_domain *d, const struct acdr_map_rule *r, const char *value,
                    const char *by)
{
    acdr_auto(free) char *names = NULL;
    const char *why = "";
    int err;

    if (!strcmp(value, "none"))
        return acdr_domain_set_class(d, NULL, by);
    err = acdr_class_names_read(value, &names, &why);
    if (err == -ENOMEM)
        return err;
    if (err == 0)
        return acdr_domain_set_class(d, names, by);
    err = acdr_domain_set_class(d, NULL, by);
    return err ? err : complain(d, r, value, why);
}

int acdr_map_apply(const struct acdr_map *m, struct acdr_domain *d)
{
    bool tagged = d->class_name || d->tag_error;
    const struct acdr_map_rule *r = tagged && !m->tag_loses ? NULL : acdr_map_find(m, d);
    acdr_auto(free) char *by = NULL;

    if (!r)
        return 0;
    by = acdr_text_format("%s:%d [rule %s]", ACDR_MAP_FILE, r->line, r->name);
    if (!by)
        return -ENOMEM;
    if (r->from.property)
        return set_from(d, r, acdr_domain_label(d, r->from.key, r->from.property)->value, by);
    return acdr_domain_set_class(d, *r->classes ? r->classes : NULL, by);
}
