/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every fact that a step may ask of is in a recorded host: what planning reads of a host is there
 * in the copy, and some host of the tests has each file that planning looks for. System calls are
 * seen by the linker's --wrap, so a file that is not there is seen as well.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "acdr/acdr.h"
#include "fake_resctrl.h"
#include "host_file.h"
#include "host_tree.h"
#include "line_diff.h"
#include "steps.h"
#include "text.h"

/* --- what was looked for --- */

enum { ASKED_MAX = 4000 };

static struct asked {
    char *path;
    bool found;
} asked[ASKED_MAX], kinds[ASKED_MAX]; /* kinds: of all hosts, N for a number */
static size_t n_asked, n_kinds;
static bool listening;

static void note(struct asked *list, size_t *n, const char *path, bool found)
{
    size_t i = 0;

    while (i < *n && strcmp(list[i].path, path) != 0)
        i++;
    if (i == *n) {
        assert_true(*n < ASKED_MAX);
        list[(*n)++] = (struct asked){ strdup(path), false };
    }
    list[i].found |= found;
}

static void note_kind(const char *path, bool found)
{
    static const char nics[] = "/sys/class/net/";
    char kind[4096] = "";
    size_t n = 0;

    if (!strncmp(path, nics, strlen(nics))) {
        path += strlen(nics) + strcspn(path + strlen(nics), "/");
        n = (size_t)snprintf(kind, sizeof(kind), "%sNIC", nics);
    }
    for (const char *s = path; *s && n + 1 < sizeof(kind); s++) {
        bool digit = strchr("0123456789", *s);

        if (!digit || n == 0 || kind[n - 1] != 'N')
            kind[n++] = digit ? 'N' : *s;
    }
    kind[n] = '\0';
    note(kinds, &n_kinds, kind, found);
}

static void forget(struct asked *list, size_t *n)
{
    while (*n)
        free(list[--*n].path);
}

long __real_syscall(long number, ...);
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f);

/* openat2() is how a root that is not this machine's opens everything. */
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f)
{
    long r = __real_syscall(number, a, b, c, d, e, f);

    if (listening && number == SYS_openat2) {
        note(asked, &n_asked, (const char *)b, r >= 0);
        note_kind((const char *)b, r >= 0);
    }
    return r;
}

/* --- hosts, and what is planned on them --- */

