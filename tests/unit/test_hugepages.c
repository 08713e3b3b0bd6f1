/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Huge pages: what is asked for, what is promised to whom, and what the pools look like afterwards.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "step_world.h"
#include "tree_world.h"

#define SMT   "tests/hosts/two-nodes-smt.host"
#define POOL  "/sys/devices/system/node/node0/hugepages/hugepages-2048kB/"
#define POOL1 "/sys/devices/system/node/node1/hugepages/hugepages-2048kB/"

/* --- pools, acted on: guests of 256 pages, 100 in a pool --- */

/* A host whose guests have no node but 0. */
static void make(struct tree *t)
{
    tree_make(t);
    host_tree_put(t->root, "/sys/devices/system/node/node1/meminfo",
                  "Node 1 MemTotal: 4194304 kB\nNode 1 MemFree: 4000 kB\n");
    tree_now_is_first(t);
}

static void put_pool(struct tree *t, int total, int free_ones)
{
    host_tree_put(t->root, POOL "nr_hugepages", "%d\n", total);
    host_tree_put(t->root, POOL "free_hugepages", "%d\n", free_ones);
}

static void what_is_missing_is_added_and_given_back(void **state)
{
    struct tree t;

    (void)state;
    make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "huge"), 0);
    assert_file(&t, POOL "nr_hugepages", "256\n");
    assert_file(&t, POOL1 "nr_hugepages", "100\n");
    assert_int_equal(tree_event(&t, 1, "release", "huge"), 0);
    assert_as_first(&t, "after release");
    tree_drop(&t);
}

static void what_is_free_is_used_first(void **state)
{
    struct tree t;

    (void)state;
    make(&t);
    put_pool(&t, 300, 300);
    tree_now_is_first(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "huge"), 0);
    assert_file(&t, POOL "nr_hugepages", "300\n");
    assert_int_equal(tree_event(&t, 2, "prepare", "huge"), 0);
    assert_file(&t, POOL "nr_hugepages", "512\n"); /* 44 were left of 300 */
    assert_int_equal(tree_event(&t, 1, "release", "huge"), 0);
    assert_file(&t, POOL "nr_hugepages", "512\n");
    assert_int_equal(tree_event(&t, 2, "release", "huge"), 0);
    assert_as_first(&t, "after both");
    tree_drop(&t);
}

static void each_takes_away_what_it_added_in_any_order(void **state)
{
    struct tree t;

    (void)state;
    make(&t);
    for (int first = 1; first <= 2; first++) {
        assert_int_equal(tree_event(&t, 1, "prepare", "huge"), 0);
        assert_int_equal(tree_event(&t, 2, "prepare", "huge"), 0);
        assert_file(&t, POOL "nr_hugepages", "512\n");
        assert_int_equal(tree_event(&t, first, "release", "huge"), 0);
        assert_file(&t, POOL "nr_hugepages", first == 1 ? "356\n" : "256\n");
        assert_int_equal(tree_event(&t, 3 - first, "release", "huge"), 0);
        assert_as_first(&t, "after both");
    }
    tree_drop(&t);
}

/* An administrator's part stays his, whether he acts while one guest is there or two. */
static void what_another_adds_or_takes_stays_so(void **state)
{
    struct tree t;

    (void)state;
    make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "huge"), 0);
    put_pool(&t, 300, 300);
    assert_int_equal(tree_event(&t, 2, "prepare", "huge"), 0);
    assert_file(&t, POOL "nr_hugepages", "512\n"); /* 44 of his, 212 more */
    assert_says(t.log.s, "another program changed it to 300 from 256");
    assert_int_equal(tree_event(&t, 1, "release", "huge"), 0);
    assert_int_equal(tree_event(&t, 2, "release", "huge"), 0);
    assert_file(&t, POOL "nr_hugepages", "144\n");
    put_pool(&t, 100, 100);
    assert_int_equal(tree_event(&t, 1, "prepare", "huge"), 0);
    put_pool(&t, 216, 216);
    assert_int_equal(tree_event(&t, 1, "release", "huge"), 0);
    assert_file(&t, POOL "nr_hugepages", "60\n");
    put_pool(&t, 100, 100);
    assert_as_first(&t, "but for his changes");
    tree_drop(&t);
}

static void the_number_that_was_there_first_is_no_change(void **state)
{
    struct tree t;

    (void)state;
    make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "huge"), 0);
    put_pool(&t, 100, 0);
    assert_int_equal(tree_event(&t, 1, "release", "huge"), 0);
    assert_file(&t, POOL "nr_hugepages", "100\n");
    tree_drop(&t);
}

