/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads libvirt's XML: elements without a namespace, attributes, numbers, sizes with
 * units, sets with exclusions. Private to domain*.c.
 *
 * If ATTR is NULL, the call reads the element's own text. Every call accepts a NULL node, which is
 * empty. The readers return 1 if there is a value, 0 if there is none (RET is unchanged), and
 * -EBADMSG with the line in E, or -ENOMEM.
 */
#ifndef ACDR_MODEL_DOMAIN_DOMAIN_XML_H
#define ACDR_MODEL_DOMAIN_DOMAIN_XML_H

#include "bitmap.h"
#include "xml_tree.h"

/* The first child element with that name, and the next sibling with that name; NULL at the end. */
const struct acdr_xml *acdr_domain_xml_child(const struct acdr_xml *n, const char *name);
const struct acdr_xml *acdr_domain_xml_next(const struct acdr_xml *n, const char *name);
#define ACDR_DOMAIN_XML_FOR(n, parent, name)                                                       \
    for (const struct acdr_xml *n = acdr_domain_xml_child((parent), (name)); n;                    \
         n = acdr_domain_xml_next(n, (name)))

bool acdr_domain_xml_has(const struct acdr_xml *n, const char *attr);
/* True if the attribute exists and has that value. */
bool acdr_domain_xml_is(const struct acdr_xml *n, const char *attr, const char *value);
/* A copy that the caller frees, "" if there is none; 0 or -ENOMEM. */
int acdr_domain_xml_text(const struct acdr_xml *n, const char *attr, char **ret);
/* A number from 0 to INT_MAX; decimal, or hexadecimal after 0x. */
int acdr_domain_xml_int(const struct acdr_xml *n, const char *attr, int *ret, struct acdr_err *e);
/* A size in the unit given by the attribute "unit" (default KiB), rounded up to KiB. */
int acdr_domain_xml_kb(const struct acdr_xml *n, const char *attr, long long *ret,
                       struct acdr_err *e);
/* A set like "0-7,^3", read from left to right; never empty. */
int acdr_domain_xml_cpus(const struct acdr_xml *n, const char *attr, struct acdr_bitmap *ret,
                         struct acdr_err *e);

/* -EBADMSG: "domain XML, line N: <vcpupin vcpu="0">: WHAT". */
int acdr_domain_xml_bad(const struct acdr_xml *n, struct acdr_err *e, const char *what);
/* The start tag as one line of printable text, truncated if long; the caller frees. NULL if out of
 * memory. */
char *acdr_domain_xml_quote(const struct acdr_xml *n);

#endif
