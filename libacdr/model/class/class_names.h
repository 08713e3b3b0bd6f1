/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The names of classes, one or several: "nfv-dataplane hugepages-1g". */
#ifndef ACDR_MODEL_CLASS_CLASS_NAMES_H
#define ACDR_MODEL_CLASS_CLASS_NAMES_H

#include <stdbool.h>

/* True for names of at most 64 letters, digits, '.', '_' and '-' that do not begin with '.' or
 * '-'. */
bool acdr_class_name_ok(const char *name);
/* Several names, separated by blanks or commas, as a tag, `inherit` and --class have them. Call FN
 * for each until it returns other than 0, and return that; or -ENOMEM. Checks nothing. */
int acdr_class_names_each(const char *names, int (*fn)(void *arg, const char *name), void *arg);
bool acdr_class_names_have(const char *names, const char *name);
/* "a b" from "a,  b", which the caller frees. -ENOMEM; -EINVAL and *WHY: a name is not valid, there
 * is none, one stands twice, or there are more than 8. */
int acdr_class_names_read(const char *names, char **ret, const char **why);

#endif
