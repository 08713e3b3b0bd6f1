/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Names that libvirt takes and expat does not: libxml2 knows the characters of names by the fifth
 * edition of XML 1.0, which has nearly all of Unicode, expat by the fourth, which has those of
 * 1996.
 */
#ifndef ACDR_MODEL_DOMAIN_XML_NAMES_H
#define ACDR_MODEL_DOMAIN_XML_NAMES_H

#include <stddef.h>

/*
 * A document with the same elements, in which each byte of a name that is not ASCII is one
 * character that both editions take; different names stay different, and texts and values are not
 * changed. The caller frees *ret, which is NULL if there is nothing of the kind or it is not UTF-8.
 * 0 or -ENOMEM.
 */
int acdr_xml_rename(const char *xml, size_t len, char **ret, size_t *ret_len);

#endif
