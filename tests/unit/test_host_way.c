/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ways of cleaning a core, and tasks, on made-up hosts. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <errno.h>
#include <sched.h>
#include <cmocka.h>

#include "host.h"
#include "scratch.h"

static int setup(void **state)
{
    scratch_setup(state);
    scratch_put(*state, "/sys/devices/system/cpu/online", "0-3\n");
    scratch_dir(*state, "/sys/devices/system/cpu/cpu0");
    return 0;
}

static struct acdr_host *read_host(struct scratch *t, unsigned what)
{
    struct acdr_host *h = NULL;
    struct acdr_err e = { 0 };

    if (acdr_host_read(t->root, what, &h, &e) != 0)
        fail_msg("%s", e.text);
    return h;
}

static void assert_set(const struct acdr_bitmap *set, const char *want)
{
    acdr_auto(free) char *text = acdr_bitmap_print_list(set);

    assert_string_equal(text, want);
}

static void knows_nothing_of_an_empty_host(void **state)
{
    struct acdr_host *h = read_host(*state, ACDR_HOST_USUAL);

    assert_string_equal(h->kernel, "");
    assert_int_equal(h->cgroup, 0);
    assert_string_equal(h->cgroup_dir, "");
    assert_false(h->has_partition);
    assert_false(h->has_systemd);
    assert_false(h->has_wq_mask);
    assert_int_equal(h->irqbalance, 0);
    assert_int_equal(h->ksm_run, -1);
    assert_int_equal(h->numa_balancing, -1);
    assert_int_equal(h->n_tasks, 0);
    acdr_host_free(h);
}

static void finds_cgroup_2_with_partitions(void **state)
{
    struct scratch *t = *state;
    struct acdr_host *h;

    scratch_put(t, "/proc/mounts",
                "sysfs /sys sysfs rw 0 0\n"
                "cgroup2 /other\\040place cgroup2 rw 0 0\n"
                "cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nsdelegate 0 0\n");
    scratch_put(t, "/other place/cgroup.controllers", "cpu io cpusets\n");
    scratch_put(t, "/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory\n");
    h = read_host(t, ACDR_HOST_ISOLATION);
    assert_int_equal(h->cgroup, 2);
    assert_string_equal(h->cgroup_dir, "/sys/fs/cgroup");
    assert_false(h->has_partition);
    acdr_host_free(h);
    scratch_put(t, "/sys/fs/cgroup/cpuset.cpus.isolated", "2-3\n");
    h = read_host(t, ACDR_HOST_ISOLATION);
    assert_true(h->has_partition);
    assert_set(&h->partitioned, "2-3");
    acdr_host_free(h);
    scratch_put(t, "/other place/cgroup.controllers", "io cpuset\n");
    h = read_host(t, ACDR_HOST_ISOLATION);
    assert_string_equal(h->cgroup_dir, "/other place");
    acdr_host_free(h);
}

static void finds_the_cpuset_hierarchy_of_version_1(void **state)
{
    struct scratch *t = *state;
    struct acdr_host *h;

    scratch_put(t, "/proc/mounts",
                "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n"
                "cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpuacct,cpu 0 0\n"
                "cgroup /sys/fs/cgroup/cpuset cgroup rw,nosuid,cpuset 0 0\n"
                "short line\n");
    scratch_put(t, "/sys/fs/cgroup/unified/cgroup.controllers", "\n");
    scratch_put(t, "/sys/fs/cgroup/cpuset/cpuset.cpus.isolated", "1\n");
    h = read_host(t, ACDR_HOST_ISOLATION);
    assert_int_equal(h->cgroup, 1);
    assert_string_equal(h->cgroup_dir, "/sys/fs/cgroup/cpuset");
    assert_false(h->has_partition);
    acdr_host_free(h);
}

static void reads_settings_and_daemons(void **state)
{
    struct scratch *t = *state;
    struct acdr_host *h;

    scratch_put(t, "/proc/sys/kernel/osrelease", "6.12.94-amd64\n");
    scratch_put(t, "/proc/sys/kernel/numa_balancing", "1\n");
    scratch_put(t, "/sys/kernel/mm/ksm/run", "0\n");
    scratch_put(t, "/sys/devices/virtual/workqueue/cpumask", "f\n");
    scratch_dir(t, "/run/systemd/system");
    scratch_put(t, "/proc/12/comm", "irqbalance-ui\n");
    scratch_put(t, "/proc/700/comm", "irqbalance\n");
    scratch_put(t, "/run/irqbalance/irqbalance12.sock", "\n");
    scratch_put(t, "/run/irqbalance/irqbalance600.sock", "\n"); /* left behind by one that ended */
    scratch_put(t, "/run/irqbalance/irqbalance700.sock", "\n");
    h = read_host(t, ACDR_HOST_ISOLATION);
    assert_string_equal(h->kernel, "6.12.94-amd64");
    assert_int_equal(h->numa_balancing, 1);
    assert_int_equal(h->ksm_run, 0);
    assert_true(h->has_wq_mask);
    assert_true(h->has_systemd);
    assert_int_equal(h->irqbalance, 700);
    acdr_host_free(h);
}

