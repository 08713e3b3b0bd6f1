/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads XML with expat, which a hook loads in a twentieth of the time of libxml2 and its libraries.
 * Knows namespaces, but no element by name. Namespaces are resolved here and not by expat, which
 * refuses a prefix without a declaration; libvirt takes that in a guest's metadata.
 */
#include "xml_tree.h"

#include <errno.h>
#include <expat.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "xml_names.h"

enum {
    MOST_DEPTH = 257,   /* as libxml2's */
    MOST_PREFIXES = 64, /* declared at a time; where there are more, all count as undeclared */
    BLOCK = 16 * 1024,
};

ACDR_AUTO_DEFINE(struct XML_ParserStruct, XML_ParserFree);

const struct acdr_xml_limits acdr_xml_all = { INT_MAX, 1 << 19, NULL };

/* --- the memory of a document --- */

struct block {
    struct block *next;
    size_t used, size;
    max_align_t bytes[];
};

struct acdr_xml_doc {
    struct block *blocks;
    struct acdr_xml *root;
};

static struct block *add_block(struct acdr_xml_doc *doc, size_t least)
{
    size_t size = least > BLOCK ? least : BLOCK;
    struct block *b = malloc(sizeof(*b) + size);

    if (!b)
        return NULL;
    *b = (struct block){ .next = doc->blocks, .size = size };
    return doc->blocks = b;
}

static void *get_memory(struct acdr_xml_doc *doc, size_t size)
{
    size_t need = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    struct block *b = doc->blocks;
    void *p;

    if (!b || b->size - b->used < need)
        b = add_block(doc, need);
    if (!b)
        return NULL;
    p = (char *)b->bytes + b->used;
    b->used += need;
    return p;
}

static const char *copy(struct acdr_xml_doc *doc, const char *s, size_t len)
{
    char *p = get_memory(doc, len + 1);

    if (p) {
        memcpy(p, s, len);
        p[len] = '\0';
    }
    return p;
}

