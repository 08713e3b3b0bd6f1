/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vCPUs among the CPUs that a class lists. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "place_cost.h"
#include "place_world.h"

/* Two nodes of four cores with two threads: 0-3,8-11 and 4-7,12-15; housekeeping 0,8 and 4,12. */
static const struct made_shape two_nodes = { 2, 4, 2, 1, MADE_BLOCKS, 8 * 1024 * 1024LL };

enum { GIB = 1024 * 1024 };

static const char *const smts[] = { "isolate", "cores", "require", "prefer", "any" };

static void use(struct world *w, const char *cpus, const char *smt, const char *more)
{
    char text[256];

    snprintf(text, sizeof(text), "[vcpus]\ncpus = %s\nsmt = %s\n%s", cpus, smt, more);
    world_class(w, text);
}

/* VCPUS as a list: the order of the guest's vCPUs is not asked. */
static void assert_place(struct world *w, int n, int mib, const char *xml, const char *vcpus,
                         const char *clean)
{
    struct acdr_bitmap set = { 0 };

    if (world_find(w, n, mib, xml) < 0)
        fail_msg("%s", w->e.text);
    for (int i = 0; i < n; i++)
        acdr_bitmap_add(&set, w->place->vcpu[i]);
    assert_set(&set, vcpus);
    assert_set(&w->place->clean, clean);
}

static void assert_refused(struct world *w, int n, int mib, const char *xml, const char *why)
{
    assert_true(world_find(w, n, mib, xml) < 0);
    if (!strstr(w->e.text, why))
        fail_msg("no \"%s\" in: %s", why, w->e.text);
}

static void one_thread_of_each_core_stays_on_one_node(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    for (int i = 0; i < 5; i++) {
        if (!strcmp(smts[i], "require"))
            continue;
        use(&w, "3,5-7", smts[i], "");
        assert_place(&w, 3, 64, "", "5-7", strcmp(smts[i], "any") ? "5-7,13-15" : "5-7");
        assert_set(&w.place->nodes, "1");
        assert_place(&w, 3, 64, "<vcpu cpuset='0-15'/>", "5-7",
                     strcmp(smts[i], "any") ? "5-7,13-15" : "5-7");
    }
    world_drop(&w);
}

static void it_goes_where_the_memory_is(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    w.host->nodes[0].memavail_kb = GIB;
    use(&w, "1-3,5-7", "isolate", "");
    assert_place(&w, 2, 2048, "", "5-6", "5-6,13-14");
    use(&w, "1-3,5-7", "isolate", "[strict-numa]\nneed = must\n");
    assert_place(&w, 2, 2048, "", "5-6", "5-6,13-14");
    use(&w, "1-3", "isolate", "[strict-numa]\nneed = must\n");
    assert_refused(&w, 2, 2048, "", "the class binds the guest to node 0 by key `cpus`");
    use(&w, "1-3", "isolate", "");
    assert_place(&w, 2, 2048, "", "1-2", "1-2,9-10");
    assert_non_null(strstr(w.place->why, "remote memory: only node 0 has the CPUs"));
    assert_set(&w.place->nodes, "0-1");
    world_drop(&w);
}

static void require_wants_both_threads_in_the_list(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    use(&w, "5-7", "require", "");
    assert_refused(&w, 2, 64, "", "smt = require: vCPU 0 needs a core with siblings, all of them");
    use(&w, "1,5-7,14-15", "require", "");
    assert_place(&w, 2, 64, "", "6,14", "6,14");
    assert_place(&w, 3, 64, "", "6-7,14", "6-7,14-15");
    assert_refused(&w, 5, 64, "", "smt = require");
    assert_int_equal(acdr_bitmap_parse_list(&w.q.taken, "14"), 0);
    assert_place(&w, 2, 64, "", "7,15", "7,15");
    assert_refused(&w, 3, 64, "", "smt = require");
    world_drop(&w);
}

/* Core 5,13 has both threads in the list, 6 and 7 one each. */
static void cores_listed_by_half_carry_one_vcpu(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    use(&w, "5-7,13", "prefer", "");
    assert_place(&w, 2, 64, "", "5,13", "5,13");
    assert_int_equal(w.place->vcpu[0] + 8, w.place->vcpu[1]);
    assert_place(&w, 3, 64, "", "5-6,13", "5-6,13-14");
    assert_place(&w, 4, 64, "", "5-7,13", "5-7,13-15");
    use(&w, "5-7,13", "cores", "");
    assert_place(&w, 3, 64, "", "5-7", "5-7,13-15");
    assert_place(&w, 4, 64, "", "5-7,13", "5-7,13-15");
    use(&w, "13-15", "isolate", "");
    assert_place(&w, 2, 64, "", "13-14", "5-6,13-14");
    use(&w, "5-6,13-14", "isolate", "");
    assert_refused(&w, 3, 64, "",
                   "smt = isolate: the class pins vCPU 0 to CPU 5, whose sibling, CPU 13, cannot "
                   "be kept idle: it belongs to another vCPU");
    world_drop(&w);
}

