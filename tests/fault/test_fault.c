/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The n-th change fails, the n-th change is the last thing the process does, for every n. When no
 * guest is left, every file is as it was at first.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "acdr/acdr.h"
#include "fake_kernel.h"
#include "handle.h"
#include "host_tree.h"

struct host {
    char *root, *first;
};

static const char *usual; /* the class of guests that ask for no other */

static int make_host(void **state)
{
    struct host *h = calloc(1, sizeof(*h));

    h->root = host_tree_new();
    host_tree_fill(h->root);
    h->first = host_tree_text(h->root);
    usual = "all";
    *state = h;
    return 0;
}

static int make_huge(void **state)
{
    int err = make_host(state);

    usual = "huge";
    return err;
}

static int remove_host(void **state)
{
    struct host *h = *state;

    host_tree_remove(h->root);
    free(h->first);
    free(h);
    return 0;
}

/* One hook call on the tree, with the kernel K behind it. */
static int event(const char *root, struct fake_kernel *k, int guest, const char *op,
                 const char *class_name)
{
    struct acdr_err e = { 0 };
    struct acdr *a = NULL;
    char name[16];
    char *xml = host_tree_guest(guest, 2, class_name);
    int err = acdr_open(root, &a, &e);

    assert_int_equal(err, 0);
    snprintf(name, sizeof(name), "g%d", guest);
    acdr_root_set_write_hook(a->root, fake_kernel_tap, k);
    err = acdr_event(a, name, op, "begin", xml, strlen(xml), &e);
    if (err < 0 && !e.code)
        fail_msg("%s of g%d failed with %d and no text", op, guest, err);
    acdr_close(a);
    free(xml);
    return err;
}

static int plain(const struct host *h, int guest, const char *op)
{
    struct fake_kernel k = { .root = h->root };

    return event(h->root, &k, guest, op, usual);
}

/* The first line that differs between two sorted texts is enough to find the fault. */
static void assert_as_first(const struct host *h, const char *when)
{
    char *now = host_tree_text(h->root);
    size_t i = 0;

    while (now[i] && now[i] == h->first[i])
        i++;
    if (now[i] != h->first[i]) {
        while (i && now[i - 1] != '\n')
            i--;
        fail_msg("%s: the tree differs: first \"%.*s\", now \"%.*s\"", when,
                 (int)strcspn(h->first + i, "\n"), h->first + i, (int)strcspn(now + i, "\n"),
                 now + i);
    }
    free(now);
}

/* The guest's conditioning in the tree, as a text: is anything different from the first? */
static int is_conditioned(const struct host *h)
{
    char *now = host_tree_text(h->root);
    int differs = strcmp(now, h->first) != 0;

    free(now);
    return differs;
}

static int count_changes(const struct host *h, int guest, const char *op)
{
    struct fake_kernel k = { .root = h->root };

    assert_int_equal(event(h->root, &k, guest, op, usual), 0);
    return k.changes;
}

static void a_guest_conditions_the_host_and_gives_it_back(void **state)
{
    const struct host *h = *state;

    assert_true(count_changes(h, 1, "prepare") > 10);
    assert_true(is_conditioned(h));
    assert_int_equal(plain(h, 1, "release"), 0);
    assert_as_first(h, "after release");
}

static void a_second_prepare_and_release_change_nothing(void **state)
{
    const struct host *h = *state;
    char *once, *twice;

    plain(h, 1, "prepare");
    once = host_tree_text(h->root);
    plain(h, 1, "reconnect");
    twice = host_tree_text(h->root);
    assert_string_equal(once, twice);
    plain(h, 1, "stopped");
    assert_as_first(h, "after stopped");
    plain(h, 1, "release");
    assert_as_first(h, "after release");
    free(once);
    free(twice);
}

static void the_nth_failed_write_leaves_nothing_behind(void **state)
{
    const struct host *h = *state;
    int n = count_changes(h, 1, "prepare");
    int failed = 0;

    plain(h, 1, "release");
    for (int i = 1; i <= n; i++) {
        struct fake_kernel k = { .root = h->root, .fail_at = i, .journal_too = true };
        int err = event(h->root, &k, 1, "prepare", usual);

        failed += err < 0;
        plain(h, 1, "release");
        assert_as_first(h, "after a failed write and release");
    }
    assert_true(failed > 0);
}

static void the_nth_failed_write_at_release_is_made_up_for(void **state)
{
    const struct host *h = *state;
    int n;

    plain(h, 1, "prepare");
    n = count_changes(h, 1, "release");
    for (int i = 1; i <= n; i++) {
        struct fake_kernel k = { .root = h->root, .fail_at = i, .journal_too = true };

        plain(h, 1, "prepare");
        event(h->root, &k, 1, "release", usual);
        plain(h, 2, "prepare");
        plain(h, 2, "release");
        plain(h, 1, "release");
        assert_as_first(h, "after a failed write at release and the next guest");
    }
}

