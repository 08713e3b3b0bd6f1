/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Recorded hosts: what comes out of one is the host that went in, nothing that names a machine goes
 * in, and a large host makes a small file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "acdr/acdr.h"
#include "device.h"
#include "guest.h"
#include "guest_devices.h"
#include "holders.h"
#include "host_file.h"
#include "host_tree.h"
#include "names.h"
#include "root.h"
#include "text.h"

/* --- what is compared --- */

/* A report as lines, whatever is in it. */
static void tell(struct acdr_strbuf *t, const struct acdr_item *i, int depth)
{
    const char *name = acdr_item_name(i);

    acdr_strbuf_addf(t, "%*s%s: %d %s %lld\n", depth, "", name ? name : "-", (int)acdr_item_kind(i),
                     acdr_item_text(i), acdr_item_num(i));
    for (const struct acdr_item *c = acdr_item_first(i); c; c = acdr_item_next(c))
        tell(t, c, depth + 1);
}

static char *describe(const char *root)
{
    struct acdr_strbuf t = { 0 };
    struct acdr_item *report = NULL;
    struct acdr_err e = { 0 };
    struct acdr *a = NULL;

    assert_int_equal(acdr_open(root, &a, &e), 0);
    if (acdr_host(a, &report, &e) < 0)
        fail_msg("%s", e.text);
    tell(&t, report, 0);
    acdr_item_free(report);
    acdr_close(a);
    return acdr_strbuf_take(&t);
}

static char *record(const char *root)
{
    struct acdr_item *report = NULL;
    struct acdr_err e = { 0 };
    struct acdr *a = NULL;
    char *text;

    assert_int_equal(acdr_open(root, &a, &e), 0);
    if (acdr_record(a, &report, &e) < 0)
        fail_msg("%s", e.text);
    text = strdup(acdr_item_text(acdr_item_find(report, "recording")));
    assert_non_null(text);
    acdr_item_free(report);
    acdr_close(a);
    return text;
}

static char *unpack(const char *recording)
{
    char *root = host_tree_new();
    acdr_auto(free) char *text = strdup(recording);

    host_file_unpack(root, text);
    return root;
}

/* The copy is told like the original, and a recording of it is the same text. */
static void check_round_trip(const char *root)
{
    acdr_auto(free) char *recording = record(root);
    acdr_auto(free) char *was = describe(root);
    char *copy = unpack(recording);
    acdr_auto(free) char *again = record(copy);
    acdr_auto(free) char *is = describe(copy);

    host_tree_remove(copy);
    assert_string_equal(was, is);
    assert_string_equal(recording, again);
}

/* --- tests --- */

static void every_host_comes_back(void **state)
{
    struct names hosts;
    char path[256];
    char *root;

    (void)state;
    names_list("tests/hosts", ".host", &hosts);
    assert_true(hosts.n >= 8);
    for (size_t i = 0; i < hosts.n; i++) {
        snprintf(path, sizeof(path), "tests/hosts/%s.host", hosts.v[i]);
        root = host_file_tree(path);
        check_round_trip(root);
        host_tree_remove(root);
    }
    names_forget(&hosts);
}

/* What systemd will allow guests is recorded, and nothing else that its unit files say. */
static void limits_of_the_group_of_guests_come_back(void **state)
{
    static const char file[] = "/etc/systemd/system/machine.slice.d/50-x.conf";
    char *root = host_file_tree("tests/hosts/two-nodes-systemd.host");
    acdr_auto(free) char *recording = NULL;

    (void)state;
    host_tree_put(root, file, "# for alice\n[Slice]\nAllowedCPUs=2-5\nDescription=alice's\n");
    recording = record(root);
    assert_non_null(strstr(recording, file));
    assert_non_null(strstr(recording, "AllowedCPUs=2-5"));
    assert_null(strstr(recording, "alice"));
    check_round_trip(root);
    host_tree_remove(root);
}

static void put_link(const char *root, const char *path, const char *target)
{
    char full[1024];

    host_tree_put(root, path, "%s", "");
    snprintf(full, sizeof(full), "%s%s", root, path);
    assert_int_equal(unlink(full), 0);
    assert_int_equal(symlink(target, full), 0);
}

#define CARD "/sys/devices/pci0000:00/0000:00:03.0"

