/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A running guest under another class for a time: what it had comes back, to the letter of the
 * journal; whatever fails or whoever dies on the way, the guest's end gives the host back.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_guest.h"
#include "tree_world.h"

#define KSM       "/sys/kernel/mm/ksm/run"
#define BALANCING "/proc/sys/kernel/numa_balancing"
#define JOURNAL   "/run/acdr/journal"

static const char *const classes[][2] = {
    { "quiet", "[vcpus]\nneed = try\nsmt = any\n[ksm]\nneed = must\n" },
    { "near", "[vcpus]\nneed = try\nsmt = any\n[irq-ban]\nneed = try\n[numa-balancing]\n"
              "need = must\n" },
    { "whole", "[vcpus]\nneed = try\nsmt = isolate\n[numa-balancing]\nneed = must\n" },
    { "bound", "[ksm]\nneed = must\n[strict-numa]\nneed = must\n" },
};

static void put_guest(struct tree *t, int n, unsigned long started)
{
    char *xml = fake_guest_xml(n, 2, NULL, false, true);
    char path[64];

    fake_guest_start(t->root, n, 2, started);
    snprintf(path, sizeof(path), "/run/libvirt/qemu/g%d.xml", n);
    host_tree_put(t->root, path, "<domstatus state='running' pid='%d'>%s</domstatus>\n",
                  FAKE_GUEST_PID + n * FAKE_GUEST_PIDS, xml);
    free(xml);
}

static int event(struct tree *t, int n, const char *op, const char *class_name)
{
    char *xml = fake_guest_xml(n, 2, class_name, false, true);
    char name[16];
    int err;

    snprintf(name, sizeof(name), "g%d", n);
    err = tree_hook(t, name, op, xml, strlen(xml));
    free(xml);
    return err;
}

static int setup(void **state)
{
    struct tree *t = calloc(1, sizeof(*t));
    char path[64];

    tree_make(t);
    for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++) {
        snprintf(path, sizeof(path), "/etc/acdr/classes/%s.conf", classes[i][0]);
        host_tree_put(t->root, path, "%s", classes[i][1]);
    }
    put_guest(t, 1, 1000);
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

/* The field FIELD (from 0) of the journal's line that begins with WORD and the UUID of guest N. */
static void journal_field(const struct tree *t, const char *word, int n, int field, char buf[256])
{
    char *text = tree_read(t, JOURNAL), begin[64], *p;

    assert_non_null(text);
    snprintf(begin, sizeof(begin), "%s\t00000000-0000-0000-0000-0000000000%02d\t", word, n);
    p = strstr(text, begin);
    assert_non_null(p);
    for (int i = 0; i < field; i++) {
        p = strchr(p, '\t');
        assert_non_null(p);
        p++;
    }
    snprintf(buf, 256, "%.*s", (int)strcspn(p, "\t\n"), p);
    free(text);
}

/* Nobody is in the journal, and no setting. */
static void assert_forgotten(const struct tree *t)
{
    char *text = tree_read(t, JOURNAL);

    if (text &&
        (strstr(text, "\nentry\t") || strstr(text, "\nclaim\t") || strstr(text, "\nknob\t")))
        fail_msg("the journal has %s", text);
    free(text);
}

static void assert_class(const struct tree *t, int n, const char *name)
{
    char is[256];

    journal_field(t, "entry", n, 3, is);
    assert_string_equal(is, name);
}

/* A trial of guest 1 with the handle that it needs. */
struct
try {
    struct acdr *a;
    struct acdr_trial *trial;
};

static int begin(struct tree *t, struct try *y, const char *class_name)
{
    *y = (struct try){ .a = tree_open(t) };
    return acdr_trial_begin(y->a, "g1", class_name, &y->trial, &t->e);
}

static int back(struct tree *t, struct try *y)
{
    t->e = (struct acdr_err){ 0 };
    return acdr_trial_back(y->trial, &t->e);
}

static void end(struct try *y)
{
    acdr_trial_free(y->trial);
    acdr_close(y->a);
}

