/* CPUs that are kept busy: they are, and one that is not there holds nobody up. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "awake.h"

static double seconds(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void each_cpu_runs_for_two_ticks(void **state)
{
    struct acdr_cpus cpus = { 0 };
    struct acdr_awake *w;
    cpu_set_t mine;
    struct timespec tick;
    double before;
    int n = 0;

    (void)state;
    assert_int_equal(sched_getaffinity(0, sizeof(mine), &mine), 0);
    for (int cpu = 0; cpu < CPU_SETSIZE && n < 2; cpu++)
        if (CPU_ISSET(cpu, &mine) && ++n)
            acdr_cpus_add(&cpus, cpu);
    before = seconds(CLOCK_PROCESS_CPUTIME_ID);
    w = acdr_awake_begin(&cpus);
    assert_non_null(w);
    acdr_awake_end(w);
    /* Two ticks each where the machine has the time; it is not waited for. */
    assert_int_equal(clock_getres(CLOCK_MONOTONIC_COARSE, &tick), 0);
    assert_true(seconds(CLOCK_PROCESS_CPUTIME_ID) - before > 1e-9 * (double)tick.tv_nsec);
}

static void a_cpu_that_is_not_there_is_left_out(void **state)
{
    struct acdr_cpus cpus = { 0 };
    struct acdr_awake *w;
    double before = seconds(CLOCK_MONOTONIC);

    (void)state;
    acdr_cpus_add(&cpus, 4000);
    w = acdr_awake_begin(&cpus);
    assert_non_null(w);
    assert_true(seconds(CLOCK_MONOTONIC) - before < 0.2);
    acdr_awake_end(w);
    acdr_awake_end(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_cpu_runs_for_two_ticks),
        cmocka_unit_test(a_cpu_that_is_not_there_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
