/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * As test_fault, for a guest that is moved while it runs: at the n-th change that fails it is whole
 * at one place or the other, and where the process ends at its n-th change, the next call makes up
 * for it. When all guests have left every file is as it was at first.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "rebalance_world.h"

static const struct member first = { 1, 4, "moved", "N0=200", NULL };
static const struct member second = { 2, 4, "moved", "N1=200", NULL };
static const struct member split = { 3, 4, "moved", "N0=100 N1=100", NULL };

static void crowd_fill(struct tree *t)
{
    crowd_make(t);
    host_tree_put(t->root, "/etc/acdr/classes/moved.conf",
                  "[vcpus]\n[emulator]\n[cleaner]\nway = isolcpus\n[irq-ban]\n[strict-numa]\n"
                  "[power]\nidle-latency = 20\n[ksm]\n[block]\nread-ahead = 16\n");
    tree_now_is_first(t);
    crowd_start(t, &first);
    crowd_start(t, &second);
    crowd_start(t, &split);
    crowd_stop(t, &first);
}

static void crowd_end(struct tree *t)
{
    crowd_stop(t, &split);
    crowd_stop(t, &second);
    assert_as_first(t, "when all have left");
    assert_null(tree_read(t, "/run/acdr/journal"));
    crowd_drop(t);
}

static int rebalance(struct tree *t, struct fake_kernel *k, struct acdr_item **report)
{
    int worse;

    k->root = t->root;
    t->tap = fake_kernel_tap;
    t->tap_arg = k;
    worse = crowd_rebalance(t, 0, report);
    t->tap = NULL;
    return worse;
}

static int count_changes(void)
{
    struct fake_kernel k = { 0 };
    struct tree t;

    crowd_fill(&t);
    assert_int_equal(rebalance(&t, &k, NULL), 0);
    assert_place(&t, 3, "0");
    crowd_end(&t);
    return k.changes;
}

/* The journal's place is where its threads are, and all of its claims hold. */
static bool is_moved(struct tree *t)
{
    bool moved = crowd_node(t, 3, 4) == 0;

    assert_place(t, 3, moved ? "0" : "0-1");
    assert_no_drift(t);
    return moved;
}

static void the_nth_failed_write_leaves_it_whole_somewhere(void **state)
{
    int n = count_changes(), back = 0;

    (void)state;
    assert_true(n > 20);
    for (int i = 1; i <= n; i++) {
        struct fake_kernel k = { .fail_at = i, .journal_too = true };
        struct acdr_item *report = NULL;
        struct tree t;
        int worse;

        crowd_fill(&t);
        worse = rebalance(&t, &k, &report);
        assert_true(k.failed);
        if (worse > 0)
            assert_result(report, 3, "back");
        acdr_item_free(report);
        back += worse > 0;
        assert_true(is_moved(&t) == (worse == 0) || worse < 0);
        assert_int_equal(crowd_rebalance(&t, 0, NULL), 0);
        assert_true(is_moved(&t));
        crowd_end(&t);
    }
    assert_true(back > 3);
}

/* A run in a child that ends at its n-th change. True where it got that far. */
static bool crash(struct tree *t, int before, int after)
{
    int status = 0;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        struct fake_kernel k = { .exit_before = before, .exit_after = after };

        rebalance(t, &k, NULL);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    fake_tasks_read();
    return WEXITSTATUS(status) == FAKE_KERNEL_EXIT;
}

static void sweep_crashes(bool after, bool reconnect)
{
    bool crashed = true;
    int n;

    for (n = 1; crashed; n++) {
        struct tree t;

        crowd_fill(&t);
        crashed = crash(&t, after ? 0 : n, after ? n : 0);
        if (reconnect)
            assert_int_equal(crowd_hook(&t, &split, "reconnect"), 0);
        else
            assert_int_equal(crowd_rebalance(&t, 0, NULL), 0);
        assert_true(is_moved(&t) || reconnect);
        crowd_end(&t);
    }
    assert_true(n > 20);
}

static void a_crash_is_made_up_for_by_a_reconnect(void **state)
{
    (void)state;
    sweep_crashes(false, true);
}

static void a_crash_is_made_up_for_by_the_next_run(void **state)
{
    (void)state;
    sweep_crashes(true, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nth_failed_write_leaves_it_whole_somewhere),
        cmocka_unit_test(a_crash_is_made_up_for_by_a_reconnect),
        cmocka_unit_test(a_crash_is_made_up_for_by_the_next_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
