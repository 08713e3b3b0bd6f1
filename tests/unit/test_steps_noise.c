/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The cleaner's keys for work of the kernel itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "step_world.h"

#define SMT "tests/hosts/two-nodes-smt.host"

static void put_noise(struct step_world *w)
{
    step_world_add(w, "/proc/sys/kernel/watchdog_cpumask\t0-15\n"
                      "/sys/bus/workqueue/devices/writeback/cpumask\tffff\n"
                      "/proc/sys/kernel/timer_migration\t1\n"
                      "/proc/sys/vm/stat_interval\t1\n"
                      "/sys/devices/system/machinecheck/machinecheck0/check_interval\t300\n");
}

static void what_has_a_mask_leaves_the_cores(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    put_noise(&w);
    step_world_plan(&w, "[vcpus]\n[cleaner]\n", "");
    step_world_says(&w, "minus 1,9 else 0,4,8,12  list:/proc/sys/kernel/watchdog_cpumask\n");
    step_world_says(&w, "minus 1,9 else 0,4,8,12  "
                        "mask:/sys/bus/workqueue/devices/writeback/cpumask\n");
    step_world_says_not(&w, "num:/"); /* host-wide: only where the class asks */
    step_world_plan(&w, "[vcpus]\n[cleaner]\nwatchdog = no\nworkqueues = no\n", "");
    step_world_says_not(&w, "watchdog");
    step_world_says_not(&w, "writeback");
    step_world_drop(&w);
}

static void what_is_host_wide_is_asked_for(void **state)
{
    static const char class_text[] = "[vcpus]\n[cleaner]\ntimer-migration = off\n"
                                     "stat-interval = 10\nmachine-check-interval = 3600\n";
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_plan(&w, class_text, "");
    step_world_says(&w, "this kernel has no timer_migration; this kernel has no vm.stat_interval; "
                        "this kernel does not poll for machine checks");
    put_noise(&w);
    step_world_plan(&w, class_text, "");
    step_world_says(&w, "set   0  num:/proc/sys/kernel/timer_migration\n");
    step_world_says(&w, "max   10  num:/proc/sys/vm/stat_interval\n");
    step_world_says(&w, "max   3600  num:/sys/devices/system/machinecheck/machinecheck0/"
                        "check_interval\n");
    step_world_says(&w, "polling for machine checks is host-wide");
    step_world_put(&w, "/sys/devices/system/machinecheck/machinecheck0/check_interval", "0");
    step_world_plan(&w, class_text, "");
    step_world_says(&w, "polling for machine checks is off already");
    step_world_says_not(&w, "check_interval");
    step_world_drop(&w);
}

static void what_only_boot_can_change_is_told(void **state)
{
    static const char tick[] = "the timer tick remains", rcu[] = "RCU callbacks remain";
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_plan(&w, "[vcpus]\n[cleaner]\n", "");
    step_world_says_not(&w, tick); /* not known */
    step_world_put(&w, "/proc/cmdline", "quiet rcu_nocbs=2-N");
    step_world_plan(&w, "[vcpus]\n[cleaner]\n", "");
    step_world_says(&w, tick);
    step_world_says(&w, rcu);
    step_world_put(&w, "/proc/cmdline", "quiet rcu_nocbs=1-N");
    step_world_plan(&w, "[vcpus]\n[cleaner]\n", "");
    step_world_says(&w, tick);
    step_world_says_not(&w, rcu);
    step_world_put(&w, "/sys/devices/system/cpu/nohz_full", "1-15");
    step_world_put(&w, "/proc/cmdline", "nohz_full=1-15 quiet");
    step_world_plan(&w, "[vcpus]\n[cleaner]\n", "");
    step_world_says_not(&w, tick);
    step_world_says_not(&w, rcu);
    step_world_drop(&w);
}

static void a_word_stands_for_a_number_or_is_refused(void **state)
{
    struct acdr_class *c = NULL;
    struct acdr_err e = { 0 };
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_plan(&w, "[vcpus]\n[cleaner]\nstat-interval = keep\n", "");
    step_world_put(&w, "/etc/acdr/classes/c.conf", "[cleaner]\nstat-interval = often");
    assert_true(acdr_handle_class(w.a, "c", &c, &e) < 0);
    assert_non_null(strstr(e.text, "use keep, or a number like 4"));
    step_world_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_has_a_mask_leaves_the_cores),
        cmocka_unit_test(what_is_host_wide_is_asked_for),
        cmocka_unit_test(what_only_boot_can_change_is_told),
        cmocka_unit_test(a_word_stands_for_a_number_or_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
