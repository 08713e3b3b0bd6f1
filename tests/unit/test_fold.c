/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How claims meet: single cases as the header tells them, and random ones against a second, naive
 * account of the same rules on 64-bit words.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <cmocka.h>

#include "bitmap.h"
#include "fold.h"
#include "knob.h"

enum { ROUNDS = 20000, CLAIMS = 6 };

static uint32_t next(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static void check(const char *knob, const char *base, const struct acdr_knob_claim *w, size_t n,
                  const char *expected)
{
    char *got = NULL;
    assert_int_equal(acdr_knob_fold(acdr_knob_of(knob), base, w, n, &got), 0);
    assert_string_equal(got, expected);
    free(got);
}

static void fails(const char *knob, const char *base, struct acdr_knob_claim w, int code)
{
    char *got = NULL;
    assert_int_equal(acdr_knob_fold(acdr_knob_of(knob), base, &w, 1, &got), code);
    assert_null(got);
}

/* A NIC's interrupts are near one guest, until another one wants them near, too. */
static void what_is_preferred_yields_to_others(void **state)
{
    const struct acdr_knob_claim two[] = { { ACDR_OP_PREFER, "6", "4-5", NULL },
                                           { ACDR_OP_PREFER, "7", "2-3", NULL } };
    const struct acdr_knob_claim same[] = { { ACDR_OP_PREFER, "6,14", "4-5", NULL },
                                            { ACDR_OP_PREFER, "14,6", "2-3", NULL } };
    const struct acdr_knob_claim set[] = { { ACDR_OP_PREFER, "6", "4-5", NULL },
                                           { ACDR_OP_SET, "5", NULL, NULL },
                                           { ACDR_OP_PREFER, "7", "5", NULL } };
    (void)state;
    check("irq:1/x", "0-7", two, 1, "6");
    check("irq:1/x", "0-7", two, 2, "0-1,6-7");
    check("irq:1/x", "2-5", two, 2, "6-7");
    check("irq:1/x", "0-7", same, 2, "6,14");
    check("irq:1/x", "0-7", set, 3, "5");
}

static void gives_base_back_letter_by_letter_without_claims(void **state)
{
    const struct acdr_knob_claim keep[] = { { ACDR_OP_REMEMBER, "", NULL, NULL },
                                            { ACDR_OP_REMEMBER, "5", NULL, NULL } };
    (void)state;
    check("list:/x", "0,1,2,3", NULL, 0, "0,1,2,3");
    check("num:/x", "007", NULL, 0, "007");
    check("word:/x", "madvise", NULL, 0, "madvise");
    check("list:/x", "what is this", keep, 2, "what is this");
    check("num:/x", "007", keep, 2, "007");
}

static void sets_are_set_then_plus_then_minus(void **state)
{
    const struct acdr_knob_claim w[] = {
        { ACDR_OP_MINUS, "2,9", "0", NULL },
        { ACDR_OP_PLUS, "8-9", NULL, NULL },
        { ACDR_OP_SET, "1-3", NULL, NULL },
        { ACDR_OP_SET, "40-50", NULL, NULL },
    };
    (void)state;
    check("list:/x", "0-63", w, 4, "1,3,8");
    check("list:/x", "0-7", w, 1, "0-1,3-7");
    check("list:/x", "0-7", w, 2, "0-1,3-8");
    check("excl:/x", "", w + 1, 1, "8-9");
}

static void a_minus_that_leaves_nothing_gives_the_alternatives(void **state)
{
    const struct acdr_knob_claim w[] = {
        { ACDR_OP_MINUS, "0-3", "4-5", NULL },
        { ACDR_OP_MINUS, "4", "3,6", NULL },
    };
    const struct acdr_knob_claim all[] = { { ACDR_OP_MINUS, "0-7", "1", NULL },
                                           { ACDR_OP_MINUS, "8", NULL, NULL } };
    (void)state;
    check("irq:9/a", "0-3", w, 1, "4-5");
    check("irq:9/a", "0-4", w, 2, "5-6");
    check("irq:9/a", "0-1,3", all, 2, "0-1,3"); /* no alternative is left either */
    check("unit:system.slice", "", w, 1, "4-5");
}

static void an_empty_set_can_be_asked_for(void **state)
{
    const struct acdr_knob_claim w = { ACDR_OP_SET, "", NULL, NULL };
    (void)state;
    check("part:/x", "3", &w, 1, "");
}

static void numbers_are_set_then_add_then_max(void **state)
{
    const struct acdr_knob_claim w[] = {
        { ACDR_OP_MAX, "9", NULL, NULL },   { ACDR_OP_ADD, "3", NULL, NULL },
        { ACDR_OP_ADD, "4", NULL, NULL },   { ACDR_OP_SET, "1", NULL, NULL },
        { ACDR_OP_SET, "100", NULL, NULL },
    };
    (void)state;
    check("num:/x", "5", w, 5, "9");
    check("num:/x", "5", w + 1, 2, "12");
    check("num:/x", "5", w, 3, "12");
    check("num:/x", "5", w + 1, 3, "8");
    check("num:/x", "none", w + 3, 1, "1");
}

static void the_first_word_wins(void **state)
{
    const struct acdr_knob_claim w[] = { { ACDR_OP_SET, "never", NULL, NULL },
                                         { ACDR_OP_SET, "always", NULL, NULL } };
    (void)state;
    check("word:/x", "madvise", w, 2, "never");
}

static void refuses_what_does_not_parse_or_fit(void **state)
{
    (void)state;
    fails("list:/x", "0-3", (struct acdr_knob_claim){ ACDR_OP_PLUS, "x", NULL, NULL }, -EINVAL);
    fails("list:/x", "0-3", (struct acdr_knob_claim){ ACDR_OP_MINUS, "1", "x", NULL }, -EINVAL);
    fails("num:/x", "3", (struct acdr_knob_claim){ ACDR_OP_PREFER, "1", NULL, NULL }, -EINVAL);
    fails("word:/x", "a", (struct acdr_knob_claim){ ACDR_OP_PREFER, "b", NULL, NULL }, -EINVAL);
    fails("list:/x", "x", (struct acdr_knob_claim){ ACDR_OP_MINUS, "1", NULL, NULL }, -EINVAL);
    fails("list:/x", "0-3", (struct acdr_knob_claim){ ACDR_OP_ADD, "1", NULL, NULL }, -EINVAL);
    fails("num:/x", "3", (struct acdr_knob_claim){ ACDR_OP_PLUS, "1", NULL, NULL }, -EINVAL);
    fails("num:/x", "3", (struct acdr_knob_claim){ ACDR_OP_ADD, "1-2", NULL, NULL }, -EINVAL);
    fails("num:/x", "9223372036854775807", (struct acdr_knob_claim){ ACDR_OP_ADD, "1", NULL, NULL },
          -EINVAL);
    fails("word:/x", "a", (struct acdr_knob_claim){ ACDR_OP_MAX, "1", NULL, NULL }, -EINVAL);
    fails("nothing:/x", "a", (struct acdr_knob_claim){ ACDR_OP_SET, "1", NULL, NULL }, -EOPNOTSUPP);
}

struct made {
    struct acdr_knob_claim w[CLAIMS];
    uint64_t value[CLAIMS], alt[CLAIMS];
    char text[CLAIMS][256], alt_text[CLAIMS][256];
    size_t n;
};

static void print(uint64_t set, char *out, size_t size)
{
    struct acdr_bitmap s;
    acdr_bitmap_zero(&s);
    for (int i = 0; i < 64; i++)
        if (set >> i & 1)
            acdr_bitmap_add(&s, i);
    char *text = acdr_bitmap_print_list(&s);
    assert_non_null(text);
    snprintf(out, size, "%s", text);
    free(text);
}

/* Few bits, so that sets often become empty. */
static uint64_t some(uint32_t *seed)
{
    return next(seed) & next(seed) & 0xff;
}

static void make(struct made *m, uint32_t *seed)
{
    static const enum acdr_op ops[] = { ACDR_OP_SET,     ACDR_OP_PLUS,   ACDR_OP_MINUS,
                                        ACDR_OP_MINUS,   ACDR_OP_PREFER, ACDR_OP_PREFER,
                                        ACDR_OP_REMEMBER };
    m->n = next(seed) % (CLAIMS + 1);
    for (size_t i = 0; i < m->n; i++) {
        m->value[i] = some(seed);
        m->alt[i] = some(seed);
        print(m->value[i], m->text[i], sizeof m->text[i]);
        print(m->alt[i], m->alt_text[i], sizeof m->alt_text[i]);
        m->w[i] = (struct acdr_knob_claim){ ops[next(seed) % 7], m->text[i], m->alt_text[i], NULL };
    }
}

/* Which values are preferred: 0 none, 1 one, 2 several. */
static int preferred(const struct made *m, uint64_t *value)
{
    int n = 0;
    for (size_t i = 0; i < m->n; i++) {
        if (m->w[i].op != ACDR_OP_PREFER)
            continue;
        if (n && m->value[i] != *value)
            return 2;
        *value = m->value[i];
        n = 1;
    }
    return n;
}

static uint64_t naive(const struct made *m, uint64_t base)
{
    uint64_t value = base, minus = 0, alt = 0;
    int sets = 0, minuses = 0;
    int differing = preferred(m, &value) > 1;
    if (differing)
        value = base;
    for (size_t i = 0; i < m->n; i++)
        if (m->w[i].op == ACDR_OP_SET && !sets++)
            value = m->value[i];
    for (size_t i = 0; i < m->n; i++)
        if (m->w[i].op == ACDR_OP_PLUS)
            value |= m->value[i];
    for (size_t i = 0; i < m->n; i++) {
        if (m->w[i].op == ACDR_OP_PREFER && differing && !sets) {
            minuses++;
            minus |= m->alt[i];
            alt |= m->value[i];
        }
        if (m->w[i].op != ACDR_OP_MINUS)
            continue;
        minuses++;
        minus |= m->value[i];
        alt |= m->alt[i];
    }
    value &= ~minus;
    if (minuses && !value)
        value = alt & ~minus ? alt & ~minus : base;
    return value;
}

static void random_sets_agree_with_a_naive_account(void **state)
{
    uint32_t seed = 20261;
    struct made m;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        char base_text[256], expected[256], *got = NULL;
        uint64_t base = some(&seed);
        make(&m, &seed);
        print(base, base_text, sizeof base_text);
        print(naive(&m, base), expected, sizeof expected);
        assert_int_equal(acdr_knob_fold(acdr_knob_of("list:/x"), base_text, m.w, m.n, &got), 0);
        assert_string_equal(got, expected);
        free(got);
    }
}

