/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Probes over a made-up host; every value is worked out by hand from the files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "item.h"
#include "watch_world.h"

static void cpu_tells_times_and_rates_of_threads(void **state)
{
    struct watch_world w;

    (void)state;
    watch_world_make(&w, "cpu");
    watch_world_vcpu(&w.t, 1000000000, 5000000, 100, 3);
    watch_world_take(&w, 1);
    assert_near(watch_world_value(&w, "acdr_thread_cpu_seconds", "vcpu0", "guest"), 0.5);
    assert_near(watch_world_value(&w, "acdr_thread_cpu_seconds", "vcpu0", "user"), 0.5);
    assert_near(watch_world_value(&w, "acdr_thread_cpu_seconds", "vcpu0", "system"), 0.07);
    assert_near(watch_world_value(&w, "acdr_thread_last_cpu", "vcpu0", NULL), 2);
    assert_true(watch_world_rate(&w, "acdr_thread_run_seconds", "vcpu0", NULL) < 0);
    watch_world_vcpu(&w.t, 2500000000, 105000000, 250, 13);
    watch_world_take(&w, 2);
    assert_near(watch_world_rate(&w, "acdr_thread_run_seconds", "vcpu0", NULL), 0.75);
    assert_near(watch_world_rate(&w, "acdr_thread_run_delay_seconds", "vcpu0", NULL), 0.05);
    assert_near(watch_world_rate(&w, "acdr_thread_switches", "vcpu0", "involuntary"), 5);
    assert_near(watch_world_rate(&w, "acdr_thread_switches", "vcpu0", "voluntary"), 10);
    watch_world_drop(&w);
}

static void cpu_tells_user_time_without_guest_time(void **state)
{
    struct watch_world w;

    (void)state;
    watch_world_make(&w, "cpu");
    scratch_put(&w.t, "/proc/stat", "cpu  9 9 9 9\ncpu2 500 10 30 400 5 6 7 8 300 4\nbtime 5\n");
    watch_world_take(&w, 1);
    assert_near(watch_world_value(&w, "acdr_cpu_seconds", "cpu2", "user"), 2.0);
    assert_near(watch_world_value(&w, "acdr_cpu_seconds", "cpu2", "nice"), 0.06);
    assert_near(watch_world_value(&w, "acdr_cpu_seconds", "cpu2", "guest"), 3.0);
    assert_near(watch_world_value(&w, "acdr_cpu_seconds", "cpu2", "softirq"), 0.07);
    assert_near(watch_world_value(&w, "acdr_cpu_seconds", "cpu2", "steal"), 0.08);
    watch_world_drop(&w);
}

static void a_thread_number_of_another_is_not_read(void **state)
{
    struct watch_world w;

    (void)state;
    watch_world_make(&w, "cpu");
    watch_world_take(&w, 1);
    scratch_put(&w.t, "/proc/100/task/103/stat",
                "103 (CPU 0/KVM) S 1 1 1 0 -1 0 1 2 3 4 99 7 0 0 20 0 1 0 77777 1 1 1 1 1 0 0 0 0 "
                "0 0 0 0 0 17 2 0 0 0 0 0\n");
    watch_world_take(&w, 1);
    assert_null(watch_world_find(&w, "acdr_thread_run_seconds", "vcpu0", NULL));
    watch_world_drop(&w);
}

static void half_written_files_give_no_figure(void **state)
{
    struct watch_world w;

    (void)state;
    watch_world_make(&w, NULL);
    scratch_put(&w.t, "/proc/100/task/103/stat", "103 (CPU 0/K");
    scratch_put(&w.t, "/proc/100/task/100/schedstat", "12");
    scratch_put(&w.t, "/proc/stat", "cpu0 1 2 3");
    scratch_put(&w.t, "/proc/softirqs", "     CPU0 CP");
    scratch_put(&w.t, "/proc/interrupts", "  CPU0 CPU1\n 24: 5 ");
    scratch_put(&w.t, "/proc/net/dev", "Inter-|\n face |\n vnet0: 1 2 3");
    scratch_put(&w.t, "/proc/100/numa_maps", "7f00 default anon=512 N0=5");
    watch_world_take(&w, 1);
    assert_null(watch_world_find(&w, "acdr_thread_run_seconds", NULL, NULL));
    assert_null(watch_world_find(&w, "acdr_cpu_seconds", NULL, NULL));
    assert_null(watch_world_find(&w, "acdr_cpu_interrupts", NULL, NULL));
    assert_null(watch_world_find(&w, "acdr_interface_bytes", NULL, NULL));
    assert_near(watch_world_value(&w, "acdr_guest_memory_bytes", "node0", NULL), 0);
    watch_world_drop(&w);
}

