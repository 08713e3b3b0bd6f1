/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The XML layer for reading a domain. Knows libxml2 and libvirt's formats of numbers, sizes and
 * sets; knows no element by name. Documents come from anyone who may define a guest, so nothing is
 * fetched, no entity is expanded, no DTD is read, and nothing is printed.
 */
#include "domain_xml.h"

#include <errno.h>
#include <libxml/parser.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "ascii.h"
#include "text.h"

#define QUOTE_MAX 160
/* libvirt reads sets up to here; no host that ACDR reads has CPUs from ACDR_BITMAP_MAX on. */
#define SET_MAX 16384

ACDR_AUTO_DEFINE(xmlParserCtxt, xmlFreeParserCtxt);

static inline void acdr_auto_xml_string(xmlChar **s)
{
    if (*s)
        xmlFree(*s);
}

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

/* --- the document ------------------------------------------------------------------------ */

struct complaint {
    int line; /* 0: none */
    bool dtd;
    char *text;
};

static inline void acdr_auto_complaint(struct complaint *c)
{
    free(c->text);
}

/* libxml2 2.12 made the error const. */
#if LIBXML_VERSION < 21200
static void note_error(void *arg, xmlError *error)
#else
static void note_error(void *arg, const xmlError *error)
#endif
{
    xmlParserCtxt *ctxt = arg;
    struct complaint *c = ctxt->_private;

    if (c->line || error->level < XML_ERR_FATAL)
        return;
    c->line = error->line > 0 ? error->line : 1;
    if (error->message)
        c->text = strndup(error->message, strcspn(error->message, "\n"));
}

/* Called at "<!DOCTYPE", before the content of a DTD is read. */
static void refuse_dtd(void *arg, const xmlChar *name, const xmlChar *id, const xmlChar *uri)
{
    xmlParserCtxt *ctxt = arg;
    struct complaint *c = ctxt->_private;

    (void)name;
    (void)id;
    (void)uri;
    if (!c->line)
        c->line = ctxt->input && ctxt->input->line > 0 ? ctxt->input->line : 1;
    c->dtd = true;
    xmlStopParser(ctxt);
}

/* libxml2 initializes itself at first use, which two threads must not do at the same time. */
__attribute__((constructor)) static void set_up(void)
{
    xmlInitParser();
}

/*
 * libxml2 inspects the first bytes to detect UTF-16 and other encodings, and prints errors about
 * them to stderr, not to its context. libvirt writes UTF-8 only.
 */
static bool may_be_utf8(const char *xml, size_t len)
{
    return len > 0 && strchr("<\xef \t\r\n", xml[0]) && xml[0] && !memchr(xml, '\0', len);
}

static int complain(const struct complaint *c, struct acdr_err *e)
{
    acdr_auto(strbuf) struct acdr_strbuf t = { 0 };

    if (c->dtd)
        acdr_strbuf_add(&t, "it has a DTD, which is refused");
    else
        add_clean(&t, c->text ? c->text : "it is not well-formed");
    cut(&t);
    if (t.bad)
        return acdr_err_nomem(e);
    return acdr_err_set(e, EBADMSG, "domain XML, line %d: %s", c->line ? c->line : 1, t.s);
}

int acdr_domain_xml_read(const char *xml, size_t len, xmlDoc **ret, struct acdr_err *e)
{
    acdr_auto(complaint) struct complaint c = { 0 };
    acdr_auto(xmlFreeParserCtxt) xmlParserCtxt *ctxt = NULL;
    acdr_auto(xmlFreeDoc) xmlDoc *doc = NULL;

    if (!may_be_utf8(xml, len) || len > INT_MAX)
        return acdr_err_set(e, EBADMSG, "domain XML, line 1: not UTF-8 text that starts with '<'");
    ctxt = xmlNewParserCtxt();
    if (!ctxt)
        return acdr_err_nomem(e);
    ctxt->_private = &c;
    ctxt->sax->serror = note_error;
    ctxt->sax->internalSubset = refuse_dtd;
    doc = xmlCtxtReadMemory(ctxt, xml, (int)len, NULL, NULL,
                            XML_PARSE_NONET | XML_PARSE_IGNORE_ENC | XML_PARSE_NOCDATA |
                                XML_PARSE_BIG_LINES);
    if (!doc || c.line || !xmlDocGetRootElement(doc))
        return complain(&c, e);
    *ret = acdr_take(doc);
    return 0;
}

/* --- elements ---------------------------------------------------------------------------- */

static const xmlNode *find(const xmlNode *n, const char *name)
{
    for (; n; n = n->next)
        if (n->type == XML_ELEMENT_NODE && !n->ns && !strcmp((const char *)n->name, name))
            return n;
    return NULL;
}

const xmlNode *acdr_domain_xml_child(const xmlNode *n, const char *name)
{
    return n ? find(n->children, name) : NULL;
}

