/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a guest goes, question by question; test_place_exact.c checks what always holds. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "place_cost.h"
#include "place_world.h"

#define GIB (1024 * 1024LL)

/* Two nodes of four cores with two threads: 0-3,8-11 and 4-7,12-15; housekeeping 0,8 and 4,12. */
static const struct made_shape two_nodes = { 2, 4, 2, 1, MADE_BLOCKS, 8 * GIB };
static const struct made_shape plain = { 2, 4, 1, 1, MADE_BLOCKS, 8 * GIB };

static void set(struct acdr_bitmap *s, const char *list)
{
    assert_int_equal(acdr_bitmap_parse_list(s, list), 0);
}

static void assert_vcpus(const struct world *w, const char *want)
{
    char got[256] = "";
    size_t len = 0;

    for (int i = 0; i < w->place->n_vcpus; i++)
        len += (size_t)snprintf(got + len, sizeof(got) - len, "%s%d", i ? "," : "",
                                w->place->vcpu[i]);
    assert_string_equal(got, want);
}

static void assert_found(struct world *w, int err)
{
    if (err < 0)
        fail_msg("%s", w->e.text);
    assert_non_null(w->place);
    assert_non_null(w->place->why);
}

static void one_node_where_cpus_and_memory_fit(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    assert_found(&w, world_find(&w, 6, 4096, ""));
    assert_set(&w.place->nodes, "0");
    assert_vcpus(&w, "1,9,2,10,3,11");
    assert_set(&w.place->clean, "1-3,9-11");
    assert_set(&w.place->emulator, "0,8");
    world_drop(&w);
}

static void the_fullest_node_that_fits_is_filled(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    set(&w.q.taken, "5,13");
    assert_found(&w, world_find(&w, 4, 1024, ""));
    assert_set(&w.place->nodes, "1");
    assert_found(&w, world_find(&w, 5, 1024, ""));
    assert_set(&w.place->nodes, "0");
    world_drop(&w);
}

static void one_l3_domain_is_preferred(void **state)
{
    static const struct made_shape chiplets = { 2, 8, 1, 2, MADE_BLOCKS, 8 * GIB };
    struct world w;

    (void)state;
    world_make(&w, &chiplets);
    /* Node 0: housekeeping is in L3 0-3, so only 4-7 holds four; node 1 has 12-15. */
    assert_found(&w, world_find(&w, 4, 1024, ""));
    assert_vcpus(&w, "4,5,6,7");
    /* Three leave it whole and fill the other one. */
    assert_found(&w, world_find(&w, 3, 1024, ""));
    assert_vcpus(&w, "1,2,3");
    set(&w.q.taken, "4,13");
    assert_found(&w, world_find(&w, 3, 1024, ""));
    assert_vcpus(&w, "1,2,3");
    /* Fuller is node 0 with 3 + 2, but no L3 of it has room for four. */
    set(&w.q.taken, "4-5,8");
    assert_found(&w, world_find(&w, 4, 1024, ""));
    assert_vcpus(&w, "12,13,14,15");
    /* No L3 has room for five: then one node must do. */
    assert_found(&w, world_find(&w, 5, 1024, ""));
    assert_set(&w.place->nodes, "0");
    world_drop(&w);
}

static void memory_decides(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    w.host->nodes[0].memavail_kb = 2 * GIB;
    assert_found(&w, world_find(&w, 2, 3000, ""));
    assert_set(&w.place->nodes, "1");
    /* CPUs for it on one node, memory on neither: both nodes, where half is to be had. */
    w.host->nodes[0].memavail_kb = 8 * GIB;
    assert_found(&w, world_find(&w, 6, 12 * 1024, ""));
    assert_set(&w.place->nodes, "0-1");
    assert_int_equal(w.place->n_vcpus, 6);
    world_drop(&w);
}

