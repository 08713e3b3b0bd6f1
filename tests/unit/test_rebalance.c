/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Guests that run move to places that have become free, and only to better ones. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rebalance_crowd.h"

#define G3_MAPS "/proc/5300/numa_maps"

static void a_split_guest_moves_to_one_node_when_another_leaves(void **state)
{
    struct acdr_item *report = NULL;
    const struct acdr_item *gain;
    struct tree t;

    (void)state;
    crowd_fill(&t, &split);
    crowd_stop(&t, &first);
    assert_int_equal(crowd_rebalance(&t, 0, &report), 0);
    assert_result(report, 3, "moved");
    gain = crowd_find(report, 3, "guests", "gain");
    assert_string_equal(acdr_item_text(acdr_item_find(gain, "term")), "cells");
    assert_int_equal(acdr_item_num(acdr_item_find(gain, "now")), 2);
    assert_int_equal(acdr_item_num(acdr_item_find(gain, "then")), 0);
    acdr_item_free(report);
    assert_place(&t, 3, "0");
    assert_int_equal(crowd_node(&t, 3, 4), 0);
    assert_file(&t, G3_MAPS, "7f00 default anon=200 kernelpagesize_kB=4 N0=200 \n");
    assert_file(&t, "/sys/fs/cgroup/cpuset/machine/qemu-3-g3.libvirt-qemu/vcpu0/cpuset.mems",
                "0\n");
    assert_no_drift(&t);
    crowd_end(&t, &split, false);
}

/* A thread cannot leave a cpuset that has its old CPU alone, and that list cannot be emptied. */
static void a_guest_in_partitions_is_let_go(void **state)
{
    static const char isolated[] = "/sys/fs/cgroup/cpuset.cpus.isolated";
    static const struct member members[] = { { 1, 4, "apart", "N0=200", NULL },
                                             { 2, 4, "apart", "N1=200", NULL },
                                             { 3, 4, "apart", "N0=100 N1=100", NULL } };
    struct tree t;

    (void)state;
    crowd_make_partitions(&t);
    for (int i = 0; i < 3; i++)
        crowd_start(&t, &members[i]);
    assert_file(&t, isolated, "1-3,5-7,9-11,13-15\n");
    crowd_stop(&t, &members[0]);
    assert_int_equal(crowd_rebalance(&t, 0, NULL), 0);
    assert_string_equal(t.log.s, "");
    assert_place(&t, 3, "0");
    assert_int_equal(crowd_node(&t, 3, 4), 0);
    assert_file(&t, isolated, "1-2,5-6,9-10,13-14\n");
    assert_no_drift(&t);
    crowd_stop(&t, &members[2]);
    crowd_stop(&t, &members[1]);
    assert_as_first(&t, "when all have left");
    crowd_drop(&t);
}

static void a_guest_that_is_well_where_it_is_is_not_touched(void **state)
{
    struct acdr_item *report = NULL;
    char *before;
    struct tree t;

    (void)state;
    crowd_fill(&t, &split);
    before = everything(&t);
    assert_int_equal(crowd_rebalance(&t, 0, &report), 0);
    assert_unchanged(&t, before);
    for (int n = 1; n <= 3; n++)
        assert_result(report, n, "best");
    assert_says(acdr_item_text(crowd_find(report, 3, "guests", "why")), "no better place");
    acdr_item_free(report);
    free(before);
    crowd_end(&t, &split, true);
}

static void a_second_run_changes_nothing(void **state)
{
    struct acdr_item *report = NULL;
    char *before;
    struct tree t;

    (void)state;
    crowd_fill(&t, &split);
    crowd_stop(&t, &first);
    assert_int_equal(crowd_rebalance(&t, 0, NULL), 0);
    before = everything(&t);
    assert_int_equal(crowd_rebalance(&t, 0, &report), 0);
    assert_unchanged(&t, before);
    assert_result(report, 2, "best");
    assert_result(report, 3, "best");
    acdr_item_free(report);
    free(before);
    crowd_end(&t, &split, false);
}

static void a_dry_run_says_it_and_changes_nothing(void **state)
{
    struct acdr_item *report = NULL;
    const struct acdr_item *better;
    char *before;
    struct tree t;

    (void)state;
    crowd_fill(&t, &split);
    crowd_stop(&t, &first);
    before = everything(&t);
    assert_int_equal(crowd_rebalance(&t, ACDR_REBALANCE_DRY_RUN, &report), 1);
    assert_int_equal(t.kernel.changes, 0);
    assert_unchanged(&t, before);
    assert_result(report, 3, "possible");
    better = acdr_item_find(crowd_find(report, 3, "guests", "better"), "place");
    assert_string_equal(acdr_item_text(acdr_item_find(better, "nodes")), "0");
    acdr_item_free(report);
    assert_place(&t, 3, "0-1");
    free(before);
    crowd_end(&t, &split, false);
}