/* What the tree of host_tree_fill() does not have. */
static const char more[] = FAKE_RESCTRL_FILES
    "/sys/fs/resctrl/guest/schemata\tL3:0=f00;1=f00\n"
    "/sys/devices/system/cpu/cpu{0-3,8-11}/cache/index3/id\t0\n"
    "/sys/devices/system/cpu/cpu{4-7,12-15}/cache/index3/id\t1\n"
    "/sys/devices/system/cpu/cpu{3-7}/cpuidle/state0/latency\t2\n"
    "/sys/devices/system/cpu/cpu{0-15}/topology/die_id\t0\n"
    "/sys/devices/system/cpu/nohz_full\t1-7\n"
    "/sys/devices/virtual/workqueue/cpumask_requested\tffff\n"
    "/sys/kernel/mm/hugepages/hugepages-2048kB/resv_hugepages\t0\n"
    "/sys/fs/cgroup/cpuset/cpuset.effective_cpus\t0-15\n"
    "/sys/fs/cgroup/cpuset/cpuset.effective_mems\t0-1\n"
    "/sys/fs/cgroup/cpuset/machine.slice/cpuset.effective_cpus\t0-15\n"
    "/sys/fs/cgroup/cpuset/machine.slice/cpuset.effective_mems\t0-1\n"
    "/proc/zoneinfo\tNode 0, zone   Normal\n"
    "/proc/zoneinfo\t        low      10\n"
    "/proc/cmdline\tquiet rcu_nocbs=1-7\n"
    "/proc/interrupts\t24:  1 IR-PCI-MSI 1-edge eth0-TxRx-0\n"
    "/proc/meminfo\tMemTotal:        8388608 kB\n"
    "/proc/zoneinfo\tNode 0, zone   Normal\n"
    "/sys/kernel/debug/sched/ext_server/cpu0/runtime\t50000000\n"
    "/sys/kernel/sched_ext/state\tenabled\n"
    "/sys/kernel/sched_ext/switch_all\t1\n"
    "/sys/kernel/sched_ext/root/ops\tsimple\n"
    "/proc/sys/kernel/sched_util_clamp_max\t1024\n"
    "/run/systemd/system/\n"
    "/run/irqbalance/irqbalance700.sock\t\n"
    "thread\t700\t700\tirqbalance\t0\t77\t0-15\n"
    "link\t/sys/class/net/eth0\t../../devices/pci0000:00/0000:00:03.0/net/eth0\n"
    "link\t/sys/bus/pci/devices/0000:00:03.0\t../../../devices/pci0000:00/0000:00:03.0\n"
    "link\t/sys/devices/pci0000:00/0000:00:03.0/driver\t../../../bus/pci/drivers/ice\n"
    "/sys/bus/pci/drivers/ice/\n"
    "/sys/devices/pci0000:00/0000:00:03.0/class\t0x020000\n"
    "/sys/devices/pci0000:00/0000:00:03.0/numa_node\t1\n"
    "/sys/devices/pci0000:00/0000:00:03.0/msi_irqs/24\tmsix\n"
    "link\t/sys/devices/pci0000:00/0000:00:03.0/net/eth0/device\t../../../0000:00:03.0\n"
    "/sys/devices/pci0000:00/0000:00:03.0/net/eth0/ifindex\t2\n"
    "/sys/devices/pci0000:00/0000:00:03.0/net/eth0/iflink\t2\n"
    "/sys/devices/pci0000:00/0000:00:03.0/net/eth0/speed\t25000\n"
    "/sys/devices/pci0000:00/0000:00:03.0/net/eth0/duplex\tfull\n"
    "link\t/sys/devices/pci0000:00/0000:00:03.0/net/eth0/upper_brx\t../../../../virtual/net/brx\n"
    "/sys/devices/pci0000:00/0000:00:03.0/net/eth0/queues/rx-0/rps_cpus\t0000\n"
    "/sys/devices/pci0000:00/0000:00:03.0/net/eth0/queues/tx-0/xps_cpus\t0000\n"
    "/sys/devices/pci0000:00/0000:00:03.0/net/eth0/statistics/rx_errors\t0\n"
    "/sys/devices/pci0000:00/0000:00:03.0/net/eth0/statistics/tx_errors\t0\n"
    "/sys/devices/pci0000:00/0000:00:03.0/net/eth0/statistics/rx_dropped\t0\n"
    "/sys/devices/pci0000:00/0000:00:03.0/net/eth0/statistics/tx_dropped\t0\n"
    "link\t/sys/class/net/brx\t../../devices/virtual/net/brx\n"
    "/sys/devices/virtual/net/brx/bridge/bridge_id\t8000.020000000000\n"
    "link\t/sys/devices/virtual/net/brx/lower_eth0\t../../../pci0000:00/0000:00:03.0/net/eth0\n"
    "link\t/sys/devices/virtual/net/brx/lower_tap\t../tap\n"
    "/sys/devices/virtual/net/brx/ifindex\t3\n"
    "link\t/sys/class/net/tap\t../../devices/virtual/net/tap\n"
    "/sys/devices/virtual/net/tap/tun_flags\t0x5002\n"
    "/sys/devices/virtual/net/tap/queues/rx-0/rps_cpus\t0000\n"
    "link\t/sys/devices/virtual/net/tap/upper_brx\t../brx\n";

/* What only some kernels have, one after the other: the host's preemption interval, the dies, and
 * kinds of cores. */
