/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Values of a domain's elements. Knows libvirt's formats of numbers, sizes and sets; knows no
 * element by name.
 */
#include "domain_xml.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "ascii.h"
#include "text.h"

#define QUOTE_MAX 160
/* libvirt reads sets up to here; no host that ACDR reads has CPUs from ACDR_BITMAP_MAX on. */
#define SET_MAX 16384

/* --- text from a document for messages ---------------------------------------------------- */

/* The author of the document chose these bytes, and they go to a log. */
static void add_clean(struct acdr_strbuf *t, const char *s)
{
    for (; *s && t->len < QUOTE_MAX; s++)
        acdr_strbuf_addn(t, (unsigned char)*s < ' ' || *s == 0x7f ? "?" : s, 1);
}

/* Truncating within a character would produce invalid UTF-8. */
static void cut(struct acdr_strbuf *t)
{
    if (!t->s || t->len < QUOTE_MAX)
        return;
    while (t->len && ((unsigned char)t->s[t->len - 1] & 0xc0) == 0x80)
        t->s[--t->len] = '\0';
    if (t->len && ((unsigned char)t->s[t->len - 1] & 0x80))
        t->s[--t->len] = '\0';
    acdr_strbuf_add(t, "...");
}

/* --- elements ---------------------------------------------------------------------------- */

static const struct acdr_xml *find(const struct acdr_xml *n, const char *name)
{
    for (; n; n = n->next)
        if (!n->ns && !strcmp(n->name, name))
            return n;
    return NULL;
}

const struct acdr_xml *acdr_domain_xml_child(const struct acdr_xml *n, const char *name)
{
    return n ? find(n->child, name) : NULL;
}

const struct acdr_xml *acdr_domain_xml_next(const struct acdr_xml *n, const char *name)
{
    return n ? find(n->next, name) : NULL;
}

/* NULL if there is no such attribute, or the text is empty. */
static const char *get(const struct acdr_xml *n, const char *attr)
{
    if (!n)
        return NULL;
    if (!attr)
        return *n->text ? n->text : NULL;
    for (size_t i = 0; n->attrs[i]; i += 2)
        if (!strcmp(n->attrs[i], attr))
            return n->attrs[i + 1];
    return NULL;
}

bool acdr_domain_xml_has(const struct acdr_xml *n, const char *attr)
{
    return get(n, attr) != NULL;
}

bool acdr_domain_xml_is(const struct acdr_xml *n, const char *attr, const char *value)
{
    const char *s = get(n, attr);

    return s && !strcmp(s, value);
}

int acdr_domain_xml_text(const struct acdr_xml *n, const char *attr, char **ret)
{
    const char *s = get(n, attr);
    char *copy = strdup(s ? s : "");

    if (!copy)
        return -ENOMEM;
    free(*ret);
    *ret = copy;
    return 0;
}

/* --- errors ------------------------------------------------------------------------------ */

char *acdr_domain_xml_quote(const struct acdr_xml *n)
{
    struct acdr_strbuf t = { 0 };

    add_clean(&t, "<");
    add_clean(&t, n->name);
    for (size_t i = 0; n->attrs[i]; i += 2) {
        if (acdr_xml_is_declaration(n->attrs[i]))
            continue;
        add_clean(&t, " ");
        add_clean(&t, n->attrs[i]);
        add_clean(&t, "=\"");
        add_clean(&t, n->attrs[i + 1]);
        add_clean(&t, "\"");
    }
    cut(&t);
    acdr_strbuf_add(&t, ">");
    return acdr_strbuf_take(&t);
}

int acdr_domain_xml_bad(const struct acdr_xml *n, struct acdr_err *e, const char *what)
{
    acdr_auto(free) char *tag = acdr_domain_xml_quote(n);

    if (!tag)
        return acdr_err_nomem(e);
    return acdr_err_set(e, EBADMSG, "domain XML, line %ld: %s: %s", n->line, tag, what);
}

static int bad_value(const struct acdr_xml *n, const char *attr, struct acdr_err *e,
                     const char *what)
{
    acdr_auto(free) char *text = acdr_text_format("%s is %s", attr ? attr : "its text", what);

    return text ? acdr_domain_xml_bad(n, e, text) : acdr_err_nomem(e);
}

