/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a class file and all files that it inherits set, and which class set it; for class.c.
 *
 * A file's own keys replace inherited ones. Several inherited classes are added to each other: a
 * section that one of them has is there, and of `need` the stricter wins. If two set a key to
 * different values, the one that inherits from the other wins, else they contradict each other,
 * which is an error unless the inheriting file sets that key itself.
 */
#ifndef ACDR_MODEL_CLASS_CLASS_LAYER_H
#define ACDR_MODEL_CLASS_CLASS_LAYER_H

#include "class.h"
#include "inifile.h"

struct acdr_layer_value {
    const struct acdr_section *section;
    const struct acdr_key *key; /* NULL: the section's header */
    char *text;
    char *origin; /* the classes whose files say so: "base, x" */
};

struct acdr_layer {
    struct acdr_layer_value *v;
    size_t n;
    char **bases; /* the names of all classes that it consists of */
    size_t n_bases;
};
void acdr_layer_done(struct acdr_layer *l);
static inline void acdr_auto_layer(struct acdr_layer *l)
{
    acdr_layer_done(l);
}

struct acdr_layer_search {
    struct acdr_root *root;
    const struct acdr_config *config;
    const struct acdr_section *sections; /* the layer's values point into it */
    struct acdr_err *e;
};

/* Read and add up NAMES, as a tag has them; *FIRST is the file of the first, which the caller
 * frees. As acdr_class_read(). */
int acdr_layer_read(const struct acdr_layer_search *s, const char *names, struct acdr_layer *ret,
                    struct acdr_inifile **first);

/* NULL: not set. KEY NULL: the section's header. */
const char *acdr_layer_get(const struct acdr_layer *l, const struct acdr_section *s,
                           const struct acdr_key *k);
/* Does it have the section, and use it? */
bool acdr_layer_has(const struct acdr_layer *l, const struct acdr_section *s);

/* merge.c: add what OTHER sets. INI: the file that inherits both, whose line FROM says so, NULL for
 * a tag. -EINVAL: they contradict each other. */
int acdr_layer_add(const struct acdr_layer_search *s, struct acdr_layer *l,
                   const struct acdr_layer *other, const struct acdr_inifile *ini,
                   const struct acdr_inifile_line *from);
/* 0 or -ENOMEM, as acdr_layer_base(). */
int acdr_layer_set(struct acdr_layer *l, const struct acdr_section *s, const struct acdr_key *k,
                   const char *text, const char *origin);
struct acdr_layer_value *acdr_layer_find(const struct acdr_layer *l, const struct acdr_section *s,
                                         const struct acdr_key *k);
/* NAME becomes one of the classes that it consists of. */
int acdr_layer_base(struct acdr_layer *l, const char *name);

#endif