static void softirq_tells_each_kind_by_cpu(void **state)
{
    struct watch_world w;

    (void)state;
    watch_world_make(&w, "softirq");
    scratch_put(&w.t, "/proc/softirqs", "  CPU0 CPU1 CPU2 CPU3\nHI: 0 0 1 0\nNET_RX: 5 6 100 8\n");
    watch_world_take(&w, 1);
    scratch_put(&w.t, "/proc/softirqs", "  CPU0 CPU1 CPU2 CPU3\nHI: 0 0 1 0\nNET_RX: 5 6 350 8\n");
    watch_world_take(&w, 5);
    assert_near(watch_world_rate(&w, "acdr_cpu_softirqs", "cpu2", "NET_RX"), 50);
    assert_near(watch_world_rate(&w, "acdr_cpu_softirqs", "cpu3", "NET_RX"), 0);
    assert_near(watch_world_value(&w, "acdr_cpu_softirqs", "cpu2", "HI"), 1);
    watch_world_drop(&w);
}

static void irq_names_devices_and_the_kernels_own(void **state)
{
    struct watch_world w;

    (void)state;
    watch_world_make(&w, "irq");
    scratch_put(&w.t, "/proc/irq/24/smp_affinity_list", "2\n");
    scratch_put(&w.t, "/proc/interrupts",
                "      CPU0 CPU1 CPU2 CPU3\n 24: 0 0 4294967290 0  PCI-MSI 1-edge  eth0-rx-0\n"
                "TLB: 1 0 7 0  TLB shootdowns\n");
    watch_world_take(&w, 1);
    assert_near(watch_world_value(&w, "acdr_cpu_interrupts", "eth0-rx-0", "24"), 4294967290.0);
    assert_null(watch_world_find(&w, "acdr_cpu_interrupts", "cpu1", NULL));
    scratch_put(&w.t, "/proc/interrupts",
                "      CPU0 CPU1 CPU2 CPU3\n 24: 0 0 14 0  PCI-MSI 1-edge  eth0-rx-0\n"
                "TLB: 1 0 7 0  TLB shootdowns\n");
    watch_world_take(&w, 2);
    assert_near(watch_world_rate(&w, "acdr_cpu_interrupts", "cpu2", "24"), 10);
    assert_near(watch_world_rate(&w, "acdr_cpu_kernel_interrupts", "cpu2", "TLB"), 0);
    watch_world_drop(&w);
}

static void memory_tells_nodes_pages_and_the_local_share(void **state)
{
    struct watch_world w;

    (void)state;
    watch_world_make(&w, "memory");
    scratch_put(&w.t, "/proc/100/numa_maps",
                "7f00 default anon=300 dirty=300 N0=100 N1=200 kernelpagesize_kB=4\n"
                "7f10 bind:1 file=/huge huge dirty=3 N1=3 kernelpagesize_kB=2048\n"
                "7f20 default file=/lib mapped=4 N0=4\n");
    scratch_put(&w.t, "/proc/100/smaps_rollup", "Rss: 9 kB\nAnonHugePages:   8 kB\n");
    scratch_put(&w.t, "/proc/100/status", "VmSwap:\t  12 kB\n");
    scratch_put(&w.t, "/proc/100/ksm_merging_pages", "3\n");
    watch_world_take(&w, 1);
    assert_near(watch_world_value(&w, "acdr_guest_memory_bytes", "node0", "4k"), 100 * 4096);
    assert_near(watch_world_value(&w, "acdr_guest_memory_bytes", "node1", "4k"), 200 * 4096);
    assert_near(watch_world_value(&w, "acdr_guest_memory_bytes", "node1", "2M"), 3 * 2097152.0);
    assert_near(watch_world_value(&w, "acdr_guest_memory_local_ratio", NULL, NULL),
                (200 * 4096 + 3 * 2097152.0) / (300 * 4096 + 3 * 2097152.0));
    assert_near(watch_world_value(&w, "acdr_guest_memory_thp_bytes", NULL, NULL), 8192);
    assert_near(watch_world_value(&w, "acdr_guest_memory_swap_bytes", NULL, NULL), 12288);
    assert_near(watch_world_value(&w, "acdr_guest_memory_ksm_bytes", NULL, NULL), 3 * 4096);
    assert_near(watch_world_value(&w, "acdr_guest_memory_current_bytes", NULL, NULL), 1048576);
    assert_near(watch_world_value(&w, "acdr_guest_memory_max_bytes", NULL, NULL), 2097152);
    watch_world_drop(&w);
}

