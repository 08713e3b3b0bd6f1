/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * May a rule of map.conf give a guest a class? Knows the compiled rules that the library leaves
 * beside the journal (libacdr/model/class/map_compile.c) and looks for the bytes that a document
 * must contain if a rule is to fit. Parses no XML: where the bytes do not decide, the answer is yes
 * and the library decides. Must never say no where the library would say yes.
 */
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "early.h"

#define COMPILED  ACDR_HOOK_STATE "/map"
#define SIZE_MOST (1 << 20)
#define NOVA      "http://openstack.org/xmlns/libvirt/nova/"
#define OVIRT     "http://ovirt.org/vm/"

enum fit { NO, MAYBE, YES };

struct part {
    const char *s;
    size_t len;
};

struct document {
    const char *name;
    struct part all, title, metadata, nova, ovirt;
    bool doubtful; /* it may say what it says in other bytes */
};

static const char *find(struct part p, const char *s)
{
    return p.len ? memmem(p.s, p.len, s, strlen(s)) : NULL;
}

/* From the first OPEN to the last CLOSE: whatever else is there, the element's text is too. */
static struct part find_part(struct part doc, const char *open, const char *close)
{
    const char *first = find(doc, open), *last = NULL;
    struct part p = { first, first ? doc.len - (size_t)(first - doc.s) : 0 };

    for (struct part rest = p; (first = find(rest, close));) {
        last = first;
        rest.len -= (size_t)(first + 1 - rest.s);
        rest.s = first + 1;
    }
    p.len = last ? (size_t)(last - p.s) : 0;
    return p;
}

/* Sections of raw text, comments within a value, a DTD, characters by number. libvirt writes none
 * of them but characters by number, and those seldom. */
static bool is_doubtful(struct part doc)
{
    return find(doc, "<!") || find(doc, "<?") || find(doc, "&#") || doc.s[0] != '<' ||
           memchr(doc.s, '\0', doc.len);
}

static void read_document(struct document *d, const char *name, const char *xml, size_t len)
{
    d->name = name;
    d->all = (struct part){ xml, len };
    d->doubtful = len == 0 || is_doubtful(d->all);
    if (d->doubtful)
        return;
    d->title = find_part(d->all, "<title", "</title");
    d->metadata = find_part(d->all, "<metadata", "</metadata");
    if (find(d->all, NOVA))
        d->nova = d->metadata;
    if (find(d->all, OVIRT))
        d->ovirt = d->metadata;
}

static bool is_one_of(const char *set, char c)
{
    return c && strchr(set, c);
}

/* MARKS[0] and [1]: "[" and "]" if the value begins and ends with the needle: in quotes, between
 * tags, or, as one of the characters MORE says, behind the prefix of an element's name. */
static bool has(struct part p, const char *more, const char *marks, struct part needle)
{
    const char *end = p.s + p.len, *at;

    if (p.len == 0 || needle.len == 0)
        return p.len > 0;
    for (; (at = memmem(p.s, (size_t)(end - p.s), needle.s, needle.len)); p.s = at + 1) {
        const char *after = at + needle.len;
        /* a part begins and ends with a tag, so there is a byte on each side */
        bool begins = marks[0] != '[' || is_one_of("\"'<> \t\r\n", at[-1]) ||
                      is_one_of(more, at[-1]);
        bool ends = marks[1] != ']' || after == end || is_one_of("\"'<>/ \t\r\n", *after);

        if (begins && ends)
            return true;
    }
    return false;
}

/* "has REGION PROPERTY VALUE" behind its first tab. */
static enum fit test_has(const struct document *d, const char *line, const char *end)
{
    const char *property = line + 2, *value = memchr(property, '\t', (size_t)(end - property));
    struct part p = line[0] == 't' ? d->title : line[0] == 'n' ? d->nova : d->ovirt;
    const char *more = line[0] == 'o' ? ":" : "";
    struct part first, second;

    if (d->doubtful || !value || value - property < 2 || end - value < 3)
        return MAYBE;
    first = (struct part){ property + 2, (size_t)(value - property - 2) };
    value++;
    second = (struct part){ value + 2, (size_t)(end - value - 2) };
    return has(p, more, property, first) && has(p, "", value, second) ? MAYBE : NO;
}

