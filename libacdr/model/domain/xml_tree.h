/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An untrusted XML document as a tree of its elements. Reading takes a time and memory in
 * proportion to the document's length, whatever it says: expat finds repeated attributes by a hash,
 * a DTD is refused at its first byte, and nothing is fetched.
 */
#ifndef ACDR_MODEL_DOMAIN_XML_TREE_H
#define ACDR_MODEL_DOMAIN_XML_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "auto.h"
#include "err.h"

/* An element. All strings are UTF-8 and belong to the document. */
struct acdr_xml {
    const char *name;   /* as written, with its prefix */
    const char *ns;     /* its namespace; NULL: none; "": the prefix was not declared */
    const char *text;   /* its own text, without that of its child elements; never NULL */
    const char **attrs; /* name, value, name, value ..., NULL; declarations of namespaces too */
    long line;          /* of its start tag, from 1 */
    struct acdr_xml *child, *next;
};

struct acdr_xml_doc;

/* What of a document is kept, and how much there may be. */
struct acdr_xml_limits {
    int attributes; /* of one element that is kept */
    int elements;   /* in all */
    /* Keep the element NAME with ATTRS, and what is in it? PARENT: NULL for the root. NULL: all. */
    bool (*keeps)(const struct acdr_xml *parent, const char *name, const char **attrs);
};

/* All of a document that a guest may have: half a million elements. */
extern const struct acdr_xml_limits acdr_xml_all;

/* Parse LEN bytes of UTF-8; The caller frees. -EBADMSG:
 * "domain XML, line N: ..."; -ENOMEM. */
int acdr_xml_read(const char *xml, size_t len, const struct acdr_xml_limits *limits,
                  struct acdr_xml_doc **ret, struct acdr_err *e);
const struct acdr_xml *acdr_xml_root(const struct acdr_xml_doc *doc);
void acdr_xml_free(struct acdr_xml_doc *doc);
ACDR_AUTO_DEFINE(struct acdr_xml_doc, acdr_xml_free);

/* "class" of "acdr:class". */
const char *acdr_xml_local(const char *name);
/* Does the attribute declare a namespace? */
bool acdr_xml_is_declaration(const char *attr);

#endif
