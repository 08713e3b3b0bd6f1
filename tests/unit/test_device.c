/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The nodes of devices by the names that domains have for them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <errno.h>
#include <cmocka.h>

#include "device.h"
#include "scratch.h"

#define PCI  "/sys/devices/pci0000:00/"
#define UUID "aa618089-8b16-4d01-a136-25a0f3c73123"

/* Two nodes of two CPUs. */
static void put_nodes(struct scratch *t)
{
    scratch_put(t, "/sys/devices/system/cpu/online", "0-3\n");
    scratch_put(t, "/sys/devices/system/cpu/cpu0/topology/core_cpus_list", "0\n");
    scratch_put(t, "/sys/devices/system/node/node0/cpulist", "0-1\n");
    scratch_put(t, "/sys/devices/system/node/node1/cpulist", "2-3\n");
}

/* A PCI device: its node, and what else is below it. */
static void put_pci(struct scratch *t, const char *address, const char *file, const char *text)
{
    char path[256], target[256];

    snprintf(path, sizeof(path), PCI "%s/%s", address, file);
    scratch_put(t, path, "%s\n", text);
    snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s", address);
    snprintf(target, sizeof(target), "../../../devices/pci0000:00/%s", address);
    scratch_link(t, path, target);
}

static void make(struct scratch *t)
{
    scratch_make(t);
    put_nodes(t);
    put_pci(t, "0000:01:00.0", "numa_node", "0");
    put_pci(t, "0000:02:00.0", "numa_node", "1");
    put_pci(t, "0000:03:00.0", "numa_node", "-1");
    put_pci(t, "0000:04:00.0", "numa_node", "7");
    put_pci(t, "0000:05:00.0", "local_cpulist", "2-3");
    put_pci(t, "0000:06:00.0", "numa_node", "several");
    put_pci(t, "0000:07:00.0", "class", "0x020000");
}

/* The nodes of a device as text, or its error as "-2". */
static void assert_nodes(struct scratch *t, const char *bus, const char *name, const char *want)
{
    acdr_auto(acdr_host_free) struct acdr_host *h = NULL;
    acdr_auto(free) char *list = NULL;
    struct acdr_bitmap nodes = { 0 };
    char is[64];
    int err;

    assert_int_equal(acdr_host_read(t->root, 0, &h, NULL), 0);
    err = acdr_device_nodes(h, bus, name, &nodes);
    list = acdr_bitmap_print_list(&nodes);
    if (err < 0)
        assert_true(acdr_bitmap_empty(&nodes));
    snprintf(is, sizeof(is), err < 0 ? "%.0s%d" : "%s", list, err);
    if (strcmp(is, want) != 0)
        fail_msg("%s %s: %s, not %s", bus, name, is, want);
}

#define ABSENT  "-2"
#define NO_NODE "-61"
#define NO_NAME "-22"

static void a_pci_device_is_where_the_kernel_says(void **state)
{
    struct scratch t;

    (void)state;
    make(&t);
    assert_nodes(&t, "pci", "0000:01:00.0", "0");
    assert_nodes(&t, "pci", "0000:02:00.0", "1");
    assert_nodes(&t, "nvme", "0000:02:00.0", "1");
    assert_nodes(&t, "pci", "0000:05:00.0", "1");
    scratch_drop(&t);
}

static void what_is_not_known_is_not_a_node(void **state)
{
    struct scratch t;

    (void)state;
    make(&t);
    assert_nodes(&t, "pci", "0000:03:00.0", NO_NODE);
    assert_nodes(&t, "pci", "0000:04:00.0", NO_NODE); /* of a node that this host has not */
    assert_nodes(&t, "pci", "0000:07:00.0", NO_NODE);
    assert_nodes(&t, "pci", "0000:06:00.0", "-74"); /* a file that is no number */
    assert_nodes(&t, "pci", "0000:ff:00.0", ABSENT);
    assert_nodes(&t, "nubus", "0000:01:00.0", NO_NAME);
    scratch_drop(&t);
}

static void names_cannot_leave_their_folder(void **state)
{
    static const char *const names[] = { "", ".", "..", "../pci/devices/0000:01:00.0", ".x/y" };
    static const char *const buses[] = { "pci", "nvme", "mdev", "scsi", "vhost-scsi" };
    struct scratch t;

    (void)state;
    make(&t);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        for (size_t k = 0; k < sizeof(buses) / sizeof(buses[0]); k++)
            assert_nodes(&t, buses[k], names[i], NO_NAME);
    assert_nodes(&t, "vdpa", "/dev/..", NO_NAME);
    assert_nodes(&t, "vdpa", "", NO_NAME);
    scratch_drop(&t);
}

static void a_mediated_device_is_where_its_parent_is(void **state)
{
    struct scratch t;

    (void)state;
    make(&t);
    assert_nodes(&t, "mdev", UUID, ABSENT); /* not made yet */
    scratch_put(&t, PCI "0000:02:00.0/" UUID "/mdev_type/name", "VGPU\n");
    scratch_link(&t, "/sys/bus/mdev/devices/" UUID,
                 "../../../devices/pci0000:00/0000:02:00.0/" UUID);
    assert_nodes(&t, "mdev", UUID, "1");
    scratch_put(&t, "/sys/devices/virtual/mtty/mtty/" UUID "2/x", "\n");
    scratch_link(&t, "/sys/bus/mdev/devices/" UUID "2",
                 "../../../devices/virtual/mtty/mtty/" UUID "2");
    assert_nodes(&t, "mdev", UUID "2", NO_NODE);
    scratch_drop(&t);
}

