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
    struct acdr_top_state s;
    struct acdr_top_table t;
};

static int setup(void **state)
{
    static struct keys k;

    k = (struct keys){ .s = acdr_top_begin(2) };
    top_world_fill(&k.t, ACDR_TOP_GUESTS, NULL);
    *state = &k;
    return 0;
}

static int teardown(void **state)
{
    acdr_top_done(&((struct keys *)*state)->t);
    return 0;
}

static enum acdr_top_act press(struct keys *k, int key)
{
    return acdr_top_key(&k->s, key, &k->t, 10, 30);
}

static void enter_opens_the_guest_under_the_bar(void **state)
{
    struct keys *k = *state;

    assert_int_equal(press(k, ACDR_TOP_DOWN), ACDR_TOP_NOTHING);
    assert_int_equal(press(k, ACDR_TOP_ENTER), ACDR_TOP_FILL);
    assert_int_equal(k->s.page, ACDR_TOP_PAGE_LAYER);
    assert_int_equal(k->s.layer, ACDR_TOP_THREADS);
    assert_string_equal(k->s.guest, k->t.rows[1].key);
    assert_int_equal(press(k, 'q'), ACDR_TOP_FILL);
    assert_int_equal(k->s.page, ACDR_TOP_PAGE_GUESTS);
    assert_int_equal(press(k, 'q'), ACDR_TOP_QUIT);
}

static void enter_without_guests_opens_nothing(void **state)
{
    struct keys *k = *state;

    k->t.n = 0;
    assert_int_equal(press(k, ACDR_TOP_ENTER), ACDR_TOP_NOTHING);
    assert_int_equal(press(k, ACDR_TOP_DOWN), ACDR_TOP_NOTHING);
    assert_int_equal(k->s.page, ACDR_TOP_PAGE_GUESTS);
    assert_int_equal(k->s.chosen, 0);
}

static void letters_choose_the_layer(void **state)
{
    static const struct {
        char key;
        enum acdr_top_layer layer;
    } cases[] = {
        { 'c', ACDR_TOP_CORES }, { 'n', ACDR_TOP_TAPS }, { 'm', ACDR_TOP_MEMORY },
        { 't', ACDR_TOP_THREADS },
    };
    struct keys *k = *state;

    assert_int_equal(press(k, 'c'), ACDR_TOP_NOTHING); /* not on the page of all guests */
    assert_int_equal(k->s.page, ACDR_TOP_PAGE_GUESTS);
    acdr_top_open(&k->s, "web1");
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        assert_int_equal(press(k, cases[i].key), ACDR_TOP_FILL);
        assert_int_equal(k->s.layer, cases[i].layer);
    }
}

static void the_bar_stays_on_the_page(void **state)
{
    struct keys *k = *state;

    for (int i = 0; i < 40; i++)
        assert_non_null(acdr_top_add(&k->t, "more", i));
    press(k, ACDR_TOP_UP);
    assert_int_equal(k->s.chosen, 0);
    press(k, ACDR_TOP_PAGE_DOWN);
    assert_int_equal(k->s.chosen, 9);
    assert_int_equal(k->s.first, 0);
    press(k, ACDR_TOP_DOWN);
    assert_int_equal(k->s.first, 1);
    press(k, ACDR_TOP_END);
    assert_int_equal(k->s.chosen, 41);
    assert_int_equal(k->s.first, 32);
    acdr_top_keep_in_sight(&k->s, 3, 10); /* most have ended meanwhile */
    assert_int_equal(k->s.chosen, 2);
    assert_int_equal(k->s.first, 2);
    press(k, ACDR_TOP_HOME);
    assert_int_equal(k->s.first, 0);
}

static void sorting_goes_round_the_columns(void **state)
{
    struct keys *k = *state;
    int before = k->s.sort[ACDR_TOP_GUESTS];
    bool up = k->s.up[ACDR_TOP_GUESTS];

    assert_int_equal(press(k, 's'), ACDR_TOP_FILL);
    assert_int_equal(k->s.sort[ACDR_TOP_GUESTS], before + 1);
    for (int i = 1; i < k->t.n_columns; i++)
        press(k, 's');
    assert_int_equal(k->s.sort[ACDR_TOP_GUESTS], before);
    assert_int_equal(press(k, 'S'), ACDR_TOP_FILL);
    assert_int_not_equal(k->s.up[ACDR_TOP_GUESTS], up);
}