static void a_guest_without_a_class_gets_one_for_a_time(void **state)
{
    struct tree *t = *state;
    struct try y;

    assert_int_equal(begin(t, &y, "quiet"), 0);
    assert_class(t, 1, "quiet");
    assert_file(t, KSM, "0\n");
    assert_int_equal(back(t, &y), 0);
    assert_as_first(t, "after the trial");
    assert_forgotten(t);
    assert_int_equal(back(t, &y), 1);
    end(&y);
}

static void what_it_had_comes_back_to_the_letter(void **state)
{
    static const char *const tried[] = { "near", "whole", "soft" };
    struct tree *t = *state;
    char *journal;

    assert_int_equal(event(t, 1, "started", "quiet"), 0);
    tree_now_is_first(t);
    journal = tree_read(t, JOURNAL);
    for (size_t i = 0; i < sizeof(tried) / sizeof(*tried); i++) {
        struct try y;

        assert_int_equal(begin(t, &y, tried[i]), 0);
        assert_class(t, 1, tried[i]);
        assert_true(tree_changed(t));
        assert_int_equal(back(t, &y), 0);
        end(&y);
        assert_as_first(t, tried[i]);
        assert_file(t, JOURNAL, journal);
    }
    free(journal);
}

static void who_does_not_take_back_keeps_it_until_the_guest_ends(void **state)
{
    struct tree *t = *state;
    struct try y;

    assert_int_equal(event(t, 1, "started", "quiet"), 0);
    assert_int_equal(begin(t, &y, "near"), 0);
    end(&y);
    assert_file(t, KSM, "1\n");
    assert_file(t, BALANCING, "0\n");
    assert_class(t, 1, "near");
    assert_int_equal(event(t, 1, "release", "quiet"), 0);
    assert_as_first(t, "after the end");
}

static void a_refused_class_leaves_what_was(void **state)
{
    struct tree *t = *state;
    char *journal;
    struct try y;

    assert_true(begin(t, &y, "bound") < 0);
    assert_says(t->e.text, "strict-numa");
    end(&y);
    assert_as_first(t, "without a class before");
    assert_forgotten(t);
    assert_int_equal(event(t, 1, "started", "quiet"), 0);
    tree_now_is_first(t);
    journal = tree_read(t, JOURNAL);
    assert_true(begin(t, &y, "bound") < 0);
    end(&y);
    assert_as_first(t, "with a class before");
    assert_file(t, JOURNAL, journal);
    free(journal);
}

static void what_cannot_be_tried_is_told_and_changes_nothing(void **state)
{
    static const struct {
        const char *guest, *class_name;
        int err;
        const char *says;
    } cases[] = {
        { "g1", "gone", -ENOENT, "gone" },
        { "g2", "near", -ESRCH, "g2" },
        { "../g1", "near", -ESRCH, "../g1" },
        { "g1", "quiet", -EALREADY, "already" },
    };
    struct tree *t = *state;

    assert_int_equal(event(t, 1, "started", "quiet"), 0);
    tree_now_is_first(t);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct acdr_trial *trial = NULL;
        struct acdr_item *plan = NULL;
        struct acdr *a = tree_open(t);

        assert_int_equal(acdr_trial_begin(a, cases[i].guest, cases[i].class_name, &trial, &t->e),
                         cases[i].err);
        assert_says(t->e.text, cases[i].says);
        assert_null(trial);
        t->e = (struct acdr_err){ 0 };
        assert_int_equal(acdr_trial_plan(a, cases[i].guest, cases[i].class_name, &plan, &t->e),
                         cases[i].err);
        assert_null(plan);
        acdr_close(a);
        assert_as_first(t, cases[i].class_name);
    }
    assert_class(t, 1, "quiet");
}

static void another_run_of_the_guest_is_left_alone(void **state)
{
    struct tree *t = *state;
    struct try y;

    assert_int_equal(begin(t, &y, "near"), 0);
    fake_guest_end(t->root, 1);
    assert_int_equal(back(t, &y), 1); /* nobody said so: it is given back all the same */
    assert_forgotten(t);
    assert_file(t, BALANCING, "1\n");
    put_guest(t, 1, 2000);
    assert_int_equal(event(t, 1, "started", "near"), 0);
    assert_int_equal(back(t, &y), 1);
    assert_class(t, 1, "near");
    assert_file(t, BALANCING, "0\n");
    end(&y);
}

