/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* separate and colocate: who is kept from whom, and what is said where that is not to be had. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "step_world.h"

#define SMT "tests/hosts/two-nodes-smt.host"

/* Another guest of class OTHER, on CPUS of NODE. */
static void put_other(struct step_world *w, const char *other, int node, const char *cpus)
{
    struct acdr_entry *en;

    host_tree_put(w->root, "/etc/acdr/classes/other.conf", "%s", other);
    en = acdr_journal_add(w->j, "other", "g9", "other");
    en->place = calloc(1, sizeof(*en->place));
    en->place->vcpu = calloc(1, sizeof(int));
    en->place->cell_node = calloc(1, sizeof(int));
    en->place->why = strdup("");
    acdr_bitmap_add(&en->place->nodes, node);
    assert_int_equal(acdr_bitmap_parse_list(&en->place->clean, cpus), 0);
}

static void members_are_kept_on_other_nodes(void **state)
{
    static const char pair[] = "[vcpus]\n[separate]\ngroup = pair\n";
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_plan(&w, pair, "");
    step_world_says(&w, "already: no other guest of group pair is here");
    step_world_says(&w, "  vcpus      0:1 1:9\n");
    put_other(&w, "[separate]\ngroup = pair\n", 0, "2,10");
    step_world_plan(&w, pair, "");
    step_world_says(&w, "separate       try  applied: on no node of g9");
    step_world_says(&w, "  vcpus      0:5 1:13\n");
    step_world_plan(&w, "[vcpus]\n[separate]\ngroup = else\n", "");
    step_world_says(&w, "  vcpus      0:1 1:9\n");
    step_world_plan(&w, "[vcpus]\n", ""); /* who asks for nothing may be beside him */
    step_world_says(&w, "  vcpus      0:1 1:9\n");
    step_world_drop(&w);
}

static void without_cores_of_their_own_nodes_are_kept_apart(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    put_other(&w, "[separate]\ngroup = pair\n", 1, "");
    step_world_plan(&w, "[strict-numa]\n[separate]\ngroup = pair\n", "");
    step_world_says(&w, "  nodes      0\n");
    step_world_says(&w, "applied: on no node of g9");
    step_world_plan(&w, "[strict-numa]\n[separate]\ngroup = pair\nwhat = l3\n", "");
    step_world_says(&w, "unsupported: without cores of its own");
    step_world_drop(&w);
}

static void smaller_parts_are_kept_apart_as_well(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    put_other(&w, "[separate]\ngroup = pair\n", 0, "1");
    step_world_plan(&w, "[vcpus]\nsmt = any\n[separate]\ngroup = pair\nwhat = core\n", "");
    step_world_says(&w, "  vcpus      0:2 1:10\n");
    step_world_says(&w, "applied: on no core of g9");
    step_world_plan(&w, "[vcpus]\n[separate]\ngroup = pair\nwhat = l3\n", "");
    step_world_says(&w, "  vcpus      0:5 1:13\n");
    step_world_drop(&w);
}

static void where_there_is_no_such_place_it_is_said(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    put_other(&w, "[separate]\ngroup = pair\n", 0, "1,9");
    acdr_bitmap_add(&w.j->entries[0].place->nodes, 1);
    step_world_plan(&w, "[vcpus]\n[separate]\ngroup = pair\n", "");
    step_world_says(&w, "separate       try  refused: no place");
    step_world_plan(&w, "[vcpus]\n[separate]\n", "");
    step_world_says(&w, "refused: neither the class nor acdr.conf names a group");
    step_world_drop(&w);
}

