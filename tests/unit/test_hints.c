/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What steps want of a placement, from the text of a class. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "place_world.h"

static void words_are_numbered_as_the_enumerations_are(void **state)
{
    static const char *const smt[] = { "isolate", "cores", "require", "prefer", "any" };
    static const char *const where[] = { "housekeeping", "own", "node" };
    static const char *const what[] = { "core", "l3", "node" };
    struct world w;
    char text[200];

    (void)state;
    world_make(&w, &(struct made_shape){ .nodes = 1, .cores = 2, .memory_kb = 1 });
    for (int i = ACDR_SMT_ISOLATE; i <= ACDR_SMT_ANY; i++) {
        snprintf(text, sizeof(text), "[vcpus]\nsmt = %s\n", smt[i]);
        world_class(&w, text);
        assert_true(w.q.hints.dedicated);
        assert_int_equal(w.q.hints.smt, i);
    }
    for (int i = ACDR_THREAD_CPUS_HOUSEKEEPING; i <= ACDR_THREAD_CPUS_NODE; i++) {
        snprintf(text, sizeof(text), "[emulator]\nemulator = %s\niothreads = %s\nvhost = %s\n",
                 where[i], where[(i + 1) % 3], where[(i + 2) % 3]);
        world_class(&w, text);
        assert_true(w.q.hints.threads_placed);
        assert_int_equal(w.q.hints.emulator.where, i);
        assert_int_equal(w.q.hints.iothreads.where, (i + 1) % 3);
        assert_int_equal(w.q.hints.vhost.where, (i + 2) % 3);
    }
    for (int i = ACDR_GROUP_CORE; i <= ACDR_GROUP_NODE; i++) {
        snprintf(text, sizeof(text), "[separate]\ngroup = s\nwhat = %s\n[colocate]\nwhat = %s\n",
                 what[i], what[(i + 1) % 3]);
        world_class(&w, text);
        assert_string_equal(w.q.hints.group[ACDR_GROUP_SEPARATE].name, "s");
        assert_int_equal(w.q.hints.group[ACDR_GROUP_SEPARATE].scope, i);
        assert_null(w.q.hints.group[ACDR_GROUP_COLOCATE].name);
        assert_int_equal(w.q.hints.group[ACDR_GROUP_COLOCATE].scope, (i + 1) % 3);
    }
    world_drop(&w);
}

static void cpus_are_named(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &(struct made_shape){ .nodes = 1, .cores = 2, .memory_kb = 1 });
    assert_true(acdr_bitmap_empty(&w.q.hints.vcpus));
    world_class(&w, "[vcpus]\ncpus = 2-4,12\n[emulator]\nemulator = 0\nvhost = 5-6\n");
    assert_set(&w.q.hints.vcpus, "2-4,12");
    assert_int_equal(w.q.hints.emulator.where, ACDR_THREAD_CPUS_LIST);
    assert_set(&w.q.hints.emulator.list, "0");
    assert_int_equal(w.q.hints.iothreads.where, ACDR_THREAD_CPUS_HOUSEKEEPING);
    assert_set(&w.q.hints.vhost.list, "5-6");
    assert_set(&w.q.hints.avoid, "0,5-6");
    world_drop(&w);
}

static void memory_is_wanted_as_the_class_says(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &(struct made_shape){ .nodes = 1, .cores = 2, .memory_kb = 1 });
    world_class(&w, "[hugepages]\n[strict-numa]\n");
    assert_true(w.q.hints.hugepages && w.q.hints.adds_hugepages);
    assert_true(w.q.hints.memory_bound && !w.q.hints.memory_stays);
    world_class(&w, "[hugepages]\nadd = no\n[strict-numa]\nmigrate = no\n");
    assert_true(w.q.hints.hugepages && !w.q.hints.adds_hugepages);
    assert_true(w.q.hints.memory_bound && w.q.hints.memory_stays);
    world_drop(&w);
}

static void a_step_that_is_not_used_wants_nothing(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &(struct made_shape){ .nodes = 1, .cores = 2, .memory_kb = 1 });
    world_class(&w, "[vcpus]\nuse = no\nsmt = any\n[emulator]\nuse = no\nemulator = own\n"
                    "[separate]\nuse = no\ngroup = s\n[ksm]\n");
    assert_true(!w.q.hints.dedicated && w.q.hints.smt == ACDR_SMT_PREFER);
    assert_true(!w.q.hints.threads_placed);
    assert_int_equal(w.q.hints.emulator.where, ACDR_THREAD_CPUS_HOUSEKEEPING);
    assert_null(w.q.hints.group[ACDR_GROUP_SEPARATE].name);
    assert_true(!w.q.hints.hugepages && !w.q.hints.memory_bound);
    world_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_numbered_as_the_enumerations_are),
        cmocka_unit_test(cpus_are_named),
        cmocka_unit_test(memory_is_wanted_as_the_class_says),
        cmocka_unit_test(a_step_that_is_not_used_wants_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