static const char *const kernels[] = {
    "/sys/kernel/debug/sched/base_slice_ns\t2800000\n"
    "/sys/devices/cpu_core/cpus\t0-3,8-11\n"
    "/sys/devices/cpu_atom/cpus\t4-7,12-14\n"
    "/sys/devices/cpu_lowpower/cpus\t15\n"
    "/sys/devices/system/cpu/cpu{0-3,8-11}/topology/die_cpus_list\t0-3,8-11\n"
    "/sys/devices/system/cpu/cpu{4-7,12-15}/topology/die_cpus_list\t4-7,12-15\n",
    "/sys/fs/resctrl/info/L3CODE/num_closids\t4\n"
    "/sys/kernel/debug/sched/min_granularity_ns\t2800000\n"
    "/sys/devices/system/cpu/cpu{0-15}/cpu_capacity\t1024\n"
    "/sys/devices/system/cpu/cpu{0-3,8-11}/topology/die_cpus\t00000f0f\n"
    "/sys/devices/system/cpu/cpu{4-7,12-15}/topology/die_cpus\t0000f0f0\n",
    "/proc/sys/kernel/sched_min_granularity_ns\t2800000\n",
};

enum { N_KERNELS = sizeof(kernels) / sizeof(*kernels) };

static const char guest[] =
    "<domain type='kvm'><name>g</name><uuid>00000000-0000-4000-8000-000000000001</uuid>"
    "<memory unit='MiB'>512</memory><memoryBacking><hugepages/></memoryBacking><vcpu>2</vcpu>"
    "<devices><disk type='block'><source dev='/dev/sda'/><target dev='vda'/></disk>"
    "<interface type='bridge'><source bridge='brx'/><target dev='tap'/></interface>"
    "</devices></domain>";

/* What a step does only where a class asks for it. */
static const char *const keys[][2] = {
    { "cache", "ways = 2\n" },
    { "power", "idle-latency = 20\nhalt-poll = 400000\n" },
    { "cleaner", "timer-migration = off\nstat-interval = 10\nmachine-check-interval = 600\n" },
    { "block", "scheduler = none\nrq-affinity = 2\nread-ahead = 16\n" },
};

/* A class with every step, in the host's own folder. */
static void put_class(const char *root)
{
    struct acdr_strbuf t = { 0 };

    for (int i = 0; acdr_steps[i]; i++) {
        acdr_strbuf_addf(&t, "[%s]\nneed = try\n", acdr_steps[i]->name);
        for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
            if (!strcmp(keys[k][0], acdr_steps[i]->name))
                acdr_strbuf_add(&t, keys[k][1]);
    }
    host_tree_put(root, "/etc/acdr/classes/every.conf", "%s", t.s);
    acdr_strbuf_done(&t);
}

/* The disk of the guest, which no recorded host has. */
static void put_disk(const char *root)
{
    host_tree_put(root, "/proc/self/mountinfo", "20 1 8:0 / / rw - ext4 /dev/sda rw\n");
    host_tree_put(root, "/dev/sda", "\n");
    host_tree_put(root, "/sys/class/block/sda/queue/scheduler", "mq-deadline\n");
    host_tree_put(root, "/sys/class/block/sda/queue/nr_requests", "200\n");
    host_tree_put(root, "/sys/class/block/sda/queue/rq_affinity", "1\n");
    host_tree_put(root, "/sys/class/block/sda/queue/read_ahead_kb", "128\n");
}

static char *full_host(int kernel)
{
    char *root = host_tree_new();

    host_tree_fill(root);
    host_file_unpack(root, more);
    host_file_unpack(root, kernels[kernel]);
    put_class(root);
    return root;
}

/* The plan as JSON; free it. */
static char *plan(const char *root)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    struct acdr_item *report = NULL;
    struct acdr_err e = { 0 };
    struct acdr_request *q = NULL;
    struct acdr *a = NULL;

    assert_int_equal(acdr_open(root, &a, &e), 0);
    listening = true;
    if (acdr_request_new(a, guest, strlen(guest), "every", &q, &e) < 0 ||
        acdr_request_plan(q, NULL, &report, &e) < 0)
        fail_msg("%s", e.text);
    listening = false;
    assert_int_equal(acdr_item_print_json(report, f), 0);
    assert_int_equal(fclose(f), 0);
    acdr_request_free(q);
    acdr_item_free(report);
    acdr_close(a);
    return text;
}