/* A virtio card: node and interrupts are found through links and "..". */
static void put_card(const char *root, const char *name)
{
    char path[256], target[256];

    snprintf(path, sizeof(path), "/sys/class/net/%s", name);
    snprintf(target, sizeof(target), "../../devices/pci0000:00/0000:00:03.0/virtio2/net/%s", name);
    put_link(root, path, target);
    snprintf(path, sizeof(path), CARD "/virtio2/net/%s/queues/rx-0/x", name);
    host_tree_put(root, path, "\n");
    snprintf(path, sizeof(path), CARD "/virtio2/net/%s/device", name);
    put_link(root, path, "../../../virtio2");
    snprintf(path, sizeof(path), CARD "/virtio2/net/%s/address", name);
    host_tree_put(root, path, "de:ad:be:ef:00:01\n");
    host_tree_put(root, "/sys/bus/virtio/drivers/virtio_net/uevent", "\n");
    put_link(root, CARD "/virtio2/driver", "../../../../bus/virtio/drivers/virtio_net");
    put_link(root, "/sys/bus/pci/devices/0000:00:03.0", "../../../devices/pci0000:00/0000:00:03.0");
    host_tree_put(root, CARD "/numa_node", "1\n");
    host_tree_put(root, CARD "/class", "0x020000\n");
    host_tree_put(root, CARD "/serial_number", "SERIAL4711\n");
    host_tree_put(root, CARD "/msi_irqs/24", "msix\n");
}

#define MDEV "c0ffee00-1234-4321-8888-aaaabbbbcccc"

/* A device of each kind below the card, which is of node 1, and a pool of its functions. */
static void put_devices(const char *root)
{
    host_tree_put(root, CARD "/" MDEV "/mdev_type/name", "VGPU\n");
    put_link(root, "/sys/bus/mdev/devices/" MDEV, "../../../devices/pci0000:00/0000:00:03.0/" MDEV);
    host_tree_put(root, CARD "/vdpa0/vhost-vdpa-0/dev", "240:0\n");
    put_link(root, "/sys/bus/vdpa/devices/vdpa0", "../../../devices/pci0000:00/0000:00:03.0/vdpa0");
    host_tree_put(root, CARD "/usb1/1-4/serial", "SERIAL4711\n");
    host_tree_put(root, CARD "/usb1/1-4/busnum", "1\n");
    host_tree_put(root, CARD "/usb1/1-4/devnum", "12\n");
    host_tree_put(root, CARD "/usb1/1-4/idVendor", "1234\n");
    host_tree_put(root, CARD "/usb1/1-4/idProduct", "beef\n");
    put_link(root, "/sys/bus/usb/devices/1-4", "../../../devices/pci0000:00/0000:00:03.0/usb1/1-4");
    host_tree_put(root, CARD "/host2/scsi_host/host2/state", "running\n");
    put_link(root, "/sys/class/scsi_host/host2",
             "../../devices/pci0000:00/0000:00:03.0/host2/scsi_host/host2");
    host_tree_put(
        root, "/etc/libvirt/qemu/networks/pool.xml",
        "<network><name>pool</name><uuid>" MDEV "</uuid><forward mode='hostdev'>"
        "<pf dev='enxdeadbeef0001'/><address type='pci' bus='0' slot='3'/></forward>"
        "<dns><host ip='10.1.2.3'><hostname>secrethost</hostname></host></dns></network>");
    host_tree_put(root, "/etc/libvirt/qemu/networks/secretnet.xml",
                  "<network><name>secretnet</name><forward mode='nat'/></network>");
}

static void links_of_devices_come_back(void **state)
{
    char *root = host_tree_new();
    acdr_auto(free) char *was = NULL;

    (void)state;
    host_tree_fill(root);
    put_card(root, "eth0");
    put_devices(root);
    host_tree_put(root, "/sys/class/net/bridge/address", "\n"); /* found by its folder alone */
    was = describe(root);
    assert_non_null(strstr(was, "name: 3 bridge 0"));
    assert_non_null(strstr(was, "device: 3 virtio2 0"));
    assert_non_null(strstr(was, "driver: 3 virtio_net 0"));
    assert_non_null(strstr(was, "node: 4  1"));
    assert_non_null(strstr(was, "rx_queues: 4  1"));
    check_round_trip(root);
    host_tree_remove(root);
}

static void put_task(const char *root, int pid, const char *name, unsigned flags, const char *cpus)
{
    char line[256];
    acdr_auto(free) char *text = NULL;

    snprintf(line, sizeof(line), "thread\t%d\t%d\t%s\t%x\t77\t%s", pid, pid, name, flags, cpus);
    text = strdup(line);
    host_file_unpack(root, text);
}