static void costly_probes_are_asked_less_often(void **state)
{
    struct watch_world w;

    (void)state;
    watch_world_make(&w, "memory");
    scratch_put(&w.t, "/proc/100/ksm_merging_pages", "3\n");
    watch_world_take(&w, 1);
    scratch_put(&w.t, "/proc/100/ksm_merging_pages", "5\n");
    watch_world_take(&w, 20);
    assert_near(watch_world_value(&w, "acdr_guest_memory_ksm_bytes", NULL, NULL), 3 * 4096);
    assert_int_equal(watch_world_find(&w, "acdr_guest_memory_ksm_bytes", NULL, NULL)->when,
                     w.now - 20 * 1000000000LL);
    watch_world_take(&w, 10);
    assert_near(watch_world_value(&w, "acdr_guest_memory_ksm_bytes", NULL, NULL), 5 * 4096);
    watch_world_drop(&w);
}

static void sched_tells_policy_and_slice(void **state)
{
    struct watch_world w;

    (void)state;
    watch_world_make(&w, "sched");
    scratch_put(&w.t, "/proc/100/task/103/sched",
                "CPU 0/KVM (103, #threads: 2)\n"
                "se.slice                                     :              3000000\n");
    watch_world_take(&w, 1);
    assert_non_null(watch_world_find(&w, "acdr_thread_policy", "vcpu0", "batch"));
    assert_near(watch_world_value(&w, "acdr_thread_rt_priority", "vcpu0", NULL), 11);
    assert_near(watch_world_value(&w, "acdr_thread_nice", "vcpu0", NULL), 0);
    assert_near(watch_world_value(&w, "acdr_thread_slice_seconds", "vcpu0", NULL), 0.003);
    watch_world_drop(&w);
}

static void cgroup_tells_throttling_of_every_level(void **state)
{
    struct watch_world w;
    const char *scope = "/sys/fs/cgroup" WATCH_SCOPE;
    char path[256];

    (void)state;
    watch_world_make(&w, "cgroup");
    scratch_put(&w.t, "/sys/fs/cgroup/machine.slice/cpu.stat",
                "usage_usec 1\nnr_periods 10\nnr_throttled 2\nthrottled_usec 1000000\n");
    snprintf(path, sizeof(path), "%s/libvirt/vcpu0/cpu.stat", scope);
    scratch_put(&w.t, path, "nr_periods 10\nnr_throttled 5\nthrottled_usec 2000000\n");
    snprintf(path, sizeof(path), "%s/libvirt/vcpu0/cpu.max", scope);
    scratch_put(&w.t, path, "50000 100000\n");
    watch_world_take(&w, 1);
    assert_near(watch_world_value(&w, "acdr_cgroup_throttled_seconds", "/machine.slice", NULL), 1);
    assert_near(watch_world_value(&w, "acdr_cgroup_cpu_limit", WATCH_SCOPE "/libvirt/vcpu0", NULL),
                0.5);
    snprintf(path, sizeof(path), "%s/libvirt/vcpu0/cpu.stat", scope);
    scratch_put(&w.t, path, "nr_periods 20\nnr_throttled 15\nthrottled_usec 4500000\n");
    watch_world_take(&w, 5);
    assert_near(watch_world_rate(&w, "acdr_cgroup_throttled_seconds", WATCH_SCOPE "/libvirt/vcpu0",
                                 NULL),
                0.5);
    assert_near(watch_world_rate(&w, "acdr_cgroup_throttled_periods", WATCH_SCOPE "/libvirt/vcpu0",
                                 NULL),
                2);
    watch_world_drop(&w);
}

