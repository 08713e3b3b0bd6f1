/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A step is done as a whole or not at all, and what that leaves to the others. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scratch.h"
#include "settle.h"

/* Five settings, all 0. Steps a and b want two of them each to be 1; the fifth is a's, and soft. */
struct host {
    struct scratch files;
    struct acdr_journal *j;
    const char *refused; /* the path that cannot be written */
    int code;            /* the kernel's answer, 0: EIO */
};

static int refuse(void *arg, const char *path, const char *text, bool after)
{
    const struct host *h = arg;

    (void)text;
    return !after && !strcmp(path, h->refused) ? -(h->code ? h->code : EIO) : 0;
}

static void claim(struct host *h, const char *step, const char *path, bool soft)
{
    char *knob = NULL;

    assert_true(asprintf(&knob, "num:%s", path) > 0);
    scratch_put(&h->files, path, "0\n");
    struct acdr_claim c = { .step = (char *)step,
                            .knob = knob,
                            .op = ACDR_OP_SET,
                            .value = (char *)"1",
                            .alt = (char *)"",
                            .soft = soft,
                            .stage = ACDR_STAGE_HOST };
    assert_int_equal(acdr_journal_claim(h->j, "id", &c), 0);
    free(knob);
}

/* Settle with one setting refused: what acdr_settle_run() returns. */
static int settle(struct host *h, const char *refused, bool alone)
{
    const struct acdr_log log = { 0 };
    struct acdr_settle s = { .log = &log, .id = "id", .alone = alone };

    scratch_make(&h->files);
    assert_int_equal(acdr_root_mkdir(h->files.root, "/run/acdr"), 0);
    assert_int_equal(acdr_journal_read(h->files.root, &h->j, NULL), 0);
    assert_non_null(acdr_journal_add(h->j, "id", "g", "c"));
    claim(h, "a", "/a1", false);
    claim(h, "b", "/b1", false);
    claim(h, "a", "/a2", false);
    claim(h, "b", "/b2", false);
    claim(h, "a", "/a3", true);
    h->refused = refused;
    acdr_root_set_write_hook(h->files.root, refuse, h);
    s.root = h->files.root;
    s.j = h->j;
    return acdr_settle_run(&s, NULL);
}

/* WANT: the settings a1 a2 a3 b1 b2. */
static void assert_settings(struct host *h, const char *want)
{
    static const char *const paths[] = { "/a1", "/a2", "/a3", "/b1", "/b2" };
    char now[16], all[6] = "";

    for (int i = 0; i < 5; i++) {
        assert_int_equal(acdr_root_get(h->files.root, now, sizeof(now), "%s", paths[i]), 1);
        all[i] = now[0];
    }
    assert_string_equal(all, want);
    acdr_journal_free(h->j);
    scratch_drop(&h->files);
}

static void a_refused_claim_takes_its_step_with_it(void **state)
{
    struct host h = { 0 };

    (void)state;
    assert_int_equal(settle(&h, "/a2", false), 1);
    assert_int_equal(h.j->n_claims, 2);
    assert_settings(&h, "00011");
}

static void a_soft_claim_goes_alone(void **state)
{
    struct host h = { 0 };

    (void)state;
    settle(&h, "/a3", false);
    assert_int_equal(h.j->n_claims, 4);
    assert_settings(&h, "11011");
}

static void at_a_reconnect_every_claim_goes_alone(void **state)
{
    struct host h = { 0 };

    (void)state;
    settle(&h, "/a2", true);
    assert_int_equal(h.j->n_claims, 4);
    assert_settings(&h, "10111");
}

/* The kernel was not asked: it is tried again, and the guest, which runs, keeps all. */
static void at_a_reconnect_a_write_without_an_answer_ends_no_claim(void **state)
{
    struct host h = { .code = EMFILE };

    (void)state;
    assert_int_equal(settle(&h, "/a2", true), 0);
    assert_int_equal(h.j->n_claims, 5);
    assert_true(acdr_journal_saved(h.j, "num:/a2")->dirty);
    assert_false(acdr_journal_saved(h.j, "num:/a1")->dirty);
    assert_settings(&h, "10111");
}

static void at_a_start_a_write_without_an_answer_ends_its_step(void **state)
{
    struct host h = { .code = EMFILE };

    (void)state;
    assert_int_equal(settle(&h, "/a2", false), 1);
    assert_int_equal(h.j->n_claims, 2);
    assert_settings(&h, "00011");
}

/* The kernel takes no other value of the first setting before the second one is as it was. */
static int depends(void *arg, const char *path, const char *text, bool after)
{
    struct host *h = arg;
    char b1[16] = "";

    acdr_root_get(h->files.root, b1, sizeof(b1), "/b1");
    return !after && !strcmp(path, "/a1") && !strcmp(text, "0") && b1[0] == '1' ? -EBUSY : 0;
}

static void what_depends_on_another_setting_is_restored_with_it(void **state)
{
    const struct acdr_log log = { 0 };
    struct host h = { 0 };

    (void)state;
    assert_int_equal(settle(&h, "", false), 0);
    acdr_root_set_write_hook(h.files.root, depends, &h);
    acdr_journal_drop_claims(h.j, "id", NULL, NULL);
    struct acdr_settle s = { .log = &log, .root = h.files.root, .j = h.j };
    assert_int_equal(acdr_settle_run(&s, NULL), 0);
    assert_false(acdr_journal_is_dirty(h.j));
    assert_settings(&h, "00000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refused_claim_takes_its_step_with_it),
        cmocka_unit_test(a_soft_claim_goes_alone),
        cmocka_unit_test(at_a_reconnect_every_claim_goes_alone),
        cmocka_unit_test(at_a_reconnect_a_write_without_an_answer_ends_no_claim),
        cmocka_unit_test(at_a_start_a_write_without_an_answer_ends_its_step),
        cmocka_unit_test(what_depends_on_another_setting_is_restored_with_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
