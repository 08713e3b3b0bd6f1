/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The step power, on hosts with and without what it sets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "step_world.h"

#define SMT    "tests/hosts/two-nodes-smt.host"
#define POLICY "/sys/devices/system/cpu/cpufreq/policy"
#define CPU    "/sys/devices/system/cpu/cpu"

/* intel_pstate: a policy for each CPU, with energy preferences. */
static void put_own_policies(struct step_world *w)
{
    char path[128], cpu[8];

    for (int i = 0; i < 16; i++) {
        snprintf(cpu, sizeof(cpu), "%d", i);
        snprintf(path, sizeof(path), POLICY "%d/affected_cpus", i);
        step_world_put(w, path, cpu);
    }
    step_world_add(w, POLICY "{0-15}/scaling_governor\tpowersave\n" POLICY
                             "{0-15}/scaling_available_governors\tperformance powersave \n" POLICY
                             "{0-15}/energy_performance_preference\tbalance_performance\n" POLICY
                             "{0-15}/energy_performance_available_preferences\tdefault performance "
                             "balance_performance balance_power power \n");
}

/* acpi-cpufreq of an older machine: one policy for CPUs 0-3, one for the others. */
static void put_shared_policies(struct step_world *w)
{
    step_world_put(w, POLICY "0/affected_cpus", "0 1 2 3");
    step_world_put(w, POLICY "4/affected_cpus", "4 5 6 7 8 9 10 11 12 13 14 15");
    step_world_add(w, POLICY "{0,4}/scaling_governor\tschedutil\n" POLICY
                             "{0,4}/scaling_available_governors\tperformance schedutil\n");
}

static const char *order(const struct step_world *w, const char *first, const char *second)
{
    const char *at = strstr(w->text, first);

    return at ? strstr(at, second) : NULL;
}

static void the_guests_cores_become_fast(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    put_own_policies(&w);
    step_world_plan(&w, "[vcpus]\n[power]\n", "");
    step_world_says(&w, "set   performance  word:" POLICY "1/scaling_governor\n");
    step_world_says(&w, "set   performance  word:" POLICY "9/scaling_governor\n");
    step_world_says_not(&w, POLICY "2/");
    /* under "performance" the preference cannot be written: it goes first, and back last */
    assert_non_null(order(&w, "word:" POLICY "1/energy_performance_preference",
                          "word:" POLICY "1/scaling_governor"));
    step_world_plan(&w, "[vcpus]\n[power]\ngovernor = keep\nenergy = balance_power\n", "");
    step_world_says(&w, "set   balance_power  word:" POLICY "1/energy_performance_preference\n");
    step_world_says_not(&w, "scaling_governor");
    step_world_plan(&w, "[vcpus]\n[power]\nenergy = power\n", "");
    step_world_says(&w, "energy: the governor performance allows no other");
    step_world_says_not(&w, "set   power ");
    step_world_plan(&w, "[vcpus]\n[power]\ngovernor = ondemand\n", "");
    step_world_says(&w, "policy 1 has no \"ondemand\", but performance powersave");
    step_world_says(&w, "unsupported");
    step_world_drop(&w);
}

static void a_policy_of_others_is_left_alone_unless_asked_for(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    put_shared_policies(&w);
    step_world_plan(&w, "[vcpus]\n[power]\n", "");
    step_world_says(&w, "policy 0 governs CPUs 0,2-3 of others as well: left alone");
    step_world_says(&w, "unsupported");
    step_world_says_not(&w, "word:");
    step_world_plan(&w, "[vcpus]\n[power]\nshared-policies = yes\n", "");
    step_world_says(&w, "policy 0 governs CPUs 0,2-3 of others as well: set for them too");
    step_world_says(&w, "set   performance  word:" POLICY "0/scaling_governor\n");
    step_world_says_not(&w, "energy");
    step_world_drop(&w);
}

static void idle_states_are_limited_by_the_way_there_is(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_plan(&w, "[vcpus]\n[power]\nidle-latency = 20\n", "");
    step_world_says(&w, "this host has no frequency policies; the idle states of this host cannot "
                        "be limited");
    step_world_add(&w, CPU "{0-15}/cpuidle/state0/latency\t0\n" CPU
                           "{0-15}/cpuidle/state1/latency\t2\n" CPU
                           "{0-15}/cpuidle/state2/latency\t133\n");
    step_world_plan(&w, "[vcpus]\n[power]\nidle-latency = 20\n", "");
    step_world_says(&w, "max   1  num:" CPU "1/cpuidle/state2/disable\n");
    step_world_says_not(&w, "state1/disable");
    step_world_plan(&w, "[vcpus]\n[power]\nidle-latency = none\n", "");
    step_world_says(&w, "state1/disable");
    step_world_says_not(&w, "state0/disable");
    step_world_add(&w, CPU "{0-15}/power/pm_qos_resume_latency_us\t0\n");
    step_world_plan(&w, "[vcpus]\n[power]\nidle-latency = none\n", "");
    step_world_says(&w, "set   n/a  word:" CPU "9/power/pm_qos_resume_latency_us\n");
    step_world_says_not(&w, "cpuidle");
    step_world_plan(&w, "[vcpus]\nsmt = isolate\n[power]\nidle-latency = 20\n", "");
    step_world_says(&w, "set   20  word:" CPU "2/power/pm_qos_resume_latency_us\n");
    step_world_says_not(&w, "cpu9/power"); /* the idle sibling may sleep */
    step_world_drop(&w);
}

static void halt_polling_is_host_wide(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_plan(&w, "[vcpus]\n[power]\nhalt-poll = 0\n", "");
    step_world_says(&w, "kvm is not loaded");
    step_world_put(&w, "/sys/module/kvm/parameters/halt_poll_ns", "200000");
    step_world_plan(&w, "[vcpus]\n[power]\nhalt-poll = 400000\n", "");
    step_world_says(&w, "halt-poll is host-wide");
    step_world_says(&w, "max   400000  num:/sys/module/kvm/parameters/halt_poll_ns\n");
    step_world_drop(&w);
}

static void without_cores_of_its_own_nothing_is_done(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    put_own_policies(&w);
    step_world_plan(&w, "[power]\n", "");
    step_world_says(&w, "unsupported: no dedicated cores to speed up");
    step_world_says_not(&w, "word:");
    step_world_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_guests_cores_become_fast),
        cmocka_unit_test(a_policy_of_others_is_left_alone_unless_asked_for),
        cmocka_unit_test(idle_states_are_limited_by_the_way_there_is),
        cmocka_unit_test(halt_polling_is_host_wide),
        cmocka_unit_test(without_cores_of_its_own_nothing_is_done),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
