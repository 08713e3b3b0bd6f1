/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Several classes as one: in a tag, and in the key inherit. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "class_world.h"

static void names_add_their_sections(void **state)
{
    const struct host *h = *state;
    acdr_auto(acdr_class_free) struct acdr_class *c = NULL;

    put(h, "/a/one.conf", "description = one\n[vcpus]\nneed = try\nsmt = any\n");
    put(h, "/b/two.conf", "[vcpus]\nneed = must\nmax = 4\n[ksm]\n[cleaner]\nuse = no\n");
    put(h, "/b/three.conf", "[cleaner]\nlabel = x\n");
    c = take(h, " one,two  three");
    assert_string_equal(acdr_class_name(c), "one two three");
    assert_string_equal(acdr_class_inherit(c), "one two three");
    assert_string_equal(acdr_class_description(c), "");
    assert_string_equal(acdr_class_file(c), "/a/one.conf");
    assert_string_equal(acdr_class_get(c, "vcpus", "smt"), "any");
    assert_string_equal(acdr_class_get(c, "vcpus", "max"), "4");
    assert_true(acdr_class_must(c, "vcpus")); /* the stricter of both */
    assert_true(acdr_class_has(c, "ksm"));
    assert_true(acdr_class_has(c, "cleaner"));
    assert_string_equal(acdr_class_get(c, "cleaner", "label"), "x");
}

/* A class that leaves a section out does not take it from another. */
static void a_section_of_one_is_there(void **state)
{
    static const char *const orders[] = { "with without", "without with" };
    const struct host *h = *state;

    put(h, "/a/with.conf", "[ksm]\nneed = must\n");
    put(h, "/a/without.conf", "inherit = with\n[ksm]\nuse = no\n");
    for (int i = 0; i < 2; i++) {
        acdr_auto(acdr_class_free) struct acdr_class *c = take(h, orders[i]);

        assert_true(acdr_class_has(c, "ksm"));
        assert_true(acdr_class_must(c, "ksm"));
    }
}

#define CLASH                                                                                      \
    "classes one and two contradict each other: [vcpus] smt is \"any\" in the one and "            \
    "\"isolate\" in the other; "

static void contradictions_name_both(void **state)
{
    const struct host *h = *state;
    acdr_auto(acdr_class_free) struct acdr_class *c = NULL;

    put(h, "/a/one.conf", "[vcpus]\nsmt = any\n");
    put(h, "/a/two.conf", "[vcpus]\nsmt = isolate\n");
    refused(h, "one two", -EINVAL,
            CLASH "leave one of them out, or name a class of your own that inherits both and sets "
                  "that key");
    put(h, "/a/both.conf", "\ninherit = one, two\n[vcpus]\nmax = 2\n");
    refused(h, "both", -EINVAL,
            "/a/both.conf:2: inherit: " CLASH "set that key here, or leave one of them out");
    put(h, "/a/both.conf", "\ninherit = one, two\n[vcpus]\nsmt = require\n");
    c = take(h, "both");
    assert_string_equal(acdr_class_get(c, "vcpus", "smt"), "require");
    assert_string_equal(acdr_class_inherit(c), "one, two");
}

/* What a class changes of the one that it inherits is no contradiction to that one. */
static void who_inherits_knows_better(void **state)
{
    static const char *const orders[] = { "base fine other", "other fine base", "fine other" };
    const struct host *h = *state;

    put(h, "/a/base.conf", "[vcpus]\nsmt = any\nmax = 1\n");
    put(h, "/a/fine.conf", "inherit = base\n[vcpus]\nsmt = isolate\n");
    put(h, "/a/other.conf", "inherit = base\n[ksm]\n");
    for (int i = 0; i < 3; i++) {
        acdr_auto(acdr_class_free) struct acdr_class *c = take(h, orders[i]);

        assert_string_equal(acdr_class_get(c, "vcpus", "smt"), "isolate");
        assert_string_equal(acdr_class_get(c, "vcpus", "max"), "1");
        assert_true(acdr_class_has(c, "ksm"));
    }
}

/* x says what base says: who knows better than base contradicts x all the same. */
static void no_order_hides_a_contradiction(void **state)
{
    static const char *const orders[] = { "x other fine", "x fine other", "other x fine",
                                          "other fine x", "fine x other", "fine other x" };
    const struct host *h = *state;

    put(h, "/a/base.conf", "[vcpus]\nsmt = any\n");
    put(h, "/a/other.conf", "inherit = base\n");
    put(h, "/a/x.conf", "[vcpus]\nsmt = any\n");
    put(h, "/a/fine.conf", "inherit = base\n[vcpus]\nsmt = isolate\n");
    for (int i = 0; i < 6; i++) {
        struct acdr_class *c = NULL;
        struct acdr_err e = { 0 };

        assert_int_equal(acdr_class_read(h->root, &h->config, orders[i], sections, &c, &e),
                         -EINVAL);
        assert_non_null(strstr(e.text, "contradict each other: [vcpus] smt is"));
        assert_non_null(strstr(e.text, "x"));
    }
}

static void names_are_checked_one_by_one(void **state)
{
    const struct host *h = *state;

    put(h, "/a/one.conf", "");
    refused(h, "one one", -EINVAL, "class \"one one\": it names a class twice; name it once");
    refused(h, "one ../x", -EINVAL,
            "class \"one ../x\": not a valid class name; use letters, digits, '.', '_' and '-'");
    refused(h, " ", -EINVAL,
            "class \" \": not a valid class name; use letters, digits, '.', '_' and '-'");
    refused(h, "a b c d e f g h i", -EINVAL,
            "class \"a b c d e f g h i\": it names more than 8 classes; make a class that inherits "
            "them");
    refused(h, "one gone", -ENOENT, "class \"gone\": not found; available: one");
}

/* Each level inherits two that inherit the next two: few files, many readings. */
static void many_readings_end(void **state)
{
    const struct host *h = *state;
    struct acdr_class *c = NULL;
    struct acdr_err e = { 0 };

    for (int i = 1; i <= 7; i++)
        for (int k = 0; k < 2; k++) {
            char file[32], text[64];

            snprintf(file, sizeof(file), "/a/l%d%c.conf", i, 'a' + k);
            snprintf(text, sizeof(text), "inherit = l%da, l%db\n", i + 1, i + 1);
            put(h, file, i == 7 ? "" : text);
        }
    assert_int_equal(acdr_class_read(h->root, &h->config, "l1a", sections, &c, &e), -EINVAL);
    assert_non_null(strstr(e.text, "more than 64 files are read for one class"));
    assert_true(acdr_class_says_must(h->root, &h->config, "l1a"));
}

static void must_is_found_in_each(void **state)
{
    const struct host *h = *state;

    put(h, "/a/soft.conf", "[ksm]\n");
    put(h, "/a/hard.conf", "[ksm]\nneed = must\n");
    put(h, "/a/both.conf", "inherit = soft, hard\n");
    assert_false(acdr_class_says_must(h->root, &h->config, "soft"));
    assert_true(acdr_class_says_must(h->root, &h->config, "soft hard"));
    assert_true(acdr_class_says_must(h->root, &h->config, "both"));
    assert_true(acdr_class_says_must(h->root, &h->config, "soft gone"));
    assert_true(acdr_class_says_must(h->root, &h->config, "\t"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(names_add_their_sections),     TEST(a_section_of_one_is_there),
        TEST(contradictions_name_both),     TEST(who_inherits_knows_better),
        TEST(names_are_checked_one_by_one), TEST(many_readings_end),
        TEST(must_is_found_in_each),        TEST(no_order_hides_a_contradiction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
