/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Plans: claims in order with what was said of them, and one outcome a step. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "claim.h"

static void keeps_claims_in_order(void **state)
{
    struct acdr_plan p = { .step = "irq-ban", .stage = ACDR_STAGE_HOST };
    struct acdr_bitmap set = { 0 }, alt = { 0 };

    (void)state;
    acdr_bitmap_add(&set, 4);
    acdr_bitmap_add(&set, 5);
    acdr_bitmap_add(&alt, 0);
    assert_int_equal(acdr_plan_claim_cpus(&p, ACDR_OP_MINUS, &set, &alt, true, "irq:%d/%s", 24,
                                          "eth"),
                     0);
    p.step = "ksm";
    p.stage = ACDR_STAGE_GUEST;
    assert_int_equal(acdr_plan_claim(&p, ACDR_OP_REMEMBER, NULL, "num:/x"), 0);
    assert_int_equal(acdr_plan_claim_cpus(&p, ACDR_OP_SET, &set, NULL, false, "list:/y"), 0);
    assert_int_equal(p.n_claims, 3);
    assert_string_equal(p.claims[0].step, "irq-ban");
    assert_string_equal(p.claims[0].knob, "irq:24/eth");
    assert_string_equal(p.claims[0].value, "4-5");
    assert_string_equal(p.claims[0].alt, "0");
    assert_true(p.claims[0].soft);
    assert_int_equal(p.claims[0].stage, ACDR_STAGE_HOST);
    assert_string_equal(p.claims[1].value, "");
    assert_string_equal(p.claims[1].alt, "");
    assert_int_equal(p.claims[1].op, ACDR_OP_REMEMBER);
    assert_int_equal(p.claims[1].stage, ACDR_STAGE_GUEST);
    assert_string_equal(p.claims[2].step, "ksm");
    assert_string_equal(p.claims[2].alt, "");
    assert_false(p.claims[2].soft);
    acdr_plan_done(&p);
    assert_null(p.claims);
}

static void has_one_outcome_a_step(void **state)
{
    struct acdr_plan p = { .step = "a" };

    (void)state;
    assert_int_equal(acdr_plan_note(&p, "way %d", 1), 0);
    assert_int_equal(p.outcomes[0].result, ACDR_STEP_ALREADY);
    p.step = "b";
    assert_int_equal(acdr_plan_result(&p, ACDR_STEP_UNSUPPORTED, "no %s", "KSM"), 0);
    p.step = "a";
    assert_int_equal(acdr_plan_claim(&p, ACDR_OP_SET, "0", "num:/x"), 0);
    assert_int_equal(acdr_plan_note(&p, "and more"), 0);
    assert_int_equal(p.n_outcomes, 2);
    assert_string_equal(p.outcomes[0].step, "a");
    assert_int_equal(p.outcomes[0].result, ACDR_STEP_APPLIED);
    assert_string_equal(p.outcomes[0].note, "way 1; and more");
    assert_string_equal(p.outcomes[1].step, "b");
    assert_int_equal(p.outcomes[1].result, ACDR_STEP_UNSUPPORTED);
    assert_string_equal(p.outcomes[1].note, "no KSM");
    acdr_plan_done(&p);
}

static void keeps_the_result_that_matters_most(void **state)
{
    struct acdr_plan p = { .step = "a" };

    (void)state;
    assert_int_equal(acdr_plan_claim(&p, ACDR_OP_SET, "0", "num:/x"), 0);
    assert_int_equal(acdr_plan_result(&p, ACDR_STEP_ALREADY, "the rest is so"), 0);
    assert_int_equal(p.outcomes[0].result, ACDR_STEP_APPLIED);
    assert_int_equal(acdr_plan_result(&p, ACDR_STEP_REFUSED, "no"), 0);
    assert_int_equal(acdr_plan_result(&p, ACDR_STEP_UNSUPPORTED, "no"), 0);
    assert_int_equal(p.outcomes[0].result, ACDR_STEP_REFUSED);
    acdr_plan_done(&p);
}

static void names_results_both_ways(void **state)
{
    static const char *const names[] = { "applied", "already", "refused", "unsupported" };

    (void)state;
    for (int i = 0; i < 4; i++) {
        assert_string_equal(acdr_step_result_name((enum acdr_step_result)i), names[i]);
        assert_int_equal(acdr_step_result_find(names[i]), i);
    }
    assert_int_equal(acdr_step_result_find("fine"), -1);
    assert_int_equal(acdr_step_result_find(NULL), -1);
    assert_null(acdr_step_result_name((enum acdr_step_result)4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_claims_in_order),
        cmocka_unit_test(has_one_outcome_a_step),
        cmocka_unit_test(keeps_the_result_that_matters_most),
        cmocka_unit_test(names_results_both_ways),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