static void colocated_guests_are_on_one_node(void **state)
{
    static const char talk[] = "[vcpus]\n[colocate]\ngroup = talk\n";
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_plan(&w, talk, "");
    step_world_says(&w, "already: no other guest of group talk is here");
    put_other(&w, talk, 1, "5,13");
    step_world_plan(&w, talk, "");
    step_world_says(&w, "applied: on the same node as g9");
    step_world_says(&w, "  vcpus      0:6 1:14\n");
    step_world_plan(&w, "[vcpus]\n[colocate]\ngroup = talk\nwhat = l3\n", "");
    step_world_says(&w, "applied: on the same l3 as g9");
    step_world_plan(&w, "[vcpus]\n[colocate]\ngroup = else\n", "");
    step_world_says(&w, "already: no other guest of group else is here");
    step_world_plan(&w, "[strict-numa]\n[colocate]\ngroup = talk\n", "");
    step_world_says(&w, "  nodes      1\n");
    step_world_plan(&w, "[strict-numa]\n[colocate]\ngroup = talk\nwhat = l3\n", "");
    step_world_says(&w, "unsupported: without cores of its own");
    step_world_drop(&w);
}

static void cores_are_shared_only_where_both_classes_say_so(void **state)
{
    static const char core[] = "[vcpus]\n[colocate]\ngroup = talk\nwhat = core\n";
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    put_other(&w, "[vcpus]\n[colocate]\ngroup = talk\n", 1, "5,13");
    step_world_plan(&w, core, "");
    step_world_says(&w, "refused: 2 vCPUs are not on the same core as g9");
    host_tree_put(w.root, "/etc/acdr/classes/other.conf", "%s", core);
    step_world_plan(&w, core, "");
    step_world_says(&w, "applied: on the same core as g9");
    step_world_says(&w, "  vcpus      0:5 1:13\n");
    step_world_plan(&w, "[vcpus]\n[colocate]\ngroup = talk\n", "");
    step_world_says(&w, "  vcpus      0:6 1:14\n");
    step_world_drop(&w);
}

static void acdr_conf_groups_guests_by_name(void **state)
{
    static const char talk[] = "[vcpus]\n[colocate]\n";
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    put_other(&w, talk, 1, "5,13");
    host_tree_put(w.root, "/etc/acdr/acdr.conf", "groups = a=other* talk=g?,run*\n");
    step_world_plan(&w, talk, "");
    step_world_says(&w, "applied: on the same node as g9");
    step_world_plan(&w, "[vcpus]\n[colocate]\ngroup = mine\n", ""); /* the class goes first */
    step_world_says(&w, "already: no other guest of group mine is here");
    host_tree_put(w.root, "/etc/acdr/acdr.conf", "groups = talk=x*\n");
    step_world_plan(&w, talk, "");
    step_world_says(&w, "refused: neither the class nor acdr.conf names a group");
    step_world_drop(&w);
}

static void a_guest_is_near_what_is_passed_through_to_it(void **state)
{
    static const char hostdev[] =
        "<devices><hostdev mode='subsystem' type='pci'><source><address domain='0x0000' "
        "bus='0x3b' slot='0x00' function='0x0'/></source></hostdev></devices>";
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_plan(&w, "[vcpus]\n", hostdev);
    step_world_says(&w, "  nodes      0\n");
    step_world_put(&w, "/sys/bus/pci/devices/0000:3b:00.0/numa_node", "1");
    step_world_plan(&w, "[vcpus]\n", hostdev);
    step_world_says(&w, "  nodes      1\n");
    step_world_drop(&w);
}

static void a_full_node_is_no_reason_to_split(void **state)
{
    static const char talk[] = "[vcpus]\n[colocate]\ngroup = talk\n";
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    put_other(&w, talk, 1, "5-7,13-15");
    step_world_plan(&w, talk, "");
    step_world_says(&w, "refused: 2 vCPUs are not on the same node as g9");
    step_world_says(&w, "  nodes      0\n");
    step_world_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_kept_on_other_nodes),
        cmocka_unit_test(without_cores_of_their_own_nodes_are_kept_apart),
        cmocka_unit_test(smaller_parts_are_kept_apart_as_well),
        cmocka_unit_test(where_there_is_no_such_place_it_is_said),
        cmocka_unit_test(colocated_guests_are_on_one_node),
        cmocka_unit_test(cores_are_shared_only_where_both_classes_say_so),
        cmocka_unit_test(acdr_conf_groups_guests_by_name),
        cmocka_unit_test(a_guest_is_near_what_is_passed_through_to_it),
        cmocka_unit_test(a_full_node_is_no_reason_to_split),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
