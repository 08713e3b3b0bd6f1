/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Changing a domain's XML as text: what is not meant to change stays byte for byte, quotes, blanks
 * and comments included. Knows elements, attributes and lines; knows no element's meaning.
 */
#ifndef ACDR_MODEL_DOMAIN_DOMAIN_EDIT_H
#define ACDR_MODEL_DOMAIN_DOMAIN_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "auto.h"
#include "err.h"

struct acdr_edit;

/*
 * A copy of a document with a <domain> in it, and where each of its elements stands. The caller
 * frees. -EBADMSG with line: as acdr_domain_parse(); -ENOMEM.
 */
int acdr_edit_open(const char *xml, size_t len, struct acdr_edit **ret, struct acdr_err *e);
void acdr_edit_free(struct acdr_edit *x);
ACDR_AUTO_DEFINE(struct acdr_edit, acdr_edit_free);

/*
 * PATH names an element below <domain>: "devices/memballoon". Of several of a name it is the first,
 * else "interface[1]" the one of that number (0..) and "disk[target/dev=vda]" the one whose child
 * has an attribute of that value. An element on the path that is not there is added where libvirt
 * has it, but for one that is chosen by brackets: then nothing is changed.
 * All return 1 where something was changed, 0 where not, -ENOMEM.
 */
/* Set an attribute; its value must need no escape. */
int acdr_edit_set(struct acdr_edit *x, const char *path, const char *attr, const char *value);
/* Have ELEMENT ("<a>\n  <b/>\n</a>", indented by two) there, in place of what is there. */
int acdr_edit_put(struct acdr_edit *x, const char *path, const char *element);
/* Add ELEMENT behind what PARENT ("": the domain) has of its name. */
int acdr_edit_add(struct acdr_edit *x, const char *parent, const char *element);
/* Take every child of that name out of PARENT. */
int acdr_edit_drop(struct acdr_edit *x, const char *parent, const char *name);

/* How many elements PATH's last name stands for, in the element before it. */
int acdr_edit_count(const struct acdr_edit *x, const char *path);
/* An attribute's value, as it is written (no reference is resolved); the caller frees. NULL where
 * there is none, or memory is out. */
char *acdr_edit_get(const struct acdr_edit *x, const char *path, const char *attr);
/* The document as it is now, and its length. */
const char *acdr_edit_text(const struct acdr_edit *x, size_t *len);

#endif
