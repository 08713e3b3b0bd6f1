/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Combines many claims into one value. Knows the effect of each op on a set, a number and a word;
 * knows no setting and reads nothing, so that equal claims always give an equal host.
 */
#include "fold.h"

#include <errno.h>
#include <string.h>

#include "bitmap.h"
#include "text.h"

static int copy(const char *text, char **ret)
{
    *ret = strdup(text ? text : "");
    return *ret ? 0 : -ENOMEM;
}

/* The value of the first claim of that op, NULL if there is none. */
static const char *first(enum acdr_op op, const struct acdr_knob_claim *claims, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (claims[i].op == op)
            return claims[i].value ? claims[i].value : "";
    return NULL;
}

static const char *start(const char *base, const struct acdr_knob_claim *claims, size_t n)
{
    const char *set = first(ACDR_OP_SET, claims, n);

    return set ? set : base;
}

/* The claims on a set, collected before any is applied, so that their order does not matter. */
struct sets {
    struct acdr_bitmap plus, minus, alt;
    const char *near;
    const char *last_alt; /* parsed already: the journal keeps equal texts once */
    bool any_minus;
};

/* Only that of a MINUS counts. */
static int gather_alt(struct sets *s, const struct acdr_knob_claim *w)
{
    struct acdr_bitmap alt;
    if (!w->alt || !*w->alt || w->alt == s->last_alt)
        return 0;
    if (acdr_bitmap_parse_list(&alt, w->alt) < 0)
        return -EINVAL;
    if (w->op != ACDR_OP_MINUS)
        return 0;
    acdr_bitmap_or(&s->alt, &alt);
    s->last_alt = w->alt;
    return 0;
}

static int gather_family(struct sets *s, const struct acdr_knob_claim *w)
{
    if (w->op != ACDR_OP_MINUS)
        return -EINVAL;
    acdr_bitmap_or(&s->minus, &w->sets->value);
    acdr_bitmap_or(&s->alt, &w->sets->alt);
    s->near = w->sets->near;
    s->any_minus = true;
    return 0;
}

static int gather_one(struct sets *s, const struct acdr_knob_claim *w)
{
    struct acdr_bitmap value;
    if (w->sets)
        return gather_family(s, w);
    if (acdr_bitmap_parse_list(&value, w->value ? w->value : "") < 0 || gather_alt(s, w) < 0)
        return -EINVAL;
    switch (w->op) {
    case ACDR_OP_SET:
    case ACDR_OP_PREFER:
    case ACDR_OP_REMEMBER:
        return 0;
    case ACDR_OP_PLUS:
        acdr_bitmap_or(&s->plus, &value);
        return 0;
    case ACDR_OP_MINUS:
        acdr_bitmap_or(&s->minus, &value);
        s->any_minus = true;
        return 0;
    default:
        return -EINVAL;
    }
}

/* The value that all PREFERs agree on; NULL without any, or if they differ. */
static const char *agreed(const struct acdr_knob_claim *claims, size_t n)
{
    const char *value = first(ACDR_OP_PREFER, claims, n);
    struct acdr_bitmap a, b;

    if (!value || acdr_bitmap_parse_list(&a, value) < 0)
        return NULL;
    for (size_t i = 0; i < n; i++)
        if (claims[i].op == ACDR_OP_PREFER &&
            (acdr_bitmap_parse_list(&b, claims[i].value) < 0 || !acdr_bitmap_equal(&a, &b)))
            return NULL;
    return value;
}

/* PREFERs that differ: none is met, and all keep what they must not have. */
static int gather_differing(struct sets *s, const struct acdr_knob_claim *claims, size_t n)
{
    struct acdr_bitmap value, alt;

    for (size_t i = 0; i < n; i++) {
        if (claims[i].op != ACDR_OP_PREFER)
            continue;
        if (acdr_bitmap_parse_list(&value, claims[i].value) < 0 ||
            acdr_bitmap_parse_list(&alt, claims[i].alt ? claims[i].alt : "") < 0)
            return -EINVAL;
        acdr_bitmap_or(&s->minus, &alt);
        acdr_bitmap_or(&s->alt, &value);
        s->any_minus = true;
    }
    return 0;
}

