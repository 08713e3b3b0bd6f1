/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The keys of acdr top: which page a key leads to, and what it asks for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "acdr/acdr.h"
#include "top_keys.h"
#include "top_world.h"

struct keys {
    struct top_state s;
    struct top_table t;
};

static int setup(void **state)
{
    static struct keys k;

    k = (struct keys){ .s = top_begin(2) };
    top_world_fill(&k.t, TOP_GUESTS, NULL);
    *state = &k;
    return 0;
}

static int teardown(void **state)
{
    top_done(&((struct keys *)*state)->t);
    return 0;
}

static enum top_act press(struct keys *k, int key)
{
    return top_key(&k->s, key, &k->t, 10, 30);
}

static void enter_opens_the_guest_under_the_bar(void **state)
{
    struct keys *k = *state;

    assert_int_equal(press(k, TOP_DOWN), TOP_NOTHING);
    assert_int_equal(press(k, TOP_ENTER), TOP_FILL);
    assert_int_equal(k->s.page, TOP_PAGE_LAYER);
    assert_int_equal(k->s.layer, TOP_THREADS);
    assert_string_equal(k->s.guest, k->t.rows[1].key);
    assert_int_equal(press(k, 'q'), TOP_FILL);
    assert_int_equal(k->s.page, TOP_PAGE_GUESTS);
    assert_int_equal(press(k, 'q'), TOP_QUIT);
}

static void enter_without_guests_opens_nothing(void **state)
{
    struct keys *k = *state;

    k->t.n = 0;
    assert_int_equal(press(k, TOP_ENTER), TOP_NOTHING);
    assert_int_equal(press(k, TOP_DOWN), TOP_NOTHING);
    assert_int_equal(k->s.page, TOP_PAGE_GUESTS);
    assert_int_equal(k->s.chosen, 0);
}

static void letters_choose_the_layer(void **state)
{
    static const struct {
        char key;
        enum top_layer layer;
    } cases[] = {
        { 'c', TOP_CORES },
        { 'n', TOP_TAPS },
        { 'm', TOP_MEMORY },
        { 't', TOP_THREADS },
    };
    struct keys *k = *state;

    assert_int_equal(press(k, 'c'), TOP_NOTHING); /* not on the page of all guests */
    assert_int_equal(k->s.page, TOP_PAGE_GUESTS);
    top_open(&k->s, "web1");
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        assert_int_equal(press(k, cases[i].key), TOP_FILL);
        assert_int_equal(k->s.layer, cases[i].layer);
    }
}

static void the_bar_stays_on_the_page(void **state)
{
    struct keys *k = *state;

    for (int i = 0; i < 40; i++)
        assert_non_null(top_add(&k->t, "more", i));
    press(k, TOP_UP);
    assert_int_equal(k->s.chosen, 0);
    press(k, TOP_PAGE_DOWN);
    assert_int_equal(k->s.chosen, 9);
    assert_int_equal(k->s.first, 0);
    press(k, TOP_DOWN);
    assert_int_equal(k->s.first, 1);
    press(k, TOP_END);
    assert_int_equal(k->s.chosen, 41);
    assert_int_equal(k->s.first, 32);
    top_keep_in_sight(&k->s, 3, 10); /* most have ended meanwhile */
    assert_int_equal(k->s.chosen, 2);
    assert_int_equal(k->s.first, 2);
    press(k, TOP_HOME);
    assert_int_equal(k->s.first, 0);
}

static void sorting_goes_round_the_columns(void **state)
{
    struct keys *k = *state;
    int before = k->s.sort[TOP_GUESTS];
    bool up = k->s.up[TOP_GUESTS];

    assert_int_equal(press(k, 's'), TOP_FILL);
    assert_int_equal(k->s.sort[TOP_GUESTS], before + 1);
    for (int i = 1; i < k->t.n_columns; i++)
        press(k, 's');
    assert_int_equal(k->s.sort[TOP_GUESTS], before);
    assert_int_equal(press(k, 'S'), TOP_FILL);
    assert_int_not_equal(k->s.up[TOP_GUESTS], up);
}

static void pause_interval_and_help_work_everywhere(void **state)
{
    struct keys *k = *state;

    for (int page = TOP_PAGE_GUESTS; page <= TOP_PAGE_TRIAL; page++) {
        k->s.page = (enum top_page)page;
        press(k, 'p');
        assert_true(k->s.paused);
        press(k, ' ');
        assert_false(k->s.paused);
        press(k, '+');
        assert_int_equal(k->s.interval, 3);
        for (int i = 0; i < 100; i++)
            press(k, '-');
        assert_int_equal(k->s.interval, 1);
        for (int i = 0; i < 100; i++)
            press(k, '+');
        assert_int_equal(k->s.interval, 60);
        k->s.interval = 2;
        press(k, 'h');
        assert_true(k->s.help);
        press(k, '?');
        assert_false(k->s.help);
    }
}

