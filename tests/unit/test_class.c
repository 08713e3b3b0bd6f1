/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Classes: their files, inheritance, and what a person reads where one is wrong. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "class_world.h"

static void reads_sections_and_defaults(void **state)
{
    const struct host *h = *state;
    acdr_auto(acdr_class_free) struct acdr_class *c = NULL;

    put(h, "/a/x.conf",
        "# comment\n; another\ndescription = two words ; why\r\n\n"
        "  [vcpus]   ; dedicated\nneed=must\n\tsmt = any\n[ksm]\n[cleaner]\n"
        "label = a;b\ncpus : 0-3\n");
    c = take(h, "x");
    assert_string_equal(acdr_class_name(c), "x");
    assert_string_equal(acdr_class_file(c), "/a/x.conf");
    assert_string_equal(acdr_class_description(c), "two words");
    assert_string_equal(acdr_class_inherit(c), "");
    assert_true(acdr_class_has(c, "vcpus"));
    assert_true(acdr_class_has(c, "ksm"));
    assert_true(acdr_class_must(c, "vcpus"));
    assert_false(acdr_class_must(c, "ksm"));
    assert_string_equal(acdr_class_get(c, "vcpus", "smt"), "any");
    assert_string_equal(acdr_class_get(c, "vcpus", "max"), "0");
    assert_string_equal(acdr_class_get(c, "cleaner", "workqueues"), "yes");
    assert_string_equal(acdr_class_get(c, "cleaner", "label"), "a;b");
    assert_string_equal(acdr_class_get(c, "cleaner", "cpus"), "0-3");
    assert_null(acdr_class_get(c, "vcpus", "label"));
    assert_null(acdr_class_get(c, "no-such", "smt"));
}

static void an_empty_file_is_a_class_that_does_nothing(void **state)
{
    const struct host *h = *state;
    acdr_auto(acdr_class_free) struct acdr_class *c = NULL;

    put(h, "/a/x.conf", "");
    c = take(h, "x");
    assert_string_equal(acdr_class_description(c), "");
    for (const struct acdr_section *s = sections; s->name; s++)
        assert_false(acdr_class_has(c, s->name));
}

static void inherits_key_by_key(void **state)
{
    const struct host *h = *state;
    acdr_auto(acdr_class_free) struct acdr_class *c = NULL;

    put(h, "/b/base.conf",
        "description = base\n[vcpus]\nneed = must\nsmt = any\nmax = 4\n"
        "[ksm]\n[cleaner]\nuse = no\n");
    put(h, "/b/mid.conf", "inherit = base\n[vcpus]\nsmt = isolate\n");
    put(h, "/b/leaf.conf", "inherit = mid\n[ksm]\nuse = no\n[vcpus]\nmax = 8\n[cleaner]\n");
    c = take(h, "leaf");
    assert_string_equal(acdr_class_description(c), "");
    assert_string_equal(acdr_class_inherit(c), "mid");
    assert_true(acdr_class_must(c, "vcpus"));
    assert_string_equal(acdr_class_get(c, "vcpus", "smt"), "isolate");
    assert_string_equal(acdr_class_get(c, "vcpus", "max"), "8");
    assert_false(acdr_class_has(c, "ksm"));
    assert_false(acdr_class_has(c, "cleaner"));
}

static void the_first_folder_wins(void **state)
{
    const struct host *h = *state;
    acdr_auto(acdr_class_free) struct acdr_class *c = NULL;

    put(h, "/a/x.conf", "description = first\n");
    put(h, "/b/x.conf", "description = second\n");
    c = take(h, "x");
    assert_string_equal(acdr_class_description(c), "first");
}

static void names_the_classes_there_are(void **state)
{
    const struct host *h = *state;

    refused(h, "x", -ENOENT,
            "class \"x\": not found; available: no class, there is no file in /a, /b");
    put(h, "/a/two.conf", "");
    put(h, "/b/two.conf", "");
    put(h, "/b/one.conf", "inherit = gone\n");
    put(h, "/b/notes.txt", "");
    put(h, "/b/.hidden.conf", "");
    refused(h, "x", -ENOENT, "class \"x\": not found; available: one, two");
    refused(h, "one", -EINVAL,
            "/b/one.conf:1: inherit: class \"gone\" not found; available: one, two");
    refused(h, "../x", -EINVAL,
            "class \"../x\": not a valid class name; use letters, digits, '.', '_' and '-'");
}

