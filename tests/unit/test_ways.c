/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The path of a guest's packets as acdr plan shows it, and networks of libvirt before the start. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "acdr/acdr.h"
#include "net_world.h"

/* Each path on a line: "0: nic eth0 - 1 near; interrupts eth0 6 1 near; ...". */
static void print_ways(const struct net *w, const char *class_text, const char *devices,
                       struct acdr_strbuf *ret)
{
    static const char *const names[] = { "work", "name", "cpus", "nodes", "distance" };
    struct acdr *a = NULL;
    struct acdr_err e = { 0 };
    struct acdr_request *q = NULL;
    struct acdr_item *report = NULL;
    char *xml = acdr_text_format("<domain type='kvm'><name>g</name>"
                                 "<uuid>11111111-0000-4000-8000-000000000012</uuid>"
                                 "<memory unit='MiB'>512</memory><vcpu>2</vcpu>"
                                 "<devices>%s</devices></domain>",
                                 devices);

    host_tree_put(w->root, "/etc/acdr/classes/c.conf", "%s", class_text);
    assert_int_equal(acdr_open(w->root, &a, NULL), 0);
    assert_int_equal(acdr_request_new(a, xml, strlen(xml), "c", &q, &e), 0);
    assert_int_equal(acdr_request_plan(q, NULL, &report, &e), 0);
    for (const struct acdr_item *p = acdr_item_first(acdr_item_find(report, "paths")); p;
         p = acdr_item_next(p)) {
        acdr_strbuf_addf(ret, "%lld:", acdr_item_num(acdr_item_find(p, "interface")));
        for (const struct acdr_item *s = acdr_item_first(acdr_item_find(p, "stations")); s;
             s = acdr_item_next(s)) {
            for (int i = 0; i < 5; i++) {
                const char *text = acdr_item_text(acdr_item_find(s, names[i]));

                acdr_strbuf_addf(ret, " %s", *text ? text : "-");
            }
            acdr_strbuf_add(ret, ";");
        }
        acdr_strbuf_add(ret, "\n");
    }
    acdr_item_free(report);
    acdr_request_free(q);
    acdr_close(a);
    free(xml);
}

static void assert_ways(const struct net *w, const char *class_text, const char *devices,
                        const char *want)
{
    struct acdr_strbuf t = { 0 };

    acdr_strbuf_add(&t, "");
    print_ways(w, class_text, devices, &t);
    assert_string_equal(t.s, want);
    acdr_strbuf_done(&t);
}

#define CLASS "[vcpus]\n[emulator]\nvhost = own\n[packet-path]\n"

static void put_irqs(const struct net *w)
{
    char text[] = "irq\t41\teth0-TxRx-0\t0-15\nirq\t42\teth0-TxRx-1\t0-15\n";

    host_file_unpack(w->root, text);
    host_tree_put(w->root, "/sys/bus/pci/devices/0000:3b:00.0/msi_irqs/41", "msix\n");
    host_tree_put(w->root, "/sys/bus/pci/devices/0000:3b:00.0/msi_irqs/42", "msix\n");
}

static void a_path_goes_from_the_nic_to_the_vcpus(void **state)
{
    struct net w;

    (void)state;
    net_start(&w);
    net_usual(&w);
    put_irqs(&w);
    assert_ways(&w, CLASS,
                "<interface type='bridge'><mac address='52:54:00:00:00:01'/>"
                "<target dev='vnet0'/><model type='virtio'/></interface>"
                "<interface type='vhostuser'/>",
                "0: nic eth0 - 1 near; interrupts eth0 6,14 1 near; interface br0 - - -;"
                " softirqs vnet0 6,14 1 near; vhost - 6,14 1 near; vcpus - 5,13 1 near;\n");
    /* softirqs on CPUs of both nodes */
    net_neighbour(&w);
    assert_ways(&w, "[vcpus]\n[softirq]\nto = cpus\ncpus = 3-4\n",
                "<interface type='bridge'><target dev='vnet0'/></interface>",
                "0: nic eth0 - 1 near; interface br0 - - -; softirqs vnet0 3-4 0-1 both;"
                " vcpus - 5,13 1 near;\n");
    net_stop(&w);
}