void acdr_xml_free(struct acdr_xml_doc *doc)
{
    if (!doc)
        return;
    for (struct block *b = doc->blocks, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    free(doc);
}

const struct acdr_xml *acdr_xml_root(const struct acdr_xml_doc *doc)
{
    return doc->root;
}

/* --- reading --- */

struct open {
    struct acdr_xml *element, *last; /* its last child so far */
    struct acdr_strbuf text;
    const char *ns; /* of its children without a prefix */
    int prefixes;   /* declared outside of it */
};

struct reading {
    XML_Parser parser;
    const struct acdr_xml_limits *limits;
    struct acdr_xml_doc *doc;
    struct open *open;
    int depth;
    int skipped; /* elements that are open and not kept */
    int elements;
    const char *prefix[MOST_PREFIXES], *uri[MOST_PREFIXES];
    int n_prefixes; /* may exceed MOST_PREFIXES */
    const char *why;
    bool no_memory;
    bool bad_token; /* expat found a character where none such may be */
};

static void stop(struct reading *r, const char *why)
{
    r->no_memory |= !why;
    if (!r->why)
        r->why = why;
    XML_StopParser(r->parser, XML_FALSE);
}

static size_t prefix_length(const char *name)
{
    const char *colon = strchr(name, ':');

    return colon ? (size_t)(colon - name) : 0;
}

const char *acdr_xml_local(const char *name)
{
    const char *colon = strchr(name, ':');

    return colon ? colon + 1 : name;
}

bool acdr_xml_is_declaration(const char *attr)
{
    return !strncmp(attr, "xmlns", 5) && (!attr[5] || attr[5] == ':');
}

static void declare(struct reading *r, const char *attr, const char *uri)
{
    if (!attr[5]) {
        r->open[r->depth].ns = *uri ? uri : NULL;
        return;
    }
    if (r->n_prefixes < MOST_PREFIXES) {
        r->prefix[r->n_prefixes] = attr + 6;
        r->uri[r->n_prefixes] = uri;
    }
    r->n_prefixes++;
}

static const char *namespace_of(const struct reading *r, const char *name, const char *ns)
{
    size_t len = prefix_length(name);

    if (!len)
        return ns;
    for (int i = r->n_prefixes - 1; i >= 0 && r->n_prefixes <= MOST_PREFIXES; i--)
        if (!strncmp(r->prefix[i], name, len) && !r->prefix[i][len])
            return r->uri[i];
    return "";
}

static bool copy_attrs(struct reading *r, const char **attrs, struct acdr_xml *x)
{
    size_t n = 0;
    bool ok;

    while (attrs[n])
        n++;
    x->attrs = get_memory(r->doc, (n + 1) * sizeof(*x->attrs));
    ok = x->attrs != NULL;
    for (size_t i = 0; ok && i < n; i++) {
        x->attrs[i] = copy(r->doc, attrs[i], strlen(attrs[i]));
        ok = x->attrs[i] != NULL;
    }
    if (ok)
        x->attrs[n] = NULL;
    return ok;
}

static struct acdr_xml *make_element(struct reading *r, const char *name, const char **attrs)
{
    struct acdr_xml *x = get_memory(r->doc, sizeof(*x));

    if (!x)
        return NULL;
    *x = (struct acdr_xml){ .text = "", .line = (long)XML_GetCurrentLineNumber(r->parser) };
    x->name = copy(r->doc, name, strlen(name));
    return x->name && copy_attrs(r, attrs, x) ? x : NULL;
}

static void link_element(struct reading *r, struct acdr_xml *x)
{
    struct open *parent = r->depth ? &r->open[r->depth - 1] : NULL;

    if (!parent)
        r->doc->root = x;
    else if (parent->last)
        parent->last->next = x;
    else
        parent->element->child = x;
    if (parent)
        parent->last = x;
}

/* Is the element left out, or one too much? */
static bool leaves_out(struct reading *r, const char *name, const char **attrs)
{
    const struct acdr_xml *parent = r->depth ? r->open[r->depth - 1].element : NULL;
    int n = 0;

    if (++r->elements > r->limits->elements) {
        stop(r, "there are too many elements");
        return true;
    }
    if (r->skipped || (r->limits->keeps && !r->limits->keeps(parent, name, attrs))) {
        r->skipped++;
        return true;
    }
    while (n <= r->limits->attributes && attrs[(size_t)n * 2])
        n++;
    if (n > r->limits->attributes)
        stop(r, "an element has too many attributes");
    return r->why;
}

static void XMLCALL open_element(void *arg, const char *name, const char **attrs)
{
    struct reading *r = arg;
    struct acdr_xml *x;

    if (leaves_out(r, name, attrs))
        return;
    if (r->depth == MOST_DEPTH) {
        stop(r, "its elements are nested more than 257 deep");
        return;
    }
    x = make_element(r, name, attrs);
    if (!x) {
        stop(r, NULL);
        return;
    }
    r->open[r->depth] = (struct open){ .element = x,
                                       .ns = r->depth ? r->open[r->depth - 1].ns : NULL,
                                       .prefixes = r->n_prefixes };
    for (size_t i = 0; x->attrs[i]; i += 2)
        if (acdr_xml_is_declaration(x->attrs[i]))
            declare(r, x->attrs[i], x->attrs[i + 1]);
    x->ns = namespace_of(r, x->name, r->open[r->depth].ns);
    link_element(r, x);
    r->depth++;
}

static void XMLCALL close_element(void *arg, const char *name)
{
    struct reading *r = arg;
    struct open *o;

    (void)name;
    /* After a stop expat still ends an empty element, which was not opened here. */
    if (r->why || r->no_memory)
        return;
    if (r->skipped) {
        r->skipped--;
        return;
    }
    o = &r->open[--r->depth];
    if (o->text.len)
        o->element->text = copy(r->doc, o->text.s, o->text.len);
    if (o->text.bad || !o->element->text) {
        o->element->text = "";
        stop(r, NULL);
    }
    acdr_strbuf_done(&o->text);
    r->n_prefixes = o->prefixes;
}

static void XMLCALL add_text(void *arg, const char *s, int len)
{
    struct reading *r = arg;

    if (r->depth && !r->skipped)
        acdr_strbuf_addn(&r->open[r->depth - 1].text, s, (size_t)len);
}

/* Called at "<!DOCTYPE", before the content of a DTD is read. */
static void XMLCALL refuse_dtd(void *arg, const char *name, const char *id, const char *uri,
                               int internal)
{
    (void)name, (void)id, (void)uri, (void)internal;
    stop(arg, "it has a DTD, which is refused");
}

/* UTF-16 has another begin, or zeros; expat reports both in words that say little. */
static bool may_be_utf8(const char *xml, size_t len)
{
    return len > 0 && strchr("<\xef \t\r\n", xml[0]) && xml[0] && !memchr(xml, '\0', len);
}

static const char *reason_of(const struct reading *r, enum XML_Error code)
{
    if (r->why)
        return r->why;
    return code == XML_ERROR_INVALID_TOKEN || code == XML_ERROR_PARTIAL_CHAR
               ? "not well-formed, or not UTF-8"
               : XML_ErrorString(code);
}

static int complain(const struct reading *r, struct acdr_err *e)
{
    enum XML_Error code = XML_GetErrorCode(r->parser);

    if (r->no_memory || code == XML_ERROR_NO_MEMORY)
        return acdr_err_nomem(e);
    return acdr_err_set(e, EBADMSG, "domain XML, line %lu: %s",
                        (unsigned long)XML_GetCurrentLineNumber(r->parser), reason_of(r, code));
}

static int parse(struct reading *r, const char *xml, size_t len, struct acdr_err *e)
{
    int err = 0;

    r->bad_token = false;
    XML_SetUserData(r->parser, r);
    XML_SetElementHandler(r->parser, open_element, close_element);
    XML_SetCharacterDataHandler(r->parser, add_text);
    XML_SetStartDoctypeDeclHandler(r->parser, refuse_dtd);
    if (XML_Parse(r->parser, xml, (int)len, XML_TRUE) != XML_STATUS_OK) {
        r->bad_token = !r->why && XML_GetErrorCode(r->parser) == XML_ERROR_INVALID_TOKEN;
        err = complain(r, e);
    }
    while (r->depth > 0)
        acdr_strbuf_done(&r->open[--r->depth].text);
    return err;
}

static int read_document(const char *xml, size_t len, const struct acdr_xml_limits *limits,
                         struct acdr_xml_doc **ret, bool *bad_token, struct acdr_err *e)
{
    acdr_auto(acdr_xml_free) struct acdr_xml_doc *doc = calloc(1, sizeof(*doc));
    acdr_auto(free) struct open *open = calloc(MOST_DEPTH, sizeof(*open));
    /* The parser's own encoding overrides what the document declares: libvirt writes UTF-8. */
    acdr_auto(XML_ParserFree) struct XML_ParserStruct *parser = XML_ParserCreate("UTF-8");
    struct reading r = { .parser = parser, .limits = limits, .doc = doc, .open = open };
    int err;

    if (!doc || !open || !parser)
        return acdr_err_nomem(e);
    if (len > INT_MAX)
        return acdr_err_set(e, EBADMSG, "domain XML: it is longer than 2 GiB");
    if (!may_be_utf8(xml, len))
        return acdr_err_set(e, EBADMSG, "domain XML, line 1: not UTF-8 text that starts with '<'");
    err = parse(&r, xml, len, e);
    *bad_token = r.bad_token;
    if (err == 0 && !doc->root)
        err = acdr_err_set(e, EBADMSG, "domain XML: it is not a domain's");
    if (err == 0)
        *ret = acdr_take(doc);
    return err;
}

int acdr_xml_read(const char *xml, size_t len, const struct acdr_xml_limits *limits,
                  struct acdr_xml_doc **ret, struct acdr_err *e)
{
    acdr_auto(free) char *renamed = NULL;
    bool bad_token = false;
    size_t n = 0;
    struct acdr_err first = { 0 };
    int err = read_document(xml, len, limits, ret, &bad_token, &first);

    /* libvirt may have taken the names, and the document is its own print. */
    if (bad_token && acdr_xml_rename(xml, len, &renamed, &n) < 0)
        return acdr_err_nomem(e);
    if (renamed && read_document(renamed, n, limits, ret, &bad_token, NULL) == 0)
        return 0;
    return err < 0 ? acdr_err_set(e, -err, "%s", first.text) : 0;
}
