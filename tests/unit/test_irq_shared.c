/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Interrupts that concern others: of NICs that serve several, of RDMA, and those that lose a CPU.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net_world.h"

#define TAP  "<interface type='bridge'><target dev='vnet0'/></interface>"
#define CARD "/sys/bus/pci/devices/0000:3b:00.0/msi_irqs/"

/* eth0 of node 1 with an RDMA function on the same device; IRQs from 40 on are the device's. */
static void make(struct net *w)
{
    char text[] = "irq\t40\teth0\t0-15\n"
                  "irq\t41\teth0-TxRx-0\t0-15\n"
                  "irq\t42\teth0-TxRx-1\t0-15\n"
                  "irq\t43\tirdma-eth0-CEQ-1\t0-15\n"
                  "irq\t44\tirdma-eth0-AEQ\t0-15\n"
                  "irq\t45\tbnxt_re-nq-1@pci:0000:3b:00.0\t0-15\n";

    net_start(w);
    net_usual(w);
    host_file_unpack(w->root, text);
    for (int i = 40; i <= 45; i++) {
        char path[128];

        snprintf(path, sizeof(path), CARD "%d", i);
        host_tree_put(w->root, path, "msix\n");
    }
}

static void queues_of_a_nic_of_ones_own_move(void **state)
{
    struct net w;

    (void)state;
    make(&w);
    net_plan(&w, "[irq]\nto = cpus\ncpus = 4\n", TAP);
    net_says(&w, "applied: all of eth0: what the host itself receives there goes along\n");
    net_says(&w, "prefer 4  irq:41/eth0-TxRx-0\n");
    net_says(&w, "prefer 4  irq:42/eth0-TxRx-1\n");
    net_stop(&w);
}

static void interrupts_of_rdma_are_not_the_nics(void **state)
{
    static const char *const classes[] = { "[irq]\nto = cpus\ncpus = 4\n",
                                           "[packet-path]\nto = cpus\ncpus = 4\n",
                                           "[irq]\ndevice = nic:eth0\nto = cpus\ncpus = 4\n",
                                           "[flow]\nto = cpus\ncpus = 5\n" };
    struct net w;

    (void)state;
    make(&w);
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
        net_plan(&w, classes[i],
                 "<interface type='bridge'><mac address='52:54:00:00:00:01'/>"
                 "<target dev='vnet0'/></interface>");
        net_says(&w, "/eth0-TxRx-");
        net_says_not(&w, "irdma");
        net_says_not(&w, "bnxt_re");
    }
    net_plan(&w, "[irq]\ndevice = irq:irdma-*\nto = cpus\ncpus = 4\n", TAP);
    net_says(&w, "set   4  irq:43/irdma-eth0-CEQ-1\n"); /* who names them gets them */
    net_stop(&w);
}

static void queues_of_a_shared_nic_stay(void **state)
{
    struct net w;

    (void)state;
    make(&w);
    net_neighbour(&w);
    net_plan(&w, "[irq]\nto = cpus\ncpus = 4\n", TAP);
    net_says(&w, "refused: eth0 serves vnet1 as well: its interrupts stay; no NIC behind the guest "
                 "is its own; [flow] gives it a queue\n");
    net_says_not(&w, " 4  irq:");
    net_plan(&w, "[packet-path]\nto = cpus\ncpus = 4\n", TAP);
    net_says(&w,
             "applied: eth0 serves vnet1 as well: its interrupts stay; eth0 (node 1) -> softirq "
             "of vnet0 on 4");
    net_says(&w, "mask:/sys/class/net/vnet0/queues/rx-0/rps_cpus\n");
    net_says_not(&w, " 4  irq:");
    net_stop(&w);
}

/* Before its start a guest has no tap, and each tap there is another's. */
static void a_guest_to_come_takes_no_nic_from_one_that_runs(void **state)
{
    struct net w;

    (void)state;
    make(&w);
    net_plan(&w, "[vcpus]\n[irq-ban]\n[irq]\nto = vcpus\n",
             "<interface type='bridge'><source bridge='br0'/></interface>");
    net_says(&w, "eth0 serves vnet0 as well");
    net_says(&w, "else 4,12  irq:42/eth0-TxRx-1\n"); /* nobody places it: it is banned */
    net_stop(&w);
}

