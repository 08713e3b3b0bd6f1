/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Places within what the XML says, and beside what others have. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "place_world.h"

/* Two nodes of four cores with two threads: 0-3,8-11 and 4-7,12-15; housekeeping 0,8 and 4,12. */
static const struct made_shape two_nodes = { 2, 4, 2, 1, MADE_BLOCKS, 8 * 1024 * 1024LL };

enum { GIB = 1024 * 1024 };

static void assert_clean(struct world *w, int vcpus, int mib, const char *xml, const char *clean)
{
    if (world_find(w, vcpus, mib, xml) < 0)
        fail_msg("%s", w->e.text);
    assert_set(&w->place->clean, clean);
}

static void assert_refused(struct world *w, int vcpus, int mib, const char *xml, const char *why)
{
    assert_true(world_find(w, vcpus, mib, xml) < 0);
    if (!strstr(w->e.text, why))
        fail_msg("no \"%s\" in: %s", why, w->e.text);
}

static void put(struct acdr_bitmap *s, const char *list)
{
    assert_int_equal(acdr_bitmap_parse_list(s, list), 0);
}

#define PINS(a, b)                                                                                 \
    "<cputune><vcpupin vcpu='0' cpuset='" a "'/><vcpupin vcpu='1' cpuset='" b "'/></cputune>"

static void a_wide_pin_is_a_permission(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    assert_clean(&w, 2, 64, PINS("0-15", "0-15"), "1,9");
    assert_clean(&w, 2, 64, PINS("4-7,12-15", "4-7,12-15"), "5,13");
    w.host->nodes[0].memavail_kb = GIB;
    assert_clean(&w, 2, 2048, PINS("0-15", "0-15"), "5,13"); /* where the memory is */
    w.q.hints.memory_bound = true;
    assert_refused(&w, 2, 2048, PINS("1-3,9-11", "1-3,9-11"), "binds the guest to node 0");
    world_drop(&w);
}

static void different_pins_have_their_places_together(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    assert_clean(&w, 2, 64, PINS("6", "4-7,12-15"), "5-6,13-14");
    assert_int_equal(w.place->vcpu[0], 6);
    assert_clean(&w, 2, 64, PINS("1-3", "2"), "1-2,9-10"); /* its one CPU is left to vCPU 1 */
    assert_int_equal(w.place->vcpu[1], 2);
    assert_refused(
        &w, 2, 64, PINS("0", "2"),
        "the XML pins vCPU 0 to CPU 0 (<vcpupin>), where none is left for it: CPU 0: the "
        "host's housekeeping");
    world_drop(&w);
}

static void siblings_of_a_pinned_vcpu_are_kept_idle(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    world_class(&w, "[vcpus]\nsmt = isolate\n");
    assert_clean(&w, 2, 64, PINS("1", "2"), "1-2,9-10");
    assert_refused(&w, 2, 64, PINS("1", "9"),
                   "vCPU 0 to CPU 1, whose sibling, CPU 9, cannot be kept idle: it belongs to "
                   "another vCPU of the guest");
    put(&w.q.taken, "9");
    assert_refused(&w, 2, 64, PINS("1", "2"),
                   "smt = isolate: the XML pins vCPU 0 to CPU 1, whose sibling, CPU 9, cannot be "
                   "kept idle");
    world_class(&w, "[vcpus]\nsmt = prefer\n");
    assert_clean(&w, 2, 64, PINS("1", "2"), "1-2,10");
    put(&w.q.taken, "");
    world_class(&w, "[vcpus]\nsmt = any\n");
    assert_clean(&w, 2, 64, PINS("1", "2"), "1-2");
    world_drop(&w);
}

