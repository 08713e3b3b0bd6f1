/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The CPUs of a guest's other threads, when other guests come: those that a class lists are no
 * guest's cores; those of `node` shrink. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rebalance_world.h"

/* Two nodes of four cores with two threads: 0-3,8-11 and 4-7,12-15; housekeeping 0,4,8,12. */
static const struct member lister = { 1, 2, "lists", NULL, NULL };
static const struct member plain = { 2, 4, "plain", NULL, NULL };
static const struct member owner = { 2, 2, "own", NULL, NULL };
static const struct member wide = { 1, 2, "wide", NULL, NULL };

static void make(struct tree *t, const char *list)
{
    char *root = host_file_tree("tests/hosts/two-nodes-smt.host");

    host_tree_put(root, "/etc/acdr/acdr.conf", "housekeeping = 0,4,8,12\n");
    host_tree_put(root, "/etc/acdr/classes/lists.conf",
                  "[vcpus]\nneed = must\n[emulator]\nneed = must\nemulator = %s\niothreads = %s\n"
                  "vhost = %s\n",
                  list, list, list);
    host_tree_put(root, "/etc/acdr/classes/plain.conf", "[vcpus]\nneed = must\n[emulator]\n");
    host_tree_put(root, "/etc/acdr/classes/own.conf",
                  "[vcpus]\nneed = must\n[emulator]\nneed = must\nemulator = own\n");
    host_tree_put(root, "/etc/acdr/classes/wide.conf",
                  "[vcpus]\nneed = must\n[emulator]\nneed = must\nemulator = node\n");
    tree_take(t, root);
    fake_tasks_begin(t->root);
}

static void end(struct tree *t)
{
    assert_as_first(t, "when all have left");
    crowd_drop(t);
}

/* CPUs of guest N by its place: number FIELD of the journal's line (docs/journal.md). */
static void cpus_of(const struct tree *t, int n, int field, struct acdr_bitmap *ret)
{
    acdr_auto(free) char *journal = tree_read(t, "/run/acdr/journal");
    char start[64], list[64] = "";
    const char *at;

    assert_non_null(journal);
    snprintf(start, sizeof(start), "place\t00000000-0000-0000-0000-0000000000%02d\t", n);
    at = strstr(journal, start);
    assert_non_null(at);
    for (int i = 1; i < field; i++)
        at = strchr(at, '\t') + 1;
    assert_int_equal(sscanf(at, "%63[^\t\n]", list), 1);
    assert_int_equal(acdr_bitmap_parse_list(ret, strcmp(list, "%") ? list : ""), 0);
}

enum { CLEAN = 4, RESERVED = 5, EMULATOR = 6 };

static bool has(const struct tree *t, int n, int field, int cpu)
{
    struct acdr_bitmap set;

    cpus_of(t, n, field, &set);
    return acdr_bitmap_has(&set, cpu);
}

static void assert_allowed(const struct tree *t, int n, const char *want)
{
    char path[64], list[64] = "";
    acdr_auto(free) char *text = NULL;

    snprintf(path, sizeof(path), "/proc/%d/task/%d/status", crowd_pid(n), crowd_pid(n));
    text = tree_read(t, path);
    assert_non_null(text);
    assert_int_equal(sscanf(strstr(text, "Cpus_allowed_list:"), "%*s %63s", list), 1);
    assert_string_equal(list, want);
}

static void listed_cpus_are_no_guests_cores(void **state)
{
    struct member more = { 3, 2, "lists", NULL, NULL };
    struct tree t;

    (void)state;
    make(&t, "5");
    assert_int_equal(crowd_hook(&t, &lister, "prepare"), 0);
    assert_int_equal(crowd_hook(&t, &plain, "prepare"), 0);
    assert_false(has(&t, 2, CLEAN, 5));
    assert_int_equal(crowd_hook(&t, &more, "prepare"), 0); /* names the same */
    assert_true(tree_apply(&t, "plain", "5", "pool") < 0);
    assert_says(t.e.text, "some of the CPUs belong to g1");
    assert_int_equal(crowd_hook(&t, &lister, "release"), 0);
    assert_int_equal(crowd_hook(&t, &plain, "release"), 0);
    assert_int_equal(crowd_hook(&t, &plain, "prepare"), 0);
    assert_false(has(&t, 2, CLEAN, 5)); /* of guest 3 as well */
    assert_int_equal(crowd_hook(&t, &plain, "release"), 0);
    assert_int_equal(crowd_hook(&t, &more, "release"), 0);
    end(&t);
}

/* Housekeeping CPUs are nobody's in any case. */
static void listed_housekeeping_cpus_are_not_taken(void **state)
{
    struct member pinned = { 2, 1, "plain", NULL,
                             "<cputune><vcpupin vcpu='0' cpuset='5'/></cputune>" };
    struct tree t;

    (void)state;
    make(&t, "4-5");
    host_tree_put(t.root, "/etc/acdr/acdr.conf",
                  "housekeeping = 0,4-5,8,12\n[allow g1]\ncpus = 2\n");
    tree_now_is_first(&t);
    assert_int_equal(crowd_hook(&t, &lister, "prepare"), 0);
    assert_int_equal(crowd_hook(&t, &lister, "release"), 0);
    host_tree_put(t.root, "/etc/acdr/acdr.conf", "housekeeping = 0,4,8,12\n[allow g1]\ncpus = 2\n");
    tree_now_is_first(&t);
    assert_int_equal(crowd_hook(&t, &lister, "prepare"), -EACCES);
    assert_says(t.e.text, "they would have 3");
    host_tree_put(t.root, "/etc/acdr/acdr.conf", "housekeeping = 0,4,8,12\n[allow g1]\ncpus = 3\n");
    tree_now_is_first(&t);
    assert_int_equal(crowd_hook(&t, &lister, "prepare"), 0);
    assert_int_equal(crowd_hook(&t, &pinned, "prepare"), -ECANCELED);
    assert_says(t.e.text, "CPU 5: another guest");
    assert_int_equal(crowd_hook(&t, &lister, "release"), 0);
    assert_int_equal(crowd_hook(&t, &pinned, "prepare"), 0); /* nobody's any more */
    assert_true(has(&t, 2, CLEAN, 5));
    assert_int_equal(crowd_hook(&t, &pinned, "release"), 0);
    end(&t);
}

