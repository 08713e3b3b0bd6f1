/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Edits a domain's XML as text: what is not edited stays byte for byte, including quotes, blanks
 * and comments. Knows elements, attributes and lines, but not what an element means.
 */
#ifndef ACDR_MODEL_DOMAIN_DOMAIN_EDIT_H
#define ACDR_MODEL_DOMAIN_DOMAIN_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "auto.h"
#include "err.h"

struct acdr_edit;

/*
 * A copy of a document that contains a <domain>, with the position of each element. The caller
 * frees. -EBADMSG with line: as acdr_domain_parse(); -ENOMEM.
 */
int acdr_edit_open(const char *xml, size_t len, struct acdr_edit **ret, struct acdr_err *e);
void acdr_edit_free(struct acdr_edit *x);
ACDR_AUTO_DEFINE(struct acdr_edit, acdr_edit_free);

/*
 * PATH names an element below <domain>: "devices/memballoon". If several have the name, it is the
 * first one; "interface[1]" selects by index from 0, "disk[target/dev=vda]" by an attribute of a
 * child. A missing element on the path is added where libvirt puts it, except one selected by
 * brackets: then nothing is changed.
 * All return 1 if something was changed, 0 if not, or -ENOMEM.
 */
/* Set an attribute; the value must not need escaping. */
int acdr_edit_set(struct acdr_edit *x, const char *path, const char *attr, const char *value);
/* Put ELEMENT ("<a>\n  <b/>\n</a>", indented by two) at PATH, replacing the existing one. */
int acdr_edit_put(struct acdr_edit *x, const char *path, const char *element);
/* Add ELEMENT after the last child of PARENT ("": the domain) with the same name. */
int acdr_edit_add(struct acdr_edit *x, const char *parent, const char *element);
/* Remove every child with that name from PARENT. */
int acdr_edit_drop(struct acdr_edit *x, const char *parent, const char *name);

/* The number of elements that match the last name of PATH within its parent. */
int acdr_edit_count(const struct acdr_edit *x, const char *path);
/* The raw value of an attribute (references are not resolved); the caller frees. NULL if there is
 * none, or out of memory. */
char *acdr_edit_get(const struct acdr_edit *x, const char *path, const char *attr);
/* The current document, and its length. */
const char *acdr_edit_text(const struct acdr_edit *x, size_t *len);

#endif
