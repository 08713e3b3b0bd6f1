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
    acdr_cpus_add(&en->place->nodes, node);
    assert_int_equal(acdr_cpus_parse_list(&en->place->clean, cpus), 0);
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
    acdr_cpus_add(&w.j->entries[0].place->nodes, 1);
    step_world_plan(&w, "[vcpus]\n[separate]\ngroup = pair\n", "");
    step_world_says(&w, "separate       try  refused: no place");
    step_world_plan(&w, "[vcpus]\n[separate]\n", "");
    step_world_says(&w, "refused: the class names no group");
    step_world_drop(&w);
}

static void colocate_says_that_it_does_nothing_yet(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_plan(&w, "[vcpus]\n[colocate]\ngroup = talk\nwhat = l3\n", "");
    step_world_says(&w, "unsupported: group talk, same l3: the choice of a place does not use");
    step_world_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_kept_on_other_nodes),
        cmocka_unit_test(without_cores_of_their_own_nodes_are_kept_apart),
        cmocka_unit_test(smaller_parts_are_kept_apart_as_well),
        cmocka_unit_test(where_there_is_no_such_place_it_is_said),
        cmocka_unit_test(colocate_says_that_it_does_nothing_yet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