/* --- values ------------------------------------------------------------------------------ */

/* Decimal or 0x...; no sign, which strtoull would accept. END receives the rest of the text. */
static int parse_number(const char *s, unsigned long long *ret, const char **end)
{
    char *stop;
    bool hex;

    s += strspn(s, " \t\r\n");
    hex = s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
    if (*s < '0' || *s > '9')
        return -EINVAL;
    errno = 0;
    *ret = strtoull(s, &stop, hex ? 16 : 10);
    if (errno)
        return -errno;
    *end = stop + strspn(stop, " \t\r\n");
    return 0;
}

int acdr_domain_xml_int(const struct acdr_xml *n, const char *attr, int *ret, struct acdr_err *e)
{
    const char *s = get(n, attr);
    unsigned long long value;
    const char *end;

    if (!s)
        return 0;
    if (parse_number(s, &value, &end) || *end || value > INT_MAX)
        return bad_value(n, attr, e, "not a number");
    *ret = (int)value;
    return 1;
}

/* Bytes in one UNIT, 0 if unknown: k, KB, KiB and so on up to E, in upper or lower case. */
static unsigned long long unit_bytes(const char *unit)
{
    static const char powers[] = "kmgtpe";
    unsigned long long base, bytes = 1;
    const char *p;

    if (!*unit)
        return 1024;
    if (acdr_same_letters(unit, "b") || acdr_same_letters(unit, "byte") ||
        acdr_same_letters(unit, "bytes"))
        return 1;
    p = strchr(powers, *unit | 0x20);
    if (!p)
        return 0;
    if (!unit[1] || acdr_same_letters(unit + 1, "iB"))
        base = 1024;
    else if (acdr_same_letters(unit + 1, "B"))
        base = 1000;
    else
        return 0;
    for (; p >= powers; p--)
        bytes *= base;
    return bytes;
}

int acdr_domain_xml_kb(const struct acdr_xml *n, const char *attr, long long *ret,
                       struct acdr_err *e)
{
    const char *s = get(n, attr);
    const char *unit = get(n, "unit");
    unsigned long long value, bytes;
    const char *end;

    if (!s)
        return 0;
    bytes = unit_bytes(unit ? unit : "");
    if (!bytes)
        return bad_value(n, "unit", e, "not a unit of memory");
    if (parse_number(s, &value, &end) || *end)
        return bad_value(n, attr, e, "not a size");
    if (__builtin_mul_overflow(value, bytes, &bytes))
        return bad_value(n, attr, e, "too large a size");
    *ret = (long long)(bytes / 1024 + (bytes % 1024 != 0));
    return 1;
}

/* Parse one member of a set at *S: "N", "N-M" or "^N". */
static int parse_member(const char **s, struct acdr_bitmap *set)
{
    bool without = **s == '^';
    unsigned long long from, to;

    *s += without;
    if (**s < '0' || **s > '9' || parse_number(*s, &from, s) || from >= SET_MAX)
        return -EINVAL;
    to = from;
    if (**s == '-' && !without) {
        ++*s;
        if (parse_number(*s, &to, s) || to < from || to >= SET_MAX)
            return -EINVAL;
    }
    if (without)
        acdr_bitmap_del(set, (int)from);
    else
        acdr_bitmap_add_range(set, (int)from, (int)to);
    return 0;
}

static int parse_set(const char *s, struct acdr_bitmap *set)
{
    int members = 0;

    s += strspn(s, " \t\r\n");
    while (*s) {
        if (parse_member(&s, set) || ++members > SET_MAX)
            return -EINVAL;
        if (*s && *s != ',')
            return -EINVAL;
        s += *s == ',';
        s += strspn(s, " \t\r\n");
    }
    return 0;
}

int acdr_domain_xml_cpus(const struct acdr_xml *n, const char *attr, struct acdr_bitmap *ret,
                         struct acdr_err *e)
{
    const char *s = get(n, attr);
    struct acdr_bitmap set = { 0 };

    if (!s)
        return 0;
    if (parse_set(s, &set))
        return bad_value(n, attr, e, "not a set like 0-3,^2,8");
    if (acdr_bitmap_empty(&set))
        return bad_value(n, attr, e, "a set without a member below 8192");
    *ret = set;
    return 1;
}