static void net_tells_taps_and_what_lies_behind(void **state)
{
    struct watch_world w;

    (void)state;
    watch_world_make(&w, "net");
    scratch_put(&w.t, "/sys/class/net/vnet0/upper_br0/x", "\n");
    scratch_put(&w.t, "/sys/class/net/br0/lower_vnet0/x", "\n");
    scratch_put(&w.t, "/sys/class/net/br0/lower_eth0/x", "\n");
    scratch_put(&w.t, "/sys/class/net/br0/bridge/x", "\n");
    scratch_put(&w.t, "/sys/class/net/eth0/upper_br0/x", "\n");
    scratch_link(&w.t, "/sys/class/net/eth0/device", "../../../devices/pci/0000:00:03.0");
    scratch_put(&w.t, "/proc/net/dev",
                "Inter-|   Receive\n face |bytes\n"
                " vnet0: 1000 10 1 2 0 0 0 0 5000 50 3 4 0 0 0 0\n"
                "  eth0:    7  1 0 0 0 0 0 0    8  2 0 0 0 0 0 0\n");
    watch_world_take(&w, 1);
    assert_near(watch_world_value(&w, "acdr_interface_bytes", "eth0", "transmit"), 8);
    assert_null(watch_world_find(&w, "acdr_interface_bytes", "eth0", NULL)->guest);
    scratch_put(&w.t, "/proc/net/dev",
                "Inter-|   Receive\n face |bytes\n"
                " vnet0: 3000 20 1 2 0 0 0 0 9000 90 3 6 0 0 0 0\n");
    watch_world_take(&w, 2);
    assert_near(watch_world_rate(&w, "acdr_interface_bytes", "vnet0", "receive"), 1000);
    assert_near(watch_world_rate(&w, "acdr_interface_packets", "vnet0", "transmit"), 20);
    assert_near(watch_world_rate(&w, "acdr_interface_drops", "vnet0", "transmit"), 1);
    assert_string_equal(watch_world_find(&w, "acdr_interface_bytes", "vnet0", NULL)->guest, "g1");
    watch_world_drop(&w);
}

static void kvm_tells_exits_of_the_guests_own_folder(void **state)
{
    struct watch_world w;

    (void)state;
    watch_world_make(&w, "kvm");
    scratch_put(&w.t, "/sys/kernel/debug/kvm/100-12/exits", "1000\n");
    scratch_put(&w.t, "/sys/kernel/debug/kvm/100-12/halt_poll_fail_ns", "2000000000\n");
    scratch_put(&w.t, "/sys/kernel/debug/kvm/1001-12/exits", "77\n");
    watch_world_take(&w, 1);
    assert_near(watch_world_value(&w, "acdr_guest_kvm_exits", NULL, "all"), 1000);
    assert_near(watch_world_value(&w, "acdr_guest_kvm_poll_seconds", NULL, "fail"), 2);
    assert_null(watch_world_find(&w, "acdr_guest_kvm_exits", NULL, "io"));
    watch_world_drop(&w);
}

/* A kernel that is locked down lists the files and refuses each: no figure, and the reason. As root
 * this test can only plant a folder in a file's place. */
static void kvm_tells_that_no_file_can_be_read(void **state)
{
    struct watch_world w;

    (void)state;
    watch_world_make(&w, "kvm");
    scratch_put(&w.t, "/sys/kernel/debug/kvm/100-12/exits/planted", "\n");
    watch_world_take(&w, 1);
    assert_int_equal(w.watch->now.n, 0);
    assert_non_null(strstr(w.said, "kvm/100-*: no file can be read (Is a directory)"));
    watch_world_drop(&w);

    watch_world_make(&w, "kvm");
    scratch_put(&w.t, "/sys/kernel/debug/kvm/100-12/exits/planted", "\n");
    scratch_put(&w.t, "/sys/kernel/debug/kvm/100-12/io_exits", "5\n");
    watch_world_take(&w, 1);
    assert_int_equal(w.times, 0);
    assert_near(watch_world_value(&w, "acdr_guest_kvm_exits", NULL, "io"), 5);
    watch_world_drop(&w);
}

