/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ACDR's tag in a domain's metadata: exactly one <class name="NAME..."/> in ACDR's namespace.
 * Anyone who may define a guest can write it, so it holds names and nothing else; anything more is
 * refused. engine/ checks whether a class with that name exists. The mark of pins that ACDR itself
 * wrote may be beside it.
 */
#include <errno.h>
#include <string.h>

#include "class.h"
#include "domain_part.h"
#include "text.h"

static bool is_of(const char *ns, const char *uri)
{
    return ns && !strcmp(ns, uri);
}

static bool is_ours(const char *ns)
{
    return is_of(ns, ACDR_TAG_NS);
}

static int complain(struct acdr_domain *d, const struct acdr_xml *tag, const char *what)
{
    acdr_auto(free) char *quote = acdr_domain_xml_quote(tag);

    if (!quote)
        return -ENOMEM;
    free(d->class_name);
    d->class_name = NULL;
    d->tag_error = acdr_text_format("domain XML, line %ld: %s: %s", tag->line, quote, what);
    return d->tag_error ? 0 : -ENOMEM;
}

/* "name", or "p:name" in our namespace: as the tag's own prefix, if it has one. */
static bool is_name(const struct acdr_xml *tag, const char *attr)
{
    const char *colon = strchr(attr, ':');
    size_t len = colon ? (size_t)(colon - attr) + 1 : 0;

    return !strcmp(attr + len, "name") && !strncmp(attr, tag->name, len);
}

/* The class that the tag names; otherwise NULL and WHY. */
static const char *find_name(const struct acdr_xml *tag, const char **why)
{
    const char *name = NULL;

    for (size_t i = 0; tag->attrs[i]; i += 2) {
        bool known = is_name(tag, tag->attrs[i]);

        if (acdr_xml_is_declaration(tag->attrs[i]))
            continue;
        if (!known || name) {
            *why = known ? "the name is given twice; give it once"
                         : "it may have no attribute but name; remove the others";
            return NULL;
        }
        name = tag->attrs[i + 1];
    }
    if (!name)
        *why = "the name is missing; write name=\"CLASS\"";
    return name;
}

static int read_tag(struct acdr_domain *d, const struct acdr_xml *tag)
{
    const char *why = "";
    const char *name;
    int err;

    if (strcmp(acdr_xml_local(tag->name), "class") != 0)
        return complain(d, tag, "unknown ACDR element; write class");
    name = find_name(tag, &why);
    if (!name)
        return complain(d, tag, why);
    if (tag->child || tag->text[strspn(tag->text, " \t\r\n")])
        return complain(d, tag, "it must be empty; only its attribute names the class");
    err = acdr_class_names_read(name, &d->class_name, &why);
    return err == -EINVAL ? complain(d, tag, why) : err;
}

static const struct acdr_xml *next_tag(const struct acdr_xml *n)
{
    for (; n; n = n->next)
        if (is_ours(n->ns))
            return n;
    return NULL;
}

int acdr_domain_tag_read(struct acdr_domain *d, const struct acdr_xml *dom, struct acdr_err *e)
{
    const struct acdr_xml *metadata = acdr_domain_xml_child(dom, "metadata");
    const struct acdr_xml *tag = metadata ? next_tag(metadata->child) : NULL;
    const struct acdr_xml *second = tag ? next_tag(tag->next) : NULL;
    int err = 0;

    for (const struct acdr_xml *n = metadata ? metadata->child : NULL; n; n = n->next)
        d->own_pins |= is_of(n->ns, ACDR_PINS_NS);
    if (second)
        err = complain(d, second, "the domain has two ACDR tags; keep one");
    else if (tag)
        err = read_tag(d, tag);
    return err ? acdr_err_nomem(e) : 0;
}