/* libvirt or the kernel would refuse it after the hook. */
static void what_the_host_or_the_group_lacks_is_refused(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    assert_refused(&w, 2, 64, PINS("1", "77"),
                   "vCPU 1 to CPU 77 by <vcpupin>, which it cannot get: CPU 77: not online here");
    assert_refused(&w, 2, 64, "<cputune><emulatorpin cpuset='78'/></cputune>",
                   "the emulator to CPU 78 by <emulatorpin>");
    assert_refused(&w, 2, 64, "<numatune><memory mode='interleave' nodeset='1,6'/></numatune>",
                   "memory to node 6 by <numatune>, which this host does not have");
    put(&w.q.reach, "4-7,12-15");
    put(&w.q.mems, "1");
    assert_refused(&w, 2, 64, PINS("1", "5"), "vCPU 0 to CPU 1 by <vcpupin>");
    assert_refused(&w, 2, 64, "<numatune><memory mode='strict' nodeset='0'/></numatune>",
                   "memory by <numatune> to nodes that the cgroup of libvirt's guests has not got: "
                   "it has node 1");
    world_drop(&w);
}

static void a_strict_numatune_stands_beside_pins_elsewhere(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    w.q.hints.dedicated = false;
    assert_int_equal(
        0, world_find(&w, 2, 64,
                      "<numatune><memory mode='strict' nodeset='1'/></numatune>" PINS("1", "2")));
    assert_true(acdr_bitmap_has(&w.place->nodes, 1));
    assert_false(acdr_bitmap_has(&w.place->nodes, 0));
    world_drop(&w);
}

#define CELLS                                                                                      \
    "<cpu><numa><cell id='0' cpus='0' memory='64' unit='MiB'/>"                                    \
    "<cell id='1' cpus='1' memory='64' unit='MiB'/></numa></cpu>"
#define MEMNODES(a, b)                                                                             \
    "<numatune><memnode cellid='0' mode='strict' nodeset='" a "'/>"                                \
    "<memnode cellid='1' mode='strict' nodeset='" b "'/></numatune>"

static void vcpus_follow_the_memory_of_their_cells(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    assert_clean(&w, 2, 128, CELLS MEMNODES("1", "0"), "1,5,9,13");
    assert_int_equal(w.place->vcpu[0], 5);
    assert_int_equal(w.place->vcpu[1], 1);
    assert_int_equal(w.place->cell_node[0], 1);
    assert_int_equal(w.place->cell_node[1], 0);
    put(&w.q.taken, "5-7,13-15"); /* there are none: remote CPUs are better than no start */
    assert_clean(&w, 2, 128, CELLS MEMNODES("1", "1"), "1,9");
    assert_set(&w.place->nodes, "0-1");
    assert_refused(&w, 2, 128, CELLS MEMNODES("1", "7"), "cell 1 to node 7 by <memnode>");
    world_drop(&w);
}

static void memory_must_be_where_the_pins_are(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    world_class(&w, "[vcpus]\n[strict-numa]\n");
    w.host->nodes[0].memavail_kb = GIB;
    assert_refused(&w, 2, 2048, PINS("1", "2"),
                   "binds the guest to node 0 by <vcpupin>, which has 1024 of the 2048 MiB");
    world_class(&w, "[vcpus]\n");
    assert_clean(&w, 2, 2048, PINS("1", "2"), "1-2,9-10");
    world_drop(&w);
}

static void what_is_softly_others_is_taken_for_fewer_nodes_alone(void **state)
{
    struct acdr_holder db = { .who = (char *)"guest db" };
    struct acdr_holders holders = { &db, 1 };
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    put(&db.cpus, "1,9");
    w.q.soft = db.cpus;
    w.q.holders = &holders;
    assert_clean(&w, 2, 64, "", "2,10");
    put(&w.q.taken, "5-7,13-15");
    assert_clean(&w, 6, 64, "", "1-3,9-11"); /* all there is */
    assert_non_null(strstr(w.place->why, "CPU 1,9: guest db"));
    put(&w.q.taken, "5,13");
    assert_clean(&w, 6, 64, "", "1-3,9-11"); /* else it would be on two nodes */
    world_drop(&w);
}

static void memory_that_is_promised_is_not_free(void **state)
{
    long long promised[2] = { 7 * GIB, 0 };
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    w.q.promised_kb = promised;
    assert_clean(&w, 2, 2048, "", "5,13");
    assert_int_equal(w.place->n_promises, 1);
    assert_int_equal(w.place->promises[0].node, 1);
    assert_int_equal(w.place->promises[0].kb, 2 * GIB);
    promised[1] = 20LL * GIB;
    assert_refused(&w, 2, 2048, "", "node 1 has 6 of 8 CPUs free for vCPUs and 0 MiB");
    world_drop(&w);
}