static void what_cannot_run_is_said_once(void **state)
{
    struct watch_world w;

    (void)state;
    watch_world_make(&w, "kvm");
    watch_world_take(&w, 1);
    assert_int_equal(w.times, 1);
    assert_non_null(strstr(w.said, "not watched: kvm: /sys/kernel/debug/kvm"));
    scratch_put(&w.t, "/sys/kernel/debug/kvm/100-12/exits", "1000\n");
    watch_world_take(&w, 1);
    assert_int_equal(w.times, 1);
    assert_int_equal(w.watch->now.n, 0);
    watch_world_drop(&w);
}

static void psi_tells_the_host_and_the_guest(void **state)
{
    struct watch_world w;

    (void)state;
    watch_world_make(&w, "psi");
    scratch_put(&w.t, "/proc/pressure/cpu",
                "some avg10=0.00 avg60=1.00 avg300=0.00 total=1500000\n");
    scratch_put(&w.t, "/sys/fs/cgroup" WATCH_SCOPE "/libvirt/io.pressure",
                "some avg10=0.00 avg60=0.00 avg300=0.00 total=7\n"
                "full avg10=0.00 avg60=0.00 avg300=0.00 total=2000000\n");
    watch_world_take(&w, 1);
    assert_near(watch_world_value(&w, "acdr_pressure_stall_seconds", NULL, "cpu-some"), 1.5);
    assert_near(watch_world_value(&w, "acdr_guest_pressure_stall_seconds", NULL, "io-full"), 2);
    watch_world_drop(&w);
}

static void block_tells_the_guest_and_whole_disks(void **state)
{
    struct watch_world w;

    (void)state;
    watch_world_make(&w, "block");
    scratch_put(&w.t, "/proc/100/io", "rchar: 9\nread_bytes: 4096\nwrite_bytes: 8192\n");
    scratch_put(&w.t, "/sys/block/sda/device/x", "\n");
    scratch_put(&w.t, "/sys/block/sda/stat", "10 0 20 1000 30 0 40 500 0 250 1500\n");
    scratch_put(&w.t, "/sys/block/loop0/stat", "1 1 1 1 1 1 1 1 1 1 1\n");
    watch_world_take(&w, 1);
    assert_near(watch_world_value(&w, "acdr_guest_disk_bytes", NULL, "write"), 8192);
    assert_near(watch_world_value(&w, "acdr_disk_bytes", "sda", "read"), 20 * 512);
    assert_near(watch_world_value(&w, "acdr_disk_wait_seconds", "sda", "write"), 0.5);
    assert_near(watch_world_value(&w, "acdr_disk_busy_seconds", "sda", NULL), 0.25);
    assert_null(watch_world_find(&w, "acdr_disk_bytes", "loop0", NULL));
    watch_world_drop(&w);
}

static void map_tells_what_a_guest_runs_on(void **state)
{
    struct watch_world w;

    (void)state;
    watch_world_make(&w, "map");
    scratch_put(&w.t, "/proc/stat", "cpu0 1 2 3 4\nbtime 1000\n");
    watch_world_take(&w, 1);
    assert_near(watch_world_value(&w, "acdr_guest_start_time_seconds", NULL, NULL), 1051);
    assert_near(watch_world_value(&w, "acdr_guest_threads", NULL, "vcpu"), 1);
    assert_non_null(watch_world_find(&w, "acdr_thread_cpus", "emulator", "0-3"));
    assert_non_null(watch_world_find(&w, "acdr_guest_nic", "vnet0", "br0"));
    assert_non_null(watch_world_find(&w, "acdr_guest_disk", "vda", "/img/g1.raw"));
    watch_world_drop(&w);
}

