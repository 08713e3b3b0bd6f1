/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text: a growing buffer, small parsers, and the escaping that keeps a field on one line. */
#ifndef ACDR_BASE_TEXT_H
#define ACDR_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Start from { 0 }; s is NULL or NUL-terminated. Once memory is out, bad stays set. */
struct acdr_strbuf {
    char *s;
    size_t len, cap;
    bool bad;
};

void acdr_strbuf_add(struct acdr_strbuf *t, const char *s);
void acdr_strbuf_addn(struct acdr_strbuf *t, const char *s, size_t n);
void acdr_strbuf_addf(struct acdr_strbuf *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* S as one field of a tab-separated line: tab, newline, CR, '%' and other controls become %XX;
 * an empty field becomes "%". */
void acdr_strbuf_add_field(struct acdr_strbuf *t, const char *s);
/* Give the string away (never NULL unless memory is out) and leave the buffer empty. */
char *acdr_strbuf_take(struct acdr_strbuf *t);
void acdr_strbuf_done(struct acdr_strbuf *t);

static inline void acdr_auto_strbuf(struct acdr_strbuf *t)
{
    acdr_strbuf_done(t);
}

/* Undo add_field in place; -EINVAL on a bad escape. */
int acdr_text_unescape(char *field);

/* A new formatted string, the caller frees it; NULL where memory is out. */
char *acdr_text_format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Cut white space from both ends, in place; returns the new beginning. */
char *acdr_text_trim(char *s);

/* The whole text, but for surrounding white space, is one decimal number.
 * 0; -EINVAL: it is not; -ERANGE: too large. */
int acdr_text_parse_num(const char *s, long long *ret);

/* strcmp that takes NULL (equal only to NULL). */
bool acdr_text_same(const char *a, const char *b);

/* True where S has the form 8-4-4-4-12 hexadecimal digits. */
bool acdr_text_is_uuid(const char *s);

#endif
