/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A section [allow PATTERN] of acdr.conf: which classes guests with such names may have, and how
 * much all of them may take together. */
#ifndef ACDR_MODEL_CLASS_RULE_H
#define ACDR_MODEL_CLASS_RULE_H

#include <stdbool.h>

#include "err.h"

struct acdr_inifile;
struct acdr_inifile_line;

/* Its keys. */
#define ACDR_RULE_CLASSES   "classes"
#define ACDR_RULE_CPUS      "cpus"
#define ACDR_RULE_HUGEPAGES "hugepages"
#define ACDR_RULE_REALTIME  "realtime"

struct acdr_rule {
    char *pattern;          /* of guest names, fnmatch(3) */
    int line;               /* of its header in acdr.conf */
    char *classes;          /* as in the file; NULL: all */
    long long cpus;         /* -1: any number */
    long long hugepages_kb; /* -1: any number */
    bool no_realtime;
};

struct acdr_rules {
    struct acdr_rule *v;
    size_t n;
};

/* L is a section header, or a key of the last section. -EINVAL with file, line and key; -ENOMEM. */
int acdr_rules_add(struct acdr_rules *r, const struct acdr_inifile *ini,
                   const struct acdr_inifile_line *l, struct acdr_err *e);
int acdr_rules_set(struct acdr_rules *r, const struct acdr_inifile *ini,
                   const struct acdr_inifile_line *l, struct acdr_err *e);
/* The first rule whose pattern matches the guest's name; NULL: none, everything is allowed. */
const struct acdr_rule *acdr_rules_find(const struct acdr_rules *r, const char *guest);
bool acdr_rule_allows_class(const struct acdr_rule *r, const char *class_name);
/* Call FN for each word of `classes`. The first result that is not 0 ends it and is returned. */
int acdr_rule_each_class(const struct acdr_rule *r, int (*fn)(void *arg, const char *word),
                         void *arg);
void acdr_rules_done(struct acdr_rules *r);
/* The pattern's last character is a backslash that escapes nothing, which fnmatch(3) takes as no
 * match. */
bool acdr_rule_ends_open(const char *pattern);

#endif
