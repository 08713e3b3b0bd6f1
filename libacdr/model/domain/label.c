/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads the labels of a domain: its title, and what Nova and oVirt write into its metadata. A value
 * is an attribute, or the text of an element without child elements, trimmed.
 */
#include "label.h"

#include <errno.h>
#include <string.h>

#include "domain_part.h"
#include "text.h"

/* Of every version; hook/map.c looks for the same. */
#define NOVA  "http://openstack.org/xmlns/libvirt/nova/"
#define OVIRT "http://ovirt.org/vm/"

static bool is_of(const struct acdr_xml *n, const char *ns)
{
    return n->ns && !strncmp(n->ns, ns, strlen(ns));
}

static const struct acdr_xml *find(const struct acdr_xml *n, const char *ns, const char *name)
{
    for (; n; n = n->next)
        if (is_of(n, ns) && !strcmp(acdr_xml_local(n->name), name))
            return n;
    return NULL;
}

/* NULL for a NULL parent too. */
static const struct acdr_xml *child(const struct acdr_xml *parent, const char *ns, const char *name)
{
    return parent ? find(parent->child, ns, name) : NULL;
}

static const char *attribute(const struct acdr_xml *n, const char *name)
{
    for (size_t i = 0; n->attrs[i]; i += 2)
        if (!strcmp(n->attrs[i], name))
            return n->attrs[i + 1];
    return NULL;
}

static int add(struct acdr_domain *d, enum acdr_map_key key, const char *property,
               const char *value)
{
    struct acdr_label *v = reallocarray(d->labels, d->n_labels + 1, sizeof(*v));
    struct acdr_label *l;

    if (!v)
        return -ENOMEM;
    d->labels = v;
    l = &v[d->n_labels++];
    *l = (struct acdr_label){ .key = key,
                              .property = property ? strdup(property) : NULL,
                              .value = strdup(value) };
    return l->value && (!property || l->property) ? 0 : -ENOMEM;
}

/* The text of N; an empty one counts only for a property. */
static int add_text(struct acdr_domain *d, enum acdr_map_key key, const char *property,
                    const struct acdr_xml *n)
{
    acdr_auto(free) char *text = NULL;
    char *value;

    if (!n || n->child)
        return 0;
    text = strdup(n->text);
    if (!text)
        return -ENOMEM;
    value = acdr_text_trim(text);
    return *value || property ? add(d, key, property, value) : 0;
}

static int add_attribute(struct acdr_domain *d, enum acdr_map_key key, const struct acdr_xml *n,
                         const char *name)
{
    const char *value = n ? attribute(n, name) : NULL;

    return value && *value ? add(d, key, NULL, value) : 0;
}

/* nova:user and nova:project: the name as text, the ID as attribute. */
static int add_owner(struct acdr_domain *d, enum acdr_map_key key, const struct acdr_xml *n)
{
    int err = add_text(d, key, NULL, n);

    return err ? err : add_attribute(d, key, n, "uuid");
}

/* Each <nova:ELEMENT name="PROPERTY">VALUE</...> in LIST. */
static int add_properties(struct acdr_domain *d, enum acdr_map_key key, const struct acdr_xml *list,
                          const char *element)
{
    const struct acdr_xml *n = child(list, NOVA, element);
    int err = 0;

    for (; err == 0 && n; n = find(n->next, NOVA, element)) {
        const char *name = attribute(n, "name");

        err = name && *name ? add_text(d, key, name, n) : 0;
    }
    return err;
}

static int read_nova(struct acdr_domain *d, const struct acdr_xml *metadata)
{
    const struct acdr_xml *instance = child(metadata, NOVA, "instance");
    const struct acdr_xml *flavor = child(instance, NOVA, "flavor");
    const struct acdr_xml *owner = child(instance, NOVA, "owner");
    const struct acdr_xml *image = child(instance, NOVA, "image");
    int err = add_attribute(d, ACDR_MAP_NOVA_FLAVOR, flavor, "name");

    if (!err)
        err = add_owner(d, ACDR_MAP_NOVA_PROJECT, child(owner, NOVA, "project"));
    if (!err)
        err = add_owner(d, ACDR_MAP_NOVA_USER, child(owner, NOVA, "user"));
    if (!err)
        err = add_properties(d, ACDR_MAP_NOVA_EXTRA_SPEC, child(flavor, NOVA, "extraSpecs"),
                             "extraSpec");
    if (!err)
        err = add_properties(d, ACDR_MAP_NOVA_IMAGE_PROPERTY, child(image, NOVA, "properties"),
                             "property");
    return err;
}

/* The engine writes a VM's custom properties as elements with their names. */
static int read_ovirt(struct acdr_domain *d, const struct acdr_xml *metadata)
{
    const struct acdr_xml *custom = child(child(metadata, OVIRT, "vm"), OVIRT, "custom");
    int err = 0;

    for (const struct acdr_xml *n = custom ? custom->child : NULL; err == 0 && n; n = n->next)
        if (is_of(n, OVIRT))
            err = add_text(d, ACDR_MAP_OVIRT_PROPERTY, acdr_xml_local(n->name), n);
    return err;
}

int acdr_domain_labels_read(struct acdr_domain *d, const struct acdr_xml *dom, struct acdr_err *e)
{
    const struct acdr_xml *metadata = acdr_domain_xml_child(dom, "metadata");
    int err = *d->name ? add(d, ACDR_MAP_NAME, NULL, d->name) : 0;

    if (!err)
        err = add_text(d, ACDR_MAP_TITLE, NULL, acdr_domain_xml_child(dom, "title"));
    if (!err)
        err = read_nova(d, metadata);
    if (!err)
        err = read_ovirt(d, metadata);
    return err ? acdr_err_nomem(e) : 0;
}

void acdr_domain_labels_free(struct acdr_domain *d)
{
    for (size_t i = 0; i < d->n_labels; i++) {
        free(d->labels[i].property);
        free(d->labels[i].value);
    }
    free(d->labels);
}
