/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CPUs that are kept busy: they are, and one that is not there holds nobody up. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "cpu_spinner.h"

static double seconds(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int first_cpus(int most, struct acdr_bitmap *ret)
{
    cpu_set_t mine;
    int n = 0;

    assert_int_equal(sched_getaffinity(0, sizeof(mine), &mine), 0);
    for (int cpu = 0; cpu < CPU_SETSIZE && n < most; cpu++)
        if (CPU_ISSET(cpu, &mine) && ++n)
            acdr_bitmap_add(ret, cpu);
    return n;
}

static void each_cpu_is_busy_for_some_ticks(void **state)
{
    struct acdr_bitmap cpus = { 0 };
    struct acdr_awake *w;
    struct timespec tick;
    double before = seconds(CLOCK_PROCESS_CPUTIME_ID);

    (void)state;
    assert_int_equal(clock_getres(CLOCK_MONOTONIC_COARSE, &tick), 0);
    assert_true(first_cpus(2, &cpus) > 0);
    w = acdr_awake_begin(&cpus);
    assert_non_null(w);
    acdr_awake_end(w);
    /* Two ticks each where the machine has the time. */
    assert_true(seconds(CLOCK_PROCESS_CPUTIME_ID) - before > 1e-9 * (double)tick.tv_nsec);
}

static void our_own_affinity_stays(void **state)
{
    struct acdr_bitmap cpus = { 0 };
    cpu_set_t was, one, now;

    (void)state;
    assert_int_equal(sched_getaffinity(0, sizeof(was), &was), 0);
    first_cpus(CPU_SETSIZE, &cpus);
    CPU_ZERO(&one);
    CPU_SET((size_t)acdr_bitmap_next(&cpus, -1), &one);
    assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
    for (int i = 0; i < 20; i++) {
        acdr_awake_end(acdr_awake_begin(&cpus));
        assert_int_equal(sched_getaffinity(0, sizeof(now), &now), 0);
        assert_true(CPU_EQUAL(&now, &one));
    }
    assert_int_equal(sched_setaffinity(0, sizeof(was), &was), 0);
}

static void a_cpu_that_is_not_there_is_left_out(void **state)
{
    struct acdr_bitmap cpus = { 0 };
    struct acdr_awake *w;

    (void)state;
    acdr_bitmap_add(&cpus, 4000);
    w = acdr_awake_begin(&cpus);
    assert_non_null(w);
    acdr_awake_end(w);
    acdr_awake_end(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_cpu_is_busy_for_some_ticks),
        cmocka_unit_test(our_own_affinity_stays),
        cmocka_unit_test(a_cpu_that_is_not_there_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
