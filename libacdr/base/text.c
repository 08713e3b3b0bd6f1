/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text handling. Knows bytes, not their meaning. */
#include "text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"

static bool make_room(struct acdr_strbuf *t, size_t more)
{
    size_t cap = t->cap ? t->cap : 64;
    char *s;

    if (t->bad)
        return false;
    while (cap - t->len <= more && cap < SIZE_MAX / 2)
        cap *= 2;
    if (cap == t->cap)
        return true;
    s = realloc(t->s, cap);
    if (!s) {
        t->bad = true;
        return false;
    }
    t->s = s;
    t->cap = cap;
    return true;
}

void acdr_strbuf_addn(struct acdr_strbuf *t, const char *s, size_t n)
{
    if (!make_room(t, n))
        return;
    memcpy(t->s + t->len, s, n);
    t->len += n;
    t->s[t->len] = '\0';
}

void acdr_strbuf_add(struct acdr_strbuf *t, const char *s)
{
    acdr_strbuf_addn(t, s, strlen(s));
}

void acdr_strbuf_addf(struct acdr_strbuf *t, const char *fmt, ...)
{
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0 || !make_room(t, (size_t)n))
        return;
    va_start(ap, fmt);
    vsnprintf(t->s + t->len, (size_t)n + 1, fmt, ap);
    va_end(ap);
    t->len += (size_t)n;
}

static bool is_plain(unsigned char c)
{
    return c >= ' ' && c != '%' && c != 0x7f;
}

void acdr_strbuf_add_field(struct acdr_strbuf *t, const char *s)
{
    size_t plain;

    if (!*s)
        acdr_strbuf_add(t, "%");
    while (*s) {
        for (plain = 0; is_plain((unsigned char)s[plain]); plain++) {
        }
        acdr_strbuf_addn(t, s, plain);
        s += plain;
        if (*s)
            acdr_strbuf_addf(t, "%%%02X", (unsigned char)*s++);
    }
}

char *acdr_strbuf_take(struct acdr_strbuf *t)
{
    char *s = NULL;

    if (!t->bad && !t->s)
        acdr_strbuf_add(t, "");
    if (!t->bad) {
        s = t->s;
        t->s = NULL;
    }
    acdr_strbuf_done(t);
    return s;
}

void acdr_strbuf_done(struct acdr_strbuf *t)
{
    free(t->s);
    memset(t, 0, sizeof(*t));
}

static int hex_byte(const char *s)
{
    char digits[3] = { s[0], s[0] ? s[1] : '\0', '\0' };

    if (!acdr_is_xdigit(digits[0]) || !acdr_is_xdigit(digits[1]))
        return -EINVAL;
    return (int)strtol(digits, NULL, 16);
}

int acdr_text_unescape(char *field)
{
    char *out = strchr(field, '%');
    int byte;

    if (!out) /* nothing is escaped in most fields */
        return 0;
    if (!strcmp(field, "%")) {
        *field = '\0';
        return 0;
    }
    for (const char *p = out; *p; p++) {
        if (*p != '%') {
            *out++ = *p;
            continue;
        }
        byte = hex_byte(p + 1);
        if (byte <= 0)
            return -EINVAL;
        *out++ = (char)byte;
        p += 2;
    }
    *out = '\0';
    return 0;
}

char *acdr_text_format(const char *fmt, ...)
{
    va_list ap;
    char *s = NULL;
    int n;

    va_start(ap, fmt);
    n = vasprintf(&s, fmt, ap);
    va_end(ap);
    return n < 0 ? NULL : s;
}

char *acdr_text_trim(char *s)
{
    size_t len;

    while (acdr_is_space(*s))
        s++;
    len = strlen(s);
    while (len && acdr_is_space(s[len - 1]))
        s[--len] = '\0';
    return s;
}

int acdr_text_parse_num(const char *s, long long *ret)
{
    char *end;
    long long n;

    while (acdr_is_space(*s))
        s++;
    if (!acdr_is_digit(*s) && *s != '-')
        return -EINVAL;
    errno = 0;
    n = strtoll(s, &end, 10);
    if (errno == ERANGE)
        return -ERANGE;
    if (end == s || !acdr_is_digit(end[-1]))
        return -EINVAL;
    while (acdr_is_space(*end))
        end++;
    if (*end)
        return -EINVAL;
    *ret = n;
    return 0;
}

bool acdr_text_same(const char *a, const char *b)
{
    if (!a || !b)
        return a == b;
    return !strcmp(a, b);
}

bool acdr_text_is_uuid(const char *s)
{
    static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    size_t i;

    for (i = 0; form[i]; i++) {
        if (form[i] == 'x' ? !acdr_is_xdigit(s[i]) : s[i] != form[i])
            return false;
    }
    return s[i] == '\0';
}

bool acdr_text_has_suffix(const char *s, const char *suffix)
{
    size_t len = strlen(s), n = strlen(suffix);

    return len > n && !strcmp(s + len - n, suffix);
}

uint32_t acdr_text_sum(const char *s, size_t len)
{
    uint32_t h = 2166136261u;

    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)s[i]) * 16777619u;
    return h;
}