static char *copy_of(const char *root)
{
    struct acdr_item *report = NULL;
    struct acdr_err e = { 0 };
    struct acdr *a = NULL;
    char *copy = host_tree_new();

    assert_int_equal(acdr_open(root, &a, &e), 0);
    assert_int_equal(acdr_record(a, &report, &e), 0);
    host_file_unpack(copy, acdr_item_text(acdr_item_find(report, "recording")));
    acdr_item_free(report);
    acdr_close(a);
    return copy;
}

/* --- tests --- */

/* What planning reads and a recorded host leaves out, on purpose. */
static bool stays_out(const char *path)
{
    static const char *const out[] = {
        "/etc/acdr/classes/", /* a recorded host has no classes */
        "/dev/",
        "/proc/self/mountinfo",   /* the disks of one guest, */
        "/sys/class/block/",      /* behind the host's mounts */
        "/proc/700/task",         /* of most tasks, the name and CPUs */
        "/sys/fs/resctrl/guest/", /* may be named after a guest */
    };

    for (size_t i = 0; i < sizeof(out) / sizeof(*out); i++)
        if (!strncmp(path, out[i], strlen(out[i])))
            return true;
    return false;
}

static size_t count_lost(const char *copy)
{
    char path[5000];
    size_t lost = 0;

    for (size_t i = 0; i < n_asked; i++) {
        snprintf(path, sizeof(path), "%s%s", copy, asked[i].path);
        if (!asked[i].found || stays_out(asked[i].path) || access(path, F_OK) == 0)
            continue;
        print_error("%s is read and not recorded: see is_open() in report/record/record.c\n",
                    asked[i].path);
        lost++;
    }
    return lost;
}

/* What planning on the host reads is in its copy, and leads to the same plan: names in a folder
 * that was listed are facts as well. */
static void what_is_read_is_recorded(void **state)
{
    (void)state;
    for (int k = 0; k < N_KERNELS; k++) {
        char *root = full_host(k);
        char *copy = copy_of(root);
        char *is, *diff, *was = plan(root);

        assert_true(n_asked > 100);
        assert_int_equal(count_lost(copy), 0);
        put_class(copy);
        put_disk(copy);
        is = plan(copy);
        diff = line_diff(was, is);
        if (*diff)
            fail_msg("the plan on the copy is another one:\n%s", diff);
        free(diff);
        free(was);
        free(is);
        host_tree_remove(copy);
        host_tree_remove(root);
        forget(asked, &n_asked);
    }
}

/* Else a file that no host here has would pass the test above. */
static void every_file_that_is_looked_for_is_on_some_host(void **state)
{
    static const char *const never[] = {
        "/run/acdr/journal",
        "/run/libvirt/",
        "/etc/libvirt/qemu",      /* names of guests */
        "/etc/libvirt/qemu.conf", /* no guest runs */
        "/sys/class/block/",
        "/sys/dev/block/", /* the disk of a guest has a test of its own */
        "/sys/fs/resctrl/info/schemata",
        "/sys/fs/resctrl/schemata/schemata", /* no group has this name */
    };
    size_t missing = 0, n = sizeof(never) / sizeof(*never);

    (void)state;
    assert_true(n_kinds > 100);
    for (size_t i = 0; i < n_kinds; i++) {
        size_t k = 0;

        while (k < n && strncmp(kinds[i].path, never[k], strlen(never[k])) != 0)
            k++;
        if (kinds[i].found || k < n)
            continue;
        print_error("%s is looked for, and no host of this test has it: add it\n", kinds[i].path);
        missing++;
    }
    assert_int_equal(missing, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_is_recorded),
        cmocka_unit_test(every_file_that_is_looked_for_is_on_some_host),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    forget(kinds, &n_kinds);
    return failed;
}
