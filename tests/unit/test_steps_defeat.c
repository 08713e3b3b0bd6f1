/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What defeats a class and is told in its plan: limits in the XML, and schedulers that do not use
 * what the kernel takes. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "host.h"
#include "step_world.h"

#define SMT       "tests/hosts/two-nodes-smt.host"
#define TUNE(xml) "<cputune>" xml "</cputune>"
#define EXT       "/sys/kernel/sched_ext"

static const char dedicated[] = "[vcpus]\n[emulator]\n";

static void a_quota_is_a_line_of_the_plan(void **state)
{
    static const struct {
        const char *xml, *told; /* NULL: nothing */
    } rows[] = {
        { TUNE("<period>100000</period><quota>50000</quota>"),
          "lets each vCPU run 50 % of the time" },
        { TUNE("<quota>25000</quota>"), "lets each vCPU run 25 % of the time" },
        { TUNE("<period>100000</period><quota>100000</quota>"), NULL },
        { TUNE("<period>100000</period><quota>200000</quota>"), NULL },
        { TUNE("<quota>-1</quota>"), NULL },
        { TUNE("<quota>0</quota>"), NULL },
        { TUNE("<quota>17592186044415</quota>"), NULL },
        { TUNE("<period>50000</period>"), NULL },
        { TUNE("<global_period>100000</global_period><global_quota>150000</global_quota>"),
          "vCPUs together run 75 %" },
        { TUNE("<global_quota>200000</global_quota>"), NULL },
        { TUNE("<emulator_quota>10000</emulator_quota>"), "QEMU's other threads run 10 %" },
        { "<iothreads>1</iothreads>" TUNE("<iothread_quota>40000</iothread_quota>"),
          "each I/O thread run 40 %" },
        { TUNE("<iothread_quota>40000</iothread_quota>"), NULL },
        { TUNE("<shares>100</shares>"), NULL },
        { "", NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct step_world w;

        step_world_make(&w, SMT);
        step_world_plan(&w, dedicated, rows[i].xml);
        if (rows[i].told)
            step_world_says(&w, rows[i].told);
        else
            step_world_says_not(&w, "% of the time");
        step_world_drop(&w);
    }
}

/* Nothing is kept for the guest: its owner may share as he likes. */
static void a_quota_without_dedicated_cpus_is_the_owners(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_plan(&w, "[strict-numa]\n", TUNE("<quota>50000</quota>"));
    step_world_says_not(&w, "% of the time");
    step_world_drop(&w);
}

static void sched_ext_has_no_slices(void **state)
{
    static const struct {
        const char *state, *all;
        bool active;
    } rows[] = {
        { "enabled", NULL, true }, { "enabled", "1", true },    { "enabling", "1", true },
        { "enabled", "0", false }, { "disabled", NULL, false }, { "disabling", "1", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct step_world w;

        step_world_make(&w, SMT);
        step_world_put(&w, "/proc/sys/kernel/osrelease", "6.12.1");
        step_world_put(&w, EXT "/state", rows[i].state);
        step_world_put(&w, EXT "/root/ops", "simple_1.0");
        if (rows[i].all)
            step_world_put(&w, EXT "/switch_all", rows[i].all);
        step_world_plan(&w, "[preemption]\n", "");
        if (rows[i].active) {
            step_world_says(&w, "sched_ext is active (simple_1.0)");
            step_world_says_not(&w, "slice:");
        } else {
            step_world_says_not(&w, "sched_ext");
        }
        step_world_drop(&w);
    }
}

static const char realtime[] = "[vcpus]\n[emulator]\n[cleaner]\n[sched]\nvcpus = fifo\n";

static void realtime_beside_sched_ext_starves_the_kernel(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_put(&w, "/proc/sys/kernel/osrelease", "6.12.1");
    step_world_plan(&w, realtime, "");
    step_world_says_not(&w, "sched_ext");
    step_world_put(&w, EXT "/state", "enabled");
    step_world_plan(&w, realtime, "");
    step_world_says(&w, "sched_ext is active: its scheduler has the kernel's own threads");
    step_world_put(&w, "/sys/kernel/debug/sched/ext_server/cpu0/runtime", "50000000");
    step_world_plan(&w, realtime, "");
    step_world_says_not(&w, "sched_ext");
    step_world_drop(&w);
}

#define PINS "<vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='1' cpuset='2'/>"

/* As orchestrators pin an emulator that has no CPUs of its own. */
static void realtime_does_not_starve_an_emulator_on_its_cores(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_plan(&w, realtime, "<cputune>" PINS "<emulatorpin cpuset='6'/></cputune>");
    step_world_says_not(&w, "would starve them");
    step_world_plan(&w, realtime,
                    "<iothreads>2</iothreads><cputune>" PINS
                    "<iothreadpin iothread='1' cpuset='0'/>"
                    "<iothreadpin iothread='2' cpuset='6'/></cputune>");
    step_world_says_not(&w, "would starve them");
    step_world_plan(&w, realtime, "<cputune>" PINS "<emulatorpin cpuset='1-2'/></cputune>");
    step_world_says(&w, "refused: vcpus = fifo: the XML binds QEMU's other threads to clean cores");
    step_world_plan(&w, realtime,
                    "<iothreads>1</iothreads><cputune>" PINS
                    "<iothreadpin iothread='1' cpuset='2'/></cputune>");
    step_world_says(&w, "would starve them");
    step_world_drop(&w);
}

static void the_owners_policy_of_a_vcpu_stands(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_plan(&w, realtime, "<cputune><vcpusched vcpus='0' scheduler='rr'/></cputune>");
    step_world_says(&w, "vCPU 0 keeps the policy of the XML's <vcpusched>");
    step_world_says_not(&w, "vCPU 1 keeps");
    step_world_drop(&w);
}

static void what_is_taken_and_not_used_is_told(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_plan(&w, "[sched]\nvcpus = other\nnice = -5\n", "");
    step_world_says(&w, "nice counts among the threads of one control group only");
    step_world_plan(&w, "[sched]\nvcpus = other\n", "");
    step_world_says_not(&w, "nice counts");
    step_world_put(&w, "/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never");
    step_world_plan(&w, "[thp]\n", "<memoryBacking><source type='memfd'/></memoryBacking>");
    step_world_says(&w, "shmem_enabled");
    step_world_plan(&w, "[thp]\n", "");
    step_world_says_not(&w, "shmem_enabled");
    step_world_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quota_is_a_line_of_the_plan),
        cmocka_unit_test(a_quota_without_dedicated_cpus_is_the_owners),
        cmocka_unit_test(sched_ext_has_no_slices),
        cmocka_unit_test(realtime_beside_sched_ext_starves_the_kernel),
        cmocka_unit_test(realtime_does_not_starve_an_emulator_on_its_cores),
        cmocka_unit_test(the_owners_policy_of_a_vcpu_stands),
        cmocka_unit_test(what_is_taken_and_not_used_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