static int append(void *arg, const char *name)
{
    acdr_strbuf_addf(arg, "%s ", name);
    return strcmp(name, "stop") ? 0 : 7;
}

static void lists_each_name_once_and_sorted(void **state)
{
    const struct host *h = *state;
    struct acdr_strbuf t = { 0 };

    put(h, "/b/b.conf", "");
    put(h, "/b/a10.conf", "");
    put(h, "/a/b.conf", "");
    put(h, "/a/zz.conf", "");
    assert_int_equal(acdr_class_list(h->root, &h->config, append, &t), 0);
    assert_string_equal(t.s, "a10 b zz ");
    put(h, "/a/stop.conf", "");
    assert_int_equal(acdr_class_list(h->root, &h->config, append, &t), 7);
    assert_string_equal(t.s, "a10 b zz a10 b stop ");
    acdr_strbuf_done(&t);
}

static void tells_file_line_and_key_of_every_mistake(void **state)
{
    static const char *const rows[][2] = {
        { "\n[vcpu]\n", "2: [vcpu]: unknown step; use one of: vcpus, cleaner, ksm, observe" },
        { "[vcpus]\nsnt = any\n", "2: snt: unknown key in [vcpus]; use one of: smt, max, least, "
                                  "need, use" },
        { "smt = any\n", "1: smt: unknown key before the first section; use one of: description, "
                         "inherit" },
        { "[vcpus]\nsmt = all\n", "2: smt: \"all\" is not valid; use isolate|require|prefer|any" },
        { "[vcpus]\nsmt =\n", "2: smt: \"\" is not valid; use isolate|require|prefer|any" },
        { "[vcpus]\nsmt = an\n", "2: smt: \"an\" is not valid; use isolate|require|prefer|any" },
        { "[vcpus]\nneed = maybe\n", "2: need: \"maybe\" is not valid; use must|try" },
        { "[vcpus]\nuse = 1\n", "2: use: \"1\" is not valid; use yes|no" },
        { "[vcpus]\nleast = -1x\n", "2: least: \"-1x\" is not valid; use a number like -5" },
        { "[vcpus]\nmax = -1\n", "2: max: \"-1\" is not valid; use a number like 4" },
        { "[cleaner]\ncpus = 3-1\n", "2: cpus: \"3-1\" is not valid; use a list of CPUs like "
                                     "0-3,8" },
        { "[ksm]\n\n[ksm]\n", "3: [ksm]: already started in line 1; merge them" },
        { "[vcpus]\nmax = 1\nmax = 1\n", "3: max: already set in line 2; keep one of them" },
        { "description = a\ndescription = b\n", "2: description: already set in line 1; keep one "
                                                "of them" },
        { "[vcpus\nmax = 1\n", "1: section: the closing ']' is missing; write [NAME]" },
        { "[]\n", "1: section: its name is empty; write [NAME]" },
        { "[ksm] need = must\n", "1: section: text after ']'; move it to its own line" },
        { "# x\njust words\n", "2: this is neither [SECTION] nor KEY = VALUE; fix or remove it" },
        { "= 3\n", "1: the key before '=' is missing; write KEY = VALUE" },
        { "inherit = a/b\n", "1: inherit: \"a/b\" is not a valid class name; use letters, digits, "
                             "'.', '_' and '-'" },
        { "[ksm]\n  inherit = x\n", "2: inherit: unknown key in [ksm]; use one of: need, use" },
    };
    const struct host *h = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        acdr_auto(free) char *text = acdr_text_format("/a/x.conf:%s", rows[i][1]);

        put(h, "/a/x.conf", rows[i][0]);
        refused(h, "x", -EINVAL, text);
    }
}

static void refuses_files_that_are_no_text(void **state)
{
    const struct host *h = *state;
    struct acdr_strbuf t = { 0 };

    put_bytes(h, "/a/x.conf", "[ksm]\nneed\0= must\n", 18);
    refused(h, "x", -EINVAL, "/a/x.conf:2: contains a NUL byte; write plain text");
    acdr_strbuf_addf(&t, "description = %0300d\n", 1);
    put(h, "/a/x.conf", t.s);
    refused(h, "x", -EINVAL, "/a/x.conf:1: the line is too long; shorten it to 190 bytes");
    while (t.len <= 64 * 1024)
        acdr_strbuf_addf(&t, "# %60s\n", "");
    put(h, "/a/x.conf", t.s);
    refused(h, "x", -EINVAL, "/a/x.conf:1: the file is longer than 64 KiB; shorten it");
    acdr_strbuf_done(&t);
}