static void a_refusal_tells_the_figures_of_every_node(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    w.host->nodes[0].memavail_kb = 2 * GIB;
    assert_int_equal(world_find(&w, 6, 12 * 1024, ""), -ENOSPC);
    assert_int_equal(w.e.code, ENOSPC);
    assert_non_null(strstr(w.e.text, "needs 6 dedicated CPUs and 12288 MiB"));
    assert_non_null(strstr(w.e.text, "node 0 has 6 of 8 CPUs free for vCPUs and 2048 MiB"));
    assert_non_null(strstr(w.e.text, "node 1 has 6 of 8 CPUs free for vCPUs and 8192 MiB"));
    assert_int_equal(world_find(&w, 13, 64, ""), -ENOSPC);
    assert_non_null(strstr(w.e.text, "needs 13 dedicated CPUs"));
    world_drop(&w);
}

static void memory_that_nobody_tells_does_not_refuse(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    w.host->nodes[0].memavail_kb = w.host->nodes[1].memavail_kb = -1;
    assert_found(&w, world_find(&w, 2, 1024, ""));
    world_drop(&w);
}

static void huge_pages_are_counted_where_they_back_the_guest(void **state)
{
    static const char huge[] = "<memoryBacking><hugepages/></memoryBacking>";
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    assert_int_equal(world_find(&w, 2, 1024, huge), -ENOSPC);
    assert_non_null(strstr(w.e.text, "1024 MiB of huge pages"));
    w.host->nodes[1].pools[0].free = 512;
    w.host->nodes[1].memavail_kb = 1024;
    assert_found(&w, world_find(&w, 2, 1024, huge));
    assert_set(&w.place->nodes, "1");
    assert_int_equal(world_find(&w, 2, 1026, huge), -ENOSPC);
    world_class(&w, "[vcpus]\n[hugepages]\n"); /* what can become pages counts as well */
    w.host->nodes[0].memavail_kb = 0;
    w.host->nodes[1].memavail_kb = 3 * 1024;
    assert_found(&w, world_find(&w, 2, 1026, huge));
    assert_int_equal(world_find(&w, 2, 1028, huge), -ENOSPC);
    world_class(&w, "[vcpus]\n[hugepages]\nadd = no\n");
    assert_int_equal(world_find(&w, 2, 1026, huge), -ENOSPC);
    /* Of another size there are none. */
    assert_int_equal(world_find(&w, 2, 1024,
                                "<memoryBacking><hugepages><page size='1' unit='GiB'/></hugepages>"
                                "</memoryBacking>"),
                     -ENOSPC);
    world_drop(&w);
}

static void isolate_leaves_siblings_idle(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    world_class(&w, "[vcpus]\nsmt = isolate\n");
    assert_found(&w, world_find(&w, 3, 64, ""));
    assert_vcpus(&w, "1,2,3");
    assert_set(&w.place->clean, "1-3,9-11");
    assert_found(&w, world_find(&w, 4, 64, ""));
    assert_set(&w.place->nodes, "0-1");
    assert_int_equal(world_find(&w, 7, 64, ""), -ENOSPC);
    world_drop(&w);
}

static void require_wants_siblings(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    world_class(&w, "[vcpus]\nsmt = require\n");
    assert_found(&w, world_find(&w, 4, 64, ""));
    assert_vcpus(&w, "1,9,2,10");
    world_drop(&w);
    world_make(&w, &plain);
    world_class(&w, "[vcpus]\nsmt = require\n");
    assert_int_equal(world_find(&w, 1, 64, ""), -ENOSPC);
    world_drop(&w);
}

static void prefer_takes_whole_cores(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    /* Half of core 1 is gone: what is left of it is no whole core. */
    set(&w.q.taken, "9,5-7,13-15");
    assert_found(&w, world_find(&w, 3, 64, ""));
    assert_vcpus(&w, "2,10,3");
    assert_set(&w.place->clean, "2-3,10-11");
    assert_int_equal(world_find(&w, 5, 64, ""), -ENOSPC);
    world_drop(&w);
    world_make(&w, &plain);
    assert_found(&w, world_find(&w, 3, 64, ""));
    assert_vcpus(&w, "1,2,3");
    world_drop(&w);
}

