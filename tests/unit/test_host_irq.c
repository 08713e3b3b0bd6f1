/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Interrupts and network interfaces of made-up hosts. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <errno.h>
#include <cmocka.h>

#include "host.h"
#include "interrupts.h"
#include "irq_managed.h"
#include "scratch.h"

static int setup(void **state)
{
    scratch_setup(state);
    scratch_put(*state, "/sys/devices/system/cpu/online", "0-3\n");
    scratch_dir(*state, "/sys/devices/system/cpu/cpu0");
    scratch_put(*state, "/sys/devices/system/node/node0/cpulist", "0-1\n");
    scratch_put(*state, "/sys/devices/system/node/node1/cpulist", "2-3\n");
    return 0;
}

static struct acdr_host *read_host(struct scratch *t)
{
    struct acdr_host *h = NULL;
    struct acdr_err e = { 0 };

    if (acdr_host_read(t->root, ACDR_HOST_IRQS | ACDR_HOST_NICS, &h, &e) != 0)
        fail_msg("%s", e.text);
    return h;
}

static const struct acdr_irq *find_irq(const struct acdr_host *h, int num)
{
    for (size_t i = 0; i < h->n_irqs; i++) {
        if (h->irqs[i].num == num)
            return &h->irqs[i];
    }
    fail_msg("no irq %d", num);
    return NULL;
}

static const struct acdr_nic *find_nic(const struct acdr_host *h, const char *name)
{
    for (size_t i = 0; i < h->n_nics; i++) {
        if (!strcmp(h->nics[i].name, name))
            return &h->nics[i];
    }
    fail_msg("no nic %s", name);
    return NULL;
}

static void assert_irq(const struct acdr_host *h, int num, const char *actions, const char *cpus)
{
    const struct acdr_irq *irq = find_irq(h, num);
    acdr_auto(free) char *text = acdr_bitmap_print_list(&irq->affinity);

    assert_string_equal(irq->actions, actions);
    assert_string_equal(text, cpus);
    assert_int_equal(irq->has_affinity, *cpus != '\0');
}

static void takes_names_from_the_best_source(void **state)
{
    struct scratch *t = *state;
    struct acdr_host *h;

    scratch_put(t, "/proc/irq/default_smp_affinity", "f\n");
    scratch_put(t, "/proc/irq/2/spurious", "count 0\n");
    scratch_put(t, "/proc/irq/9/smp_affinity_list", "0-3\n");
    scratch_put(t, "/sys/kernel/irq/9/actions", "acpi,other\n");
    scratch_dir(t, "/proc/irq/9/not-this");
    scratch_put(t, "/proc/irq/10/smp_affinity", "0000000c\n");
    scratch_put(t, "/proc/irq/10/node", "0\n");
    scratch_dir(t, "/proc/irq/10/eth0-rx-0");
    scratch_put(t, "/proc/irq/11/smp_affinity_list", "3\n");
    scratch_put(t, "/proc/interrupts",
                "           CPU0       CPU1\n"
                "  2:          0          0    XT-PIC       cascade\n"
                " 11:          5          6  IR-IO-APIC  11-fasteoi   usb1, mmc0\n");
    h = read_host(t);
    assert_int_equal(h->n_irqs, 4);
    assert_irq(h, 2, "cascade", "");
    assert_irq(h, 9, "acpi,other", "0-3");
    assert_irq(h, 10, "eth0-rx-0", "2-3");
    assert_irq(h, 11, "usb1,mmc0", "3");
    acdr_host_free(h);
}

static void reads_a_host_without_interrupt_files(void **state)
{
    struct acdr_host *h = read_host(*state);

    assert_int_equal(h->n_irqs, 0);
    assert_int_equal(h->n_nics, 0);
    acdr_host_free(h);
}

static void finds_the_pci_device_by_its_msi_folder(void **state)
{
    struct scratch *t = *state;
    struct acdr_host *h;

    scratch_put(t, "/sys/devices/pci0000:00/0000:00:03.0/msi_irqs/24", "msix\n");
    scratch_put(t, "/sys/devices/pci0000:00/0000:00:03.0/class", "0x020000\n");
    scratch_link(t, "/sys/bus/pci/devices/0000:00:03.0",
                 "../../../devices/pci0000:00/0000:00:03.0");
    scratch_dir(t, "/sys/devices/pci0000:00/0000:00:1f.0");
    scratch_link(t, "/sys/bus/pci/devices/0000:00:1f.0",
                 "../../../devices/pci0000:00/0000:00:1f.0");
    scratch_link(t, "/sys/bus/pci/devices/0000:00:1e.0", "/nowhere");
    scratch_put(t, "/sys/kernel/irq/24/actions", "some-name\n");
    scratch_put(t, "/proc/irq/24/smp_affinity_list", "1\n");
    scratch_put(t, "/proc/irq/25/smp_affinity_list", "1\n");
    h = read_host(t);
    assert_string_equal(find_irq(h, 24)->device, "0000:00:03.0");
    assert_int_equal(find_irq(h, 24)->managed, ACDR_MANAGED_NO);
    assert_string_equal(find_irq(h, 25)->device, "");
    assert_int_equal(find_irq(h, 25)->managed, ACDR_MANAGED_UNKNOWN);
    acdr_host_free(h);
}