static void a_class_that_somebody_else_gave_it_stays(void **state)
{
    struct tree *t = *state;
    struct try first, second;

    assert_int_equal(begin(t, &first, "near"), 0);
    assert_int_equal(begin(t, &second, "whole"), 0);
    assert_int_equal(back(t, &first), 1);
    assert_class(t, 1, "whole");
    assert_int_equal(back(t, &second), 0);
    assert_class(t, 1, "near");
    assert_int_equal(back(t, &first), 0);
    assert_as_first(t, "after both");
    end(&first);
    end(&second);
}

/* The same cores where both classes ask for the same, and what it had in any case. */
static void the_place_stays_where_the_classes_are_alike(void **state)
{
    struct tree *t = *state;
    char had[256], is[256];
    struct try y;

    assert_int_equal(event(t, 1, "started", "quiet"), 0);
    journal_field(t, "place", 1, 3, had);
    put_guest(t, 2, 1000);
    assert_int_equal(event(t, 2, "started", "quiet"), 0);
    assert_int_equal(begin(t, &y, "near"), 0);
    journal_field(t, "place", 1, 3, is);
    assert_string_equal(is, had);
    end(&y);
    assert_int_equal(begin(t, &y, "whole"), 0);
    journal_field(t, "place", 1, 3, is);
    assert_string_not_equal(is, had);
    assert_int_equal(back(t, &y), 0);
    journal_field(t, "place", 1, 3, is);
    assert_string_equal(is, had);
    end(&y);
}

static void a_place_that_was_taken_meanwhile_is_not_taken_away(void **state)
{
    struct tree *t = *state;
    char had[256], is[256];
    struct try y;

    assert_int_equal(event(t, 1, "started", "quiet"), 0);
    journal_field(t, "place", 1, 3, had);
    assert_int_equal(begin(t, &y, "whole"), 0);
    journal_field(t, "place", 1, 3, is);
    assert_string_not_equal(is, had);
    /* Guest 2 is placed by the same rules, so it comes to where guest 1 would be, were it free. */
    put_guest(t, 2, 1000);
    assert_int_equal(event(t, 2, "started", "quiet"), 0);
    journal_field(t, "place", 2, 3, had);
    assert_int_equal(back(t, &y), 0);
    journal_field(t, "place", 1, 3, is);
    assert_string_not_equal(is, had);
    end(&y);
    assert_int_equal(event(t, 1, "release", "quiet"), 0);
    assert_int_equal(event(t, 2, "release", "quiet"), 0);
}

static void a_plan_tells_both_classes_and_changes_nothing(void **state)
{
    struct tree *t = *state;
    struct acdr_item *plan = NULL;
    const struct acdr_item *lost;
    struct acdr *a;

    assert_int_equal(event(t, 1, "started", "quiet"), 0);
    tree_now_is_first(t);
    a = tree_open(t);
    assert_int_equal(acdr_trial_plan(a, "g1", "near", &plan, NULL), 0);
    acdr_close(a);
    assert_string_equal(acdr_item_text(acdr_item_find(plan, "had")), "quiet");
    assert_string_equal(acdr_item_text(acdr_item_find(plan, "class")), "near");
    assert_non_null(acdr_item_first(acdr_item_find(plan, "claims")));
    lost = acdr_item_first(acdr_item_find(plan, "gives_up"));
    assert_string_equal(acdr_item_text(acdr_item_find(lost, "step")), "ksm");
    assert_null(acdr_item_next(lost));
    /* Both classes take the same cores. */
    assert_int_equal(acdr_item_kind(acdr_item_find(plan, "no_longer_clean")), ACDR_ITEM_NULL);
    acdr_item_free(plan);
    assert_as_first(t, "after a plan");
    assert_class(t, 1, "quiet");
}