/* Each is on the node that it was on, by the names that the recording has for it. */
static void check_devices(const struct acdr_host *h)
{
    static const char *const devices[][2] = {
        { "pci", "0000:00:03.0" },       { "mdev", "00000000-0000-4000-8000-000000000000" },
        { "vdpa", "/dev/vhost-vdpa-0" }, { "usb", "1/12" },
        { "usb", "1234:beef" },          { "scsi", "host2" },
    };
    struct acdr_network *w = NULL;

    for (size_t i = 0; i < sizeof(devices) / sizeof(*devices); i++) {
        struct acdr_bitmap nodes = { 0 };
        int err = acdr_device_nodes(h, devices[i][0], devices[i][1], &nodes);

        if (err < 0)
            fail_msg("%s %s: %s", devices[i][0], devices[i][1], strerror(-err));
        assert_int_equal(acdr_bitmap_next(&nodes, -1), 1);
    }
    assert_int_equal(acdr_guest_network(h->root, "pool", &w), 0);
    assert_true(w->hostdev);
    assert_string_equal(w->devs[0], "enx020000000001");
    assert_string_equal(w->addresses[0], "0000:00:03.0");
    acdr_network_free(w);
}

/* What names a machine or its users, in every place where it is seen. */
static void put_secrets(const char *root)
{
    host_tree_fill(root);
    put_card(root, "enxdeadbeef0001");
    host_tree_put(root, "/proc/irq/24/smp_affinity_list", "0-15\n");
    host_tree_put(root, "/sys/kernel/irq/24/actions", "enxdeadbeef0001-rx,de:ad:be:ef:00:01\n");
    host_tree_put(root, "/sys/kernel/irq/25/actions", "c0ffee00-1234-4321-8888-aaaabbbbcccc\n");
    host_tree_put(root, "/proc/sys/kernel/random/boot_id",
                  "c0ffee00-1234-4321-8888-aaaabbbbcccc\n");
    host_tree_put(root, "/proc/sys/kernel/hostname", "secrethost\n");
    host_tree_put(root, "/proc/zoneinfo",
                  "Node 0, zone   Normal\n  pages free     9\n        low      3\n");
    host_tree_put(root, "/etc/hostname", "secrethost\n");
    host_tree_put(root, "/etc/machine-id", "c0ffee00123443218888aaaabbbbcccc\n");
    host_tree_put(root, "/proc/cmdline", "root=UUID=c0ffee00-1234-4321-8888-aaaabbbbcccc\n");
    host_tree_put(root, "/proc/mounts",
                  "/dev/mapper/secrethost-root / ext4 rw 0 0\n"
                  "cgroup /sys/fs/cgroup/cpuset cgroup rw,cpuset 0 0\n"
                  "10.1.2.3:/secret /mnt nfs rw,addr=10.1.2.3 0 0\n");
    host_tree_put(root, "/sys/class/dmi/id/product_serial", "SERIAL4711\n");
    host_tree_put(root, "/etc/acdr/acdr.conf", "# secrethost, ask alice\nhousekeeping = 0,8\n");
    host_tree_put(root, "/run/libvirt/qemu/secretguest.xml",
                  "<domstatus state='running' pid='500'><domain type='kvm' id='1'>"
                  "<name>secretguest</name><uuid>c0ffee00-1234-4321-8888-aaaabbbbcccc</uuid>"
                  "<memory>1024</memory><vcpu>2</vcpu><cputune><vcpupin vcpu='1' cpuset='5,13'/>"
                  "</cputune></domain></domstatus>");
    put_devices(root);
    put_task(root, 1, "systemd", 0, "0-15");
    put_task(root, 2, "kthreadd", 0x200000, "0-15");
    put_task(root, 60, "jbd2/secrethost", 0x200000, "0-3");
    put_task(root, 61, "ksoftirqd/1", 0x4200000, "1");
    put_task(root, 62, "kswapd0", 0x200000, "0-3");
    put_task(root, 500, "qemu-system-x86", 0, "0-15");
    put_task(root, 63, "10.1.2.3-manage", 0x200000, "0-3");
    put_task(root, 600, "alicesbackup", 0, "3");
    put_task(root, 601, "qemu-secretguest", 0, "3");
    put_task(root, 602, "CPU 0/KVM", 0, "3");
    put_task(root, 700, "irqbalance", 0, "0-15");
    host_tree_put(root, "/run/irqbalance/irqbalance700.sock", "\n");
    host_tree_put(root, "/proc/600/cmdline", "%s", "alicesbackup --password=hunter2");
}

