/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Samples: rates of two, totals that begin anew or run over, subjects that come and go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "sample.h"

static const struct acdr_metric total = { "t", "", "", NULL, ACDR_METRIC_COUNTER, 0 };
static const struct acdr_metric narrow = { "n", "", "", NULL, ACDR_METRIC_COUNTER, 32 };
static const struct acdr_metric level = { "l", "", "", NULL, ACDR_METRIC_GAUGE, 0 };

#define SECOND 1000000000LL

static void add(struct acdr_sample *s, const struct acdr_metric *m, int cpu, const char *what,
                double value)
{
    struct acdr_reading who = ACDR_READING_NONE;

    who.cpu = cpu;
    acdr_sample_add(s, &who, m, acdr_sample_text(s, what), value);
}

static void makes_a_rate_of_two_totals(void **state)
{
    struct acdr_sample a = { .when = SECOND }, b = { .when = 3 * SECOND };

    (void)state;
    add(&a, &total, 0, "x", 10);
    add(&b, &total, 0, "x", 30);
    acdr_sample_rates(&b, &a);
    assert_true(b.v[0].rate == 10);
    assert_true(a.v[0].rate < 0);
    acdr_sample_done(&a);
    acdr_sample_done(&b);
}

static void matches_by_subject_in_any_order(void **state)
{
    struct acdr_sample a = { .when = SECOND }, b = { .when = 2 * SECOND };

    (void)state;
    for (int i = 0; i < 500; i++)
        add(&a, &total, i, "x", i);
    for (int i = 499; i >= 0; i--)
        add(&b, &total, i, "x", 2 * i);
    add(&b, &total, 7, "y", 100);
    acdr_sample_rates(&b, &a);
    for (int i = 0; i < 500; i++)
        assert_true(b.v[i].rate == b.v[i].cpu);
    assert_true(b.v[500].rate < 0);
    acdr_sample_done(&a);
    acdr_sample_done(&b);
}

static void a_total_that_went_down_has_no_rate(void **state)
{
    struct acdr_sample a = { .when = SECOND }, b = { .when = 2 * SECOND };

    (void)state;
    add(&a, &total, 0, NULL, 4294967295.0);
    add(&a, &narrow, 1, NULL, 1000);
    add(&b, &total, 0, NULL, 5);
    add(&b, &narrow, 1, NULL, 5);
    acdr_sample_rates(&b, &a);
    assert_true(b.v[0].rate < 0);
    assert_true(b.v[1].rate < 0);
    acdr_sample_done(&a);
    acdr_sample_done(&b);
}

static void a_narrow_total_that_ran_over_goes_on(void **state)
{
    struct acdr_sample a = { .when = SECOND }, b = { .when = 2 * SECOND };

    (void)state;
    add(&a, &narrow, 0, NULL, 4294967290.0);
    add(&b, &narrow, 0, NULL, 4);
    acdr_sample_rates(&b, &a);
    assert_true(b.v[0].rate == 10);
    acdr_sample_done(&a);
    acdr_sample_done(&b);
}

static void another_life_has_no_rate(void **state)
{
    struct acdr_sample a = { .when = SECOND }, b = { .when = 2 * SECOND };
    struct acdr_reading who = ACDR_READING_NONE;

    (void)state;
    who.tid = 7;
    who.id = 1;
    acdr_sample_add(&a, &who, &total, NULL, 1);
    who.id = 2;
    acdr_sample_add(&b, &who, &total, NULL, 100);
    acdr_sample_rates(&b, &a);
    assert_true(b.v[0].rate < 0);
    acdr_sample_done(&a);
    acdr_sample_done(&b);
}

static void a_level_has_no_rate(void **state)
{
    struct acdr_sample a = { .when = SECOND }, b = { .when = 2 * SECOND };

    (void)state;
    add(&a, &level, 0, NULL, 1);
    add(&a, &total, 0, NULL, 1);
    add(&b, &level, 0, NULL, 2);
    add(&b, &total, 0, NULL, 2);
    acdr_sample_rates(&b, &a);
    assert_true(b.v[0].rate < 0);
    assert_true(b.v[1].rate == 1);
    acdr_sample_done(&a);
    acdr_sample_done(&b);
}

static void what_is_carried_keeps_its_time_and_rate(void **state)
{
    struct acdr_sample a = { .when = SECOND }, b = { .when = 2 * SECOND };

    (void)state;
    add(&a, &total, 0, "x", 5);
    a.v[0].rate = 42;
    acdr_sample_carry(&b, a.v, a.n);
    assert_ptr_not_equal(b.v[0].what, a.v[0].what);
    acdr_sample_rates(&b, &a);
    assert_true(b.v[0].when == SECOND);
    assert_true(b.v[0].rate == 42);
    acdr_sample_done(&a);
    acdr_sample_done(&b);
}

static void texts_last_as_long_as_the_sample(void **state)
{
    struct acdr_sample s = { 0 };
    const char *kept[3000];
    char text[64];

    (void)state;
    for (int i = 0; i < 3000; i++) {
        snprintf(text, sizeof(text), "text number %d of many", i);
        kept[i] = acdr_sample_text(&s, text);
    }
    for (int i = 0; i < 3000; i++) {
        snprintf(text, sizeof(text), "text number %d of many", i);
        assert_string_equal(kept[i], text);
    }
    assert_null(acdr_sample_text(&s, NULL));
    acdr_sample_clear(&s);
    assert_int_equal(s.n, 0);
    acdr_sample_done(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_a_rate_of_two_totals),
        cmocka_unit_test(matches_by_subject_in_any_order),
        cmocka_unit_test(a_total_that_went_down_has_no_rate),
        cmocka_unit_test(a_narrow_total_that_ran_over_goes_on),
        cmocka_unit_test(another_life_has_no_rate),
        cmocka_unit_test(a_level_has_no_rate),
        cmocka_unit_test(what_is_carried_keeps_its_time_and_rate),
        cmocka_unit_test(texts_last_as_long_as_the_sample),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