/* What the PLUSes and MINUSes apply to. */
static int find_start(struct sets *s, const char *base, const struct acdr_knob_claim *claims,
                      size_t n, struct acdr_bitmap *ret)
{
    const char *from = first(ACDR_OP_SET, claims, n);

    if (!from && first(ACDR_OP_PREFER, claims, n)) {
        from = agreed(claims, n);
        if (!from && gather_differing(s, claims, n) < 0)
            return -EINVAL;
    }
    if (!from)
        from = base ? base : "";
    return acdr_bitmap_parse_list(ret, from) < 0 ? -EINVAL : 0;
}

/* The substitute for a set of which nothing is left. */
static int find_alt(const struct sets *s, struct acdr_bitmap *ret)
{
    struct acdr_bitmap near;
    *ret = s->alt;
    acdr_bitmap_andnot(ret, &s->minus);
    if (!s->near)
        return 0;
    if (acdr_bitmap_parse_list(&near, s->near) < 0)
        return -EINVAL;
    if (acdr_bitmap_intersects(ret, &near))
        acdr_bitmap_and(ret, &near);
    return 0;
}

static int fold_set(const char *base, const struct acdr_knob_claim *claims, size_t n, char **ret)
{
    struct sets s = { 0 };
    struct acdr_bitmap value;
    for (size_t i = 0; i < n; i++)
        if (gather_one(&s, &claims[i]) < 0)
            return -EINVAL;
    if (find_start(&s, base, claims, n, &value) < 0)
        return -EINVAL;
    acdr_bitmap_or(&value, &s.plus);
    acdr_bitmap_andnot(&value, &s.minus);
    if (s.any_minus && acdr_bitmap_empty(&value)) {
        if (find_alt(&s, &value) < 0)
            return -EINVAL;
        if (acdr_bitmap_empty(&value))
            return copy(base, ret);
    }
    *ret = acdr_bitmap_print_list(&value);
    return *ret ? 0 : -ENOMEM;
}

/* The claims of one op: their sum, or the greatest of them (at least LEAST). */
static int sum(const struct acdr_knob_claim *claims, size_t n, long long *ret)
{
    for (size_t i = 0; i < n; i++) {
        long long v;
        if (claims[i].op != ACDR_OP_ADD)
            continue;
        if (acdr_text_parse_num(claims[i].value, &v) < 0 || __builtin_add_overflow(*ret, v, ret))
            return -EINVAL;
    }
    return 0;
}

static int greatest(const struct acdr_knob_claim *claims, size_t n, long long *ret)
{
    for (size_t i = 0; i < n; i++) {
        long long v;
        if (claims[i].op != ACDR_OP_MAX)
            continue;
        if (acdr_text_parse_num(claims[i].value, &v) < 0)
            return -EINVAL;
        if (v > *ret)
            *ret = v;
    }
    return 0;
}

static int fold_num(const char *base, const struct acdr_knob_claim *claims, size_t n, char **ret)
{
    long long value;
    for (size_t i = 0; i < n; i++)
        if (claims[i].op == ACDR_OP_PLUS || claims[i].op == ACDR_OP_MINUS ||
            claims[i].op == ACDR_OP_PREFER)
            return -EINVAL;
    const char *from = start(base, claims, n);
    if (!from || acdr_text_parse_num(from, &value) < 0)
        return -EINVAL;
    if (sum(claims, n, &value) < 0 || greatest(claims, n, &value) < 0)
        return -EINVAL;
    *ret = acdr_text_format("%lld", value);
    return *ret ? 0 : -ENOMEM;
}

static int fold_word(const char *base, const struct acdr_knob_claim *claims, size_t n, char **ret)
{
    for (size_t i = 0; i < n; i++)
        if (claims[i].op != ACDR_OP_SET && claims[i].op != ACDR_OP_REMEMBER)
            return -EINVAL;
    return copy(start(base, claims, n), ret);
}

int acdr_fold_claims(enum acdr_knob_form form, const char *base,
                     const struct acdr_knob_claim *claims, size_t n, char **ret)
{
    size_t real = 0;
    for (size_t i = 0; i < n; i++)
        real += claims[i].op != ACDR_OP_REMEMBER;
    if (!real || form == ACDR_KNOB_FAMILY)
        return copy(base, ret);
    if (form == ACDR_KNOB_SET)
        return fold_set(base, claims, n, ret);
    if (form == ACDR_KNOB_NUM)
        return fold_num(base, claims, n, ret);
    return fold_word(base, claims, n, ret);
}