static enum fit test_name(const struct document *d, const char *pattern, const char *end)
{
    char text[256];

    if ((size_t)(end - pattern) >= sizeof(text))
        return MAYBE;
    memcpy(text, pattern, (size_t)(end - pattern));
    text[end - pattern] = '\0';
    return fnmatch(text, d->name, 0) == 0 ? YES : NO;
}

static bool is_line(const char *line, const char *word)
{
    return strncmp(line, word, strlen(word)) == 0;
}

/* A rule as it is read: the present group, and all groups before it. */
struct rule {
    enum fit group, all;
    bool in_group, none;
};

/* YES: it decides, and gives no class. MAYBE: the library decides. */
static enum fit end_rule(struct rule *r)
{
    enum fit fit = r->in_group && r->group < r->all ? r->group : r->all;

    return fit == YES && !r->none ? MAYBE : fit;
}

/* One line. NO: go on. */
static enum fit read_line(struct rule *r, const struct document *d, const char *line,
                          const char *end)
{
    enum fit fit = NO;

    if (is_line(line, "rule\t")) {
        fit = end_rule(r);
        *r = (struct rule){ .all = YES, .none = is_line(line, "rule\tnone\n") };
    } else if (is_line(line, "any\n")) {
        if (r->in_group && r->group < r->all)
            r->all = r->group;
        r->in_group = true;
        r->group = NO;
    } else if (r->all != NO && r->group != YES) {
        fit = is_line(line, "name\t")  ? test_name(d, line + 5, end)
              : is_line(line, "has\t") ? test_has(d, line + 4, end)
                                       : MAYBE;
        if (fit > r->group)
            r->group = fit;
        fit = NO;
    }
    return fit;
}

bool acdr_early_rules_fit(const char *rules, const char *name, const char *xml, size_t len)
{
    struct document d = { 0 };
    struct rule r = { .all = NO };
    enum fit fit = NO;
    bool whole = false;

    read_document(&d, name, xml, len);
    for (const char *line = rules, *end; fit == NO && !whole && (end = strchr(line, '\n'));
         line = end + 1) {
        whole = is_line(line, "end\n");
        if (!whole)
            fit = read_line(&r, &d, line, end);
    }
    if (fit == NO) /* a copy that is cut off has lost rules */
        fit = whole ? end_rule(&r) : MAYBE;
    return fit == MAYBE;
}

static bool is_source(const char *header, const struct stat *st)
{
    unsigned long long dev, ino, size, mtime, ctime;

    return sscanf(header, "acdr-map 2 %llx %llx %llx %llx %llx\n", &dev, &ino, &size, &mtime,
                  &ctime) == 5 &&
           dev == st->st_dev && ino == st->st_ino && size == (unsigned long long)st->st_size &&
           mtime == (unsigned long long)(st->st_mtim.tv_sec * 1000000000LL + st->st_mtim.tv_nsec) &&
           ctime == (unsigned long long)(st->st_ctim.tv_sec * 1000000000LL + st->st_ctim.tv_nsec);
}

/* The compiled rules, which the caller frees; NULL: there are none that only root could write. */
static char *read_compiled(void)
{
    int fd = open(COMPILED, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat st;
    char *text = NULL;
    ssize_t n = -1;

    if (fd < 0)
        return NULL;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size < SIZE_MOST &&
        (st.st_uid == 0 || st.st_uid == geteuid()) && !(st.st_mode & (S_IWGRP | S_IWOTH)))
        text = malloc((size_t)st.st_size + 1);
    if (text)
        n = read(fd, text, (size_t)st.st_size);
    close(fd);
    if (text && n == st.st_size) {
        text[n] = '\0';
        return text;
    }
    free(text);
    return NULL;
}

bool acdr_early_is_mapped(const struct acdr_hook_call *c)
{
    struct stat st;
    char *text, *rules;
    bool mapped = true;

    if (stat(ACDR_HOOK_MAP, &st) < 0)
        return errno != ENOENT && errno != ENOTDIR;
    text = read_compiled();
    rules = text && is_source(text, &st) ? strchr(text, '\n') : NULL;
    if (rules)
        mapped = acdr_early_rules_fit(rules + 1, c->name, c->xml, c->len);
    free(text);
    return mapped;
}