static void a_busy_sibling_is_avoided(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    assert_int_equal(acdr_bitmap_parse_list(&w.q.taken, "13"), 0);
    use(&w, "5-7", "isolate", "");
    assert_place(&w, 2, 64, "", "6-7", "6-7,14-15");
    assert_refused(&w, 3, 64, "", "the class pins vCPU 0 to CPU 5, whose sibling, CPU 13");
    use(&w, "5-7", "prefer", "");
    assert_place(&w, 2, 64, "", "6-7", "6-7,14-15");
    assert_place(&w, 3, 64, "", "5-7", "5-7,14-15"); /* its owner named it: no other is left */
    world_drop(&w);
}

static void the_emulators_own_core_is_beside_the_list(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    use(&w, "5-7", "prefer", "[emulator]\nemulator = own\n");
    assert_place(&w, 2, 64, "", "5-6", "5-6,13-14");
    assert_set(&w.place->reserved, "7,15");
    assert_int_equal(acdr_bitmap_parse_list(&w.q.taken, "1-3,9-11"), 0);
    assert_refused(&w, 3, 64, "",
                   "no place: needs 3 dedicated CPUs of those that the class names (CPU 5-7) and "
                   "one for the emulator and 64 MiB; node 0 has 0 of 8 CPUs free for vCPUs");
    assert_non_null(strstr(w.e.text, "node 1 has 3 of 8 CPUs free for vCPUs"));
    world_drop(&w);
}

/* A pin within the list is the owner's: its sibling is kept idle, and no search asks for it. */
static void pins_of_the_owner_choose_within_the_list(void **state)
{
    static const char one_pin[] = "<cputune><vcpupin vcpu='1' cpuset='7'/></cputune>";
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    use(&w, "3,5-7", "isolate", "");
    assert_place(&w, 3, 64, one_pin, "5-7", "5-7,13-15");
    assert_int_equal(w.place->vcpu[1], 7);
    use(&w, "3,5-7", "require", "");
    assert_place(&w, 1, 64, "<cputune><vcpupin vcpu='0' cpuset='7'/></cputune>", "7", "7,15");
    assert_refused(&w, 2, 64, one_pin, "smt = require: vCPU 0 needs");
    assert_refused(&w, 1, 64, "<cputune><vcpupin vcpu='0' cpuset='1'/></cputune>",
                   "the XML pins vCPU 0 to CPU 1, of which the class names none");
    world_drop(&w);
}

static int find_xml(struct world *w, const char *xml)
{
    acdr_domain_free(w->domain);
    acdr_place_free(w->place);
    w->domain = NULL;
    w->place = NULL;
    assert_int_equal(acdr_domain_parse(xml, strlen(xml), &w->domain, NULL), 0);
    w->q.domain = w->domain;
    return acdr_place_find(&w->q, &w->place, &w->e);
}

static void a_pin_of_a_vcpu_that_is_not_online_is_not_asked(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    use(&w, "5-7", "prefer", "");
    assert_int_equal(find_xml(&w, "<domain type='kvm'><name>g</name><memory unit='MiB'>64</memory>"
                                  "<vcpu current='1'>2</vcpu><cputune>"
                                  "<vcpupin vcpu='1' cpuset='1'/></cputune></domain>"),
                     0);
    assert_int_equal(w.place->vcpu[0], 5);
    assert_int_equal(find_xml(&w, "<domain type='kvm'><name>g</name><memory unit='MiB'>64</memory>"
                                  "<vcpu current='2'>2</vcpu><cputune>"
                                  "<vcpupin vcpu='1' cpuset='1'/></cputune></domain>"),
                     -EINVAL);
    world_drop(&w);
}

static void an_explanation_counts_the_listed_cpus(void **state)
{
    struct acdr_place_explanation *s = NULL;
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    use(&w, "3,5-7", "isolate", "");
    assert_place(&w, 2, 64, "", "5-6", "5-6,13-14");
    assert_int_equal(acdr_place_explain(&w.q, w.place, &s, NULL), 0);
    assert_int_equal(s->options[0].room, 1);
    assert_int_equal(s->options[1].room, 3);
    assert_int_equal(s->options[0].lacks, ACDR_LACK_CPUS);
    assert_int_equal(s->options[1].lacks, 0);
    assert_int_equal(s->options[1].cost.term[ACDR_COST_NODES], 1);
    assert_int_equal(acdr_place_cost_compare(&s->cost, &s->best_cost, NULL), 0);
    acdr_place_explanation_free(s);
    world_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_thread_of_each_core_stays_on_one_node),
        cmocka_unit_test(it_goes_where_the_memory_is),
        cmocka_unit_test(require_wants_both_threads_in_the_list),
        cmocka_unit_test(cores_listed_by_half_carry_one_vcpu),
        cmocka_unit_test(a_busy_sibling_is_avoided),
        cmocka_unit_test(the_emulators_own_core_is_beside_the_list),
        cmocka_unit_test(pins_of_the_owner_choose_within_the_list),
        cmocka_unit_test(a_pin_of_a_vcpu_that_is_not_online_is_not_asked),
        cmocka_unit_test(an_explanation_counts_the_listed_cpus),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
