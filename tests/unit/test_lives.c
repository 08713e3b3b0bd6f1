/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whose entry stays and whose is taken back, told by the processes of a host made of files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tree_world.h"

#define KSM  "/sys/kernel/mm/ksm/run"
#define QEMU 5000

/* An entry of a pool or a guest, with its QEMU and the daemon that started it; it holds KSM off. */
static void put_entry(const struct tree *t, const char *form, const char *qemu, const char *daemon)
{
    host_tree_put(t->root, KSM, "0\n");
    host_tree_put(t->root, "/run/acdr/journal",
                  "acdr-journal\t1\t00000000-tree\n"
                  "entry\tid\tg1\tall\t%s\tconditioned\t%s\t%s\t%%\n%s"
                  "claim\tid\tksm\thost\thard\tset\t0\t%%\tnum:" KSM "\n"
                  "knob\tsettled\tnum:" KSM "\t1\t1\t0\nend\tedited\n",
                  form, qemu, daemon,
                  !strcmp(form, "static") ? "place\tid\t%\t3\t%\t%\t%\t%\t%\t%\tmade up\n" : "");
}

static void put_process(const struct tree *t, int pid, char state, int start)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    host_tree_put(t->root, path, "%d (x) %c 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 %d 0 0 0\n", pid,
                  state, start);
}

/* Any event at all looks who lives: here the end of another guest. */
static bool stays(struct tree *t)
{
    acdr_auto(free) char *ksm = NULL;

    assert_int_equal(tree_event(t, 9, "release", NULL), 0);
    ksm = tree_read(t, KSM);
    return !strcmp(ksm, "0\n");
}

static void a_guest_lives_as_long_as_its_process(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    put_entry(&t, "guest", "5000@77", "0@0");
    put_process(&t, QEMU, 'S', 77);
    assert_true(stays(&t));
    put_process(&t, QEMU, 'Z', 77);
    assert_false(stays(&t));
    put_entry(&t, "guest", "5001@77", "0@0");
    assert_false(stays(&t));
    tree_drop(&t);
}

static void another_process_of_that_number_is_not_the_guest(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    put_entry(&t, "guest", "5000@77", "0@0");
    put_process(&t, QEMU, 'S', 78);
    assert_false(stays(&t));
    tree_drop(&t);
}

static void a_guest_that_starts_lives_as_long_as_its_daemon(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    put_entry(&t, "guest", "0@0", "400@7");
    put_process(&t, 400, 'S', 7);
    assert_true(stays(&t));
    put_process(&t, 400, 'S', 8);
    assert_false(stays(&t));
    tree_drop(&t);
}

static void a_pool_needs_no_process(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    put_entry(&t, "static", "0@0", "400@7");
    assert_true(stays(&t));
    tree_drop(&t);
}

/* One that claims nothing leaves no setting behind that would have the journal written. */
static void a_guest_without_claims_is_forgotten_as_well(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    host_tree_put(t.root, "/run/acdr/journal",
                  "acdr-journal\t1\t00000000-tree\n"
                  "entry\tid\tg1\tnone\tguest\tconditioned\t5000@77\t0@0\t%%\nend\tedited\n");
    assert_int_equal(tree_event(&t, 9, "release", NULL), 0);
    assert_null(tree_read(&t, "/run/acdr/journal"));
    tree_drop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_guest_lives_as_long_as_its_process),
        cmocka_unit_test(another_process_of_that_number_is_not_the_guest),
        cmocka_unit_test(a_guest_that_starts_lives_as_long_as_its_daemon),
        cmocka_unit_test(a_pool_needs_no_process),
        cmocka_unit_test(a_guest_without_claims_is_forgotten_as_well),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
