/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Writes the rules of map.conf for the early hook, which has no XML parser: each test becomes the
 * bytes that a document must contain if the test is to fit, whatever else it says. Only a test of
 * the guest's name stays what it is, because libvirt passes the name as an argument.
 *
 *   acdr-map 2 DEV INODE SIZE MTIME CTIME      of the file that was compiled
 *   rule none|class                            one of which all groups must fit
 *   any                                        a group, of which one test must fit
 *   name PATTERN                               fnmatch(3)
 *   has REGION PROPERTY VALUE                  two needles
 *
 * A needle has a mark at each end where the value ends too: "[" before it and "]" after it, "-"
 * otherwise; "--" is the empty needle, which every document contains.
 */
#include <string.h>

#include "map_part.h"
#include "text.h"

/* What a document may write in another way, or a pattern does not mean as it stands. */
#define UNSURE "&<>\"'*?[]\\ \t\r\n\v\f"

/* As hook/map.c knows them: the title, Nova's metadata, oVirt's. */
static char region_of(enum acdr_map_key key)
{
    return key == ACDR_MAP_TITLE ? 't' : key == ACDR_MAP_OVIRT_PROPERTY ? 'o' : 'n';
}

/* The longest run of bytes that stand for themselves. What follows a bracket or a backslash is not
 * looked at: it means something else there. */
static void add_needle(struct acdr_strbuf *t, const char *pattern)
{
    size_t end = strcspn(pattern, "[\\"), len = strlen(pattern), best = 0, best_len = 0;

    for (size_t at = 0, n; at < end; at += n ? n : 1) {
        n = strcspn(pattern + at, UNSURE);
        if (n > best_len) {
            best = at;
            best_len = n;
        }
    }
    acdr_strbuf_addf(t, "\t%c%c%.*s", best_len && best == 0 ? '[' : '-',
                     best_len && best + best_len == len ? ']' : '-', (int)best_len, pattern + best);
}

static void add_test(struct acdr_strbuf *t, const struct acdr_map_test *test)
{
    if (test->key == ACDR_MAP_NAME) {
        acdr_strbuf_addf(t, "name\t%s\n", test->pattern);
        return;
    }
    acdr_strbuf_addf(t, "has\t%c", region_of(test->key));
    add_needle(t, test->property ? test->property : "");
    add_needle(t, test->pattern ? test->pattern : "");
    acdr_strbuf_add(t, "\n");
}

static void add_rule(struct acdr_strbuf *t, const struct acdr_map_rule *r)
{
    acdr_strbuf_addf(t, "rule\t%s\n", r->classes && !*r->classes ? "none" : "class");
    for (size_t i = 0; i < r->n_tests; i++) {
        if (i == 0 || !acdr_map_same(&r->tests[i - 1], &r->tests[i]))
            acdr_strbuf_add(t, "any\n");
        add_test(t, &r->tests[i]);
    }
    if (r->from.property) {
        acdr_strbuf_add(t, "any\n");
        add_test(t, &r->from);
    }
}

char *acdr_map_compile(const struct acdr_map *m)
{
    const struct acdr_map_source *s = &m->source;
    struct acdr_strbuf t = { 0 };

    acdr_strbuf_addf(&t, "acdr-map 2 %llx %llx %llx %llx %llx\n", s->dev, s->ino,
                     (unsigned long long)s->size, (unsigned long long)s->mtime_ns,
                     (unsigned long long)s->ctime_ns);
    for (size_t i = 0; i < m->n_rules; i++)
        add_rule(&t, &m->rules[i]);
    acdr_strbuf_add(&t, "end\n");
    return acdr_strbuf_take(&t);
}
