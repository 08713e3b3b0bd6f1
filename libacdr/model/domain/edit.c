/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Edits a document as text, one splice at a time; after each one the elements are located again.
 * Knows the order in which libvirt prints elements, so that new elements are where readers expect.
 */
#include "domain_edit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain_edit_part.h"
#include "domain_xml.h"
#include "text.h"

struct acdr_edit {
    char *s;
    size_t len;
    struct acdr_spans spans;
    int domain;
};

/* libvirt's print order, for all levels that are edited; elements not listed here come last. */
/* clang-format off */
static const char *const order[] = {
    "name", "uuid", "genid", "title", "description", "metadata", "maxMemory", "memory",
    "currentMemory", "blkiotune", "memtune", "memoryBacking", "vcpu", "vcpus", "iothreads",
    "iothreadids", "defaultiothread", "cputune", "numatune", "resource", "sysinfo", "bootloader",
    "os", "idmap", "features", "cpu", "clock", "on_poweroff", "on_reboot", "on_crash", "pm", "perf",
    "devices",
    /* memoryBacking */ "hugepages", "nosharepages", "locked", "source", "access", "allocation",
    /* cputune */ "shares", "period", "quota", "global_period",
    "global_quota", "emulator_period", "emulator_quota", "iothread_period", "iothread_quota",
    "vcpupin", "emulatorpin", "iothreadpin", "vcpusched", "emulatorsched",
    "iothreadsched",
    /* cpu */ "model", "vendor", "topology", "cache", "maxphysaddr", "feature", "numa",
    /* devices */ "emulator", "disk", "controller", "interface", "memballoon",
};
/* clang-format on */

static size_t rank_of(const struct acdr_edit *x, int el)
{
    size_t n = sizeof(order) / sizeof(order[0]);
    size_t i = 0;

    while (i < n && !acdr_span_is(x->s, &x->spans.v[el], order[i]))
        i++;
    return i;
}

static size_t rank_of_name(const char *name, size_t len)
{
    size_t n = sizeof(order) / sizeof(order[0]);
    size_t i = 0;

    while (i < n && (strlen(order[i]) != len || strncmp(order[i], name, len)))
        i++;
    return i;
}

static int scan(struct acdr_edit *x, struct acdr_err *e)
{
    int err = acdr_span_scan(x->s, x->len, &x->spans, e);

    x->domain = -1;
    for (size_t i = 0; err == 0 && i < x->spans.n && x->domain < 0; i++)
        if (acdr_span_is(x->s, &x->spans.v[i], "domain") && x->spans.v[i].parent <= 0)
            x->domain = (int)i;
    if (err == 0 && x->domain < 0)
        err = acdr_err_set(e, EBADMSG, "domain XML: not a <domain> element");
    return err;
}

int acdr_edit_open(const char *xml, size_t len, struct acdr_edit **ret, struct acdr_err *e)
{
    acdr_auto(acdr_edit_free) struct acdr_edit *x = calloc(1, sizeof(*x));
    acdr_auto(acdr_xml_free) struct acdr_xml_doc *doc = NULL;
    int err = x ? acdr_xml_read(xml, len, &acdr_xml_all, &doc, e) : acdr_err_nomem(e);

    if (err < 0)
        return err;
    x->s = strndup(xml, len);
    x->len = len;
    err = x->s ? scan(x, e) : acdr_err_nomem(e);
    if (err < 0)
        return err;
    *ret = acdr_take(x);
    return 0;
}

void acdr_edit_free(struct acdr_edit *x)
{
    if (!x)
        return;
    free(x->s);
    free(x->spans.v);
    free(x);
}

const char *acdr_edit_text(const struct acdr_edit *x, size_t *len)
{
    *len = x->len;
    return x->s;
}

/* Replace FROM..TO by TEXT. 1, or an error, in which case nothing has changed. */
static int splice(struct acdr_edit *x, size_t from, size_t to, const char *text)
{
    struct acdr_edit old = *x;
    struct acdr_strbuf t = { 0 };
    int err;

    acdr_strbuf_addn(&t, x->s, from);
    acdr_strbuf_add(&t, text);
    acdr_strbuf_add(&t, x->s + to);
    x->len = t.len;
    x->s = acdr_strbuf_take(&t);
    x->spans = (struct acdr_spans){ 0 };
    err = x->s ? scan(x, NULL) : -ENOMEM;
    if (err < 0) {
        free(x->s);
        *x = old;
        return err;
    }
    free(old.s);
    free(old.spans.v);
    return 1;
}