static void a_vdpa_node_belongs_to_the_device_above(void **state)
{
    struct scratch t;

    (void)state;
    make(&t);
    assert_nodes(&t, "vdpa", "/dev/vhost-vdpa-0", ABSENT);
    scratch_put(&t, PCI "0000:02:00.0/vdpa3/vhost-vdpa-0/dev", "240:0\n");
    scratch_link(&t, "/sys/bus/vdpa/devices/vdpa3",
                 "../../../devices/pci0000:00/0000:02:00.0/vdpa3");
    scratch_put(&t, "/sys/devices/vdpasim_net/vdpa4/vhost-vdpa-1/dev", "240:1\n");
    scratch_link(&t, "/sys/bus/vdpa/devices/vdpa4", "../../../devices/vdpasim_net/vdpa4");
    assert_nodes(&t, "vdpa", "/dev/vhost-vdpa-0", "1");
    assert_nodes(&t, "vdpa", "/dev/vhost-vdpa-1", NO_NODE); /* of software */
    assert_nodes(&t, "vdpa", "/dev/vhost-vdpa-2", ABSENT);
    scratch_put(&t, "/dev/vhost-vdpa-0", "\n");
    scratch_link(&t, "/dev/port0", "vhost-vdpa-0");
    assert_nodes(&t, "vdpa", "/dev/port0", "1");
    scratch_drop(&t);
}

static void a_usb_device_is_where_its_controller_is(void **state)
{
#define STICK PCI "0000:02:00.0/usb1/1-4"
    struct scratch t;

    (void)state;
    make(&t);
    scratch_put(&t, STICK "/busnum", "1\n");
    scratch_put(&t, STICK "/devnum", "12\n");
    scratch_put(&t, STICK "/idVendor", "1234\n");
    scratch_put(&t, STICK "/idProduct", "beef\n");
    scratch_link(&t, "/sys/bus/usb/devices/1-4",
                 "../../../devices/pci0000:00/0000:02:00.0/usb1/1-4");
    assert_nodes(&t, "usb", "1/12", "1");
    assert_nodes(&t, "usb", "1234:beef", "1");
    assert_nodes(&t, "usb", "1-4", "1");
    assert_nodes(&t, "usb", "1/1", ABSENT);
    assert_nodes(&t, "usb", "1234:bee", ABSENT);
    assert_nodes(&t, "usb", "1-5", ABSENT);
    scratch_drop(&t);
}

static void a_scsi_adapter_is_where_its_controller_is(void **state)
{
    struct scratch t;

    (void)state;
    make(&t);
    scratch_put(&t, PCI "0000:02:00.0/ata1/host2/scsi_host/host2/state", "running\n");
    scratch_link(&t, "/sys/class/scsi_host/host2",
                 "../../devices/pci0000:00/0000:02:00.0/ata1/host2/scsi_host/host2");
    assert_nodes(&t, "scsi", "host2", "1");
    assert_nodes(&t, "scsi", "host3", ABSENT);
    scratch_drop(&t);
}

#define TARGET "/sys/kernel/config/target/vhost/naa.5123456789abcde0"

static void put_backstore(struct scratch *t, int lun, const char *disk)
{
    char path[256], target[256];

    snprintf(path, sizeof(path), "/sys/kernel/config/target/core/iblock_%d/d/udev_path", lun);
    scratch_put(t, path, "/dev/%s\n", disk);
    snprintf(path, sizeof(path), TARGET "/tpgt_1/lun/lun_%d/link", lun);
    snprintf(target, sizeof(target), "../../../../../core/iblock_%d/d", lun);
    scratch_link(t, path, target);
}

static void a_target_is_where_the_disks_of_its_luns_are(void **state)
{
    struct scratch t;

    (void)state;
    make(&t);
    assert_nodes(&t, "vhost-scsi", "naa.5123456789abcde0", ABSENT);
    scratch_put(&t, TARGET "/tpgt_1/nexus", "x\n");
    assert_nodes(&t, "vhost-scsi", "naa.5123456789abcde0", NO_NODE);
    scratch_put(&t, PCI "0000:01:00.0/nvme/nvme0/nvme0n1/size", "1\n");
    scratch_link(&t, "/sys/class/block/nvme0n1",
                 "../../devices/pci0000:00/0000:01:00.0/nvme/nvme0/nvme0n1");
    scratch_put(&t, PCI "0000:02:00.0/host2/block/sdb/size", "1\n");
    scratch_link(&t, "/sys/class/block/sdb",
                 "../../devices/pci0000:00/0000:02:00.0/host2/block/sdb");
    put_backstore(&t, 0, "nvme0n1");
    assert_nodes(&t, "vhost-scsi", "naa.5123456789abcde0", "0");
    put_backstore(&t, 1, "sdb");
    put_backstore(&t, 2, "gone");
    assert_nodes(&t, "vhost-scsi", "naa.5123456789abcde0", "0-1");
    scratch_drop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pci_device_is_where_the_kernel_says),
        cmocka_unit_test(what_is_not_known_is_not_a_node),
        cmocka_unit_test(names_cannot_leave_their_folder),
        cmocka_unit_test(a_mediated_device_is_where_its_parent_is),
        cmocka_unit_test(a_vdpa_node_belongs_to_the_device_above),
        cmocka_unit_test(a_usb_device_is_where_its_controller_is),
        cmocka_unit_test(a_scsi_adapter_is_where_its_controller_is),
        cmocka_unit_test(a_target_is_where_the_disks_of_its_luns_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