static void a_plan_tells_which_cores_are_no_longer_clean(void **state)
{
    struct tree *t = *state;
    struct acdr_item *plan = NULL;
    const struct acdr_item *lost;
    char clean[64];
    struct acdr *a;

    assert_int_equal(event(t, 1, "started", "quiet"), 0);
    a = tree_open(t);
    assert_int_equal(acdr_status(a, "g1", &plan, NULL), 0);
    lost = acdr_item_first(acdr_item_find(plan, "domains"));
    snprintf(clean, sizeof(clean), "%s",
             acdr_item_text(acdr_item_find(acdr_item_find(lost, "place"), "clean")));
    assert_true(clean[0] != '\0');
    acdr_item_free(plan);
    assert_int_equal(acdr_trial_plan(a, "g1", "bound", &plan, NULL), 0);
    acdr_close(a);
    assert_string_equal(acdr_item_text(acdr_item_find(plan, "no_longer_clean")), clean);
    lost = acdr_item_first(acdr_item_find(plan, "gives_up"));
    assert_string_equal(acdr_item_text(acdr_item_find(lost, "step")), "vcpus");
    acdr_item_free(plan);
}

/* Begin, and take back where that went well, with the kernel K. */
static void try_both(struct tree *t, struct fake_kernel *k)
{
    struct try y;

    k->root = t->root;
    t->tap = fake_kernel_tap;
    t->tap_arg = k;
    if (begin(t, &y, "near") == 0)
        back(t, &y);
    end(&y);
    t->tap = NULL;
}

static int count_changes(struct tree *t)
{
    struct fake_kernel k = { 0 };

    assert_int_equal(event(t, 1, "started", "quiet"), 0);
    try_both(t, &k);
    assert_int_equal(event(t, 1, "stopped", "quiet"), 0);
    assert_in_range(k.changes, 8, 1000);
    return k.changes;
}

static void a_failed_write_leaves_nothing_behind(void **state)
{
    struct tree *t = *state;
    int n = count_changes(t);

    for (int i = 1; i <= n; i++) {
        struct fake_kernel k = { .fail_at = i, .journal_too = true };

        assert_int_equal(event(t, 1, "started", "quiet"), 0);
        try_both(t, &k);
        assert_true(k.failed);
        assert_int_equal(event(t, 1, "stopped", "quiet"), 0);
        assert_as_first(t, "after a failed write and the end");
        assert_forgotten(t);
    }
}

static void crash(struct tree *t, int at, bool settle)
{
    int status = 0;
    pid_t pid;

    assert_int_equal(event(t, 1, "started", "quiet"), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct fake_kernel k = { .exit_after = at };

        try_both(t, &k);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), FAKE_KERNEL_EXIT);
    if (settle)
        assert_int_equal(tree_settle(t, NULL), 0);
    assert_int_equal(event(t, 1, "stopped", "quiet"), 0);
    assert_as_first(t, "after a crash and the end");
    assert_forgotten(t);
}

static void a_crash_at_any_change_is_repaired(void **state)
{
    struct tree *t = *state;
    int n = count_changes(t);

    for (int i = 1; i <= n; i++) {
        crash(t, i, false);
        crash(t, i, true);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_guest_without_a_class_gets_one_for_a_time),
        TEST(what_it_had_comes_back_to_the_letter),
        TEST(who_does_not_take_back_keeps_it_until_the_guest_ends),
        TEST(a_refused_class_leaves_what_was),
        TEST(what_cannot_be_tried_is_told_and_changes_nothing),
        TEST(another_run_of_the_guest_is_left_alone),
        TEST(a_class_that_somebody_else_gave_it_stays),
        TEST(the_place_stays_where_the_classes_are_alike),
        TEST(a_place_that_was_taken_meanwhile_is_not_taken_away),
        TEST(a_plan_tells_both_classes_and_changes_nothing),
        TEST(a_plan_tells_which_cores_are_no_longer_clean),
        TEST(a_failed_write_leaves_nothing_behind),
        TEST(a_crash_at_any_change_is_repaired),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