static int next_child(const struct acdr_edit *x, int parent, const char *name, int after)
{
    return acdr_span_child(x->s, &x->spans, parent, name, after);
}

/* --- adding ------------------------------------------------------------------------------ */

/* The element with INDENT (N bytes) before each line but the first; on one line without LINES. */
static char *indented(const char *element, const char *indent, size_t n, bool lines)
{
    struct acdr_strbuf t = { 0 };

    for (const char *p = element; *p; p++) {
        if (*p == '\n' && !lines) {
            p += strspn(p, "\n ") - 1;
            continue;
        }
        acdr_strbuf_addn(&t, p, 1);
        if (*p == '\n')
            acdr_strbuf_addn(&t, indent, n);
    }
    return acdr_strbuf_take(&t);
}

/* Into an element without children: the child gets its own lines if the element begins a line. */
static int add_first(struct acdr_edit *x, int parent, const char *element)
{
    const struct acdr_span *s = &x->spans.v[parent];
    bool empty = x->s[s->head] == '/';
    size_t name = strcspn(x->s + s->start + 1, " \t\r\n/>");
    size_t from, to = empty ? s->head + 2 : s->head + 1;
    bool lines = acdr_span_indent(x->s, s, &from);
    int n = lines ? (int)(s->start - from) : 0;
    acdr_auto(free) char *indent = acdr_text_format("%.*s%s", n, x->s + from, lines ? "  " : "");
    acdr_auto(free) char *body = indent ? indented(element, indent, strlen(indent), lines) : NULL;
    acdr_auto(free) char *text = NULL;

    if (!body)
        return -ENOMEM;
    if (empty)
        text = acdr_text_format(">%s%s%s%s%.*s</%.*s>", lines ? "\n" : "", indent, body,
                                lines ? "\n" : "", n, x->s + from, (int)name, x->s + s->start + 1);
    else
        text = acdr_text_format(">%s%s%s", lines ? "\n" : "", indent, body);
    return text ? splice(x, s->head, to, text) : -ENOMEM;
}

static int add_child(struct acdr_edit *x, int parent, const char *element)
{
    size_t rank = rank_of_name(element + 1, strcspn(element + 1, " \t\r\n/>"));
    int first = next_child(x, parent, NULL, -1);
    int before = -1;
    acdr_auto(free) char *body = NULL, *text = NULL;
    const struct acdr_span *s;
    size_t from;
    bool lines;

    if (first < 0)
        return add_first(x, parent, element);
    for (int i = first; i >= 0; i = next_child(x, parent, NULL, i))
        if (rank_of(x, i) <= rank)
            before = i;
    s = &x->spans.v[before < 0 ? first : before];
    lines = acdr_span_indent(x->s, s, &from);
    body = indented(element, x->s + from, s->start - from, lines);
    if (!body)
        return -ENOMEM;
    if (before < 0)
        text = acdr_text_format("%s%s%.*s", body, lines ? "\n" : "",
                                lines ? (int)(s->start - from) : 0, x->s + from);
    else
        text = acdr_text_format("%s%.*s%s", lines ? "\n" : "", lines ? (int)(s->start - from) : 0,
                                x->s + from, body);
    if (!text)
        return -ENOMEM;
    return before < 0 ? splice(x, s->start, s->start, text) : splice(x, s->end, s->end, text);
}

/* The element at PATH, which is modified. -1: there is none, and none may be added. */
static int find(const struct acdr_edit *x, char *path)
{
    int el = x->domain;
    bool chosen;

    while (path && el >= 0)
        el = acdr_span_step(x->s, &x->spans, el, acdr_span_cut(&path), &chosen);
    return el;
}

/* The same, but adds a missing element; *CHANGED if added. -1: not permitted; -ENOMEM. */
static int make(struct acdr_edit *x, char *path, bool *changed)
{
    int el = x->domain;

    while (path) {
        char *step = acdr_span_cut(&path);
        acdr_auto(free) char *copy = strdup(step);
        bool chosen;
        int child = copy ? acdr_span_step(x->s, &x->spans, el, step, &chosen) : -ENOMEM;

        if (child == -1 && !chosen) {
            acdr_auto(free) char *element = acdr_text_format("<%s/>", step);
            int err = element ? add_child(x, el, element) : -ENOMEM;

            if (err < 0)
                return err;
            *changed = true;
            child = acdr_span_step(x->s, &x->spans, el, copy, &chosen);
        }
        el = child;
        if (el < 0)
            return el;
    }
    return el;
}

