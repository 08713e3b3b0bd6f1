/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CPUs for work that is no guest: which it gets, and that they go back with its process. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "acdr/workload.h"
#include "fake_guest.h"
#include "tree_world.h"

#define KSM "/sys/kernel/mm/ksm/run"
#define PID FAKE_GUEST_PID + FAKE_GUEST_PIDS /* of g1 */

static int setup(void **state)
{
    struct tree *t = calloc(1, sizeof(*t));

    tree_make(t);
    host_tree_put(t->root, "/etc/acdr/classes/own.conf",
                  "[vcpus]\nneed = must\nsmt = isolate\n[strict-numa]\n[ksm]\nneed = must\n");
    host_tree_put(t->root, "/etc/acdr/classes/ksm.conf", "[ksm]\nneed = must\n");
    fake_guest_start(t->root, 1, 2, 1000);
    tree_now_is_first(t);
    *state = t;
    return 0;
}

static int teardown(void **state)
{
    tree_drop(*state);
    free(*state);
    return 0;
}

static int begin(struct tree *t, const struct acdr_workload *w, struct acdr_item **ret)
{
    struct acdr *a = tree_open(t);
    int err = acdr_workload_begin(a, w, ret, &t->e);

    acdr_close(a);
    return err;
}

static void assert_text(const struct acdr_item *report, const char *name, const char *want)
{
    assert_string_equal(acdr_item_text(acdr_item_find(report, name)), want);
}

static void a_workload_gets_cpus_as_a_guest_does(void **state)
{
    struct tree *t = *state;
    const struct acdr_workload w = { .name = "job", .class_name = "own", .n_cpus = 2 };
    struct acdr_item *r = NULL;

    assert_int_equal(begin(t, &w, &r), 0);
    assert_text(r, "name", "job");
    assert_text(r, "class", "own");
    assert_text(r, "cpus", "1-2");
    assert_text(r, "clean", "1-2,9-10"); /* the siblings stay idle */
    assert_text(r, "nodes", "0");
    assert_int_equal(acdr_item_num(acdr_item_find(r, "bind_memory")), 1);
    assert_int_equal(acdr_item_num(acdr_item_find(r, "degraded")), 0);
    acdr_item_free(r);
    assert_file(t, KSM, "0\n");
    assert_int_equal(begin(t, &w, &r), -EEXIST);
    assert_says(t->e.text, "job: that name is in use");
    assert_int_equal(tree_release(t, "job"), 0);
    assert_as_first(t, "after release");
}

/* The knob of the first difference; NULL: there is none. */
static const char *drift_of(struct tree *t)
{
    static char knob[64];
    struct acdr_item *r = NULL;
    struct acdr *a = tree_open(t);
    int drifted = acdr_verify(a, "job", &r, NULL);

    acdr_close(a);
    snprintf(knob, sizeof(knob), "%s",
             acdr_item_text(acdr_item_find(acdr_item_first(acdr_item_find(r, "drift")), "knob")));
    acdr_item_free(r);
    return drifted ? knob : NULL;
}

static int end(struct tree *t, int pid)
{
    struct acdr *a = tree_open(t);
    int err = acdr_workload_end(a, "job", pid, &t->e);

    acdr_close(a);
    return err;
}

/* Whoever waits for the end of one workload must not end another that has its name now. */
static void only_its_own_workload_is_ended(void **state)
{
    struct tree *t = *state;
    const struct acdr_workload w = { .name = "job", .class_name = "own", .n_cpus = 1, .pid = PID };
    struct acdr_item *r = NULL;

    assert_int_equal(begin(t, &w, &r), 0);
    acdr_item_free(r);
    assert_null(drift_of(t));
    assert_int_equal(end(t, PID + 1), 0);
    assert_int_equal(end(t, 0), 0);
    assert_file(t, KSM, "0\n");
    assert_int_equal(end(t, PID), 0);
    assert_file(t, KSM, "1\n");
    assert_int_equal(end(t, PID), 0);
}

