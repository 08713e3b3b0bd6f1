/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr.conf: its defaults, its four keys, and what is wrong with it. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "config.h"
#include "root.h"
#include "text.h"

struct host {
    char path[32];
    struct acdr_root *root;
};

static int set_up(void **state)
{
    struct host *h = calloc(1, sizeof(*h));
    char dir[64];

    if (!h)
        return -1;
    strcpy(h->path, P_tmpdir "/acdr-test-XXXXXX");
    if (!mkdtemp(h->path) || acdr_root_open(h->path, &h->root, NULL))
        return -1;
    snprintf(dir, sizeof(dir), "%s/etc", h->path);
    if (mkdir(dir, 0755))
        return -1;
    snprintf(dir, sizeof(dir), "%s/etc/acdr", h->path);
    *state = h;
    return mkdir(dir, 0755);
}

static int tear_down(void **state)
{
    struct host *h = *state;
    acdr_auto(free) char *command = acdr_text_format("rm -rf '%s'", h->path);

    acdr_root_free(h->root);
    free(h);
    return command && system(command) == 0 ? 0 : -1;
}

static void put(const struct host *h, const char *text)
{
    acdr_auto(free) char *path = acdr_text_format("%s" ACDR_CONFIG_FILE, h->path);
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static struct acdr_config *take(const struct host *h)
{
    struct acdr_config *c = NULL;
    struct acdr_err e = { 0 };

    if (acdr_config_read(h->root, &c, &e))
        fail_msg("%s", e.text);
    return c;
}

static void has_defaults_without_a_file(void **state)
{
    acdr_auto(acdr_config_free) struct acdr_config *c = take(*state);

    assert_false(c->has_housekeeping);
    assert_false(c->share);
    assert_true(c->replace);
    assert_int_equal(c->deadline, 30);
    assert_string_equal(c->class_dirs[0], "/etc/acdr/classes");
    assert_non_null(strstr(c->class_dirs[1], "/acdr/classes"));
    assert_null(c->class_dirs[2]);
}

static void reads_all_keys(void **state)
{
    acdr_auto(acdr_config_free) struct acdr_config *c = NULL;
    acdr_auto(free) char *set = NULL;

    put(*state, "# the host\nhousekeeping = 0-1, 8-9 ; two cores\nclasses = /x : /y/z\n"
                "deadline = 600\nshare = yes\nreplace = no\n"
                "groups = media=sip-*,rtp-[12]  fw=fw-?\n");
    c = take(*state);
    set = acdr_bitmap_print_list(&c->housekeeping);
    assert_true(c->has_housekeeping);
    assert_string_equal(set, "0-1,8-9");
    assert_string_equal(c->class_dirs[0], "/x");
    assert_string_equal(c->class_dirs[1], "/y/z");
    assert_null(c->class_dirs[2]);
    assert_int_equal(c->deadline, 600);
    assert_true(c->share);
    assert_false(c->replace);
    assert_string_equal(acdr_config_group(c, "rtp-2"), "media");
    assert_string_equal(acdr_config_group(c, "rtp-3"), "-");
    assert_string_equal(acdr_config_group(c, "fw-a"), "fw");
}

static void tells_file_line_and_key_of_every_mistake(void **state)
{
    static const char *const rows[][2] = {
        { "housekeeping = all", ":1: housekeeping: \"all\" is not a valid CPU list (example: "
                                "0-1,8-9)" },
        { "housekeeping =", ":1: housekeeping: \"\" is not a valid CPU list (example: 0-1,8-9)" },
        { "\nclasses = etc", ":2: classes: \"etc\" is not a list of absolute paths (example: "
                             "/etc/acdr/classes:/opt/classes)" },
        { "classes = /a::/b", ":1: classes: \"/a::/b\" is not a list of absolute paths (example: "
                              "/etc/acdr/classes:/opt/classes)" },
        { "deadline = 0", ":1: deadline: \"0\" is not a number of seconds from 1 to 600 (example: "
                          "30)" },
        { "deadline = 601", ":1: deadline: \"601\" is not a number of seconds from 1 to 600 "
                            "(example: 30)" },
        { "replace = 1", ":1: replace: \"1\" is not valid; use yes or no" },
        { "share = 1", ":1: share: \"1\" is not valid; use yes or no" },
        { "share = no\n\nshare = no", ":3: share: already set in line 1; keep one of them" },
        { "[host]\nshare = no", ":1: [host]: this file has no sections; remove the line" },
        { "colour = red", ":1: colour: unknown key; use one of: housekeeping, classes, deadline, "
                          "share, replace, groups" },
        { "groups = media", ":1: groups: \"media\" is not a list of groups with patterns of guest "
                            "names (example: media=sip-*,rtp-* fw=fw-?)" },
        { "groups = a=x,,y",
          ":1: groups: \"a=x,,y\" is not a list of groups with patterns of guest "
          "names (example: media=sip-*,rtp-* fw=fw-?)" },
        { "share", ":1: this is neither [SECTION] nor KEY = VALUE; fix or remove it" },
    };
    const struct host *h = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        acdr_auto(free) char *text = acdr_text_format(ACDR_CONFIG_FILE "%s", rows[i][1]);
        struct acdr_config *c = NULL;
        struct acdr_err e = { 0 };

        put(h, rows[i][0]);
        assert_int_equal(acdr_config_read(h->root, &c, &e), -EINVAL);
        assert_null(c);
        assert_string_equal(e.text, text);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(has_defaults_without_a_file),
        TEST(reads_all_keys),
        TEST(tells_file_line_and_key_of_every_mistake),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