static void parses_lines_of_several_architectures(void **state)
{
    static const struct {
        int num;
        const char *actions;
    } want[] = {
        { 0, "timer" },
        { 5, "" },
        { 6, "" },
        { 16, "ehci_hcd:usb1,mmc0" },
        { 24, "PCIe PME" },
        { 42, "xhci_hcd" },
        { 51, "nvme0q0" },
        { 52, "" },
        { 57, "ena-mgmnt@pci:0000:00:05.0" },
        { 60, "mlx5_async" },
    };
    char text[] = "           CPU0       CPU1\n"
                  "  0:         38          0  IR-IO-APIC   2-edge      timer\n"
                  " 24:          0          0  IR-PCI-MSI 475136-edge      PCIe PME\n"
                  "  5:          0          0  IR-IO-APIC   5-edge      \n"
                  "  6:          0          0  IR-PCI-MSI-edge   \n"
                  " 16:     328511     322879  IR-IO-APIC-fasteoi   ehci_hcd:usb1, mmc0\n"
                  " 42:     378324    1734637  IR-PCI-MSI-edge      xhci_hcd\n"
                  " 51:         13          0   ITS-MSI 65536 Edge      nvme0q0\n"
                  " 52:         13          0   ITS-MSI 65537 Edge\n"
                  " 57:          0          0   ITS-MSI 81920 Edge      "
                  "ena-mgmnt@pci:0000:00:05.0\n"
                  " 60:          6          4   PCI-MSI  mlx5_async\n"
                  "NMI:        553        288   Non-maskable interrupts\n"
                  "ERR:          0\n"
                  ":\n99999999999: 1 a  b\n-3: 1 a  b\n";
    acdr_auto(free) struct acdr_interrupt *list = NULL;
    size_t n = 0;

    (void)state;
    assert_int_equal(acdr_interrupts_parse(text, &list, &n), 0);
    assert_int_equal(n, sizeof(want) / sizeof(*want));
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(list[i].num, want[i].num);
        assert_string_equal(list[i].actions, want[i].actions);
    }
}

static enum acdr_managed guess(const char *name, unsigned long class, bool old_kernel)
{
    struct acdr_managed_by by = { old_kernel, class };

    return acdr_managed_guess(name, &by);
}

static void knows_which_queues_the_kernel_manages(void **state)
{
    (void)state;
    assert_int_equal(guess("nvme0q0", 0x010802, false), ACDR_MANAGED_NO);
    assert_int_equal(guess("nvme12q7", 0x010802, false), ACDR_MANAGED_YES);
    assert_int_equal(guess("nvme12q7", 0x010802, true), ACDR_MANAGED_UNKNOWN);
    assert_int_equal(guess("virtio3-req.0", 0x010000, false), ACDR_MANAGED_YES);
    assert_int_equal(guess("virtio3-request", 0x010000, false), ACDR_MANAGED_UNKNOWN);
    assert_int_equal(guess("virtio3-config", 0x010000, false), ACDR_MANAGED_NO);
    assert_int_equal(guess("virtio1-input.0", 0x020000, false), ACDR_MANAGED_NO);
}

static void claims_no_more_than_names_and_classes_tell(void **state)
{
    (void)state;
    assert_int_equal(guess("eth0-TxRx-3", 0x020000, false), ACDR_MANAGED_NO);
    assert_int_equal(guess("eth0-TxRx-3", 0, false), ACDR_MANAGED_UNKNOWN);
    assert_int_equal(guess("smartpqi", 0x010700, false), ACDR_MANAGED_UNKNOWN);
    assert_int_equal(guess("ahci[0000:05:00.0]", 0x010601, false), ACDR_MANAGED_NO);
    assert_int_equal(guess("i8042", 0, false), ACDR_MANAGED_NO);
    assert_int_equal(guess("timer", 0, false), ACDR_MANAGED_UNKNOWN);
    assert_int_equal(guess("", 0, false), ACDR_MANAGED_UNKNOWN);
    assert_true(acdr_managed_old_kernel("3.10.0-1062.el7.x86_64"));
    assert_true(acdr_managed_old_kernel("4.11.9"));
    assert_false(acdr_managed_old_kernel("4.12.0"));
    assert_false(acdr_managed_old_kernel("6.1"));
    assert_false(acdr_managed_old_kernel("unknown"));
}

