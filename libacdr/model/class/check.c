/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Checks a class file against the tables of sections and keys. Knows the keys common to all
 * sections, those of steps only, and those before the first section; knows nothing of inheritance
 * or the file's location. Every error lists the valid alternatives.
 */
#include "class_check.h"

#include <errno.h>
#include <string.h>

#include "limit.h"
#include "text.h"

static const struct acdr_key common_keys[] = {
    { "need", ACDR_KEY_CHOICE, "must|try", "try", "whether a guest may start without this step" },
    { "use", ACDR_KEY_BOOL, NULL, "yes", "no removes an inherited section" },
    { 0 },
};

static const struct acdr_key top_keys[] = {
    { "description", ACDR_KEY_TEXT, NULL, "", "a description in one line" },
    { "inherit", ACDR_KEY_TEXT, NULL, "", "the classes to inherit from" },
    { 0 },
};

const struct acdr_section *acdr_class_check_section(const struct acdr_section *s, const char *name)
{
    for (; s->name; s++)
        if (acdr_text_same(s->name, name))
            return s;
    return NULL;
}

static const struct acdr_key *find_in(const struct acdr_key *k, const char *name)
{
    for (; k && k->name; k++)
        if (acdr_text_same(k->name, name))
            return k;
    return NULL;
}

static const struct acdr_key *common_of(const struct acdr_section *s)
{
    return s->no_step ? common_keys + 1 : common_keys;
}

const struct acdr_key *acdr_class_check_key(const struct acdr_section *s, const char *name)
{
    const struct acdr_key *k = find_in(common_of(s), name);

    return k ? k : find_in(s->keys, name);
}

struct place {
    const struct acdr_inifile *ini;
    const struct acdr_inifile_line *line;
    const struct acdr_section *sections;
    struct acdr_err *e;
};

static void list_keys(struct acdr_strbuf *t, const struct acdr_key *k)
{
    for (; k && k->name; k++)
        acdr_strbuf_addf(t, "%s%s", t->len ? ", " : "", k->name);
}

static int unknown(const struct place *at, const char *what, struct acdr_strbuf *known)
{
    const struct acdr_inifile_line *l = at->line;
    acdr_auto(free) char *words = acdr_strbuf_take(known);

    if (!words)
        return acdr_err_nomem(at->e);
    if (!l->key)
        return acdr_err_set(at->e, EINVAL, "%s:%d: [%s]: %s; use one of: %s", at->ini->file,
                            l->line, l->section, what, words);
    return acdr_err_set(at->e, EINVAL, "%s:%d: %s: %s; use one of: %s", at->ini->file, l->line,
                        l->key, what, words);
}

static int unknown_section(const struct place *at)
{
    struct acdr_strbuf known = { 0 };

    for (const struct acdr_section *s = at->sections; s->name; s++)
        acdr_strbuf_addf(&known, "%s%s", known.len ? ", " : "", s->name);
    return unknown(at, "unknown step", &known);
}

static int unknown_key(const struct place *at, const struct acdr_section *s)
{
    struct acdr_strbuf known = { 0 };
    acdr_auto(free) char *what = NULL;

    list_keys(&known, s ? s->keys : top_keys);
    if (s)
        list_keys(&known, common_of(s));
    what = s ? acdr_text_format("unknown key in [%s]", s->name)
             : strdup("unknown key before the first section");
    if (!what) {
        acdr_strbuf_done(&known);
        return acdr_err_nomem(at->e);
    }
    return unknown(at, what, &known);
}

static bool is_choice(const char *choices, const char *value)
{
    size_t len = strlen(value);

    for (const char *p = choices; p && *p; p += strcspn(p, "|"), p += *p == '|')
        if (strcspn(p, "|") == len && len && !strncmp(p, value, len))
            return true;
    return false;
}

static bool is_number(const char *value)
{
    long long n;

    return acdr_text_parse_num(value, &n) == 0 && n >= 0;
}

static bool is_cpulist(const char *value)
{
    struct acdr_bitmap set;

    return acdr_bitmap_parse_list(&set, value) == 0;
}

static bool is_words(const char *choices, const char *value)
{
    acdr_auto(free) char *copy = strdup(value);
    char *next = copy;

    for (char *word = strsep(&next, ","); word; word = strsep(&next, ","))
        if (!is_choice(choices, acdr_text_trim(word)))
            return false;
    return copy != NULL;
}

