/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reports as trees of named values. Knows the structure, not the content. */
#include "item.h"

#include "export.h"

#include <stdlib.h>
#include <string.h>

struct acdr_item {
    enum acdr_item_kind kind;
    char *name, *text;
    long long num;
    struct acdr_item *root, *first, *last, *next;
    int bad; /* root only: an append somewhere below failed */
};

struct acdr_item *acdr_item_new(enum acdr_item_kind kind)
{
    struct acdr_item *i = calloc(1, sizeof(*i));

    if (!i)
        return NULL;
    i->kind = kind;
    i->root = i;
    return i;
}

ACDR_API void acdr_item_free(struct acdr_item *i)
{
    struct acdr_item *next;

    if (!i)
        return;
    for (struct acdr_item *c = i->first; c; c = next) {
        next = c->next;
        acdr_item_free(c);
    }
    free(i->name);
    free(i->text);
    free(i);
}

static struct acdr_item *fail(struct acdr_item *parent, struct acdr_item *child)
{
    parent->root->bad = 1;
    acdr_item_free(child);
    return NULL;
}

struct acdr_item *acdr_item_add(struct acdr_item *parent, const char *name, enum acdr_item_kind k)
{
    struct acdr_item *i;

    if (!parent)
        return NULL;
    i = acdr_item_new(k);
    if (!i)
        return fail(parent, NULL);
    if (name) {
        i->name = strdup(name);
        if (!i->name)
            return fail(parent, i);
    }
    i->root = parent->root;
    if (parent->last)
        parent->last->next = i;
    else
        parent->first = i;
    parent->last = i;
    return i;
}

struct acdr_item *acdr_item_add_text(struct acdr_item *parent, const char *name, const char *s)
{
    struct acdr_item *i = acdr_item_add(parent, name, s ? ACDR_ITEM_TEXT : ACDR_ITEM_NULL);

    if (!i || !s)
        return i;
    i->text = strdup(s);
    if (!i->text)
        i->root->bad = 1;
    return i;
}

struct acdr_item *acdr_item_add_num(struct acdr_item *parent, const char *name, long long n)
{
    struct acdr_item *i = acdr_item_add(parent, name, ACDR_ITEM_NUM);

    if (i)
        i->num = n;
    return i;
}

struct acdr_item *acdr_item_add_bool(struct acdr_item *parent, const char *name, int b)
{
    struct acdr_item *i = acdr_item_add(parent, name, ACDR_ITEM_BOOL);

    if (i)
        i->num = b != 0;
    return i;
}

struct acdr_item *acdr_item_add_null(struct acdr_item *parent, const char *name)
{
    return acdr_item_add(parent, name, ACDR_ITEM_NULL);
}

struct acdr_item *acdr_item_add_cpus(struct acdr_item *parent, const char *name,
                                     const struct acdr_bitmap *s)
{
    acdr_auto(free) char *list = acdr_bitmap_print_list(s);

    if (!list && parent)
        parent->root->bad = 1;
    return acdr_item_add_text(parent, name, list);
}

int acdr_item_bad(const struct acdr_item *root)
{
    return !root || root->bad;
}

ACDR_API enum acdr_item_kind acdr_item_kind(const struct acdr_item *i)
{
    return i ? i->kind : ACDR_ITEM_NULL;
}

ACDR_API const char *acdr_item_name(const struct acdr_item *i)
{
    return i ? i->name : NULL;
}

ACDR_API const char *acdr_item_text(const struct acdr_item *i)
{
    return i && i->text ? i->text : "";
}

ACDR_API long long acdr_item_num(const struct acdr_item *i)
{
    return i ? i->num : 0;
}

ACDR_API const struct acdr_item *acdr_item_first(const struct acdr_item *i)
{
    return i ? i->first : NULL;
}

ACDR_API const struct acdr_item *acdr_item_next(const struct acdr_item *i)
{
    return i ? i->next : NULL;
}

ACDR_API const struct acdr_item *acdr_item_find(const struct acdr_item *i, const char *name)
{
    for (const struct acdr_item *c = acdr_item_first(i); c; c = c->next)
        if (c->name && !strcmp(c->name, name))
            return c;
    return NULL;
}

int acdr_report_done(struct acdr_item **i, struct acdr_item **ret, struct acdr_err *e)
{
    if (acdr_item_bad(*i))
        return acdr_err_nomem(e);
    *ret = acdr_take(*i);
    return 0;
}
