/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text: a growing buffer, small parsers, and the escaping that keeps a field on one line. */
#ifndef ACDR_BASE_TEXT_H
#define ACDR_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Initialize with { 0 }; s is NULL or NUL-terminated. Once out of memory, bad stays set. */
struct acdr_strbuf {
    char *s;
    size_t len, cap;
    bool bad;
};

void acdr_strbuf_add(struct acdr_strbuf *t, const char *s);
void acdr_strbuf_addn(struct acdr_strbuf *t, const char *s, size_t n);
void acdr_strbuf_addf(struct acdr_strbuf *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Append S as one field of a tab-separated line: tab, newline, CR, '%' and other control characters
 * become %XX; an empty field becomes "%". */
void acdr_strbuf_add_field(struct acdr_strbuf *t, const char *s);
/* Return the string (NULL only if out of memory) and leave the buffer empty. */
char *acdr_strbuf_take(struct acdr_strbuf *t);
void acdr_strbuf_done(struct acdr_strbuf *t);

static inline void acdr_auto_strbuf(struct acdr_strbuf *t)
{
    acdr_strbuf_done(t);
}

/* Undo add_field in place; -EINVAL on an invalid escape. */
int acdr_text_unescape(char *field);

/* A new formatted string, freed by the caller; NULL if out of memory. */
char *acdr_text_format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Trim white space at both ends, in place; returns the new start. */
char *acdr_text_trim(char *s);

/* Parse the whole text, except surrounding white space, as one decimal number.
 * 0; -EINVAL: not a number; -ERANGE: too large. */
int acdr_text_parse_num(const char *s, long long *ret);

/* A checksum: FNV-1a. */
uint32_t acdr_text_sum(const char *s, size_t len);

/* What makes a word with that number a plural: "%d page%s". */
static inline const char *acdr_text_s(long long n)
{
    return n == 1 ? "" : "s";
}

/* strcmp that accepts NULL (equal only to NULL). */
bool acdr_text_same(const char *a, const char *b);

/* True if S ends with SUFFIX and has something before it, as the name of a file. */
bool acdr_text_has_suffix(const char *s, const char *suffix);

/* True if S has the form of 8-4-4-4-12 hexadecimal digits. */
bool acdr_text_is_uuid(const char *s);

#endif
