/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See xml_names.h. Knows where a name can be: in a tag or instruction, outside of quotes. */
#include "xml_names.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "auto.h"
#include "printable.h"
#include "text.h"

struct scan {
    const char *at, *end;
    struct acdr_strbuf out;
    bool any; /* a name was changed */
};

/* What begins with OPEN is copied up to CLOSE. */
static bool skip(struct scan *s, const char *open, const char *close)
{
    size_t len = strlen(open);
    const char *found;

    if ((size_t)(s->end - s->at) < len || memcmp(s->at, open, len))
        return false;
    found = memmem(s->at + len, (size_t)(s->end - s->at) - len, close, strlen(close));
    found = found ? found + strlen(close) : s->end;
    acdr_strbuf_addn(&s->out, s->at, (size_t)(found - s->at));
    s->at = found;
    return true;
}

/* A byte from 0x80 on as U+4E80 to U+4EFF, which may begin a name. */
static void add_byte(struct scan *s, char c)
{
    unsigned char b = (unsigned char)c;
    char text[3] = { (char)0xe4, (char)(b < 0xc0 ? 0xba : 0xbb), (char)(0x80 | (b & 0x3f)) };

    if (b < 0x80) {
        acdr_strbuf_addn(&s->out, &c, 1);
        return;
    }
    acdr_strbuf_addn(&s->out, text, sizeof(text));
    s->any = true;
}

/* From "<" to its ">". */
static void copy_tag(struct scan *s)
{
    char quote = '\0';

    for (; s->at < s->end; s->at++) {
        if (quote)
            acdr_strbuf_addn(&s->out, s->at, 1);
        else
            add_byte(s, *s->at);
        if (quote ? *s->at == quote : *s->at == '"' || *s->at == '\'')
            quote = quote ? '\0' : *s->at;
        else if (!quote && *s->at == '>')
            break;
    }
    s->at += s->at < s->end;
}

static void copy_text(struct scan *s)
{
    const char *tag = memchr(s->at, '<', (size_t)(s->end - s->at));

    tag = tag ? tag : s->end;
    acdr_strbuf_addn(&s->out, s->at, (size_t)(tag - s->at));
    s->at = tag;
}

/* Otherwise a name of broken characters would become a good one. */
static bool is_utf8(const char *xml)
{
    while (*xml) {
        unsigned c;
        size_t len = acdr_printable_next(xml, &c);

        if (len == 1 && (unsigned char)*xml >= 0x80)
            return false;
        xml += len;
    }
    return true;
}

int acdr_xml_rename(const char *xml, size_t len, char **ret, size_t *ret_len)
{
    struct scan s = { .at = xml, .end = xml + len };
    acdr_auto(free) char *text = strndup(xml, len);

    *ret = NULL;
    if (!text)
        return -ENOMEM;
    if (!is_utf8(text))
        return 0;
    while (s.at < s.end)
        if (*s.at != '<')
            copy_text(&s);
        else if (!skip(&s, "<!--", "-->") && !skip(&s, "<![CDATA[", "]]>"))
            copy_tag(&s);
    *ret_len = s.out.len;
    free(text);
    text = acdr_strbuf_take(&s.out);
    if (!text)
        return -ENOMEM;
    *ret = s.any ? acdr_take(text) : NULL;
    return 0;
}