/* Its class says nothing of memory: what it has is moved along all the same. */
static void memory_follows_the_threads(void **state)
{
    static const struct member third = { 3, 4, "cores", "N0=100 N1=100", NULL };
    struct tree t;

    (void)state;
    crowd_fill(&t, &third);
    crowd_stop(&t, &first);
    assert_int_equal(crowd_rebalance(&t, 0, NULL), 0);
    assert_int_equal(crowd_node(&t, 3, 4), 0);
    assert_file(&t, G3_MAPS, "7f00 default anon=200 kernelpagesize_kB=4 N0=200 \n");
    crowd_end(&t, &third, false);
}

/* The memory of a guest is its own wherever it goes: 3 of 4 GB are on the node already. */
static void its_own_memory_is_room_for_it(void **state)
{
    struct acdr_item *report = NULL;
    struct tree t;

    (void)state;
    crowd_fill(&t, &split);
    crowd_stop(&t, &first);
    host_tree_put(t.root, "/sys/devices/system/node/node0/meminfo",
                  "Node 0 MemTotal: 4194304 kB\nNode 0 MemFree: 200000 kB\n");
    assert_int_equal(crowd_rebalance(&t, 0, &report), 0);
    assert_result(report, 3, "best");
    acdr_item_free(report);
    host_tree_put(t.root, G3_MAPS, "7f00 default anon=20100 N0=20000 N1=100 kernelpagesize_kB=4\n");
    assert_int_equal(crowd_rebalance(&t, 0, NULL), 0);
    assert_place(&t, 3, "0");
    host_tree_put(t.root, "/sys/devices/system/node/node0/meminfo",
                  "Node 0 MemTotal: 4194304 kB\nNode 0 MemFree: 4000000 kB\n");
    crowd_end(&t, &split, false);
}

static void one_whose_memory_does_not_move_is_put_back(void **state)
{
    static const char *const classes[] = { "near", "cores" };

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct member third = { 3, 4, classes[i], "N0=100 N1=100", NULL };
        struct acdr_item *report = NULL;
        struct tree t;

        crowd_fill(&t, &third);
        crowd_stop(&t, &first);
        fake_tasks_pin(true);
        assert_int_equal(crowd_rebalance(&t, 0, &report), 1);
        assert_result(report, 3, "back");
        assert_says(acdr_item_text(crowd_find(report, 3, "guests", "why")), "0-1");
        acdr_item_free(report);
        assert_place(&t, 3, "0-1");
        assert_int_equal(crowd_node(&t, 3, 4), -1);
        assert_no_drift(&t);
        crowd_end(&t, &third, false);
    }
}

static void a_guest_without_a_place_gets_one(void **state)
{
    static const struct member late = { 4, 6, "near", "N1=100", NULL };
    struct acdr_item *report = NULL;
    struct tree t;

    (void)state;
    crowd_fill(&t, &split);
    crowd_start(&t, &late);
    assert_place(&t, 4, "");
    assert_int_equal(crowd_rebalance(&t, 0, &report), 0);
    assert_result(report, 4, "best");
    assert_says(acdr_item_text(crowd_find(report, 4, "guests", "why")), "no place: needs 6");
    acdr_item_free(report);
    report = NULL;
    crowd_stop(&t, &first);
    crowd_stop(&t, &split);
    assert_int_equal(crowd_rebalance(&t, 0, &report), 0);
    assert_result(report, 4, "moved");
    assert_string_equal(acdr_item_text(
                            acdr_item_find(crowd_find(report, 4, "guests", "gain"), "term")),
                        "place");
    acdr_item_free(report);
    assert_place(&t, 4, "0");
    assert_int_equal(crowd_node(&t, 4, 6), 0);
    assert_no_drift(&t);
    crowd_end(&t, &late, false);
}

