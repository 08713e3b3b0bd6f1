/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A conditioning class: an INI file with one section per step, found by name in the class folders.
 * Knows the file format and inheritance; the caller's tables define the steps and keys. inih is
 * used in inifile.c alone, which class.c and config.c share.
 */
#ifndef ACDR_MODEL_CLASS_CLASS_H
#define ACDR_MODEL_CLASS_CLASS_H

#include "auto.h"
#include "class_names.h"
#include "config.h"
#include "err.h"

struct acdr_root; /* root.h; opaque to steps and the place */

enum acdr_key_type {
    ACDR_KEY_CHOICE, /* one of the words in choices: "a|b|c" */
    ACDR_KEY_BOOL,   /* yes or no */
    ACDR_KEY_NUM,    /* a decimal number >= 0, or one of the words in choices if there are any */
    ACDR_KEY_INT,    /* a decimal number, with or without "-" */
    ACDR_KEY_CPUS,   /* a cpulist, or one of the words in choices if there are any */
    ACDR_KEY_TEXT,
    ACDR_KEY_WORDS,   /* some of the words in choices, separated by commas */
    ACDR_KEY_SECONDS, /* "5", "5s", "2m", up to an hour, or one of the words in choices */
    ACDR_KEY_LIMIT,   /* "5 ms/s for 3", see model/class/limit.h, or one of the words in choices */
};

struct acdr_key {
    const char *name;
    enum acdr_key_type type;
    const char *choices; /* for CHOICE, NUM, CPUS, WORDS, SECONDS and LIMIT */
    const char *dflt;    /* never NULL */
    const char *help;    /* one line */
};

/* The sections that a class may have; keys end with a NULL name. Every section knows "use", step
 * sections also know "need". */
struct acdr_section {
    const char *name;
    const struct acdr_key *keys;
    bool no_step; /* it does nothing, so it cannot be needed */
};

struct acdr_class;

/*
 * Find and read the class NAME: NAME.conf in the first of the configuration's folders that has it,
 * and the classes it inherits (keys override the parents' keys one by one; "SECTION" with "use =
 * no" removes an inherited step). NAME may be several, whose sections add up (class_layer.h).
 * SECTIONS ends with a NULL name; the array is copied, the data it points to must outlive the
 * class. -ENOENT with the names of the existing classes; -EINVAL with file, line and key: name,
 * syntax, unknown section or key, invalid value, circular inheritance, more than 8 levels, or
 * classes that contradict each other; -EPERM: the file (on the live root) is not owned by root, or
 * others may write it.
 */
int acdr_class_read(struct acdr_root *root, const struct acdr_config *config, const char *name,
                    const struct acdr_section *sections, struct acdr_class **ret,
                    struct acdr_err *e);
void acdr_class_free(struct acdr_class *c);
ACDR_AUTO_DEFINE(struct acdr_class, acdr_class_free);

/* "a b" for several. */
const char *acdr_class_name(const struct acdr_class *c);
const char *acdr_class_file(const struct acdr_class *c);
const char *acdr_class_description(const struct acdr_class *c); /* "" if none */
const char *acdr_class_inherit(const struct acdr_class *c);     /* "" if none */
/* True if the class uses this step. */
bool acdr_class_has(const struct acdr_class *c, const char *section);
/* The value of a key, its default if the class does not set it; NULL for an unknown key. */
const char *acdr_class_get(const struct acdr_class *c, const char *section, const char *key);
/* True if the step's need is "must". */
bool acdr_class_must(const struct acdr_class *c, const char *section);

/* For a class that cannot be read: does its text, or the text of a class it inherits, contain `need
 * = must`? Also true if no text can be read. */
bool acdr_class_says_must(struct acdr_root *root, const struct acdr_config *config,
                          const char *name);

/* Call FN once for each class name in the folders, sorted. As acdr_root_list(). */
int acdr_class_list(struct acdr_root *root, const struct acdr_config *config,
                    int (*fn)(void *arg, const char *name), void *arg);

#endif