static void make_pci_nic(struct scratch *t)
{
    const char *dev = "/sys/devices/pci0000:00/0000:3b:00.0";
    char path[256];

    snprintf(path, sizeof(path), "%s/numa_node", dev);
    scratch_put(t, path, "1\n");
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof(path), "%s/msi_irqs/%d", dev, 40 + i);
        scratch_put(t, path, "msix\n");
        snprintf(path, sizeof(path), "%s/net/eth0/queues/%cx-%d", dev, i ? 'r' : 't', i);
        scratch_dir(t, path);
    }
    scratch_link(t, "/sys/devices/pci0000:00/0000:3b:00.0/net/eth0/device",
                 "../../../0000:3b:00.0");
    scratch_link(t, "/sys/devices/pci0000:00/0000:3b:00.0/driver",
                 "../../../bus/pci/drivers/ixgbe");
    scratch_link(t, "/sys/class/net/eth0", "../../devices/pci0000:00/0000:3b:00.0/net/eth0");
}

static void reads_a_pci_nic_through_its_links(void **state)
{
    struct acdr_host *h;
    const struct acdr_nic *n;

    make_pci_nic(*state);
    h = read_host(*state);
    n = find_nic(h, "eth0");
    assert_string_equal(n->device, "0000:3b:00.0");
    assert_string_equal(n->driver, "ixgbe");
    assert_int_equal(n->node, 1);
    assert_int_equal(n->rx_queues, 2);
    assert_int_equal(n->tx_queues, 1);
    assert_int_equal(n->n_irqs, 3);
    assert_int_equal(n->irqs[0], 40);
    assert_int_equal(n->irqs[2], 42);
    acdr_host_free(h);
}

static void reads_a_virtio_nic_from_the_device_above(void **state)
{
    struct scratch *t = *state;
    struct acdr_host *h;
    const struct acdr_nic *n;

    scratch_put(t, "/sys/devices/pci0/0000:00:03.0/msi_irqs/26", "msix\n");
    scratch_put(t, "/sys/devices/pci0/0000:00:03.0/numa_node", "-1\n");
    scratch_link(t, "/sys/devices/pci0/0000:00:03.0/virtio1/net/ens3/device", "../../../virtio1");
    scratch_link(t, "/sys/devices/pci0/0000:00:03.0/virtio1/driver", "../../virtio_net");
    scratch_link(t, "/sys/class/net/ens3", "../../devices/pci0/0000:00:03.0/virtio1/net/ens3");
    h = read_host(t);
    n = find_nic(h, "ens3");
    assert_string_equal(n->device, "virtio1");
    assert_string_equal(n->driver, "virtio_net");
    assert_int_equal(n->node, -1);
    assert_int_equal(n->n_irqs, 1);
    assert_int_equal(n->irqs[0], 26);
    acdr_host_free(h);
}

static void takes_the_node_from_local_cpus_where_no_file_has_it(void **state)
{
    struct scratch *t = *state;
    struct acdr_host *h;

    scratch_put(t, "/sys/devices/a/local_cpus", "c\n");
    scratch_link(t, "/sys/class/net/eth1/device", "../../../devices/a");
    scratch_put(t, "/sys/devices/b/local_cpulist", "0-3\n");
    scratch_link(t, "/sys/class/net/eth2/device", "../../../devices/b");
    h = read_host(t);
    assert_int_equal(find_nic(h, "eth1")->node, 1);
    assert_int_equal(find_nic(h, "eth2")->node, -1);
    acdr_host_free(h);
}

static void passes_over_lo_and_what_is_no_interface(void **state)
{
    struct scratch *t = *state;
    struct acdr_host *h;

    scratch_dir(t, "/sys/class/net/lo");
    scratch_put(t, "/sys/class/net/bonding_masters", "bond0\n");
    scratch_dir(t, "/sys/class/net/bond0");
    h = read_host(t);
    assert_int_equal(h->n_nics, 1);
    assert_string_equal(h->nics[0].name, "bond0");
    assert_string_equal(h->nics[0].device, "");
    assert_string_equal(h->nics[0].driver, "");
    assert_int_equal(h->nics[0].node, -1);
    assert_int_equal(h->nics[0].n_irqs, 0);
    acdr_host_free(h);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(takes_names_from_the_best_source),
        TEST(reads_a_host_without_interrupt_files),
        TEST(finds_the_pci_device_by_its_msi_folder),
        TEST(parses_lines_of_several_architectures),
        TEST(knows_which_queues_the_kernel_manages),
        TEST(claims_no_more_than_names_and_classes_tell),
        TEST(reads_a_pci_nic_through_its_links),
        TEST(reads_a_virtio_nic_from_the_device_above),
        TEST(takes_the_node_from_local_cpus_where_no_file_has_it),
        TEST(passes_over_lo_and_what_is_no_interface),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
