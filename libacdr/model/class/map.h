/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * /etc/acdr/map.conf: which guests get which classes without a tag. Rules in the file's order, of
 * which the first that fits decides. domain/label.h says what a rule can test.
 */
#ifndef ACDR_MODEL_CLASS_MAP_H
#define ACDR_MODEL_CLASS_MAP_H

#include <stdbool.h>

#include "auto.h"
#include "err.h"

struct acdr_root; /* root.h; opaque to steps and the place */

#define ACDR_MAP_FILE "/etc/acdr/map.conf"

/* What the XML says of a guest and a rule can test. */
enum acdr_map_key {
    ACDR_MAP_NAME,
    ACDR_MAP_TITLE,
    ACDR_MAP_NOVA_FLAVOR,
    ACDR_MAP_NOVA_PROJECT, /* its name or its ID */
    ACDR_MAP_NOVA_USER,    /* likewise */
    /* These have a property's name before the value. */
    ACDR_MAP_NOVA_EXTRA_SPEC,
    ACDR_MAP_NOVA_IMAGE_PROPERTY,
    ACDR_MAP_OVIRT_PROPERTY,
    ACDR_MAP_N_KEYS,
};

/* One line of a rule. */
struct acdr_map_test {
    enum acdr_map_key key;
    char *property; /* NULL: a key without one */
    char *pattern;  /* fnmatch(3) */
    int line;
};

struct acdr_map_rule {
    char *name; /* of [rule NAME] */
    int line;
    /* Tests of the same key and property are alternatives, and are next to each other; all others
     * must fit together. None: fits every guest. */
    struct acdr_map_test *tests;
    size_t n_tests;
    char *classes;             /* as a tag has them, "" for `none`; NULL: the property FROM */
    struct acdr_map_test from; /* its pattern is NULL */
};

/* Which file was read: it is the same as long as all of these are. */
struct acdr_map_source {
    unsigned long long dev, ino;
    long long size, mtime_ns, ctime_ns;
};

struct acdr_map {
    bool tag_loses; /* a rule that fits counts more than the guest's tag */
    struct acdr_map_rule *rules;
    size_t n_rules;
    struct acdr_map_source source;
    bool certain; /* SOURCE is that of the rules: nobody wrote the file meanwhile */
};

/* "nova-flavor" */
const char *acdr_map_key_name(enum acdr_map_key key);
bool acdr_map_key_has_property(enum acdr_map_key key);
/* Do two tests say something of the same thing? */
bool acdr_map_same(const struct acdr_map_test *a, const struct acdr_map_test *b);
/*
 * Read the file; *RET is NULL if there is none. -EINVAL with file, line and key; -EPERM as for a
 * class file; -ENOMEM. The caller frees.
 */
int acdr_map_read(struct acdr_root *root, struct acdr_map **ret, struct acdr_err *e);
void acdr_map_free(struct acdr_map *m);
ACDR_AUTO_DEFINE(struct acdr_map, acdr_map_free);

/* map_compile.c: the rules as the early hook reads them (hook/map.c). NULL: out of memory. */
char *acdr_map_compile(const struct acdr_map *m);

#endif