static void any_takes_cpu_by_cpu(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    world_class(&w, "[vcpus]\nsmt = any\n");
    set(&w.q.taken, "9,5-7,13-15");
    assert_found(&w, world_find(&w, 5, 64, ""));
    assert_vcpus(&w, "1,2,3,10,11");
    assert_set(&w.place->clean, "1-3,10-11");
    world_drop(&w);
}

static void an_explicit_housekeeping_cpu_spoils_its_core(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    set(&w.q.housekeeping, "0,4,2");
    assert_found(&w, world_find(&w, 4, 64, ""));
    assert_vcpus(&w, "1,9,3,11");
    world_drop(&w);
}

static void isolcpus_come_first_where_one_node_has_enough(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &plain);
    set(&w.host->isolated, "2-3,7");
    assert_found(&w, world_find(&w, 2, 64, ""));
    assert_vcpus(&w, "2,3");
    /* Not enough of them on a node: node 1 has not either without them, node 0 has together. */
    assert_found(&w, world_find(&w, 3, 64, ""));
    assert_int_equal(acdr_bitmap_weight(&w.place->nodes), 1);
    /* Others are left alone where the ordinary CPUs of a node are enough. */
    set(&w.host->isolated, "3");
    assert_found(&w, world_find(&w, 2, 64, ""));
    assert_false(acdr_bitmap_intersects(&w.place->clean, &w.host->isolated));
    world_drop(&w);
}

static void one_node_of_mixed_cpus_is_better_than_two_of_a_kind(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &plain);
    set(&w.host->isolated, "3,7");
    assert_found(&w, world_find(&w, 3, 64, ""));
    assert_set(&w.place->nodes, "0");
    assert_vcpus(&w, "1,2,3");
    world_drop(&w);
}

static void isolcpus_of_two_nodes_stay_isolcpus(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &plain);
    set(&w.host->isolated, "2-3,6-7");
    assert_found(&w, world_find(&w, 4, 64, ""));
    assert_set(&w.place->clean, "2-3,6-7");
    world_drop(&w);
}

static const char cells[] = "<cpu><numa><cell id='0' cpus='0-1,5' memory='6' unit='GiB'/>"
                            "<cell id='1' cpus='2-4' memory='6' unit='GiB'/></numa></cpu>";

static void guest_cells_go_to_nodes_of_their_own_where_none_holds_all(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &plain);
    assert_found(&w, world_find(&w, 6, 12 * 1024, cells));
    assert_set(&w.place->nodes, "0-1");
    assert_int_equal(w.place->n_cells, 2);
    assert_int_not_equal(w.place->cell_node[0], w.place->cell_node[1]);
    for (int i = 0; i < 6; i++)
        assert_int_equal(acdr_host_cpu(w.host, w.place->vcpu[i])->node,
                         w.place->cell_node[i == 2 || i == 3 || i == 4]);
    world_drop(&w);
}

static void guest_cells_share_a_node_that_holds_them(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    w.host->nodes[0].memavail_kb = 16 * GIB;
    assert_found(&w, world_find(&w, 6, 12 * 1024, cells));
    assert_set(&w.place->nodes, "0");
    assert_int_equal(w.place->cell_node[0], 0);
    assert_int_equal(w.place->cell_node[1], 0);
    world_drop(&w);
}

static void pins_of_the_xml_are_kept(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    assert_found(&w, world_find(&w, 2, 64,
                                "<cputune><vcpupin vcpu='0' cpuset='7'/>"
                                "<vcpupin vcpu='1' cpuset='13-15'/></cputune>"));
    assert_vcpus(&w, "7,13");
    assert_set(&w.place->nodes, "1");
    assert_int_equal(world_find(&w, 1, 64, "<cputune><vcpupin vcpu='0' cpuset='0,8'/></cputune>"),
                     -ENOSPC);
    assert_non_null(strstr(w.e.text, "vCPU 0"));
    world_drop(&w);
}