static void guests_come_and_go(void **state)
{
    struct watch_world w;

    (void)state;
    watch_world_make(&w, "cpu,memory");
    scratch_put(&w.t, "/proc/100/ksm_merging_pages", "3\n");
    watch_world_take(&w, 1);
    assert_non_null(watch_world_find(&w, "acdr_guest_memory_ksm_bytes", NULL, NULL));
    scratch_delete(&w.t, "/run/libvirt/qemu/g1.pid");
    watch_world_take(&w, 1);
    assert_null(watch_world_find(&w, "acdr_thread_run_seconds", NULL, NULL));
    assert_null(watch_world_find(&w, "acdr_guest_memory_ksm_bytes", NULL, NULL));
    scratch_put(&w.t, "/run/libvirt/qemu/g1.pid", "100\n");
    watch_world_take(&w, 1);
    assert_non_null(watch_world_find(&w, "acdr_guest_memory_ksm_bytes", NULL, NULL));
    assert_true(watch_world_rate(&w, "acdr_thread_run_seconds", "vcpu0", NULL) < 0);
    watch_world_drop(&w);
}

static void a_balloon_and_a_pin_are_noticed(void **state)
{
    struct watch_world w;

    (void)state;
    watch_world_make(&w, "memory");
    watch_world_take(&w, 1);
    assert_true(acdr_bitmap_has(&w.watch->inventory->guests[0].cpus, 2));
    scratch_put(&w.t, "/run/libvirt/qemu/g1.xml",
                "<domstatus><domain type='kvm'><name>g1</name><memory unit='KiB'>2048</memory>"
                "<currentMemory unit='KiB'>512</currentMemory><vcpu>1</vcpu></domain></domstatus>");
    watch_world_thread(&w.t,
                       &(struct watch_thread){
                           .pid = 100, .tid = 103, .comm = "CPU 0/KVM", .cpus = "1", .cpu = 1 });
    watch_world_take(&w, 30);
    assert_near(watch_world_value(&w, "acdr_guest_memory_current_bytes", NULL, NULL), 524288);
    assert_true(acdr_bitmap_has(&w.watch->inventory->guests[0].cpus, 1));
    assert_false(acdr_bitmap_has(&w.watch->inventory->guests[0].cpus, 2));
    watch_world_drop(&w);
}

static void an_unknown_probe_is_refused_with_the_known_ones(void **state)
{
    struct acdr_watch *watch = NULL;
    struct acdr_err e = { 0 };
    struct scratch t;

    (void)state;
    scratch_make(&t);
    assert_int_equal(acdr_watch_new(t.root, NULL, NULL, NULL, "cpu,nonsense", &watch, &e), -EINVAL);
    assert_non_null(strstr(e.text, "\"nonsense\""));
    assert_non_null(strstr(e.text, "softirq, irq, pmu"));
    scratch_drop(&t);
}

static bool asks(struct scratch *t, const char *probes, const char *name)
{
    struct acdr_watch *watch = NULL;
    struct acdr_err e = { 0 };
    bool found = false;

    assert_return_code(acdr_watch_new(t->root, NULL, NULL, NULL, probes, &watch, &e), 0);
    for (size_t i = 0; i < watch->n_slots; i++)
        found |= !strcmp(watch->slots[i].probe->name, name);
    acdr_watch_free(watch);
    return found;
}

static void what_guests_notice_is_asked_by_name_only(void **state)
{
    struct scratch t;

    (void)state;
    scratch_make(&t);
    assert_true(asks(&t, NULL, "kvm"));
    assert_false(asks(&t, NULL, "exits"));
    assert_true(asks(&t, "kvm, exits", "exits"));
    assert_false(asks(&t, "exits", "kvm"));
    scratch_drop(&t);
}

static void a_recorded_host_has_no_queues_to_count(void **state)
{
    struct watch_world w;

    (void)state;
    watch_world_make(&w, "queue");
    watch_world_take(&w, 1);
    assert_null(watch_world_find(&w, "acdr_queue_packets", NULL, NULL));
    assert_non_null(strstr(w.watch->slots[0].off, "this machine's kernel only"));
    watch_world_drop(&w);
}

