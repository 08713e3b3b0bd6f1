/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A class file against the tables of sections and keys; for class.c. */
#ifndef ACDR_MODEL_CLASS_CLASS_CHECK_H
#define ACDR_MODEL_CLASS_CLASS_CHECK_H

#include "class.h"
#include "inifile.h"

/* 0, or -EINVAL with file, line, key and what to do: an unknown section or key, a value of the
 * wrong type, a section or key that is there twice. */
int acdr_class_check(const struct acdr_inifile *ini, const struct acdr_section *sections,
                     struct acdr_err *e);

/* The section of that name, or NULL. */
const struct acdr_section *acdr_class_check_section(const struct acdr_section *s, const char *name);
/* The key of that name in a section, those that every section has included; or NULL. */
const struct acdr_key *acdr_class_check_key(const struct acdr_section *s, const char *name);

#endif
