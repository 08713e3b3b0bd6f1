/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Should the process end at a write, the journal's file leads back: it has the setting as dirty,
 * and both the value before the write and the one after it. And how often it is written for that.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scratch.h"
#include "settle.h"

struct host {
    struct scratch files;
    struct acdr_journal *j;
    const char *refused; /* the path that cannot be written, or NULL */
    int journals, settings;
};

static bool has_value(const char *fields, const char *value)
{
    char want[32];

    snprintf(want, sizeof(want), "\t%s", value);
    for (const char *p = fields; (p = strstr(p, want)) && p < strchr(fields, '\n'); p++)
        if (strchr("\t\n", p[strlen(want)]))
            return true;
    return false;
}

/* The file's record of the setting PATH covers a change from its present value to TEXT. */
static void check_record(const struct host *h, const char *path, const char *text)
{
    acdr_auto(free) char *file = NULL;
    char now[16], line[64];
    const char *fields;

    assert_int_equal(acdr_root_read(h->files.root, ACDR_JOURNAL_FILE, 0, &file, NULL), 0);
    assert_true(acdr_root_get(h->files.root, now, sizeof(now), "%s", path) > 0);
    snprintf(line, sizeof(line), "\nknob\tdirty\tnum:%s\t", path);
    fields = strstr(file, line);
    if (!fields)
        fail_msg("%s is written, and the journal does not have it as dirty", path);
    fields += strlen(line) - 1;
    if (!has_value(fields, now) || !has_value(fields, text))
        fail_msg("%s from %s to %s: the journal has \"%.*s\"", path, now, text,
                 (int)strcspn(fields, "\n"), fields);
}

static int see(void *arg, const char *path, const char *text, bool after)
{
    struct host *h = arg;

    if (after || !text)
        return 0;
    if (!strcmp(path, ACDR_JOURNAL_FILE)) {
        h->journals++;
        return 0;
    }
    h->settings++;
    check_record(h, path, text);
    return h->refused && !strcmp(path, h->refused) ? -EIO : 0;
}

static void claim(struct host *h, const char *id, const char *path, const char *value, bool soft)
{
    char knob[32];
    struct acdr_claim c = { .step = (char *)"step",
                            .knob = knob,
                            .op = ACDR_OP_MAX,
                            .value = (char *)value,
                            .alt = (char *)"",
                            .soft = soft,
                            .stage = ACDR_STAGE_HOST };

    snprintf(knob, sizeof(knob), "num:%s", path);
    assert_int_equal(acdr_journal_claim(h->j, id, &c), 0);
}

static void make(struct host *h)
{
    scratch_make(&h->files);
    assert_int_equal(acdr_root_mkdir(h->files.root, "/run/acdr"), 0);
    assert_int_equal(acdr_journal_read(h->files.root, &h->j, NULL), 0);
    scratch_put(&h->files, "/a", "1\n");
    scratch_put(&h->files, "/b", "1\n");
    assert_non_null(acdr_journal_add(h->j, "g1", "g1", "c"));
    assert_non_null(acdr_journal_add(h->j, "g2", "g2", "c"));
    acdr_root_set_write_hook(h->files.root, see, h);
}

/* What acdr_settle_run() returns; counted are the changes of this call alone. */
static int settle(struct host *h, const char *id)
{
    const struct acdr_log log = { 0 };
    struct acdr_settle s = { .root = h->files.root, .j = h->j, .log = &log, .id = id };

    h->journals = h->settings = 0;
    return acdr_settle_run(&s, NULL);
}

static void drop(struct host *h)
{
    acdr_journal_free(h->j);
    scratch_drop(&h->files);
}

static void each_write_is_recorded_before(void **state)
{
    struct host h = { 0 };

    (void)state;
    make(&h);
    claim(&h, "g1", "/a", "5", false);
    claim(&h, "g1", "/b", "5", false);
    assert_int_equal(settle(&h, "g1"), 0);
    assert_int_equal(h.settings, 2);
    assert_int_equal(h.journals, 2);
    claim(&h, "g2", "/a", "7", false);
    assert_int_equal(settle(&h, "g2"), 0);
    assert_int_equal(h.settings, 1);
    acdr_journal_drop_claims(h.j, "g2", NULL, NULL);
    assert_int_equal(settle(&h, NULL), 0);
    assert_int_equal(h.settings, 1);
    assert_int_equal(h.journals, 2);
    acdr_journal_drop_claims(h.j, "g1", NULL, NULL);
    assert_int_equal(settle(&h, NULL), 0);
    assert_int_equal(h.settings, 2);
    drop(&h);
}

/* The file from before the refusal has all values that the way back goes through. */
static void a_refusal_needs_no_record_of_its_own(void **state)
{
    struct host h = { .refused = "/b" };

    (void)state;
    make(&h);
    claim(&h, "g1", "/a", "5", false);
    claim(&h, "g1", "/b", "5", false);
    assert_int_equal(settle(&h, "g1"), 1);
    assert_int_equal(h.settings, 3); /* /a, /b, and /a again */
    assert_int_equal(h.journals, 2);
    drop(&h);
}

/* In the second pass /a becomes 7, which the record for 9 does not have. */
static void another_value_after_a_refusal_is_recorded(void **state)
{
    struct host h = { 0 };

    (void)state;
    make(&h);
    claim(&h, "g1", "/a", "5", false);
    assert_int_equal(settle(&h, "g1"), 0);
    claim(&h, "g1", "/a", "7", false);
    claim(&h, "g2", "/a", "9", false);
    claim(&h, "g2", "/b", "9", false);
    acdr_journal_drop_claims(h.j, "g1", NULL, NULL);
    claim(&h, "g1", "/a", "7", false);
    h.refused = "/b";
    assert_int_equal(settle(&h, "g2"), 1);
    assert_int_equal(h.settings, 3);
    assert_int_equal(h.journals, 3);
    drop(&h);
}

static void nothing_is_written_if_nothing_changes(void **state)
{
    struct host h = { 0 };

    (void)state;
    make(&h);
    claim(&h, "g1", "/a", "5", false);
    assert_int_equal(settle(&h, "g1"), 0);
    acdr_journal_touch(h.j, NULL);
    assert_int_equal(settle(&h, "g1"), 0);
    assert_int_equal(h.settings, 0);
    assert_int_equal(h.journals, 0);
    drop(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_write_is_recorded_before),
        cmocka_unit_test(a_refusal_needs_no_record_of_its_own),
        cmocka_unit_test(another_value_after_a_refusal_is_recorded),
        cmocka_unit_test(nothing_is_written_if_nothing_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
