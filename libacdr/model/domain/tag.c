/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ACDR's tag in a domain's metadata: exactly one <class name="NAME"/> in ACDR's namespace. Anyone
 * who may define a guest can write it, so it holds a name and nothing else; anything more is
 * refused. engine/ checks whether a class with that name exists. The mark of pins that ACDR itself
 * wrote may be beside it.
 */
#include <errno.h>
#include <string.h>

#include "class.h"
#include "domain_part.h"
#include "text.h"

static bool is_of(const xmlNs *ns, const char *uri)
{
    return ns && ns->href && !strcmp((const char *)ns->href, uri);
}

static bool is_ours(const xmlNs *ns)
{
    return is_of(ns, ACDR_TAG_NS);
}

static int complain(struct acdr_domain *d, const xmlNode *tag, const char *what)
{
    acdr_auto(free) char *quote = acdr_domain_xml_quote(tag);

    if (!quote)
        return -ENOMEM;
    free(d->class_name);
    d->class_name = NULL;
    d->tag_error = acdr_text_format("domain XML, line %ld: %s: %s", xmlGetLineNo(tag), quote, what);
    return d->tag_error ? 0 : -ENOMEM;
}

/* The attribute that names the class, in our namespace or in none; otherwise NULL and WHY. */
static const xmlAttr *find_name(const xmlNode *tag, const char **why)
{
    const xmlAttr *name = NULL;

    for (const xmlAttr *a = tag->properties; a; a = a->next) {
        bool known = (!a->ns || is_ours(a->ns)) && !strcmp((const char *)a->name, "name");

        if (!known || name) {
            *why = known ? "the name is given twice; give it once"
                         : "it may have no attribute but name; remove the others";
            return NULL;
        }
        name = a;
    }
    if (!name)
        *why = "the name is missing; write name=\"CLASS\"";
    return name;
}

static bool has_content(const xmlNode *tag)
{
    for (const xmlNode *n = tag->children; n; n = n->next)
        if (n->type != XML_COMMENT_NODE && !xmlIsBlankNode(n))
            return true;
    return false;
}

static int read_tag(struct acdr_domain *d, const xmlNode *tag)
{
    const xmlAttr *name;
    const char *why = "";
    xmlChar *value;

    if (strcmp((const char *)tag->name, "class") != 0)
        return complain(d, tag, "unknown ACDR element; write class");
    name = find_name(tag, &why);
    if (!name)
        return complain(d, tag, why);
    if (has_content(tag))
        return complain(d, tag, "it must be empty; only its attribute names the class");
    value = xmlNodeGetContent((const xmlNode *)name);
    if (value)
        d->class_name = strdup((const char *)value);
    xmlFree(value);
    if (!d->class_name)
        return -ENOMEM;
    if (!acdr_class_name_ok(d->class_name))
        return complain(d, tag, "not a valid class name; use letters, digits, '.', '_' and '-'");
    return 0;
}

static const xmlNode *next_tag(const xmlNode *n)
{
    for (; n; n = n->next)
        if (n->type == XML_ELEMENT_NODE && is_ours(n->ns))
            return n;
    return NULL;
}

int acdr_domain_tag_read(struct acdr_domain *d, const xmlNode *dom, struct acdr_err *e)
{
    const xmlNode *metadata = acdr_domain_xml_child(dom, "metadata");
    const xmlNode *tag = metadata ? next_tag(metadata->children) : NULL;
    const xmlNode *second = tag ? next_tag(tag->next) : NULL;
    int err = 0;

    for (const xmlNode *n = metadata ? metadata->children : NULL; n; n = n->next)
        d->own_pins |= n->type == XML_ELEMENT_NODE && is_of(n->ns, ACDR_PINS_NS);
    if (second)
        err = complain(d, second, "the domain has two ACDR tags; keep one");
    else if (tag)
        err = read_tag(d, tag);
    return err ? acdr_err_nomem(e) : 0;
}