int acdr_edit_set(struct acdr_edit *x, const char *path, const char *attr, const char *value)
{
    acdr_auto(free) char *copy = strdup(path);
    bool changed = false;
    int el = copy ? make(x, copy, &changed) : -ENOMEM;
    acdr_auto(free) char *text = NULL;
    size_t from, to;

    if (el < 0)
        return el == -1 ? 0 : el;
    if (acdr_span_attr(x->s, &x->spans.v[el], attr, &from, &to)) {
        if (to - from == strlen(value) && !strncmp(x->s + from, value, to - from))
            return changed;
        return splice(x, from, to, value);
    }
    text = acdr_text_format(" %s='%s'", attr, value);
    from = x->spans.v[el].head;
    while (strchr(" \t\r\n", x->s[from - 1]))
        from--;
    return text ? splice(x, from, from, text) : -ENOMEM;
}

int acdr_edit_add(struct acdr_edit *x, const char *parent, const char *element)
{
    acdr_auto(free) char *copy = strdup(parent);
    bool changed = false;
    int el = copy ? *copy ? make(x, copy, &changed) : x->domain : -ENOMEM;

    if (el < 0)
        return el == -1 ? 0 : el;
    return add_child(x, el, element);
}

int acdr_edit_put(struct acdr_edit *x, const char *path, const char *element)
{
    acdr_auto(free) char *copy = strdup(path);
    acdr_auto(free) char *body = NULL;
    const char *slash = strrchr(path, '/');
    acdr_auto(free) char *parent = strndup(path, slash ? (size_t)(slash - path) : 0);
    int el = copy && parent ? find(x, copy) : -ENOMEM;
    const struct acdr_span *s;
    size_t from;
    bool lines;

    if (el == -1)
        return acdr_edit_add(x, parent, element);
    if (el < 0)
        return el;
    s = &x->spans.v[el];
    lines = acdr_span_indent(x->s, s, &from);
    body = indented(element, x->s + from, s->start - from, lines);
    if (!body)
        return -ENOMEM;
    if (s->end - s->start == strlen(body) && !strncmp(x->s + s->start, body, strlen(body)))
        return 0;
    return splice(x, s->start, s->end, body);
}

/* --- removing ----------------------------------------------------------------------------- */

/* Including its line, if nothing else is on it. */
static int cut(struct acdr_edit *x, int el)
{
    const struct acdr_span *s = &x->spans.v[el];
    size_t from, to = s->end;

    if (!acdr_span_indent(x->s, s, &from) || x->s[to] != '\n')
        from = s->start;
    else
        to++;
    return splice(x, from, to, "");
}

int acdr_edit_drop(struct acdr_edit *x, const char *parent, const char *name)
{
    int changed = 0, child;

    do {
        acdr_auto(free) char *copy = strdup(parent);
        int el = copy ? *copy ? find(x, copy) : x->domain : -ENOMEM;

        if (el < 0)
            return el == -1 ? changed : el;
        child = next_child(x, el, name, -1);
        if (child >= 0)
            changed = cut(x, child);
    } while (child >= 0 && changed > 0);
    return changed;
}

int acdr_edit_count(const struct acdr_edit *x, const char *path)
{
    acdr_auto(free) char *copy = strdup(path);
    char *slash = copy ? strrchr(copy, '/') : NULL;
    int el, n = 0;

    if (!copy)
        return 0;
    if (slash)
        *slash = '\0';
    el = slash ? find(x, copy) : x->domain;
    if (el < 0)
        return 0;
    for (int i = next_child(x, el, slash ? slash + 1 : copy, -1); i >= 0;
         i = next_child(x, el, slash ? slash + 1 : copy, i))
        n++;
    return n;
}

char *acdr_edit_get(const struct acdr_edit *x, const char *path, const char *attr)
{
    acdr_auto(free) char *copy = strdup(path);
    int el = copy ? find(x, copy) : -1;
    size_t from, to;

    if (el < 0 || !acdr_span_attr(x->s, &x->spans.v[el], attr, &from, &to))
        return NULL;
    return strndup(x->s + from, to - from);
}
