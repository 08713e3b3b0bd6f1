/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finds where each element of a document begins and ends, from the parser's position at its events.
 * Knows libxml2 as the parser; every position is checked against the text, so that another version
 * of libxml2 cannot cause a wrong edit.
 */
#include "domain_edit_part.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "xml2_calls.h"

struct scan {
    const char *xml;
    size_t len;
    struct acdr_spans *spans;
    struct acdr_xml2_calls xml2;
    int open; /* the current element, -1: none */
    int err;
};

/* A tag cannot contain "<". */
static bool find_open(const struct scan *s, size_t at, size_t *ret)
{
    while (at > 0 && at <= s->len && s->xml[at - 1] != '<')
        at--;
    *ret = at - 1;
    return at > 0 && at <= s->len;
}

static void open_element(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                         int n_ns, const xmlChar **ns, int n_attrs, int n_default,
                         const xmlChar **attrs)
{
    xmlParserCtxt *ctxt = arg;
    struct scan *s = ctxt->_private;
    long at = s->xml2.xmlByteConsumed(ctxt);
    struct acdr_span span = { .parent = s->open };
    struct acdr_span *v;

    (void)prefix, (void)uri, (void)n_ns, (void)ns, (void)n_attrs, (void)n_default, (void)attrs;
    if (s->err)
        return;
    if (at < 0 || (size_t)at >= s->len || !strchr("/>", s->xml[at]) ||
        !find_open(s, (size_t)at, &span.start)) {
        s->err = -EBADMSG;
        return;
    }
    span.head = (size_t)at;
    v = reallocarray(s->spans->v, s->spans->n + 1, sizeof(*v));
    if (!v) {
        s->err = -ENOMEM;
        return;
    }
    s->spans->v = v;
    v[s->spans->n] = span;
    s->open = (int)s->spans->n++;
    if (!prefix && !acdr_span_is(s->xml, &span, (const char *)name))
        s->err = -EBADMSG;
}

static void close_element(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    xmlParserCtxt *ctxt = arg;
    struct scan *s = ctxt->_private;
    long at = s->xml2.xmlByteConsumed(ctxt);
    struct acdr_span *span;

    (void)name, (void)prefix, (void)uri;
    if (s->err)
        return;
    if (s->open < 0 || at <= 0 || (size_t)at > s->len || s->xml[at - 1] != '>') {
        s->err = -EBADMSG;
        return;
    }
    span = &s->spans->v[s->open];
    span->end = (size_t)at;
    s->open = span->parent;
}

static int parse(struct scan *s)
{
    xmlParserCtxt *ctxt = s->xml2.xmlNewParserCtxt();

    if (!ctxt || s->len > INT_MAX)
        return -ENOMEM;
    ctxt->_private = s;
    ctxt->sax->startElementNs = open_element;
    ctxt->sax->endElementNs = close_element;
    s->xml2.xmlFreeDoc(s->xml2.xmlCtxtReadMemory(ctxt, s->xml, (int)s->len, NULL, NULL,
                                                 XML_PARSE_NONET | XML_PARSE_IGNORE_ENC |
                                                     XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
    if (!s->err && (!ctxt->wellFormed || s->open >= 0 || !s->spans->n))
        s->err = -EBADMSG;
    s->xml2.xmlFreeParserCtxt(ctxt);
    return s->err;
}

int acdr_span_scan(const char *xml, size_t len, struct acdr_spans *ret, struct acdr_err *e)
{
    struct acdr_spans spans = { 0 };
    struct scan s = { .xml = xml, .len = len, .spans = &spans, .open = -1 };
    int err = acdr_xml2_load(&s.xml2, e);

    if (err < 0)
        return err;
    s.err = parse(&s);
    if (s.err) {
        free(spans.v);
        return s.err == -ENOMEM ? acdr_err_nomem(e)
                                : acdr_err_set(e, EBADMSG,
                                               "domain XML: it cannot be edited: its elements are "
                                               "not at the positions of the parser");
    }
    free(ret->v);
    *ret = spans;
    return 0;
}

bool acdr_span_is(const char *xml, const struct acdr_span *s, const char *name)
{
    size_t len = strlen(name);

    return s->head - s->start > len && !strncmp(xml + s->start + 1, name, len) &&
           strchr(" \t\r\n/>", xml[s->start + 1 + len]);
}

bool acdr_span_attr(const char *xml, const struct acdr_span *s, const char *attr, size_t *from,
                    size_t *to)
{
    size_t len = strlen(attr);
    const char *p = xml + s->start + 1;
    const char *end = xml + s->head;

    p += strcspn(p, " \t\r\n/>");
    while (p < end) {
        const char *name = p += strspn(p, " \t\r\n");
        const char *value;
        bool found;

        p += strcspn(p, "= \t\r\n");
        found = (size_t)(p - name) == len && !strncmp(name, attr, len);
        value = memchr(p, '=', p < end ? (size_t)(end - p) : 0);
        if (!value)
            return false;
        value += 1 + strspn(value + 1, " \t\r\n");
        p = strchr(value + 1, *value); /* the same quote character */
        if (!p || p >= end)
            return false;
        *from = (size_t)(value + 1 - xml);
        *to = (size_t)(p++ - xml);
        if (found)
            return true;
    }
    return false;
}

bool acdr_span_indent(const char *xml, const struct acdr_span *s, size_t *from)
{
    size_t at = s->start;

    while (at > 0 && (xml[at - 1] == ' ' || xml[at - 1] == '\t'))
        at--;
    *from = at;
    return at > 0 && xml[at - 1] == '\n';
}