static void a_nic_on_another_node_is_far(void **state)
{
    struct net w;

    (void)state;
    net_start(&w);
    net_usual(&w);
    assert_ways(&w, "[vcpus]\n[softirq]\n",
                "<interface type='bridge'><target dev='vnet0'/></interface></devices>"
                "<numatune><memory mode='strict' nodeset='0'/></numatune><devices>",
                "0: nic eth0 - 1 far; interface br0 - - -; softirqs vnet0 0,8 0 near;"
                " vcpus - 1,9 0 near;\n");
    net_stop(&w);
}

/* tap - Linux bridge - veth pair - Open vSwitch - bond of two NICs on a VLAN. */
static void every_device_of_the_way_is_named(void **state)
{
    struct net w;

    (void)state;
    net_start(&w);
    net_nic(&w, "eth0", "0000:3b:00.0", 1, 4, 4);
    net_nic(&w, "eth1", "0000:3b:00.1", 1, 4, 4);
    net_nic(&w, "bond0", "", -1, 1, 1);
    net_nic(&w, "bond0.5", "", -1, 1, 1);
    net_nic(&w, "ovs-system", "", -1, 1, 1);
    net_nic(&w, "qbr1", "", -1, 1, 1);
    net_nic(&w, "qvb1", "", -1, 1, 1);
    net_nic(&w, "qvo1", "", -1, 1, 1);
    net_nic(&w, "tap1", "tap", -1, 1, 1);
    net_port(&w, "qbr1", "tap1");
    net_port(&w, "qbr1", "qvb1");
    net_pair(&w, "qvb1", "qvo1", 20);
    net_port(&w, "ovs-system", "qvo1");
    net_port(&w, "ovs-system", "bond0.5");
    net_part(&w, "bond0.5", "bond0");
    net_part(&w, "bond0", "eth0");
    net_part(&w, "bond0", "eth1");
    assert_ways(&w, "[softirq]\nto = cpus\ncpus = 4\n",
                "<interface type='bridge'><target dev='tap1'/></interface>",
                "0: nic eth0 - 1 near; nic eth1 - 1 near; interface bond0 - - -;"
                " interface bond0.5 - - -; interface ovs-system - - -; softirqs qvo1 4 1 near;"
                " softirqs qvb1 4 1 near; interface qbr1 - - -; softirqs tap1 4 1 near;"
                " vcpus - - 1 near;\n");
    net_stop(&w);
}

#define NETWORK "<interface type='network'><source network='n'/></interface>"

/* Before the start no tap shows where a network leads. */
static void a_network_of_libvirt_leads_to_its_nics(void **state)
{
    static const char *const files[] = {
        "<network><name>n</name><forward mode='bridge'/><bridge name='br0'/></network>",
        "<networkstatus><network><name>n</name><forward dev='eth0' mode='bridge'>"
        "<interface dev='eth0'/></forward></network></networkstatus>",
    };
    struct net w;

    (void)state;
    net_start(&w);
    net_usual(&w);
    put_irqs(&w);
    net_plan(&w, "[nic]\nmtu = 9000\n", NETWORK);
    net_says(&w, "unsupported: there is no NIC behind the guest's interfaces");
    for (int i = 0; i < 2; i++) {
        host_tree_put(w.root, "/run/libvirt/network/n.xml", "%s\n", files[i]);
        assert_ways(&w, CLASS, NETWORK,
                    i ? "0: nic eth0 - 1 near; interrupts eth0 0-15 0-1 both;"
                        " softirqs (interface 0) 6,14 1 near; vcpus - 5,13 1 near;\n"
                      : "0: nic eth0 - 1 near; interrupts eth0 0-15 0-1 both; interface br0 - - -;"
                        " softirqs (interface 0) 6,14 1 near; vcpus - 5,13 1 near;\n");
    }
    host_tree_put(w.root, "/run/libvirt/network/n.xml",
                  "<network><name>n</name><forward mode='nat'/><bridge name='br0'/></network>\n");
    assert_ways(&w, "[vcpus]\n", NETWORK,
                "0: interface (interface 0) - - -; vcpus - 1,9 0 near;\n");
    net_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_goes_from_the_nic_to_the_vcpus),
        cmocka_unit_test(a_nic_on_another_node_is_far),
        cmocka_unit_test(every_device_of_the_way_is_named),
        cmocka_unit_test(a_network_of_libvirt_leads_to_its_nics),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