static void a_workload_ends_with_its_process(void **state)
{
    struct tree *t = *state;
    const struct acdr_workload w = { .name = "job", .class_name = "own", .n_cpus = 1, .pid = PID };
    struct acdr_item *r = NULL;

    assert_int_equal(begin(t, &w, &r), 0);
    acdr_item_free(r);
    assert_int_equal(tree_settle(t, NULL), 0);
    assert_file(t, KSM, "0\n");            /* it lives */
    fake_guest_start(t->root, 1, 2, 2000); /* another process of that number */
    assert_says(drift_of(t), "ended:job");
    assert_int_equal(tree_settle(t, NULL), 0);
    assert_file(t, KSM, "1\n");
    assert_int_equal(tree_release(t, "job"), -ENOENT);
}

static void a_process_that_cannot_be_looked_at_keeps_its_cpus(void **state)
{
    struct tree *t = *state;
    const struct acdr_workload w = { .name = "job", .class_name = "own", .n_cpus = 1, .pid = PID };
    struct acdr_item *r = NULL;
    char stat[64];

    assert_int_equal(begin(t, &w, &r), 0);
    acdr_item_free(r);
    snprintf(stat, sizeof(stat), "/proc/%d/stat", PID);
    tree_spoil(t, stat);
    assert_int_equal(tree_settle(t, NULL), 0);
    assert_file(t, KSM, "0\n");
    assert_says(t->log.s, "workload job: cannot find out whether it still runs");
    tree_mend(t, stat);
    assert_int_equal(tree_settle(t, NULL), 0); /* the file is gone, and so is the process */
    assert_file(t, KSM, "1\n");
}

static void cpus_may_be_named(void **state)
{
    struct tree *t = *state;
    const struct acdr_workload w = { .name = "job", .class_name = "ksm", .cpus = "3,6" };
    const struct acdr_workload taken = { .name = "other", .class_name = "ksm", .cpus = "6-7" };
    struct acdr_item *r = NULL;

    assert_int_equal(begin(t, &w, &r), 0);
    assert_text(r, "cpus", "3,6");
    assert_text(r, "clean", "3,6");
    assert_text(r, "nodes", "0-1");
    assert_int_equal(acdr_item_num(acdr_item_find(r, "bind_memory")), 0);
    acdr_item_free(r);
    assert_int_equal(begin(t, &taken, &r), -EBUSY);
    assert_says(t->e.text, "belong to job");
    assert_int_equal(tree_release(t, "job"), 0);
    assert_as_first(t, "after release");
}

static void what_cannot_be_is_refused_and_changes_nothing(void **state)
{
    static const struct {
        struct acdr_workload w;
        int err;
        const char *says;
    } cases[] = {
        { { "job", "own", NULL, 99, 0, 0 }, -ENOSPC, "job: class own: " },
        { { "job", "own", NULL, 0, 0, 0 }, -EINVAL, "from 1 to 4096" },
        { { "job", "own", NULL, 1, 1LL << 50, 0 }, -ENOSPC, "job: class own: " },
        { { "job", "own", NULL, 1, -1, 0 }, -EINVAL, "not negative" },
        { { "job", "own", NULL, 1, 0, 4242 }, -ESRCH, "no process 4242" },
        { { "job", "ksm", NULL, 1, 0, 0 }, -EINVAL, "class ksm has no [vcpus]" },
        { { "job", "nope", NULL, 1, 0, 0 }, -ENOENT, "nope" },
        { { "job", "own", "2-x", 0, 0, 0 }, -EINVAL, "2-x" },
        { { "a b", "own", NULL, 1, 0, 0 }, -EINVAL, "a b" },
        { { NULL, "own", NULL, 1, 0, 0 }, -EINVAL, "name" },
    };
    struct tree *t = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct acdr_item *r = NULL;

        assert_int_equal(begin(t, &cases[i].w, &r), cases[i].err);
        assert_says(t->e.text, cases[i].says);
        assert_null(r);
        assert_as_first(t, cases[i].says);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_workload_gets_cpus_as_a_guest_does),
        TEST(only_its_own_workload_is_ended),
        TEST(a_workload_ends_with_its_process),
        TEST(a_process_that_cannot_be_looked_at_keeps_its_cpus),
        TEST(cpus_may_be_named),
        TEST(what_cannot_be_is_refused_and_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