static void shuffle(struct acdr_knob_claim *w, size_t n, uint32_t *seed)
{
    for (size_t i = n; i > 1; i--) {
        size_t j = next(seed) % i;
        struct acdr_knob_claim t = w[i - 1];
        w[i - 1] = w[j];
        w[j] = t;
    }
}

/* One SET at most: two are allowed to depend on their order. */
static void only_one_set(struct made *m)
{
    int sets = 0;
    for (size_t i = 0; i < m->n; i++)
        if (m->w[i].op == ACDR_OP_SET && sets++)
            m->w[i].op = ACDR_OP_PLUS;
}

static void order_of_claims_does_not_matter(void **state)
{
    uint32_t seed = 77;
    struct made m;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        char base[256], *a = NULL, *b = NULL;
        make(&m, &seed);
        only_one_set(&m);
        print(some(&seed), base, sizeof base);
        assert_int_equal(acdr_knob_fold(acdr_knob_of("list:/x"), base, m.w, m.n, &a), 0);
        shuffle(m.w, m.n, &seed);
        assert_int_equal(acdr_knob_fold(acdr_knob_of("list:/x"), base, m.w, m.n, &b), 0);
        assert_string_equal(a, b);
        free(a);
        free(b);
    }
}

static void order_of_numbers_does_not_matter(void **state)
{
    static const enum acdr_op ops[] = { ACDR_OP_ADD, ACDR_OP_MAX, ACDR_OP_REMEMBER };
    uint32_t seed = 4711;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct acdr_knob_claim w[CLAIMS];
        char text[CLAIMS][16], *a = NULL, *b = NULL, expected[32];
        long long sum = 10, max = -1000;
        for (size_t i = 0; i < CLAIMS; i++) {
            int v = (int)(next(&seed) % 40) - 10;
            snprintf(text[i], sizeof text[i], "%d", v);
            w[i] = (struct acdr_knob_claim){ ops[next(&seed) % 3], text[i], NULL, NULL };
            sum += w[i].op == ACDR_OP_ADD ? v : 0;
            max = w[i].op == ACDR_OP_MAX && v > max ? v : max;
        }
        snprintf(expected, sizeof expected, "%lld", sum > max ? sum : max);
        assert_int_equal(acdr_knob_fold(acdr_knob_of("num:/x"), "10", w, CLAIMS, &a), 0);
        assert_string_equal(a, expected);
        shuffle(w, CLAIMS, &seed);
        assert_int_equal(acdr_knob_fold(acdr_knob_of("num:/x"), "10", w, CLAIMS, &b), 0);
        assert_string_equal(a, b);
        free(a);
        free(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_base_back_letter_by_letter_without_claims),
        cmocka_unit_test(sets_are_set_then_plus_then_minus),
        cmocka_unit_test(a_minus_that_leaves_nothing_gives_the_alternatives),
        cmocka_unit_test(an_empty_set_can_be_asked_for),
        cmocka_unit_test(numbers_are_set_then_add_then_max),
        cmocka_unit_test(the_first_word_wins),
        cmocka_unit_test(refuses_what_does_not_parse_or_fit),
        cmocka_unit_test(what_is_preferred_yields_to_others),
        cmocka_unit_test(random_sets_agree_with_a_naive_account),
        cmocka_unit_test(order_of_claims_does_not_matter),
        cmocka_unit_test(order_of_numbers_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