static void memory_of_a_pinned_cell_is_where_its_vcpus_are(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    assert_found(&w, world_find(&w, 2, 64,
                                "<cpu><numa><cell id='0' cpus='0' memory='32' unit='MiB'/>"
                                "<cell id='1' cpus='1' memory='32' unit='MiB'/></numa></cpu>"
                                "<cputune><vcpupin vcpu='0' cpuset='7'/>"
                                "<vcpupin vcpu='1' cpuset='2'/></cputune>"));
    assert_int_equal(w.place->cell_node[0], 1);
    assert_int_equal(w.place->cell_node[1], 0);
    world_drop(&w);
}

/* The wide pin comes first and must leave the only CPU of the narrow ones. */
static void wide_pins_make_room_for_narrow_ones(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &plain);
    assert_found(&w, world_find(&w, 3, 64,
                                "<cputune><vcpupin vcpu='0' cpuset='1-3'/>"
                                "<vcpupin vcpu='1' cpuset='1-2'/>"
                                "<vcpupin vcpu='2' cpuset='1'/></cputune>"));
    assert_vcpus(&w, "3,2,1");
    assert_int_equal(world_find(&w, 3, 64,
                                "<cputune><vcpupin vcpu='0' cpuset='1-2'/>"
                                "<vcpupin vcpu='1' cpuset='1-2'/>"
                                "<vcpupin vcpu='2' cpuset='1-2'/></cputune>"),
                     -ENOSPC);
    world_drop(&w);
}

static void a_vcpu_without_a_pin_stays_near_the_pinned_ones(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &plain);
    assert_found(&w, world_find(&w, 2, 64, "<cputune><vcpupin vcpu='1' cpuset='5'/></cputune>"));
    assert_vcpus(&w, "6,5");
    assert_set(&w.place->nodes, "1");
    world_drop(&w);
}

static void a_strict_numatune_decides_the_node(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    assert_found(&w,
                 world_find(&w, 2, 64, "<numatune><memory mode='strict' nodeset='1'/></numatune>"));
    assert_set(&w.place->nodes, "1");
    assert_int_equal(world_find(&w, 8, 64,
                                "<numatune><memory mode='strict' nodeset='1'/></numatune>"),
                     -ENOSPC);
    world_drop(&w);
}

static void own_reserves_a_core_for_the_emulator(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    world_class(&w, "[vcpus]\n[emulator]\nemulator = own\nvhost = node\n");
    assert_found(&w, world_find(&w, 4, 64, ""));
    assert_vcpus(&w, "1,9,2,10");
    assert_set(&w.place->reserved, "3,11");
    assert_set(&w.place->emulator, "3,11");
    assert_set(&w.place->iothreads, "0,8");
    assert_false(acdr_bitmap_intersects(&w.place->vhost, &w.place->clean));
    /* Six fit, but not with a core for the emulator on the same node: it is then elsewhere. */
    assert_found(&w, world_find(&w, 6, 64, ""));
    assert_int_equal(acdr_bitmap_weight(&w.place->reserved), 2);
    assert_false(acdr_bitmap_intersects(&w.place->reserved, &w.place->clean));
    assert_int_equal(world_find(&w, 12, 64, ""), -ENOSPC);
    world_drop(&w);
}

static void threads_of_the_node_keep_off_clean_and_isolated_cpus(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    world_class(&w, "[vcpus]\n[emulator]\nemulator = node\n");
    set(&w.host->isolated, "1,3,9,11");
    set(&w.q.taken, "7,15");
    set(&w.q.others, "2");
    assert_found(&w, world_find(&w, 2, 64, ""));
    assert_vcpus(&w, "1,9");
    assert_set(&w.place->emulator, "0,8,10");
    world_drop(&w);
}