/* Room that the second one leaves is the chance of one that was looked at before. */
static void it_goes_round_until_nobody_gains(void **state)
{
    static const struct member wide = { 3, 6, "near", "N0=100 N1=100", NULL };
    static const struct member over = { 4, 4, "near", "N0=100 N1=100", NULL };
    struct acdr_item *report = NULL;
    struct tree t;

    (void)state;
    crowd_make(&t);
    crowd_start(&t, &first);                                         /* node 0 has 2 left */
    crowd_start(&t, &wide);                                          /* all of node 1 */
    crowd_start(&t, &(struct member){ 2, 2, "near", "N0=1", NULL }); /* node 0 is full */
    crowd_stop(&t, &wide);
    crowd_start(&t, &(struct member){ 5, 4, "near", "N1=1", NULL });
    crowd_stop(&t, &(struct member){ 2, 2, "near", "N0=1", NULL });
    crowd_start(&t, &over); /* two on each */
    assert_place(&t, 4, "0-1");
    crowd_stop(&t, &(struct member){ 5, 4, "near", "N1=1", NULL });
    assert_int_equal(crowd_rebalance(&t, 0, &report), 0);
    assert_result(report, 1, "best");
    assert_result(report, 4, "moved");
    acdr_item_free(report);
    assert_place(&t, 4, "1");
    crowd_stop(&t, &over);
    crowd_stop(&t, &first);
    assert_as_first(&t, "when all have left");
    crowd_drop(&t);
}

/* Two wanted opposite things of one setting, and the first one has left. */
static void steps_that_were_refused_are_done(void **state)
{
    static const struct member loud = { 1, 2, "loud", "N0=1", NULL };
    static const struct member quiet = { 2, 2, "quiet", "N0=1", NULL };
    struct acdr_item *report = NULL;
    struct tree t;

    (void)state;
    crowd_make(&t);
    host_tree_put(t.root, "/etc/acdr/classes/loud.conf", "[vcpus]\n[thp]\nenabled = never\n");
    host_tree_put(t.root, "/etc/acdr/classes/quiet.conf", "[vcpus]\n[thp]\nenabled = always\n");
    tree_now_is_first(&t);
    crowd_start(&t, &loud);
    crowd_start(&t, &quiet);
    assert_int_equal(crowd_rebalance(&t, 0, &report), 1);
    assert_result(report, 2, "stays");
    acdr_item_free(report);
    report = NULL;
    crowd_stop(&t, &loud);
    assert_int_equal(crowd_rebalance(&t, 0, &report), 0);
    assert_result(report, 2, "repaired");
    acdr_item_free(report);
    assert_file(&t, "/sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never\n");
    crowd_stop(&t, &quiet);
    assert_as_first(&t, "when all have left");
    crowd_drop(&t);
}

static void a_guest_that_is_bound_to_no_place_is_left_alone(void **state)
{
    struct acdr_item *report = NULL;
    struct tree t;
    static const struct member calm = { 1, 2, "calm", "N0=1 N1=1", NULL };

    (void)state;
    crowd_make(&t);
    host_tree_put(t.root, "/etc/acdr/classes/calm.conf", "[ksm]\n");
    tree_now_is_first(&t);
    crowd_start(&t, &calm);
    assert_int_equal(crowd_rebalance(&t, 0, &report), 0);
    assert_result(report, 1, "best");
    assert_says(acdr_item_text(crowd_find(report, 1, "guests", "why")), "to a place");
    acdr_item_free(report);
    crowd_stop(&t, &calm);
    crowd_drop(&t);
}

static void one_guest_alone_can_be_named(void **state)
{
    struct acdr_item *report = NULL;
    struct acdr *a;
    struct tree t;

    (void)state;
    crowd_fill(&t, &split);
    crowd_stop(&t, &first);
    a = tree_open(&t);
    assert_int_equal(acdr_rebalance(a, "g2", 0, &report, NULL), 0);
    assert_null(acdr_item_next(acdr_item_first(acdr_item_find(report, "guests"))));
    assert_result(report, 2, "best");
    acdr_item_free(report);
    assert_int_equal(acdr_rebalance(a, "g1", 0, NULL, &t.e), -ENOENT);
    assert_int_equal(acdr_rebalance(a, NULL, 2, NULL, NULL), -EINVAL);
    acdr_close(a);
    assert_place(&t, 3, "0-1");
    crowd_end(&t, &split, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_split_guest_moves_to_one_node_when_another_leaves),
        cmocka_unit_test(a_guest_in_partitions_is_let_go),
        cmocka_unit_test(a_guest_that_is_well_where_it_is_is_not_touched),
        cmocka_unit_test(a_second_run_changes_nothing),
        cmocka_unit_test(a_dry_run_says_it_and_changes_nothing),
        cmocka_unit_test(memory_follows_the_threads),
        cmocka_unit_test(its_own_memory_is_room_for_it),
        cmocka_unit_test(one_whose_memory_does_not_move_is_put_back),
        cmocka_unit_test(a_guest_without_a_place_gets_one),
        cmocka_unit_test(it_goes_round_until_nobody_gains),
        cmocka_unit_test(steps_that_were_refused_are_done),
        cmocka_unit_test(a_guest_that_is_bound_to_no_place_is_left_alone),
        cmocka_unit_test(one_guest_alone_can_be_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