static int check_limit(const struct place *at)
{
    const struct acdr_inifile_line *l = at->line;
    struct acdr_limit limit;
    struct acdr_err e = { 0 };

    if (acdr_limit_parse(acdr_figure_find(l->key), l->value, &limit, &e) == 0)
        return 0;
    return acdr_err_set(at->e, EINVAL, "%s:%d: %s", at->ini->file, l->line, e.text);
}

/* The words accepted in place of a number, CPUs, a time or a limit. */
static const char *words_of(const struct acdr_key *k)
{
    bool beside = k->type == ACDR_KEY_NUM || k->type == ACDR_KEY_CPUS ||
                  k->type == ACDR_KEY_SECONDS || k->type == ACDR_KEY_LIMIT;

    return beside && k->choices ? k->choices : "";
}

static int check_value(const struct place *at, const struct acdr_key *k)
{
    const struct acdr_inifile_line *l = at->line;
    const char *word = words_of(k);
    const char *want = NULL;
    long long n;

    if (is_choice(word, l->value))
        return 0;
    switch (k->type) {
    case ACDR_KEY_CHOICE:
        want = is_choice(k->choices, l->value) ? NULL : k->choices;
        break;
    case ACDR_KEY_BOOL:
        want = is_choice("yes|no", l->value) ? NULL : "yes|no";
        break;
    case ACDR_KEY_NUM:
        want = is_number(l->value) ? NULL : "a number like 4";
        break;
    case ACDR_KEY_INT:
        want = acdr_text_parse_num(l->value, &n) == 0 ? NULL : "a number like -5";
        break;
    case ACDR_KEY_CPUS:
        want = is_cpulist(l->value) ? NULL : "a list of CPUs like 0-3,8";
        break;
    case ACDR_KEY_TEXT:
        want = *l->value ? NULL : "a text";
        break;
    case ACDR_KEY_WORDS:
        want = is_words(k->choices, l->value) ? NULL : k->choices;
        break;
    case ACDR_KEY_SECONDS:
        want = acdr_limit_seconds(l->value) > 0 ? NULL : "a time like 5s or 2m, up to 1h";
        break;
    case ACDR_KEY_LIMIT:
        return check_limit(at);
    }
    if (!want)
        return 0;
    return acdr_err_set(at->e, EINVAL, "%s:%d: %s: \"%s\" is not valid; use %s%s%s", at->ini->file,
                        l->line, l->key, l->value, word, *word ? ", or " : "", want);
}

/* A duplicate section or key in one file is an error, as the intended one is unknown. */
static int check_twice(const struct place *at)
{
    const struct acdr_inifile_line *l = at->line;

    for (const struct acdr_inifile_line *o = at->ini->lines; o < l; o++) {
        if (!acdr_text_same(o->section, l->section) || !acdr_text_same(o->key, l->key))
            continue;
        if (!l->key)
            return acdr_err_set(at->e, EINVAL,
                                "%s:%d: [%s]: already started in line %d; merge them",
                                at->ini->file, l->line, l->section, o->line);
        return acdr_err_set(at->e, EINVAL, "%s:%d: %s: already set in line %d; keep one of them",
                            at->ini->file, l->line, l->key, o->line);
    }
    return 0;
}

static int check_line(const struct place *at)
{
    const struct acdr_inifile_line *l = at->line;
    const struct acdr_section *s = NULL;
    const struct acdr_key *k;
    int err = check_twice(at);

    if (err)
        return err;
    if (*l->section) {
        s = acdr_class_check_section(at->sections, l->section);
        if (!s)
            return unknown_section(at);
        if (!l->key)
            return 0;
    }
    k = s ? acdr_class_check_key(s, l->key) : find_in(top_keys, l->key);
    return k ? check_value(at, k) : unknown_key(at, s);
}

int acdr_class_check(const struct acdr_inifile *ini, const struct acdr_section *sections,
                     struct acdr_err *e)
{
    for (size_t i = 0; i < ini->n_lines; i++) {
        struct place at = { .ini = ini, .line = &ini->lines[i], .sections = sections, .e = e };
        int err = check_line(&at);

        if (err)
            return err;
    }
    return 0;
}