static void pages_in_use_are_taken_when_they_are_let_go(void **state)
{
    struct tree t;

    (void)state;
    make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "huge"), 0);
    put_pool(&t, 256, 56);
    assert_int_equal(tree_event(&t, 1, "release", "huge"), 0);
    assert_file(&t, POOL "nr_hugepages", "200\n");
    assert_file(&t, POOL "surplus_hugepages", "100\n");
    assert_false(strstr(t.log.s, "left"));
    /* Surplus pages are no part of what the next one finds. */
    assert_int_equal(tree_event(&t, 2, "prepare", "huge"), 0);
    assert_file(&t, POOL "nr_hugepages", "356\n");
    assert_int_equal(tree_event(&t, 2, "release", "huge"), 0);
    assert_file(&t, POOL "surplus_hugepages", "100\n");
    tree_drop(&t);
}

static void a_pool_that_cannot_grow_refuses_and_is_put_back(void **state)
{
    struct tree t;

    (void)state;
    make(&t);
    put_pool(&t, FAKE_KERNEL_PAGES - 200, 0);
    tree_now_is_first(&t);
    assert_true(tree_event(&t, 1, "prepare", "huge") < 0);
    assert_says(t.e.text, "step hugepages");
    assert_says(t.e.text, "node 0: 2000 of 2056 pages of 2048 kB");
    assert_as_first(&t, "after a refusal");
    tree_drop(&t);
}

static void drift_is_a_pool_that_is_smaller(void **state)
{
    struct acdr_item *report = NULL;
    struct acdr *a;
    struct tree t;

    (void)state;
    make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "huge"), 0);
    a = tree_open(&t);
    assert_int_equal(acdr_verify(a, NULL, &report, NULL), 0);
    acdr_item_free(report);
    put_pool(&t, 255, 255);
    assert_int_equal(acdr_verify(a, NULL, &report, NULL), 1);
    acdr_item_free(report);
    put_pool(&t, 400, 400);
    assert_int_equal(acdr_verify(a, NULL, &report, NULL), 0);
    acdr_item_free(report);
    acdr_close(a);
    tree_drop(&t);
}

/* --- plans --- */

static void plan_for(struct step_world *w, const char *class_text, const char *more)
{
    char xml[2048];

    snprintf(xml, sizeof(xml),
             "<domain type='kvm'><name>g</name><uuid>11111111-0000-4000-8000-000000000013</uuid>"
             "<memory unit='GiB'>2</memory><vcpu>4</vcpu>%s</domain>",
             more);
    step_world_plan_xml(w, class_text, xml);
}

#define HUGE(page) "<memoryBacking><hugepages>" page "</hugepages></memoryBacking>"
#define CELLS                                                                                      \
    "<cpu><numa><cell id='0' cpus='0-1' memory='1' unit='GiB'/>"                                   \
    "<cell id='1' cpus='2-3' memory='1' unit='GiB'/></numa></cpu>"

static void the_domain_is_told_what_it_lacks(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    plan_for(&w, "[hugepages]\nsize = 1G\n", "");
    step_world_says(&w, "refused: the domain requests no huge pages; add <memoryBacking><hugepages>"
                        "<page size='1' unit='G'/></hugepages></memoryBacking> to it");
    plan_for(&w, "[hugepages]\nsize = 1G\n", HUGE("<page size='2' unit='M'/>"));
    step_world_says(&w, "refused: the domain asks for pages of 2M, the class for 1G");
    plan_for(&w, "[hugepages]\nsize = 2M\n", HUGE("<page size='4'/>"));
    step_world_says(&w, "refused: the domain requests no huge pages");
    plan_for(&w, "[hugepages]\n", HUGE("<page size='16' unit='M'/>"));
    step_world_says(&w, "no place: needs 2048 MiB of huge pages");
    step_world_drop(&w);
}

static void pools_are_those_of_the_place(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    plan_for(&w, "[hugepages]\n", HUGE(""));
    step_world_says(&w, "hard add   0 else 1024  huge:1/2048kB\n");
    step_world_says(&w, "without a strict <numatune>");
    plan_for(&w, "[hugepages]\nadd = no\n", HUGE("<page size='1' unit='G'/>"));
    step_world_says(&w, "hard add   0 else 2  huge:1/1048576kB\n");
    plan_for(&w, "[hugepages]\n",
             HUGE("<page size='1' unit='G'/>") "<numatune><memory mode='strict' "
                                               "nodeset='0'/></numatune>");
    step_world_says(&w, "hard add   2 else 2  huge:0/1048576kB\n");
    assert_null(strstr(w.text, "without a strict"));
    step_world_drop(&w);
}

