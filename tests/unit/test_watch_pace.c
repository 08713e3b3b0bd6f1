/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The back-off of `acdr watch`, with a clock of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "watch_pace.h"

static void waits_double_up_to_the_most(void **state)
{
    struct watch_pace p = { .first = 2, .most = 10, .calm = 100 };
    static const int waits[] = { 2, 4, 8, 10, 10 };
    long long now = 1000;

    (void)state;
    assert_true(watch_pace_ready(&p, "k", now));
    assert_true(watch_pace_until(&p, "k") == 0);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(watch_pace_done(&p, "k", now), i + 1);
        assert_true(watch_pace_until(&p, "k") == now + waits[i]);
        assert_false(watch_pace_ready(&p, "k", now + waits[i] - 1));
        now += waits[i];
        assert_true(watch_pace_ready(&p, "k", now));
    }
    watch_pace_free(&p);
}

static void what_was_calm_begins_anew(void **state)
{
    struct watch_pace p = { .first = 2, .most = 10, .calm = 100 };

    (void)state;
    assert_int_equal(watch_pace_done(&p, "k", 0), 1);
    assert_int_equal(watch_pace_done(&p, "k", 101), 2); /* 99 after its wait of 2 */
    assert_int_equal(watch_pace_done(&p, "k", 205), 1); /* 100 after its wait of 4 */
    assert_true(watch_pace_until(&p, "k") == 207);
    watch_pace_free(&p);
}

static void each_name_has_a_wait_of_its_own(void **state)
{
    struct watch_pace p = { .first = 5, .most = 50, .calm = 100 };

    (void)state;
    assert_int_equal(watch_pace_done(&p, "a", 0), 1);
    assert_true(watch_pace_ready(&p, "b", 0));
    assert_int_equal(watch_pace_done(&p, "b", 1), 1);
    assert_int_equal(watch_pace_done(&p, "a", 5), 2);
    assert_true(watch_pace_until(&p, "a") == 15 && watch_pace_until(&p, "b") == 6);
    assert_int_equal(watch_pace_done(&p, "c", 106), 1);
    assert_int_equal(p.n, 2); /* b is forgotten */
    assert_true(watch_pace_until(&p, "b") == 0);
    watch_pace_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_double_up_to_the_most),
        cmocka_unit_test(what_was_calm_begins_anew),
        cmocka_unit_test(each_name_has_a_wait_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