static void share_gives_what_others_have_only_where_nothing_is_free(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &plain);
    set(&w.q.taken, "1-3,5-6");
    set(&w.q.others, "1-3,5-6");
    assert_int_equal(world_find(&w, 2, 64, ""), -ENOSPC);
    w.q.share = true;
    assert_found(&w, world_find(&w, 1, 64, ""));
    assert_vcpus(&w, "7");
    assert_found(&w, world_find(&w, 2, 64, ""));
    assert_false(acdr_bitmap_intersects(&w.place->clean, &w.q.housekeeping));
    assert_int_equal(acdr_bitmap_weight(&w.place->clean), 2);
    world_drop(&w);
}

static void offline_cpus_are_not_given(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    made_host_offline(w.host, 1);
    made_host_offline(w.host, 10);
    assert_found(&w, world_find(&w, 4, 64, ""));
    assert_vcpus(&w, "2,3,11,9");
    assert_int_equal(world_find(&w, 11, 64, ""), -ENOSPC);
    assert_int_equal(world_find(&w, 1, 64, "<cputune><vcpupin vcpu='0' cpuset='10'/></cputune>"),
                     -ENOSPC);
    world_drop(&w);
}

static void a_node_without_cpus_is_none_and_one_without_memory_the_last(void **state)
{
    static const struct made_shape three = { 3, 4, 1, 1, MADE_BLOCKS, 8 * GIB };
    struct world w;

    (void)state;
    world_make(&w, &three);
    w.host->nodes[0].memavail_kb = 0;
    acdr_bitmap_zero(&w.host->nodes[2].cpus);
    assert_found(&w, world_find(&w, 3, 1024, ""));
    assert_set(&w.place->nodes, "1");
    /* Rather with memory far away than not at all. */
    assert_found(&w, world_find(&w, 4, 1024, ""));
    assert_set(&w.place->nodes, "0-1");
    assert_non_null(strstr(w.place->why, "memory where there is some"));
    assert_int_equal(world_find(&w, 7, 1024, ""), -ENOSPC);
    /* Nor does it need a CPU beside its memory. */
    assert_found(&w, world_find(&w, 4, 9 * 1024, ""));
    assert_set(&w.place->nodes, "0-2");
    world_drop(&w);
}

static void memory_that_no_node_has_beside_cpus_is_remote(void **state)
{
    static const struct made_shape three = { 3, 4, 1, 1, MADE_BLOCKS, 8 * GIB };
    struct acdr_place_cost cost;
    struct world w;

    (void)state;
    world_make(&w, &three);
    acdr_bitmap_parse_list(&w.q.taken, "0-3,8-11");
    w.host->nodes[1].memavail_kb = GIB;
    w.host->nodes[0].distance[1] = w.host->nodes[1].distance[0] = 31;
    w.host->nodes[2].distance[1] = w.host->nodes[1].distance[2] = 21;
    assert_found(&w, world_find(&w, 2, 4096, ""));
    assert_vcpus(&w, "5,6");
    assert_set(&w.place->nodes, "1-2"); /* the nearer of the two */
    assert_string_equal(w.place->why,
                        "remote memory: only node 1 has the CPUs, with 1024 of 4096 MiB free; the "
                        "rest is on node 2, at distance 21");
    assert_int_equal(w.place->n_promises, 2);
    assert_int_equal(w.place->promises[0].kb, GIB);
    assert_int_equal(w.place->promises[1].kb, 3 * GIB);
    assert_int_equal(acdr_place_cost_of(&w.q, w.place, &cost), 0);
    assert_int_equal(cost.term[ACDR_COST_CELLS], 4);
    assert_int_equal(cost.term[ACDR_COST_NODES], 1);
    assert_int_equal(cost.term[ACDR_COST_DISTANCE], 21);
    w.q.hints.memory_near = true;
    assert_int_equal(world_find(&w, 2, 4096, ""), -ENOSPC);
    assert_non_null(strstr(w.e.text, "it would start with remote memory: only node 1"));
    w.q.hints.memory_near = false;
    assert_int_equal(world_find(&w, 2, 4096, "<memoryBacking><hugepages/></memoryBacking>"),
                     -ENOSPC);
    assert_int_equal(world_find(&w, 2, 18 * 1024, ""), -ENOSPC);
    world_drop(&w);
}