static void refuses_inheritance_in_circles_and_endless(void **state)
{
    const struct host *h = *state;
    acdr_auto(acdr_class_free) struct acdr_class *c = NULL;

    put(h, "/a/x.conf", "inherit = x\n");
    refused(h, "x", -EINVAL,
            "/a/x.conf:1: inherit: \"x\" inherits from this class; remove the cycle");
    put(h, "/a/p.conf", "inherit = q\n");
    put(h, "/a/q.conf", "\ninherit = p\n");
    refused(h, "p", -EINVAL,
            "/a/q.conf:2: inherit: \"p\" inherits from this class; remove the cycle");
    for (int i = 1; i <= 9; i++) {
        char file[32], text[32];

        snprintf(file, sizeof(file), "/b/l%d.conf", i);
        snprintf(text, sizeof(text), "inherit = l%d\n", i + 1);
        put(h, file, i == 9 ? "" : text);
    }
    c = take(h, "l2");
    refused(h, "l1", -EINVAL,
            "/b/l8.conf:1: inherit: more than 8 classes in a row; shorten the "
            "chain");
}

/* On the live root, through a folder of the test's own. */
static void believes_only_roots_own_files(void **state)
{
    struct host *h = *state;
    acdr_auto(free) char *file = acdr_text_format("%s/a/x.conf", h->path);
    acdr_auto(free) char *link = acdr_text_format("%s/a/l.conf", h->path);
    acdr_auto(free) char *dir = acdr_text_format("%s/a", h->path);
    acdr_auto(acdr_root_free) struct acdr_root *root = NULL;
    char *dirs[] = { dir, NULL };
    struct acdr_config config = { .class_dirs = dirs };
    struct acdr_class *c = NULL;
    struct acdr_err e = { 0 };

    if (geteuid() != 0)
        skip();
    assert_int_equal(acdr_root_open("/", &root, NULL), 0);
    put(h, "/a/x.conf", "");
    assert_int_equal(symlink("x.conf", link), 0);
    assert_int_equal(chmod(file, 0644), 0);
    assert_int_equal(acdr_class_read(root, &config, "x", sections, &c, &e), 0);
    acdr_class_free(c);
    assert_int_equal(acdr_class_read(root, &config, "l", sections, &c, &e), -EPERM);
    assert_non_null(strstr(e.text, "not a regular file"));
    acdr_err_clear(&e);
    assert_int_equal(chmod(file, 0664), 0);
    assert_int_equal(acdr_class_read(root, &config, "x", sections, &c, &e), -EPERM);
    assert_non_null(strstr(e.text, "writable by group or others"));
    acdr_err_clear(&e);
    assert_int_equal(chmod(file, 0600), 0);
    assert_int_equal(chown(file, 12345, 0), 0);
    assert_int_equal(acdr_class_read(root, &config, "x", sections, &c, &e), -EPERM);
    assert_non_null(strstr(e.text, "belongs to uid 12345"));
}

static void knows_good_names(void **state)
{
    static const char *const bad[] = { "", ".", "..", ".a", "-a", "a/b", "a b", "a\n", "\xc3\xa9" };
    char longest[66];

    (void)state;
    memset(longest, 'a', 65);
    longest[65] = '\0';
    assert_false(acdr_class_name_ok(longest));
    longest[64] = '\0';
    assert_true(acdr_class_name_ok(longest));
    assert_true(acdr_class_name_ok("A.b_c-9"));
    assert_true(acdr_class_name_ok("_"));
    assert_false(acdr_class_name_ok(NULL));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(acdr_class_name_ok(bad[i]));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_sections_and_defaults),
        TEST(an_empty_file_is_a_class_that_does_nothing),
        TEST(inherits_key_by_key),
        TEST(the_first_folder_wins),
        TEST(names_the_classes_there_are),
        TEST(lists_each_name_once_and_sorted),
        TEST(tells_file_line_and_key_of_every_mistake),
        TEST(refuses_files_that_are_no_text),
        TEST(refuses_inheritance_in_circles_and_endless),
        TEST(believes_only_roots_own_files),
        cmocka_unit_test(knows_good_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