static void memory_that_may_be_asked_for_is_avoided(void **state)
{
    long long promised[2] = { GIB, 0 }, growing[2] = { 7 * GIB, 0 };
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    w.q.promised_kb = promised;
    w.q.growing_kb = growing;
    assert_clean(&w, 2, 2048, "", "5,13");
    promised[1] = growing[1] = 20LL * GIB;
    assert_clean(&w, 2, 2048, "", "1,9"); /* better than no place */
    if (!strstr(w.place->why, "node 0: its guests may still need 6144 MiB"))
        fail_msg("%s", w.place->why);
    world_drop(&w);
}

static void nodes_that_the_group_has_not_are_closed(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    put(&w.q.mems, "1");
    assert_clean(&w, 2, 64, "", "5,13");
    world_drop(&w);
}

static void every_mode_of_numatune_counts(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    assert_clean(&w, 2, 64, "<numatune><memory mode='restrictive' nodeset='1'/></numatune>",
                 "5,13");
    assert_set(&w.place->nodes, "1");
    assert_clean(&w, 2, 64, "<numatune><memory mode='interleave' nodeset='0-1'/></numatune>",
                 "1,9");
    assert_set(&w.place->nodes, "0-1");
    assert_clean(&w, 2, 64, "<numatune><memory mode='preferred' nodeset='1'/></numatune>", "1,9");
    put(&w.q.hints.near, "1"); /* as planning does */
    assert_clean(&w, 2, 64, "<numatune><memory mode='preferred' nodeset='1'/></numatune>", "5,13");
    world_drop(&w);
}

static void numad_is_not_guessed(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    assert_refused(&w, 1, 64, "<numatune><memory placement='auto'/></numatune>",
                   "placement of its vCPUs to numad");
    world_class(&w, "[strict-numa]\n");
    assert_refused(&w, 1, 64, "<numatune><memory placement='auto'/></numatune>" PINS("1", "2"),
                   "placement of its memory to numad");
    world_drop(&w);
}

/* Without CPUs of its own a guest goes where its vCPUs have CPUs to share. */
static void a_crowded_node_is_avoided(void **state)
{
    long long load[2] = { 0, 0 };
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    world_class(&w, "[strict-numa]\n");
    w.host->nodes[0].memavail_kb = 9LL * GIB;
    assert_clean(&w, 8, 64, "", "");
    assert_set(&w.place->nodes, "0");
    put(&w.q.others, "1-3,9-11");
    assert_clean(&w, 8, 64, "", "");
    assert_set(&w.place->nodes, "1");
    put(&w.q.others, "");
    load[0] = 4;
    w.q.load = load;
    assert_clean(&w, 8, 64, "", "");
    assert_set(&w.place->nodes, "1");
    assert_clean(&w, 2, 64, PINS("1-3", "2"), "");
    assert_set(&w.place->nodes, "0");
    assert_clean(&w, 2, 64, PINS("1", "5"), "");
    assert_set(&w.place->nodes, "0-1");
    assert_clean(&w, 2, 128, CELLS MEMNODES("1", "1"), "");
    assert_set(&w.place->nodes, "1");
    world_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wide_pin_is_a_permission),
        cmocka_unit_test(different_pins_have_their_places_together),
        cmocka_unit_test(siblings_of_a_pinned_vcpu_are_kept_idle),
        cmocka_unit_test(what_the_host_or_the_group_lacks_is_refused),
        cmocka_unit_test(a_strict_numatune_stands_beside_pins_elsewhere),
        cmocka_unit_test(vcpus_follow_the_memory_of_their_cells),
        cmocka_unit_test(memory_must_be_where_the_pins_are),
        cmocka_unit_test(what_is_softly_others_is_taken_for_fewer_nodes_alone),
        cmocka_unit_test(memory_that_is_promised_is_not_free),
        cmocka_unit_test(memory_that_may_be_asked_for_is_avoided),
        cmocka_unit_test(nodes_that_the_group_has_not_are_closed),
        cmocka_unit_test(every_mode_of_numatune_counts),
        cmocka_unit_test(numad_is_not_guessed),
        cmocka_unit_test(a_crowded_node_is_avoided),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