static void odd_and_even_numbers_are_nodes(void **state)
{
    static const struct made_shape odd = { 2, 18, 2, 1, MADE_ODD_EVEN, 64 * GIB };
    struct world w;

    (void)state;
    world_make(&w, &odd);
    assert_set(&w.q.housekeeping, "0-1,36-37");
    assert_found(&w, world_find(&w, 4, 64, ""));
    assert_vcpus(&w, "2,38,4,40");
    set(&w.q.taken, "2,38");
    assert_found(&w, world_find(&w, 34, 64, ""));
    assert_set(&w.place->nodes, "1");
    world_drop(&w);
}

/* Without [vcpus] no CPU is taken; the node with most free memory is the guest's. */
static void a_class_without_vcpus_takes_none(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    world_class(&w, "[strict-numa]\n");
    w.host->nodes[0].memavail_kb = 4 * GIB;
    set(&w.q.taken, "1-3,5-7,9-11,13-15");
    assert_found(&w, world_find(&w, 40, 1024, ""));
    assert_set(&w.place->nodes, "1");
    assert_int_equal(w.place->n_vcpus, 0);
    assert_true(acdr_bitmap_empty(&w.place->clean));
    world_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_node_where_cpus_and_memory_fit),
        cmocka_unit_test(the_fullest_node_that_fits_is_filled),
        cmocka_unit_test(one_l3_domain_is_preferred),
        cmocka_unit_test(memory_decides),
        cmocka_unit_test(a_refusal_tells_the_figures_of_every_node),
        cmocka_unit_test(memory_that_nobody_tells_does_not_refuse),
        cmocka_unit_test(huge_pages_are_counted_where_they_back_the_guest),
        cmocka_unit_test(isolate_leaves_siblings_idle),
        cmocka_unit_test(require_wants_siblings),
        cmocka_unit_test(prefer_takes_whole_cores),
        cmocka_unit_test(any_takes_cpu_by_cpu),
        cmocka_unit_test(an_explicit_housekeeping_cpu_spoils_its_core),
        cmocka_unit_test(isolcpus_come_first_where_one_node_has_enough),
        cmocka_unit_test(one_node_of_mixed_cpus_is_better_than_two_of_a_kind),
        cmocka_unit_test(isolcpus_of_two_nodes_stay_isolcpus),
        cmocka_unit_test(guest_cells_go_to_nodes_of_their_own_where_none_holds_all),
        cmocka_unit_test(guest_cells_share_a_node_that_holds_them),
        cmocka_unit_test(pins_of_the_xml_are_kept),
        cmocka_unit_test(memory_of_a_pinned_cell_is_where_its_vcpus_are),
        cmocka_unit_test(wide_pins_make_room_for_narrow_ones),
        cmocka_unit_test(a_vcpu_without_a_pin_stays_near_the_pinned_ones),
        cmocka_unit_test(a_strict_numatune_decides_the_node),
        cmocka_unit_test(own_reserves_a_core_for_the_emulator),
        cmocka_unit_test(threads_of_the_node_keep_off_clean_and_isolated_cpus),
        cmocka_unit_test(share_gives_what_others_have_only_where_nothing_is_free),
        cmocka_unit_test(offline_cpus_are_not_given),
        cmocka_unit_test(a_node_without_cpus_is_none_and_one_without_memory_the_last),
        cmocka_unit_test(memory_that_no_node_has_beside_cpus_is_remote),
        cmocka_unit_test(odd_and_even_numbers_are_nodes),
        cmocka_unit_test(a_class_without_vcpus_takes_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