static int status(void *arg, struct acdr_item **ret, struct acdr_err *e)
{
    struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP);
    struct acdr_item *d = acdr_item_add(acdr_item_add(root, "domains", ACDR_ITEM_LIST), NULL,
                                        ACDR_ITEM_MAP);
    struct acdr_item *steps;

    (void)arg;
    (void)e;
    acdr_item_add_text(d, "name", "g1");
    acdr_item_add_text(d, "class", "cleaner-cores");
    acdr_item_add_text(d, "state", "degraded");
    steps = acdr_item_add(d, "steps", ACDR_ITEM_LIST);
    acdr_item_add_text(acdr_item_add(steps, NULL, ACDR_ITEM_MAP), "result", "applied");
    acdr_item_add_text(acdr_item_add(steps, NULL, ACDR_ITEM_MAP), "result", "refused");
    *ret = root;
    return 0;
}

static int drift(void *arg, struct acdr_item **ret, struct acdr_err *e)
{
    struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP);
    struct acdr_item *list = acdr_item_add(root, "drift", ACDR_ITEM_LIST);

    (void)arg;
    (void)e;
    acdr_item_add_text(acdr_item_add(list, NULL, ACDR_ITEM_MAP), "domain", "g1");
    acdr_item_add_text(acdr_item_add(list, NULL, ACDR_ITEM_MAP), "domain", "other");
    list = acdr_item_add(root, "intruders", ACDR_ITEM_LIST);
    acdr_item_add_text(acdr_item_add(list, NULL, ACDR_ITEM_MAP), "domain", "g1");
    acdr_item_add_text(acdr_item_add(list, NULL, ACDR_ITEM_MAP), "domain", "g1");
    *ret = root;
    return 0;
}

static void acdr_tells_class_steps_and_drift(void **state)
{
    struct watch_world w;

    (void)state;
    watch_world_make(&w, "acdr");
    w.watch->source = (struct acdr_status_source){ .status = status, .drift = drift };
    watch_world_take(&w, 1);
    assert_non_null(watch_world_find(&w, "acdr_guest_class", NULL, "cleaner-cores"));
    assert_near(watch_world_value(&w, "acdr_guest_degraded", NULL, NULL), 1);
    assert_near(watch_world_value(&w, "acdr_guest_steps", NULL, "applied"), 1);
    assert_near(watch_world_value(&w, "acdr_guest_steps", NULL, "unsupported"), 0);
    assert_near(watch_world_value(&w, "acdr_guest_drifted", NULL, NULL), 1);
    assert_near(watch_world_value(&w, "acdr_guest_intruders", NULL, NULL), 2);
    watch_world_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cpu_tells_times_and_rates_of_threads),
        cmocka_unit_test(cpu_tells_user_time_without_guest_time),
        cmocka_unit_test(a_thread_number_of_another_is_not_read),
        cmocka_unit_test(half_written_files_give_no_figure),
        cmocka_unit_test(softirq_tells_each_kind_by_cpu),
        cmocka_unit_test(irq_names_devices_and_the_kernels_own),
        cmocka_unit_test(memory_tells_nodes_pages_and_the_local_share),
        cmocka_unit_test(costly_probes_are_asked_less_often),
        cmocka_unit_test(sched_tells_policy_and_slice),
        cmocka_unit_test(cgroup_tells_throttling_of_every_level),
        cmocka_unit_test(net_tells_taps_and_what_lies_behind),
        cmocka_unit_test(kvm_tells_exits_of_the_guests_own_folder),
        cmocka_unit_test(kvm_tells_that_no_file_can_be_read),
        cmocka_unit_test(what_cannot_run_is_said_once),
        cmocka_unit_test(psi_tells_the_host_and_the_guest),
        cmocka_unit_test(block_tells_the_guest_and_whole_disks),
        cmocka_unit_test(map_tells_what_a_guest_runs_on),
        cmocka_unit_test(guests_come_and_go),
        cmocka_unit_test(a_balloon_and_a_pin_are_noticed),
        cmocka_unit_test(an_unknown_probe_is_refused_with_the_known_ones),
        cmocka_unit_test(what_guests_notice_is_asked_by_name_only),
        cmocka_unit_test(a_recorded_host_has_no_queues_to_count),
        cmocka_unit_test(acdr_tells_class_steps_and_drift),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