const xmlNode *acdr_domain_xml_next(const xmlNode *n, const char *name)
{
    return n ? find(n->next, name) : NULL;
}

/* NULL if there is no such attribute, or the text is empty. */
static xmlChar *get(const xmlNode *n, const char *attr)
{
    xmlChar *s;

    if (!n)
        return NULL;
    if (attr)
        return xmlGetNoNsProp(n, (const xmlChar *)attr);
    s = xmlNodeGetContent(n);
    if (s && !*s) {
        xmlFree(s);
        s = NULL;
    }
    return s;
}

bool acdr_domain_xml_has(const xmlNode *n, const char *attr)
{
    return n && xmlHasNsProp(n, (const xmlChar *)attr, NULL);
}

bool acdr_domain_xml_is(const xmlNode *n, const char *attr, const char *value)
{
    acdr_auto(xml_string) xmlChar *s = get(n, attr);

    return s && !strcmp((const char *)s, value);
}

int acdr_domain_xml_text(const xmlNode *n, const char *attr, char **ret)
{
    acdr_auto(xml_string) xmlChar *s = get(n, attr);
    char *copy = strdup(s ? (const char *)s : "");

    if (!copy)
        return -ENOMEM;
    free(*ret);
    *ret = copy;
    return 0;
}

/* --- errors ------------------------------------------------------------------------------ */

static void add_name(struct acdr_strbuf *t, const xmlNs *ns, const xmlChar *name)
{
    if (ns && ns->prefix) {
        add_clean(t, (const char *)ns->prefix);
        add_clean(t, ":");
    }
    add_clean(t, (const char *)name);
}

char *acdr_domain_xml_quote(const xmlNode *n)
{
    struct acdr_strbuf t = { 0 };

    add_clean(&t, "<");
    add_name(&t, n->ns, n->name);
    for (const xmlAttr *a = n->properties; a; a = a->next) {
        acdr_auto(xml_string) xmlChar *value = xmlNodeGetContent((const xmlNode *)a);

        add_clean(&t, " ");
        add_name(&t, a->ns, a->name);
        add_clean(&t, "=\"");
        add_clean(&t, value ? (const char *)value : "");
        add_clean(&t, "\"");
    }
    cut(&t);
    acdr_strbuf_add(&t, ">");
    return acdr_strbuf_take(&t);
}

int acdr_domain_xml_bad(const xmlNode *n, struct acdr_err *e, const char *what)
{
    acdr_auto(free) char *tag = acdr_domain_xml_quote(n);

    if (!tag)
        return acdr_err_nomem(e);
    return acdr_err_set(e, EBADMSG, "domain XML, line %ld: %s: %s", xmlGetLineNo(n), tag, what);
}

static int bad_value(const xmlNode *n, const char *attr, struct acdr_err *e, const char *what)
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

int acdr_domain_xml_int(const xmlNode *n, const char *attr, int *ret, struct acdr_err *e)
{
    acdr_auto(xml_string) xmlChar *s = get(n, attr);
    unsigned long long value;
    const char *end;

    if (!s)
        return 0;
    if (parse_number((const char *)s, &value, &end) || *end || value > INT_MAX)
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

int acdr_domain_xml_kb(const xmlNode *n, const char *attr, long long *ret, struct acdr_err *e)
{
    acdr_auto(xml_string) xmlChar *s = get(n, attr);
    acdr_auto(xml_string) xmlChar *unit = get(n, "unit");
    unsigned long long value, bytes;
    const char *end;

    if (!s)
        return 0;
    bytes = unit_bytes(unit ? (const char *)unit : "");
    if (!bytes)
        return bad_value(n, "unit", e, "not a unit of memory");
    if (parse_number((const char *)s, &value, &end) || *end)
        return bad_value(n, attr, e, "not a size");
    if (__builtin_mul_overflow(value, bytes, &bytes) && bytes)
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
    for (unsigned long long i = from; i <= to; i++)
        without ? acdr_bitmap_del(set, (int)i) : acdr_bitmap_add(set, (int)i);
    return 0;
}

static int parse_set(const char *s, struct acdr_bitmap *set)
{
    s += strspn(s, " \t\r\n");
    while (*s) {
        if (parse_member(&s, set))
            return -EINVAL;
        if (*s && *s != ',')
            return -EINVAL;
        s += *s == ',';
        s += strspn(s, " \t\r\n");
    }
    return 0;
}

int acdr_domain_xml_cpus(const xmlNode *n, const char *attr, struct acdr_bitmap *ret,
                         struct acdr_err *e)
{
    acdr_auto(xml_string) xmlChar *s = get(n, attr);
    struct acdr_bitmap set = { 0 };

    if (!s)
        return 0;
    if (parse_set((const char *)s, &set))
        return bad_value(n, attr, e, "not a set like 0-3,^2,8");
    if (acdr_bitmap_empty(&set))
        return bad_value(n, attr, e, "a set without a member below 8192");
    *ret = set;
    return 1;
}