static void finds_irqbalance_by_an_abstract_socket(void **state)
{
    struct scratch *t = *state;
    struct acdr_host *h;

    scratch_put(t, "/proc/701/comm", "irqbalance\n");
    scratch_put(t, "/proc/net/unix",
                "Num RefCount Protocol Flags Type St Inode Path\n"
                "0: 00000002 00000000 00010000 0001 01 1 /run/x.sock\n"
                "0: 00000002 00000000 00010000 0001 01 2 @other\n"
                "0: 00000002 00000000 00010000 0001 01 3 @irqbalance701.sock\n");
    h = read_host(t, ACDR_HOST_ISOLATION);
    assert_int_equal(h->irqbalance, 701);
    acdr_host_free(h);
}

static void put_task(struct scratch *t, int pid, int tid, const char *comm, unsigned int flags)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
    scratch_put(t, path,
                "%d (%s) S 1 1 1 0 -1 %u 1 2 3 4 5 6 7 8 20 0 1 0 %d 1000 200 18446744073709\n",
                tid, comm, flags, 1000 + tid);
    snprintf(path, sizeof(path), "/proc/%d/task/%d/status", pid, tid);
    scratch_put(t, path, "Name:\tx\nCpus_allowed:\tf\nCpus_allowed_list:\t0,%d\nMems:\t1\n",
                tid % 4);
}

static void reads_every_thread_with_its_mask(void **state)
{
    struct scratch *t = *state;
    struct acdr_host *h;

    put_task(t, 1, 1, "systemd", 0x400100);
    put_task(t, 2, 2, "kworker/0:1", 0x04208060);
    put_task(t, 30, 30, "odd) S 1 (name", 0x400000);
    put_task(t, 30, 33, "worker", 0x400000);
    put_task(t, 40, 40, "gone", 0);
    scratch_delete(t, "/proc/40/task/40/status");
    put_task(t, 41, 41, "gone", 0);
    scratch_put(t, "/proc/41/task/41/stat", "41 (cut) S 1 1\n");
    scratch_dir(t, "/proc/42");
    h = read_host(t, ACDR_HOST_TASKS);
    assert_int_equal(h->n_tasks, 4);
    assert_int_equal(h->tasks[0].pid, 1);
    assert_false(h->tasks[0].kthread || h->tasks[0].bound);
    assert_true(h->tasks[1].kthread && h->tasks[1].bound);
    assert_string_equal(h->tasks[2].comm, "odd) S 1 (name");
    assert_int_equal(h->tasks[3].pid, 30);
    assert_int_equal(h->tasks[3].tid, 33);
    assert_int_equal(h->tasks[3].start, 1033);
    assert_set(&h->tasks[3].mask, "0-1");
    acdr_host_free(h);
}

static const struct acdr_task *find_self(const struct acdr_host *h)
{
    for (size_t i = 0; i < h->n_tasks; i++) {
        if (h->tasks[i].tid == getpid())
            return &h->tasks[i];
    }
    return NULL;
}

/* This process on the first CPU that it may use alone; MASK gets what it may use then. */
static void sit_on_one_cpu(cpu_set_t *mask)
{
    int cpu = 0;

    assert_int_equal(sched_getaffinity(0, sizeof(*mask), mask), 0);
    while (!CPU_ISSET(cpu, mask))
        cpu++;
    CPU_ZERO(mask);
    CPU_SET(cpu, mask);
    assert_int_equal(sched_setaffinity(0, sizeof(*mask), mask), 0);
}

/* What the kernel itself says of this process and this machine. A task that may use the whole host
 * is left out, so this one may not; where there is but one CPU, it is left out rightly. */
static void agrees_with_system_calls_on_this_machine(void **state)
{
    struct acdr_root *root = NULL;
    struct acdr_host *h = NULL;
    const struct acdr_task *self;
    cpu_set_t mask;

    (void)state;
    sit_on_one_cpu(&mask);
    assert_int_equal(acdr_root_open(NULL, &root, NULL), 0);
    assert_int_equal(acdr_host_read(root, ACDR_HOST_USUAL, &h, NULL), 0);
    assert_int_equal(acdr_bitmap_weight(&h->online), sysconf(_SC_NPROCESSORS_ONLN));
    self = find_self(h);
    if (acdr_bitmap_weight(&h->online) == 1)
        assert_null(self);
    else
        assert_non_null(self);
    ACDR_BITMAP_FOR(cpu, self ? &self->mask : &h->online)
        assert_true(CPU_ISSET(cpu, &mask));
    assert_true(h->kernel[0] != '\0');
    acdr_host_free(h);
    acdr_root_free(root);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(finds_irqbalance_by_an_abstract_socket),
        TEST(knows_nothing_of_an_empty_host),
        TEST(finds_cgroup_2_with_partitions),
        TEST(finds_the_cpuset_hierarchy_of_version_1),
        TEST(reads_settings_and_daemons),
        TEST(reads_every_thread_with_its_mask),
        TEST(agrees_with_system_calls_on_this_machine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
