/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Replacing a file: whatever goes wrong half way, the old one is there and whole. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "scratch.h"

static void assert_is(struct scratch *t, const char *path, const char *want)
{
    char *text = NULL;

    assert_int_equal(acdr_root_read(t->root, path, 0, &text, NULL), 0);
    assert_string_equal(text, want);
    free(text);
}

static void a_file_is_replaced_whole(void **state)
{
    struct scratch *t = *state;

    scratch_put(t, "/run/acdr/journal", "a long first text\n");
    assert_int_equal(acdr_root_replace(t->root, "/run/acdr/journal", "new\n", 4), 0);
    assert_is(t, "/run/acdr/journal", "new\n");
    assert_true(acdr_no(acdr_root_has(t->root, "/run/acdr/.journal.new")));
}

/* A limit on the size of files is a full disk: the first bytes go, then no more. */
static void a_replacement_that_stops_half_way_leaves_the_old_file(void **state)
{
    struct scratch *t = *state;
    struct rlimit old, small;
    int err;

    scratch_put(t, "/run/acdr/journal", "the old text\n");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = (struct rlimit){ .rlim_cur = 4, .rlim_max = old.rlim_max };
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    err = acdr_root_replace(t->root, "/run/acdr/journal", "the new text\n", 13);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(err, -EFBIG);
    assert_is(t, "/run/acdr/journal", "the old text\n");
    assert_true(acdr_no(acdr_root_has(t->root, "/run/acdr/.journal.new")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_is_replaced_whole, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(a_replacement_that_stops_half_way_leaves_the_old_file,
                                        scratch_setup, scratch_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