static void why_is_asked_and_can_be_left(void **state)
{
    struct keys *k = *state;

    assert_int_equal(press(k, 'w'), TOP_NOTHING);
    top_open(&k->s, "web1");
    assert_int_equal(press(k, 'w'), TOP_WHY);
    assert_int_equal(k->s.page, TOP_PAGE_WHY);
    press(k, TOP_END);
    assert_int_equal(k->s.first, 20); /* 30 lines on a page of 10 */
    assert_int_equal(press(k, TOP_ESCAPE), TOP_WHY_STOP);
    assert_int_equal(k->s.page, TOP_PAGE_LAYER);
    assert_int_equal(k->s.first, 0);
}

static void to_the_plan(struct keys *k)
{
    top_open(&k->s, "web1");
    assert_int_equal(press(k, 'x'), TOP_CLASSES);
    assert_int_equal(k->s.page, TOP_PAGE_CLASSES);
    k->t.n = 0;
    assert_non_null(top_add(&k->t, "quiet", -1));
    assert_int_equal(press(k, TOP_ENTER), TOP_PLAN);
    assert_int_equal(k->s.page, TOP_PAGE_PLAN);
    assert_string_equal(k->s.class_name, "quiet");
    assert_false(k->s.may_try);
}

static void a_class_is_tried_after_a_yes_to_its_plan(void **state)
{
    struct keys *k = *state;

    to_the_plan(k);
    assert_int_equal(press(k, 'y'), TOP_NOTHING); /* no plan yet */
    k->s.may_try = true;
    k->s.paused = true;
    k->s.interval = 60;
    assert_int_equal(press(k, 'y'), TOP_TRY);
    assert_int_equal(k->s.page, TOP_PAGE_TRIAL);
    assert_false(k->s.may_try);
    assert_false(k->s.paused);
    assert_in_range(k->s.interval, 1, 5);
    assert_int_equal(press(k, 'y'), TOP_NOTHING);
}

static void a_no_leads_back_to_the_classes(void **state)
{
    static const int keys[] = { 'n', 'q', TOP_ESCAPE };
    struct keys *k = *state;

    for (int i = 0; i < 3; i++) {
        to_the_plan(k);
        k->s.may_try = true;
        assert_int_equal(press(k, keys[i]), TOP_CLASSES);
        assert_int_equal(k->s.page, TOP_PAGE_CLASSES);
        assert_int_equal(press(k, 'q'), TOP_FILL);
        assert_int_equal(k->s.page, TOP_PAGE_LAYER);
    }
}

static void a_trial_is_kept_or_taken_back_by_a_key(void **state)
{
    struct keys *k = *state;

    to_the_plan(k);
    k->s.may_try = true;
    press(k, 'y');
    k->s.trying = true;
    assert_int_equal(press(k, 'k'), TOP_KEEP);
    assert_int_equal(press(k, 'u'), TOP_BACK);
    assert_int_equal(press(k, 'q'), TOP_BACK);
    assert_int_equal(k->s.page, TOP_PAGE_TRIAL);
    k->s.trying = false;
    assert_int_equal(press(k, 'k'), TOP_NOTHING);
    assert_int_equal(press(k, 'u'), TOP_NOTHING);
    assert_int_equal(press(k, 'q'), TOP_FILL);
    assert_int_equal(k->s.page, TOP_PAGE_LAYER);
}

/* Every key on every page, whatever the caller has set: only y to a plan leads to a change. */
static void nothing_changes_without_y(void **state)
{
    struct keys *k = *state;
    int yes = 0;

    for (int page = TOP_PAGE_GUESTS; page <= TOP_PAGE_TRIAL; page++) {
        for (int key = 1; key <= TOP_ESCAPE; key = key == 255 ? TOP_UP : key + 1) {
            enum top_act what;

            k->s.page = (enum top_page)page;
            k->s.may_try = k->s.trying = true;
            k->s.help = false;
            what = press(k, key);
            if (what != TOP_TRY)
                continue;
            assert_int_equal(page, TOP_PAGE_PLAN);
            assert_int_equal(key, 'y');
            yes++;
        }
    }
    assert_int_equal(yes, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(enter_opens_the_guest_under_the_bar),
        TEST(enter_without_guests_opens_nothing),
        TEST(letters_choose_the_layer),
        TEST(the_bar_stays_on_the_page),
        TEST(sorting_goes_round_the_columns),
        TEST(pause_interval_and_help_work_everywhere),
        TEST(why_is_asked_and_can_be_left),
        TEST(a_class_is_tried_after_a_yes_to_its_plan),
        TEST(a_no_leads_back_to_the_classes),
        TEST(a_trial_is_kept_or_taken_back_by_a_key),
        TEST(nothing_changes_without_y),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
