/*
 * Many wishes, one value. Knows what each op does to a set, a number and a word; knows no setting
 * and reads nothing, so that the same claims always give the same host.
 */
#include "fold.h"

#include <errno.h>
#include <string.h>

#include "cpus.h"
#include "text.h"

static int copy(const char *text, char **ret)
{
    *ret = strdup(text ? text : "");
    return *ret ? 0 : -ENOMEM;
}

/* The first SET's value, else BASE. */
static const char *start(const char *base, const struct acdr_wish *wishes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (wishes[i].op == ACDR_OP_SET)
            return wishes[i].value;
    return base;
}

/* What a set's wishes ask for, gathered before any of it is applied: so no order can matter. */
struct sets {
    struct acdr_cpus plus, minus, alt;
    bool any_minus;
};

static int gather_one(struct sets *s, const struct acdr_wish *w)
{
    struct acdr_cpus value, alt;
    if (acdr_cpus_parse_list(&value, w->value ? w->value : "") < 0 ||
        acdr_cpus_parse_list(&alt, w->alt ? w->alt : "") < 0)
        return -EINVAL;
    switch (w->op) {
    case ACDR_OP_SET:
    case ACDR_OP_KEEP:
        return 0;
    case ACDR_OP_PLUS:
        acdr_cpus_or(&s->plus, &value);
        return 0;
    case ACDR_OP_MINUS:
        acdr_cpus_or(&s->minus, &value);
        acdr_cpus_or(&s->alt, &alt);
        s->any_minus = true;
        return 0;
    default:
        return -EINVAL;
    }
}

static int fold_set(const char *base, const struct acdr_wish *wishes, size_t n, char **ret)
{
    struct sets s = {0};
    struct acdr_cpus value;
    for (size_t i = 0; i < n; i++)
        if (gather_one(&s, &wishes[i]) < 0)
            return -EINVAL;
    const char *from = start(base, wishes, n);
    if (acdr_cpus_parse_list(&value, from ? from : "") < 0)
        return -EINVAL;
    acdr_cpus_or(&value, &s.plus);
    acdr_cpus_minus(&value, &s.minus);
    if (s.any_minus && acdr_cpus_empty(&value)) {
        value = s.alt;
        acdr_cpus_minus(&value, &s.minus);
        if (acdr_cpus_empty(&value))
            return copy(base, ret);
    }
    *ret = acdr_cpus_print_list(&value);
    return *ret ? 0 : -ENOMEM;
}

/* The wishes of one op: their sum, or the greatest of them (at least LEAST). */
static int sum(const struct acdr_wish *wishes, size_t n, long long *ret)
{
    for (size_t i = 0; i < n; i++) {
        long long v;
        if (wishes[i].op != ACDR_OP_ADD)
            continue;
        if (acdr_text_parse_num(wishes[i].value, &v) < 0 || __builtin_add_overflow(*ret, v, ret))
            return -EINVAL;
    }
    return 0;
}

static int greatest(const struct acdr_wish *wishes, size_t n, long long *ret)
{
    for (size_t i = 0; i < n; i++) {
        long long v;
        if (wishes[i].op != ACDR_OP_MAX)
            continue;
        if (acdr_text_parse_num(wishes[i].value, &v) < 0)
            return -EINVAL;
        if (v > *ret)
            *ret = v;
    }
    return 0;
}

static int fold_num(const char *base, const struct acdr_wish *wishes, size_t n, char **ret)
{
    long long value;
    for (size_t i = 0; i < n; i++)
        if (wishes[i].op == ACDR_OP_PLUS || wishes[i].op == ACDR_OP_MINUS)
            return -EINVAL;
    const char *from = start(base, wishes, n);
    if (!from || acdr_text_parse_num(from, &value) < 0)
        return -EINVAL;
    if (sum(wishes, n, &value) < 0 || greatest(wishes, n, &value) < 0)
        return -EINVAL;
    *ret = acdr_text_format("%lld", value);
    return *ret ? 0 : -ENOMEM;
}

static int fold_word(const char *base, const struct acdr_wish *wishes, size_t n, char **ret)
{
    for (size_t i = 0; i < n; i++)
        if (wishes[i].op != ACDR_OP_SET && wishes[i].op != ACDR_OP_KEEP)
            return -EINVAL;
    return copy(start(base, wishes, n), ret);
}

int acdr_fold_wishes(unsigned flags, const char *base, const struct acdr_wish *wishes, size_t n,
                     char **ret)
{
    size_t real = 0;
    for (size_t i = 0; i < n; i++)
        real += wishes[i].op != ACDR_OP_KEEP;
    if (!real)
        return copy(base, ret);
    if (flags & ACDR_KNOB_SET)
        return fold_set(base, wishes, n, ret);
    if (flags & ACDR_KNOB_NUM)
        return fold_num(base, wishes, n, ret);
    return fold_word(base, wishes, n, ret);
}