static void a_nic_that_the_class_names_moves(void **state)
{
    struct net w;

    (void)state;
    make(&w);
    net_neighbour(&w);
    net_plan(&w, "[irq]\ndevice = nic:eth0\nto = cpus\ncpus = 4\n", TAP);
    net_says(&w, "applied: all of eth0, which serves vnet1 as well\n");
    net_says(&w, "set   4  irq:42/eth0-TxRx-1\n");
    net_stop(&w);
}

static void put_container(const struct net *w, const char *name, const char *index)
{
    net_nic(w, name, "", -1, 1, 1);
    net_put(w, name, "ifindex", index);
    net_put(w, name, "iflink", "2"); /* of another namespace */
    net_port(w, "br0", name);
}

/* A veth into a namespace, a macvtap on the NIC, a tap behind a VLAN and a bridge of its own. */
static void all_that_hangs_on_a_nic_shares_it(void **state)
{
    struct net w;

    (void)state;
    make(&w);
    put_container(&w, "vethc0", "50");
    net_plan(&w, "[irq]\nto = cpus\ncpus = 4\n", TAP);
    net_says(&w, "eth0 serves vethc0 as well");
    net_nic(&w, "macvtap0", "macvtap", -1, 1, 1);
    net_part(&w, "macvtap0", "eth0");
    net_nic(&w, "eth0.7", "", -1, 1, 1);
    net_part(&w, "eth0.7", "eth0");
    net_nic(&w, "br7", "", -1, 1, 1);
    net_nic(&w, "vnet7", "tap", -1, 1, 1);
    net_port(&w, "br7", "eth0.7");
    net_port(&w, "br7", "vnet7");
    put_container(&w, "vethc1", "51");
    net_plan(&w, "[irq]\nto = cpus\ncpus = 4\n", TAP);
    net_says(&w, "eth0 serves ");
    net_says(&w, "macvtap0");
    net_says(&w, " and 1 more as well");
    net_stop(&w);
}

/* What hangs on another NIC of the same bridge is counted for that as well; another bridge's not.
 */
static void what_hangs_elsewhere_does_not(void **state)
{
    struct net w;

    (void)state;
    make(&w);
    net_nic(&w, "eth1", "0000:3c:00.0", 0, 4, 4);
    net_nic(&w, "br1", "", -1, 1, 1);
    net_nic(&w, "vnet9", "tap", -1, 1, 1);
    net_port(&w, "br1", "eth1");
    net_port(&w, "br1", "vnet9");
    net_plan(&w, "[irq]\nto = cpus\ncpus = 4\n", TAP);
    net_says_not(&w, "vnet9");
    net_says(&w, "prefer 4  irq:42/eth0-TxRx-1\n");
    net_stop(&w);
}

static void one_without_a_cpu_stays_on_its_node(void **state)
{
    struct net w;

    (void)state;
    make(&w);
    host_tree_put(w.root, "/sys/bus/pci/devices/0000:5e:00.0/numa_node", "-1\n");
    host_tree_put(w.root, "/sys/bus/pci/devices/0000:5e:00.0/msi_irqs/44", "msix\n");
    net_plan(&w, "[vcpus]\n[irq-ban]\n", "");
    net_says(&w, "else 4,12  irq:41/eth0-TxRx-0\n");
    net_says(&w, "else 0,4,8,12  irq:9/acpi\n"); /* of no node */
    net_says(&w, "else 0,4,8,12  mask:/proc/irq/default_smp_affinity\n");
    host_tree_put(w.root, "/etc/acdr/acdr.conf", "housekeeping = 0,8\n");
    net_plan(&w, "[vcpus]\n[irq-ban]\n", "");
    net_says(&w, "else 0,8  irq:41/eth0-TxRx-0\n"); /* no housekeeping on that node */
    net_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queues_of_a_nic_of_ones_own_move),
        cmocka_unit_test(interrupts_of_rdma_are_not_the_nics),
        cmocka_unit_test(queues_of_a_shared_nic_stay),
        cmocka_unit_test(a_guest_to_come_takes_no_nic_from_one_that_runs),
        cmocka_unit_test(a_nic_that_the_class_names_moves),
        cmocka_unit_test(all_that_hangs_on_a_nic_shares_it),
        cmocka_unit_test(what_hangs_elsewhere_does_not),
        cmocka_unit_test(one_without_a_cpu_stays_on_its_node),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