static void pause_interval_and_help_work_everywhere(void **state)
{
    struct keys *k = *state;

    for (int page = ACDR_TOP_PAGE_GUESTS; page <= ACDR_TOP_PAGE_TRIAL; page++) {
        k->s.page = (enum acdr_top_page)page;
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

    assert_int_equal(press(k, 'w'), ACDR_TOP_NOTHING);
    acdr_top_open(&k->s, "web1");
    assert_int_equal(press(k, 'w'), ACDR_TOP_WHY);
    assert_int_equal(k->s.page, ACDR_TOP_PAGE_WHY);
    press(k, ACDR_TOP_END);
    assert_int_equal(k->s.first, 20); /* 30 lines on a page of 10 */
    assert_int_equal(press(k, ACDR_TOP_ESCAPE), ACDR_TOP_WHY_STOP);
    assert_int_equal(k->s.page, ACDR_TOP_PAGE_LAYER);
    assert_int_equal(k->s.first, 0);
}

static void to_the_plan(struct keys *k)
{
    acdr_top_open(&k->s, "web1");
    assert_int_equal(press(k, 'x'), ACDR_TOP_CLASSES);
    assert_int_equal(k->s.page, ACDR_TOP_PAGE_CLASSES);
    k->t.n = 0;
    assert_non_null(acdr_top_add(&k->t, "quiet", -1));
    assert_int_equal(press(k, ACDR_TOP_ENTER), ACDR_TOP_PLAN);
    assert_int_equal(k->s.page, ACDR_TOP_PAGE_PLAN);
    assert_string_equal(k->s.class_name, "quiet");
    assert_false(k->s.may_try);
}

static void a_class_is_tried_after_a_yes_to_its_plan(void **state)
{
    struct keys *k = *state;

    to_the_plan(k);
    assert_int_equal(press(k, 'y'), ACDR_TOP_NOTHING); /* no plan yet */
    k->s.may_try = true;
    k->s.paused = true;
    k->s.interval = 60;
    assert_int_equal(press(k, 'y'), ACDR_TOP_TRY);
    assert_int_equal(k->s.page, ACDR_TOP_PAGE_TRIAL);
    assert_false(k->s.may_try);
    assert_false(k->s.paused);
    assert_in_range(k->s.interval, 1, 5);
    assert_int_equal(press(k, 'y'), ACDR_TOP_NOTHING);
}

static void a_no_leads_back_to_the_classes(void **state)
{
    static const int keys[] = { 'n', 'q', ACDR_TOP_ESCAPE };
    struct keys *k = *state;

    for (int i = 0; i < 3; i++) {
        to_the_plan(k);
        k->s.may_try = true;
        assert_int_equal(press(k, keys[i]), ACDR_TOP_CLASSES);
        assert_int_equal(k->s.page, ACDR_TOP_PAGE_CLASSES);
        assert_int_equal(press(k, 'q'), ACDR_TOP_FILL);
        assert_int_equal(k->s.page, ACDR_TOP_PAGE_LAYER);
    }
}

static void a_trial_is_kept_or_taken_back_by_a_key(void **state)
{
    struct keys *k = *state;

    to_the_plan(k);
    k->s.may_try = true;
    press(k, 'y');
    k->s.trying = true;
    assert_int_equal(press(k, 'k'), ACDR_TOP_KEEP);
    assert_int_equal(press(k, 'u'), ACDR_TOP_BACK);
    assert_int_equal(press(k, 'q'), ACDR_TOP_BACK);
    assert_int_equal(k->s.page, ACDR_TOP_PAGE_TRIAL);
    k->s.trying = false;
    assert_int_equal(press(k, 'k'), ACDR_TOP_NOTHING);
    assert_int_equal(press(k, 'u'), ACDR_TOP_NOTHING);
    assert_int_equal(press(k, 'q'), ACDR_TOP_FILL);
    assert_int_equal(k->s.page, ACDR_TOP_PAGE_LAYER);
}

/* Every key on every page, whatever the caller has set: only y to a plan leads to a change. */
static void nothing_changes_without_y(void **state)
{
    struct keys *k = *state;
    int yes = 0;

    for (int page = ACDR_TOP_PAGE_GUESTS; page <= ACDR_TOP_PAGE_TRIAL; page++) {
        for (int key = 1; key <= ACDR_TOP_ESCAPE; key = key == 255 ? ACDR_TOP_UP : key + 1) {
            enum acdr_top_act what;

            k->s.page = (enum acdr_top_page)page;
            k->s.may_try = k->s.trying = true;
            what = press(k, key);
            if (what != ACDR_TOP_TRY)
                continue;
            assert_int_equal(page, ACDR_TOP_PAGE_PLAN);
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
