/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr.conf: its defaults, its keys and rules, and what is wrong with it. */
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
    assert_null(acdr_rules_find(&c->rules, "guest"));
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

static void reads_rules_of_which_the_first_counts(void **state)
{
    acdr_auto(acdr_config_free) struct acdr_config *c = NULL;
    const struct acdr_rule *r;

    put(*state, "share = yes\n[allow web-*]\nclasses = balanced low-*\ncpus = 8\n"
                "hugepages = 2G\nrealtime = no\n[allow  my own ]\n[allow *]\nclasses = -\n"
                "hugepages = 1T\n");
    c = take(*state);
    assert_true(c->share);
    assert_int_equal(c->rules.n, 3);
    r = acdr_rules_find(&c->rules, "web-1");
    assert_ptr_equal(r, &c->rules.v[0]);
    assert_int_equal(r->line, 2);
    assert_int_equal(r->cpus, 8);
    assert_int_equal(r->hugepages_kb, 2 << 20);
    assert_true(r->no_realtime);
    assert_true(acdr_rule_allows_class(r, "balanced"));
    assert_true(acdr_rule_allows_class(r, "low-latency"));
    assert_false(acdr_rule_allows_class(r, "low"));
    r = acdr_rules_find(&c->rules, "my own");
    assert_ptr_equal(r, &c->rules.v[1]);
    assert_int_equal(r->cpus, -1);
    assert_int_equal(r->hugepages_kb, -1);
    assert_false(r->no_realtime);
    assert_true(acdr_rule_allows_class(r, "any"));
    r = acdr_rules_find(&c->rules, "web");
    assert_ptr_equal(r, &c->rules.v[2]);
    assert_false(acdr_rule_allows_class(r, "any"));
    assert_int_equal(r->hugepages_kb, 1LL << 30);
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
        { "[host]\nshare = no",
          ":1: [host]: unknown section; the only one is [allow PATTERN], with "
          "a pattern of guest names" },
        { "[allow ]", ":1: [allow ]: unknown section; the only one is [allow PATTERN], with a "
                      "pattern of guest names" },
        { "[allowed x]",
          ":1: [allowed x]: unknown section; the only one is [allow PATTERN], with a "
          "pattern of guest names" },
        { "[allow x]\n[allow  x]", ":2: [allow  x]: already in line 1, and the first one counts; "
                                   "keep one of them" },
        { "[allow x]\nshare = no",
          ":2: share: unknown key in [allow x]; use one of: classes, cpus, hugepages, realtime, or "
          "move it before the first section" },
        { "[allow x]\ncpus = 1\ncpus = 1", ":3: cpus: already set in line 2; keep one of them" },
        { "[allow x]\ncpus = -1", ":2: cpus: \"-1\" is not a number of CPUs (example: 8)" },
        { "[allow x]\nclasses = ,", ":2: classes: \",\" names no class; write names or patterns "
                                    "(example: balanced, low-*), or - for none" },
        { "[allow x]\nhugepages = 12",
          ":2: hugepages: \"12\" is not a size (example: 512M, 16G, 1T "
          "or 0)" },
        { "[allow x]\nhugepages = 9999999999999T",
          ":2: hugepages: \"9999999999999T\" is not a size (example: 512M, 16G, 1T or 0)" },
        { "[allow x]\nrealtime = maybe", ":2: realtime: \"maybe\" is not valid; use yes or no" },
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
        TEST(reads_rules_of_which_the_first_counts),
        TEST(tells_file_line_and_key_of_every_mistake),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
