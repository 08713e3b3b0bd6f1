/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Kinds of cores, and that a guest is on one of them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "place_world.h"

#define CPU "/sys/devices/system/cpu"

static int setup(void **state)
{
    scratch_setup(state);
    scratch_put(*state, CPU "/online", "0-3\n");
    for (int i = 0; i < 4; i++) {
        char path[64];

        snprintf(path, sizeof(path), CPU "/cpu%d", i);
        scratch_dir(*state, path);
    }
    return 0;
}

static void assert_speeds(struct scratch *t, int n, const char *want)
{
    struct acdr_host *h = NULL;
    char got[5] = "";

    assert_int_equal(acdr_host_read(t->root, 0, &h, NULL), 0);
    assert_int_equal(h->n_speeds, n);
    for (int i = 0; i < 4; i++)
        got[i] = (char)('0' + h->cpus[i].speed);
    assert_string_equal(got, want);
    acdr_host_free(h);
}

static void put_capacity(struct scratch *t, int cpu, int capacity)
{
    char path[64];

    snprintf(path, sizeof(path), CPU "/cpu%d/cpu_capacity", cpu);
    scratch_put(t, path, "%d\n", capacity);
}

static void cores_are_alike_where_nothing_says_otherwise(void **state)
{
    assert_speeds(*state, 1, "0000");
    scratch_put(*state, "/sys/devices/cpu_core/cpus", "0-3\n");
    assert_speeds(*state, 1, "0000");
}

static void counters_tell_kinds_apart(void **state)
{
    scratch_put(*state, "/sys/devices/cpu_core/cpus", "1-2\n");
    scratch_put(*state, "/sys/devices/cpu_atom/cpus", "0,3\n");
    assert_speeds(*state, 2, "1001");
    scratch_put(*state, "/sys/devices/cpu_atom/cpus", "0\n");
    scratch_put(*state, "/sys/devices/cpu_lowpower/cpus", "3\n");
    assert_speeds(*state, 3, "1002");
}

static void capacities_tell_kinds_apart(void **state)
{
    struct scratch *t = *state;

    put_capacity(t, 0, 300);
    put_capacity(t, 1, 1024);
    put_capacity(t, 2, 700);
    assert_speeds(t, 1, "0000"); /* one is not known */
    put_capacity(t, 3, 300);
    assert_speeds(t, 3, "2012");
    put_capacity(t, 3, 100); /* a fourth kind */
    assert_speeds(t, 3, "2012");
    for (int i = 0; i < 4; i++)
        put_capacity(t, i, 1024);
    assert_speeds(t, 1, "0000");
}

/* Fast cores 1-3, slow ones 4-7; housekeeping 0. */
static void a_guest_is_on_cores_of_one_kind(void **state)
{
    static const struct made_shape shape = { 1, 8, 1, 1, MADE_BLOCKS, 8 * 1024 * 1024LL };
    struct world w;

    (void)state;
    world_make(&w, &shape);
    w.host->n_speeds = 2;
    for (int i = 4; i < 8; i++)
        w.host->cpus[i].speed = 1;
    assert_int_equal(world_find(&w, 3, 64, ""), 0);
    assert_set(&w.place->clean, "1-3");
    assert_int_equal(world_find(&w, 4, 64, ""), 0); /* there are three fast ones */
    assert_set(&w.place->clean, "4-7");
    assert_int_equal(world_find(&w, 5, 64, ""), 0);
    assert_int_equal(w.place->n_vcpus, 5);
    assert_int_equal(world_find(&w, 8, 64, ""), -ENOSPC);
    world_drop(&w);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(cores_are_alike_where_nothing_says_otherwise),
        TEST(counters_tell_kinds_apart),
        TEST(capacities_tell_kinds_apart),
        TEST(a_guest_is_on_cores_of_one_kind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