/* What is left of it still says what matters for a plan. */
static void check_facts(const char *recording)
{
    static const char *const lines[] = {
        "\n/etc/acdr/acdr.conf\thousekeeping = 0,8\n",
        "\n/proc/mounts\tcgroup /sys/fs/cgroup/cpuset cgroup rw,cpuset 0 0\n",
        "\n/sys/kernel/irq/24/actions\tenx020000000001-rx,02:00:00:00:00:02\n",
        "\n/proc/zoneinfo\tNode 0, zone   Normal\n/proc/zoneinfo\t        low      3\n",
        "\nthread\t1\t1\tsystemd\t0\t77\t0-15\n",
        "\nthread\t60\t60\tjbd2\t200000\t77\t0-3\n",
        "\nthread\t62\t62\tkswapd0\t200000\t77\t0-3\n",
        "\nthread\t63\t63\tkthread\t200000\t77\t0-3\n",
        "\nthread\t600\t600\tuser\t0\t77\t3\n",
        "\nthread\t601\t601\tuser\t0\t77\t3\n",
        "\nthread\t602\t602\tCPU 0/KVM\t0\t77\t3\n",
    };
    char *root = unpack(recording);
    struct acdr_root *r = NULL;
    struct acdr_host *h = NULL;
    struct acdr_neighbours running, defined;
    struct acdr_holders holders = { 0 };
    struct acdr_bitmap pinned, want;

    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
        if (!strstr(recording, lines[i]))
            fail_msg("not in the recording: %s\n%s", lines[i], recording);
    assert_null(strstr(recording, "ksoftirqd"));
    assert_int_equal(acdr_root_open(root, &r, NULL), 0);
    assert_int_equal(acdr_host_read(r, ACDR_HOST_USUAL, &h, NULL), 0);
    assert_int_equal(h->irqbalance, 700);
    assert_int_equal(acdr_neighbours_read(r, &running, NULL), 0);
    assert_int_equal(acdr_neighbours_defined(r, &defined), 0);
    assert_int_equal(acdr_holders_guests(h, &running, &defined, "", &holders), 0);
    acdr_holders_sum(&holders, true, &pinned);
    assert_true(acdr_bitmap_empty(&pinned));
    acdr_holders_sum(&holders, false, &pinned);
    check_devices(h);
    assert_int_equal(acdr_bitmap_parse_list(&want, "5,13"), 0);
    assert_true(acdr_bitmap_equal(&pinned, &want));
    acdr_holders_done(&holders);
    acdr_neighbours_done(&running);
    acdr_neighbours_done(&defined);
    acdr_host_free(h);
    acdr_root_free(r);
    host_tree_remove(root);
}

static void nothing_private_goes_in(void **state)
{
    static const char *const secrets[] = { "secret", "de:ad",  "deadbeef", "c0ffee",  "SERIAL",
                                           "alice",  "hunter", "10.1.2",   "aaaabbbb" };
    char *root = host_tree_new();
    acdr_auto(free) char *recording = NULL;

    (void)state;
    put_secrets(root);
    recording = record(root);
    for (size_t i = 0; i < sizeof(secrets) / sizeof(*secrets); i++)
        if (strstr(recording, secrets[i]))
            fail_msg("%s is in the recording:\n%s", secrets[i], recording);
    check_facts(recording);
    host_tree_remove(root);
}

/* 384 CPUs, 24 L3 domains, 512 interrupts: a file that a person can read. */
static char *large_host(void)
{
    struct acdr_strbuf t = { 0 };

    acdr_strbuf_add(&t, "/sys/devices/system/cpu/online\t0-383\n"
                        "/sys/devices/system/node/node0/cpulist\t0-95,192-287\n"
                        "/sys/devices/system/node/node1/cpulist\t96-191,288-383\n"
                        "/sys/devices/system/cpu/cpu{0-383}/cache/index3/level\t3\n"
                        "/sys/devices/system/cpu/cpu{0-383}/cache/index3/type\tUnified\n");
    for (int i = 0; i < 192; i++)
        acdr_strbuf_addf(&t, "/sys/devices/system/cpu/cpu{%d,%d}/topology/core_cpus_list\t%d,%d\n",
                         i, i + 192, i, i + 192);
    for (int i = 0; i < 192; i += 8)
        acdr_strbuf_addf(&t,
                         "/sys/devices/system/cpu/cpu{%d-%d,%d-%d}/cache/index3/shared_cpu_list\t"
                         "%d-%d,%d-%d\n",
                         i, i + 7, i + 192, i + 199, i, i + 7, i + 192, i + 199);
    for (int i = 0; i < 512; i++)
        acdr_strbuf_addf(&t, "irq\t%d\tnvme%dq%d\t%d\n", i, i / 128, i % 128, i % 384);
    return acdr_strbuf_take(&t);
}

static void a_large_host_is_a_small_file(void **state)
{
    acdr_auto(free) char *text = large_host();
    char *root = unpack(text);
    acdr_auto(free) char *recording = record(root);

    (void)state;
    assert_true(strlen(recording) < 100000);
    assert_non_null(strstr(recording, "/sys/devices/system/cpu/cpu{0,8,16,24,"));
    check_round_trip(root);
    host_tree_remove(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_host_comes_back),
        cmocka_unit_test(limits_of_the_group_of_guests_come_back),
        cmocka_unit_test(links_of_devices_come_back),
        cmocka_unit_test(nothing_private_goes_in),
        cmocka_unit_test(a_large_host_is_a_small_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