static void a_list_does_not_disturb_a_guest_with_cpus_of_its_own(void **state)
{
    struct acdr_bitmap reserved;
    char list[16];
    struct tree t;

    (void)state;
    make(&t, "5");
    assert_int_equal(crowd_hook(&t, &owner, "prepare"), 0);
    cpus_of(&t, 2, RESERVED, &reserved);
    snprintf(list, sizeof(list), "%d", acdr_bitmap_next(&reserved, -1));
    host_tree_put(t.root, "/etc/acdr/classes/lists.conf",
                  "[vcpus]\nneed = must\n[emulator]\nneed = must\nvhost = %s\n", list);
    tree_now_is_first(&t);
    assert_int_equal(crowd_hook(&t, &lister, "prepare"), -ECANCELED);
    assert_says(t.e.text, "none of them is online and outside the CPUs that guests have for them");
    assert_int_equal(crowd_hook(&t, &owner, "release"), 0);
    assert_int_equal(crowd_hook(&t, &lister, "prepare"), 0);
    assert_int_equal(crowd_hook(&t, &lister, "release"), 0);
    end(&t);
}

/* What was placed on the node's CPUs gives way to the clean cores of later guests, for as long as
 * they are there. */
static void threads_on_the_node_leave_the_cores_of_later_guests(void **state)
{
    static const struct member late = { 3, 2, "plain", NULL, NULL };
    struct acdr_bitmap all, clean, left;
    acdr_auto(free) char *want = NULL;
    struct tree t;

    (void)state;
    make(&t, "5");
    assert_int_equal(crowd_hook(&t, &wide, "prepare"), 0);
    cpus_of(&t, 1, EMULATOR, &all);
    assert_int_equal(crowd_hook(&t, &wide, "release"), 0);
    crowd_start(&t, &wide);
    want = acdr_bitmap_print_list(&all);
    assert_allowed(&t, 1, want);
    host_tree_put(t.root, "/etc/acdr/classes/plain.conf",
                  "[vcpus]\nneed = must\ncpus = %s\n[emulator]\n", want);
    assert_int_equal(crowd_hook(&t, &late, "prepare"), 0);
    cpus_of(&t, 3, CLEAN, &clean);
    assert_true(acdr_bitmap_intersects(&all, &clean));
    left = all;
    acdr_bitmap_andnot(&left, &clean);
    free(want);
    want = acdr_bitmap_print_list(&left);
    assert_allowed(&t, 1, want);
    assert_int_equal(crowd_hook(&t, &wide, "reconnect"), 0);
    assert_allowed(&t, 1, want);
    assert_int_equal(crowd_hook(&t, &late, "release"), 0);
    assert_int_equal(crowd_hook(&t, &wide, "reconnect"), 0);
    free(want);
    want = acdr_bitmap_print_list(&all);
    assert_allowed(&t, 1, want);
    crowd_stop(&t, &wide);
    crowd_drop(&t);
}

/* The later guest is prepared before the first one's threads are there. */
static void threads_that_start_later_leave_them_too(void **state)
{
    static const struct member late = { 3, 4, "plain", NULL, NULL };
    struct acdr_bitmap all, clean;
    acdr_auto(free) char *list = NULL;
    acdr_auto(free) char *want = NULL;
    struct tree t;

    (void)state;
    make(&t, "5");
    assert_int_equal(crowd_hook(&t, &wide, "prepare"), 0);
    cpus_of(&t, 1, EMULATOR, &all);
    list = acdr_bitmap_print_list(&all);
    host_tree_put(t.root, "/etc/acdr/classes/plain.conf",
                  "[vcpus]\nneed = must\ncpus = %s\n[emulator]\n", list);
    assert_int_equal(crowd_hook(&t, &late, "prepare"), 0);
    cpus_of(&t, 3, CLEAN, &clean);
    assert_true(acdr_bitmap_intersects(&all, &clean));
    acdr_bitmap_andnot(&all, &clean);
    fake_guest_start(t.root, wide.n, wide.vcpus, 1000);
    fake_tasks_started(crowd_pid(wide.n));
    assert_int_equal(crowd_hook(&t, &wide, "started"), 0);
    want = acdr_bitmap_print_list(&all);
    assert_allowed(&t, 1, want);
    assert_int_equal(crowd_hook(&t, &late, "release"), 0);
    crowd_stop(&t, &wide);
    crowd_drop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(listed_cpus_are_no_guests_cores),
        cmocka_unit_test(listed_housekeeping_cpus_are_not_taken),
        cmocka_unit_test(a_list_does_not_disturb_a_guest_with_cpus_of_its_own),
        cmocka_unit_test(threads_on_the_node_leave_the_cores_of_later_guests),
        cmocka_unit_test(threads_that_start_later_leave_them_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