/* OP of guest 1 in a child that ends at its n-th change. True where it got that far. */
static bool crash(const struct host *h, const char *op, int before, int after)
{
    int status = 0;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        struct fake_kernel k = { .root = h->root, .exit_before = before, .exit_after = after };

        event(h->root, &k, 1, op, usual);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status) == FAKE_KERNEL_EXIT;
}

static void sweep_crashes(const struct host *h, const char *op, bool after)
{
    int n = 1;

    for (;; n++) {
        bool crashed;

        if (!strcmp(op, "release"))
            plain(h, 1, "prepare");
        crashed = crash(h, op, after ? 0 : n, after ? n : 0);
        plain(h, 1, "release");
        assert_as_first(h, "after a crash and release");
        if (!crashed)
            break;
    }
    assert_true(n > 10);
}

static void a_crash_before_any_change_is_repaired_by_release(void **state)
{
    sweep_crashes(*state, "prepare", false);
    sweep_crashes(*state, "release", false);
}

static void a_crash_after_any_change_is_repaired_by_release(void **state)
{
    sweep_crashes(*state, "prepare", true);
    sweep_crashes(*state, "release", true);
}

/* A crash of one guest's prepare, then another's whole life, in either order of leaving. */
static void a_crash_does_not_harm_the_next_guest(void **state)
{
    const struct host *h = *state;
    bool crashed = true;

    for (int n = 1; crashed; n++) {
        crashed = crash(h, "prepare", n, 0);
        assert_int_equal(plain(h, 2, "prepare"), 0);
        plain(h, n % 2 ? 1 : 2, "release");
        plain(h, n % 2 ? 2 : 1, "release");
        assert_as_first(h, "after a crash and another guest");
    }
}

static void a_third_guest_that_does_not_fit_leaves_the_others_alone(void **state)
{
    const struct host *h = *state;
    struct fake_kernel k = { .root = h->root };
    char *before, *after;

    host_tree_put(h->root, "/etc/acdr/acdr.conf", "housekeeping = 0-2,4-6,8-10,12-14\n");
    free(((struct host *)h)->first);
    ((struct host *)h)->first = host_tree_text(h->root);
    host_tree_put(h->root, "/etc/acdr/classes/all.conf",
                  "[vcpus]\nneed = must\n[irq-ban]\n[ksm]\n");
    free(((struct host *)h)->first);
    ((struct host *)h)->first = host_tree_text(h->root);
    assert_int_equal(plain(h, 1, "prepare"), 0);
    assert_int_equal(plain(h, 2, "prepare"), 0);
    before = host_tree_text(h->root);
    assert_true(event(h->root, &k, 3, "prepare", usual) < 0);
    plain(h, 3, "release");
    after = host_tree_text(h->root);
    assert_string_equal(before, after);
    plain(h, 2, "release");
    plain(h, 1, "release");
    assert_as_first(h, "after all");
    free(before);
    free(after);
}

/* A value that an administrator changed while a guest had it is his at the end. */
static void an_administrators_change_is_left_alone(void **state)
{
    struct host *h = *state;

    plain(h, 1, "prepare");
    host_tree_put(h->root, "/proc/irq/24/smp_affinity_list", "9\n");
    plain(h, 1, "release");
    host_tree_put(h->root, "/proc/irq/24/smp_affinity_list", "%s", "0-15\n");
    assert_as_first(h, "but for what the administrator changed");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_host, remove_host)
#define HUGE(name) cmocka_unit_test_setup_teardown(name, make_huge, remove_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_guest_conditions_the_host_and_gives_it_back),
        TEST(a_second_prepare_and_release_change_nothing),
        TEST(the_nth_failed_write_leaves_nothing_behind),
        TEST(the_nth_failed_write_at_release_is_made_up_for),
        TEST(a_crash_before_any_change_is_repaired_by_release),
        TEST(a_crash_after_any_change_is_repaired_by_release),
        TEST(a_crash_does_not_harm_the_next_guest),
        TEST(a_third_guest_that_does_not_fit_leaves_the_others_alone),
        TEST(an_administrators_change_is_left_alone),
        HUGE(a_guest_conditions_the_host_and_gives_it_back),
        HUGE(a_second_prepare_and_release_change_nothing),
        HUGE(the_nth_failed_write_leaves_nothing_behind),
        HUGE(the_nth_failed_write_at_release_is_made_up_for),
        HUGE(a_crash_before_any_change_is_repaired_by_release),
        HUGE(a_crash_after_any_change_is_repaired_by_release),
        HUGE(a_crash_does_not_harm_the_next_guest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
