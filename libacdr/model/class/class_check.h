/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Checks a class file against the tables of sections and keys; for class.c. */
#ifndef ACDR_MODEL_CLASS_CLASS_CHECK_H
#define ACDR_MODEL_CLASS_CLASS_CHECK_H

#include "class.h"
#include "inifile.h"

/* 0, or -EINVAL with file, line, key and remedy: an unknown section or key, a value of the wrong
 * type, or a duplicate section or key. */
int acdr_class_check(const struct acdr_inifile *ini, const struct acdr_section *sections,
                     struct acdr_err *e);

/* The section with that name, or NULL. */
const struct acdr_section *acdr_class_check_section(const struct acdr_section *s, const char *name);
/* The key with that name in a section, including the keys common to all sections; or NULL. */
const struct acdr_key *acdr_class_check_key(const struct acdr_section *s, const char *name);

#endif
