/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sets of small numbers as bits. Knows the kernel's two notations, not what CPUs are. */
#include "bitmap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "text.h"

enum { WORDS = ACDR_BITMAP_MAX / 64 };

static bool in_range(int n)
{
    return n >= 0 && n < ACDR_BITMAP_MAX;
}

void acdr_bitmap_zero(struct acdr_bitmap *s)
{
    memset(s, 0, sizeof(*s));
}

void acdr_bitmap_add(struct acdr_bitmap *s, int n)
{
    if (in_range(n))
        s->w[n / 64] |= UINT64_C(1) << (n % 64);
}

void acdr_bitmap_add_range(struct acdr_bitmap *s, int from, int to)
{
    if (to >= ACDR_BITMAP_MAX)
        to = ACDR_BITMAP_MAX - 1;
    for (int n = from; n <= to; n = (n / 64 + 1) * 64) {
        uint64_t above = ~UINT64_C(0) << (n % 64);

        s->w[n / 64] |= to / 64 > n / 64 ? above : above & (~UINT64_C(0) >> (63 - to % 64));
    }
}

void acdr_bitmap_del(struct acdr_bitmap *s, int n)
{
    if (in_range(n))
        s->w[n / 64] &= ~(UINT64_C(1) << (n % 64));
}

bool acdr_bitmap_has(const struct acdr_bitmap *s, int n)
{
    return in_range(n) && (s->w[n / 64] >> (n % 64) & 1);
}

int acdr_bitmap_weight(const struct acdr_bitmap *s)
{
    int n = 0;

    for (int i = 0; i < WORDS; i++)
        n += __builtin_popcountll(s->w[i]);
    return n;
}

bool acdr_bitmap_empty(const struct acdr_bitmap *s)
{
    for (int i = 0; i < WORDS; i++)
        if (s->w[i])
            return false;
    return true;
}

bool acdr_bitmap_equal(const struct acdr_bitmap *a, const struct acdr_bitmap *b)
{
    return !memcmp(a, b, sizeof(*a));
}

bool acdr_bitmap_subset(const struct acdr_bitmap *a, const struct acdr_bitmap *b)
{
    for (int i = 0; i < WORDS; i++)
        if (a->w[i] & ~b->w[i])
            return false;
    return true;
}

bool acdr_bitmap_intersects(const struct acdr_bitmap *a, const struct acdr_bitmap *b)
{
    for (int i = 0; i < WORDS; i++)
        if (a->w[i] & b->w[i])
            return true;
    return false;
}

void acdr_bitmap_or(struct acdr_bitmap *s, const struct acdr_bitmap *other)
{
    for (int i = 0; i < WORDS; i++)
        s->w[i] |= other->w[i];
}

void acdr_bitmap_and(struct acdr_bitmap *s, const struct acdr_bitmap *other)
{
    for (int i = 0; i < WORDS; i++)
        s->w[i] &= other->w[i];
}

void acdr_bitmap_andnot(struct acdr_bitmap *s, const struct acdr_bitmap *other)
{
    for (int i = 0; i < WORDS; i++)
        s->w[i] &= ~other->w[i];
}

int acdr_bitmap_next(const struct acdr_bitmap *s, int after)
{
    int n = after < 0 ? 0 : after + 1;
    uint64_t word;

    if (n >= ACDR_BITMAP_MAX)
        return -1;
    word = s->w[n / 64] & (~UINT64_C(0) << (n % 64));
    for (int i = n / 64;;) {
        if (word)
            return i * 64 + __builtin_ctzll(word);
        if (++i == WORDS)
            return -1;
        word = s->w[i];
    }
}

static const char *skip_space(const char *p)
{
    while (acdr_is_space(*p))
        p++;
    return p;
}

/* Parse a number at *P and advance *P past it. -EINVAL, -ERANGE, or the number. */
static int parse_number(const char **p)
{
    long n = 0;

    if (!acdr_is_digit(**p))
        return -EINVAL;
    for (; acdr_is_digit(**p); (*p)++) {
        n = n * 10 + (**p - '0');
        if (n >= ACDR_BITMAP_MAX)
            return -ERANGE;
    }
    return (int)n;
}

static int parse_range(struct acdr_bitmap *s, const char **p)
{
    int from = parse_number(p);
    int to = from;

    if (from < 0)
        return from;
    if (**p == '-') {
        ++*p;
        to = parse_number(p);
        if (to < 0)
            return to;
        if (to < from)
            return -EINVAL;
    }
    for (int n = from; n <= to; n++)
        acdr_bitmap_add(s, n);
    return 0;
}

int acdr_bitmap_parse_list(struct acdr_bitmap *s, const char *text)
{
    struct acdr_bitmap set;
    const char *p = skip_space(text);
    int r;

    acdr_bitmap_zero(&set);
    if (!strncmp(p, "(null)", 6))
        p = skip_space(p + 6);
    while (*p) {
        r = parse_range(&set, &p);
        if (r < 0)
            return r;
        p = skip_space(p);
        if (*p == ',')
            p = skip_space(p + 1);
        else if (*p)
            return -EINVAL;
    }
    *s = set;
    return 0;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static int add_digit(struct acdr_bitmap *s, int digit, int bit)
{
    if (digit && bit >= ACDR_BITMAP_MAX)
        return -ERANGE;
    for (int i = 0; i < 4; i++)
        if (digit >> i & 1)
            acdr_bitmap_add(s, bit + i);
    return 0;
}

/* From right to left: a comma begins the next word of 32 bits, even if the last one was shorter. */
int acdr_bitmap_parse_mask(struct acdr_bitmap *s, const char *text)
{
    struct acdr_bitmap set;
    const char *begin = skip_space(text);
    const char *p = begin + strlen(begin);
    int bit = 0;
    int word = 0;
    int digit;

    acdr_bitmap_zero(&set);
    while (p > begin && acdr_is_space(p[-1]))
        p--;
    if (p - begin > 2 && begin[0] == '0' && (begin[1] == 'x' || begin[1] == 'X'))
        begin += 2;
    while (p > begin) {
        if (*--p == ',') {
            bit = ++word * 32;
            continue;
        }
        digit = hex_digit(*p);
        if (digit < 0)
            return -EINVAL;
        if (add_digit(&set, digit, bit) < 0)
            return -ERANGE;
        bit += 4;
    }
    *s = set;
    return 0;
}

char *acdr_bitmap_print_list(const struct acdr_bitmap *s)
{
    struct acdr_strbuf t = { 0 };
    int from = acdr_bitmap_next(s, -1);
    int to;

    acdr_strbuf_add(&t, "");
    while (from >= 0) {
        for (to = from; acdr_bitmap_has(s, to + 1); to++)
            continue;
        if (to == from)
            acdr_strbuf_addf(&t, "%s%d", t.len ? "," : "", from);
        else
            acdr_strbuf_addf(&t, "%s%d-%d", t.len ? "," : "", from, to);
        from = acdr_bitmap_next(s, to);
    }
    return acdr_strbuf_take(&t);
}

static uint32_t half_word(const struct acdr_bitmap *s, int i)
{
    return (uint32_t)(s->w[i / 2] >> (i % 2 * 32));
}

char *acdr_bitmap_print_mask(const struct acdr_bitmap *s)
{
    struct acdr_strbuf t = { 0 };
    int i = WORDS * 2 - 1;

    while (i > 0 && !half_word(s, i))
        i--;
    acdr_strbuf_addf(&t, "%x", half_word(s, i));
    while (--i >= 0)
        acdr_strbuf_addf(&t, ",%08x", half_word(s, i));
    return acdr_strbuf_take(&t);
}