static void cells_have_the_pages_that_they_ask_for(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    plan_for(&w, "[hugepages]\n",
             CELLS HUGE("<page size='1' unit='G' nodeset='1'/><page size='2' unit='M'/>"));
    step_world_says(&w, "add   0 else 512  huge:");
    step_world_says(&w, "else 1  huge:");
    plan_for(&w, "[hugepages]\n", CELLS HUGE("<page size='1' unit='G' nodeset='1'/>"));
    step_world_says(&w, "else 1  huge:");
    assert_null(strstr(w.text, "2048kB"));
    plan_for(
        &w, "[hugepages]\n",
        CELLS HUGE(
            "<page size='1' unit='G'/>") "<numatune><memnode cellid='0' mode='strict' nodeset='0'/>"
                                         "<memnode cellid='1' mode='strict' "
                                         "nodeset='1'/></numatune>");
    step_world_says(&w, "add   1 else 1  huge:0/1048576kB");
    step_world_says(&w, "add   0 else 1  huge:1/1048576kB");
    host_tree_put(w.root, "/sys/devices/system/node/node1/meminfo", "Node 1 MemTotal: 0 kB\n");
    plan_for(&w, "[hugepages]\n",
             CELLS HUGE("<page size='1' unit='G'/>") "<numatune><memnode cellid='1' mode='strict' "
                                                     "nodeset='1'/></numatune>");
    step_world_says(&w, "add   2 else 2  huge:0/1048576kB"); /* the nearest that has memory */
    plan_for(&w, "[hugepages]\n",
             HUGE("<page size='2' unit='M'/>") "<cpu><numa><cell id='0' cpus='0-3' memory='1025' "
                                               "unit='MiB'/></numa></cpu>");
    step_world_says(&w, "add   0 else 513  huge:");
    plan_for(&w, "[hugepages]\nsize = 1G\n", CELLS HUGE("<page size='1' unit='G' nodeset='1'/>"));
    step_world_says(&w, "asks for pages of 4K");
    step_world_drop(&w);
}

static void without_adding_what_is_free_must_do(void **state)
{
    static const char node0[] = HUGE(
        "<page size='2' unit='M'/>") "<numatune><memory mode='strict' nodeset='0'/></numatune>";
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    plan_for(&w, "[hugepages]\nadd = no\n", node0);
    step_world_says(&w, "add   0 else 1024  huge:0/2048kB");
    host_tree_put(w.root, POOL "free_hugepages", "1023\n");
    plan_for(&w, "[hugepages]\nadd = no\n", node0);
    step_world_says(&w, "node 0 by <numatune>, which has 2046 of the 2048 MiB of huge pages");
    plan_for(&w, "[hugepages]\n", node0);
    step_world_says(&w, "add   1 else 1024  huge:0/2048kB");
    host_tree_put(w.root, POOL "free_hugepages", "1024\n");
    host_tree_put(w.root, "/sys/kernel/mm/hugepages/hugepages-2048kB/resv_hugepages", "24\n");
    plan_for(&w, "[hugepages]\n", node0);
    step_world_says(&w, "add   24 else 1024  huge:0/2048kB");
    step_world_drop(&w);
}

/* What a guest was promised at its prepare is its own until it has mapped it. */
static void pages_are_promised_to_one_guest(void **state)
{
    struct acdr_claim c = { .step = (char *)"hugepages",
                            .knob = (char *)"huge:1/2048kB",
                            .op = ACDR_OP_ADD,
                            .value = (char *)"0",
                            .alt = (char *)"1500",
                            .stage = ACDR_STAGE_HOST };
    static const char node1[] = HUGE(
        "<page size='2' unit='M'/>") "<numatune><memory mode='strict' nodeset='1'/></numatune>";
    struct acdr_entry *other;
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    other = acdr_journal_add(w.j, "other", "other", "c");
    assert_non_null(other);
    assert_int_equal(acdr_journal_claim(w.j, "other", &c), 0);
    plan_for(&w, "[hugepages]\n", node1);
    step_world_says(&w, "add   476 else 1024  huge:1/2048kB"); /* 548 of 2048 are left */
    plan_for(&w, "[hugepages]\nadd = no\n", node1);
    step_world_says(&w, "node 1 by <numatune>, which has 1096 of the 2048 MiB of huge pages");
    other->pid = 5000;
    plan_for(&w, "[hugepages]\n", node1);
    step_world_says(&w, "add   0 else 1024  huge:1/2048kB");
    step_world_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_missing_is_added_and_given_back),
        cmocka_unit_test(what_is_free_is_used_first),
        cmocka_unit_test(each_takes_away_what_it_added_in_any_order),
        cmocka_unit_test(what_another_adds_or_takes_stays_so),
        cmocka_unit_test(the_number_that_was_there_first_is_no_change),
        cmocka_unit_test(pages_in_use_are_taken_when_they_are_let_go),
        cmocka_unit_test(a_pool_that_cannot_grow_refuses_and_is_put_back),
        cmocka_unit_test(drift_is_a_pool_that_is_smaller),
        cmocka_unit_test(the_domain_is_told_what_it_lacks),
        cmocka_unit_test(pools_are_those_of_the_place),
        cmocka_unit_test(cells_have_the_pages_that_they_ask_for),
        cmocka_unit_test(without_adding_what_is_free_must_do),
        cmocka_unit_test(pages_are_promised_to_one_guest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
