/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading libvirt's XML with libxml2, in its words: elements without a namespace, attributes,
 * numbers, sizes with units, sets with exclusions. Private to domain*.c.
 *
 * Where ATTR is NULL, the element's own text is meant. Every call takes a NULL node, which has
 * nothing. The readers return 1 where a value was there, 0 where there was none (RET is untouched),
 * and -EBADMSG with the line in E, or -ENOMEM.
 */
#ifndef ACDR_MODEL_DOMAIN_DOMAIN_XML_H
#define ACDR_MODEL_DOMAIN_DOMAIN_XML_H

#include <libxml/tree.h>

#include "auto.h"
#include "bitmap.h"
#include "err.h"

ACDR_AUTO_DEFINE(xmlDoc, xmlFreeDoc);

/* Parse a document that may come from anybody; the caller frees it with xmlFreeDoc(). -EBADMSG with
 * line: not UTF-8, not well-formed, or with a DTD. */
int acdr_domain_xml_read(const char *xml, size_t len, xmlDoc **ret, struct acdr_err *e);

/* The first child element of that name, and the next sibling of that name; NULL at the end. */
const xmlNode *acdr_domain_xml_child(const xmlNode *n, const char *name);
const xmlNode *acdr_domain_xml_next(const xmlNode *n, const char *name);
#define ACDR_DOMAIN_XML_FOR(n, parent, name)                                                       \
    for (const xmlNode *n = acdr_domain_xml_child((parent), (name)); n;                            \
         n = acdr_domain_xml_next(n, (name)))

bool acdr_domain_xml_has(const xmlNode *n, const char *attr);
/* True where the attribute is there and has that value. */
bool acdr_domain_xml_is(const xmlNode *n, const char *attr, const char *value);
/* A copy that the caller frees, "" where there is none; 0 or -ENOMEM. */
int acdr_domain_xml_text(const xmlNode *n, const char *attr, char **ret);
/* A number from 0 to INT_MAX; decimal, or hexadecimal after 0x. */
int acdr_domain_xml_int(const xmlNode *n, const char *attr, int *ret, struct acdr_err *e);
/* A size in the unit that the attribute "unit" names (KiB where none), rounded up to KiB. */
int acdr_domain_xml_kb(const xmlNode *n, const char *attr, long long *ret, struct acdr_err *e);
/* A set like "0-7,^3", read from left to right; never empty. */
int acdr_domain_xml_cpus(const xmlNode *n, const char *attr, struct acdr_bitmap *ret,
                         struct acdr_err *e);

/* -EBADMSG: "domain XML, line N: <vcpupin vcpu="0">: WHAT". */
int acdr_domain_xml_bad(const xmlNode *n, struct acdr_err *e, const char *what);
/* The start tag as one line of printable text, cut where it is long; the caller frees. NULL where
 * memory is out. */
char *acdr_domain_xml_quote(const xmlNode *n);

#endif
