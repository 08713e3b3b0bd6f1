/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Change and see in acdr top: its phases on a tree of files, with a clock that the test turns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_guest.h"
#include "top_trial.h"
#include "tree_world.h"

#define KSM "/sys/kernel/mm/ksm/run"

struct seen {
    struct tree tree;
    struct top_trial trial;
    struct top_table page; /* of guests, with g1 alone */
};

static int setup(void **state)
{
    struct seen *s = calloc(1, sizeof(*s));
    char *xml = fake_guest_xml(1, 2, NULL, false, true);

    tree_make(&s->tree);
    host_tree_put(s->tree.root, "/etc/acdr/classes/quiet.conf", "[ksm]\nneed = must\n");
    host_tree_put(s->tree.root, "/etc/acdr/classes/wrong.conf", "[kms]\nneed = must\n");
    fake_guest_start(s->tree.root, 1, 2, 1000);
    host_tree_put(s->tree.root, "/run/libvirt/qemu/g1.xml",
                  "<domstatus state='running' pid='5100'>%s</domstatus>\n", xml);
    free(xml);
    tree_now_is_first(&s->tree);
    s->trial.a = tree_open(&s->tree);
    assert_int_equal(top_fill(&s->page, TOP_GUESTS, NULL, NULL, 0), 0);
    assert_non_null(top_add(&s->page, "g1", -1));
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct seen *s = *state;

    top_trial_back(&s->trial);
    acdr_close(s->trial.a);
    top_done(&s->page);
    tree_drop(&s->tree);
    free(s);
    return 0;
}

static void sample(struct seen *s, double delay)
{
    s->page.rows[0].cells[5].value = delay;
    top_trial_sample(&s->trial, &s->page, 0);
}

/* Until the class is on the guest. */
static void change(struct seen *s)
{
    top_trial_begin(&s->trial, "g1", "quiet", 0);
    sample(s, 10);
    sample(s, 20);
    top_trial_tick(&s->trial, TOP_TRIAL_BEFORE_MS);
    assert_int_equal(s->trial.phase, TOP_TRIAL_DURING);
    assert_file(&s->tree, KSM, "0\n");
}

static void nothing_is_changed_while_figures_are_taken(void **state)
{
    struct seen *s = *state;
    char said[TOP_LINE];

    top_trial_begin(&s->trial, "g1", "quiet", 0);
    top_trial_tick(&s->trial, 10 * TOP_TRIAL_BEFORE_MS); /* no sample yet */
    assert_int_equal(s->trial.phase, TOP_TRIAL_BEFORE);
    sample(s, 10);
    top_trial_tick(&s->trial, TOP_TRIAL_BEFORE_MS - 1);
    assert_int_equal(s->trial.phase, TOP_TRIAL_BEFORE);
    top_trial_say(&s->trial, 1, said);
    assert_says(said, "nothing is changed yet");
    assert_as_first(&s->tree, "before the change");
    top_trial_keep(&s->trial);
    assert_true(top_trial_runs(&s->trial));
    top_trial_back(&s->trial);
    assert_false(top_trial_runs(&s->trial));
    top_trial_tick(&s->trial, 10 * TOP_TRIAL_BEFORE_MS);
    assert_as_first(&s->tree, "cancelled");
}

static void figures_are_the_means_of_both_sides(void **state)
{
    struct seen *s = *state;
    struct top_table t = { 0 };

    change(s);
    sample(s, 1000); /* has some of the time before */
    sample(s, 1);
    sample(s, 2);
    assert_int_equal(top_compare(&t, &s->trial.before, &s->trial.after), 0);
    assert_string_equal(t.rows[1].key, "DELAY");
    assert_true(t.rows[1].cells[1].value == 15);
    assert_true(t.rows[1].cells[2].value == 1.5);
    assert_true(t.rows[1].cells[3].value == -13.5);
    top_done(&t);
}

static void it_is_taken_back_when_its_time_is_over(void **state)
{
    struct seen *s = *state;
    char said[TOP_LINE];
    long long end = TOP_TRIAL_BEFORE_MS + TOP_TRIAL_MS;

    change(s);
    top_trial_tick(&s->trial, end - 1);
    assert_int_equal(s->trial.phase, TOP_TRIAL_DURING);
    top_trial_say(&s->trial, end - 1500, said);
    assert_says(said, "reverted in 2 s");
    top_trial_tick(&s->trial, end);
    assert_int_equal(s->trial.phase, TOP_TRIAL_OVER);
    assert_says(s->trial.note, "reverted");
    assert_false(s->trial.failed);
    assert_as_first(&s->tree, "after its time");
}

static void a_key_takes_it_back_or_keeps_it(void **state)
{
    struct seen *s = *state;

    change(s);
    top_trial_back(&s->trial);
    assert_says(s->trial.note, "reverted");
    assert_as_first(&s->tree, "reverted");
    change(s);
    top_trial_keep(&s->trial);
    assert_says(s->trial.note, "kept");
    top_trial_tick(&s->trial, 1LL << 40);
    top_trial_back(&s->trial);
    assert_file(&s->tree, KSM, "0\n");
}

static void what_fails_is_said(void **state)
{
    struct seen *s = *state;
    char *plan = NULL;

    change(s);
    host_tree_put(s->tree.root, "/run/acdr/journal", "no journal\n");
    top_trial_back(&s->trial);
    assert_true(s->trial.failed);
    assert_says(s->trial.note, "could not be reverted: /run/acdr/journal:1");
    top_trial_begin(&s->trial, "g1", "quiet", 0);
    sample(s, 1);
    top_trial_tick(&s->trial, TOP_TRIAL_BEFORE_MS);
    assert_says(s->trial.note, "refused: /run/acdr/journal:1");
    assert_false(s->trial.failed);
    assert_true(top_trial_plan(s->trial.a, "g1", "wrong", &plan, &s->tree.e) < 0);
    assert_says(s->tree.e.text, "wrong.conf:1");
    assert_null(plan);
}

static void a_plan_counts_what_would_be_set(void **state)
{
    struct seen *s = *state;
    char *plan = NULL;

    assert_int_equal(top_trial_plan(s->trial.a, "g1", "quiet", &plan, NULL), 0);
    assert_says(plan, "g1 has no class now; class quiet would do:\n");
    assert_says(plan, "\n  ksm            must 1 setting, 1 other than now\n");
    free(plan);
    assert_as_first(&s->tree, "after a plan");
}

static void classes_that_cannot_be_read_are_not_offered(void **state)
{
    struct seen *s = *state;
    struct top_table t = { 0 };
    bool quiet = false;

    assert_int_equal(top_trial_classes(s->trial.a, &t, NULL), 0);
    for (size_t i = 0; i < t.n; i++) {
        quiet |= !strcmp(t.rows[i].key, "quiet");
        assert_string_not_equal(t.rows[i].key, "wrong");
    }
    assert_true(quiet);
    top_done(&t);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_changed_while_figures_are_taken),
        TEST(figures_are_the_means_of_both_sides),
        TEST(it_is_taken_back_when_its_time_is_over),
        TEST(a_key_takes_it_back_or_keeps_it),
        TEST(what_fails_is_said),
        TEST(a_plan_counts_what_would_be_set),
        TEST(classes_that_cannot_be_read_are_not_offered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
