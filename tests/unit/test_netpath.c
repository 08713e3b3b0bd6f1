/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which interfaces a guest's packets pass, and what the steps of the packet path claim for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net_world.h"
#include "netpath.h"

static void assert_names(const struct acdr_host *h, const struct acdr_bitmap *set, const char *want)
{
    struct acdr_strbuf t = { 0 };

    acdr_strbuf_add(&t, "");
    ACDR_BITMAP_FOR(i, set)
        acdr_strbuf_addf(&t, "%s%s", t.len ? " " : "", h->nics[i].name);
    assert_string_equal(t.s, want);
    acdr_strbuf_done(&t);
}

static void assert_way(const struct net *w, const char *interfaces, const char *own,
                       const char *uplinks)
{
    acdr_auto(acdr_root_free) struct acdr_root *root = NULL;
    acdr_auto(acdr_host_free) struct acdr_host *h = NULL;
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
    struct acdr_bitmap set;
    char *xml = acdr_text_format("<domain><name>g</name><memory>1</memory><vcpu>1</vcpu>"
                                 "<devices>%s</devices></domain>",
                                 interfaces);

    assert_int_equal(acdr_root_open(w->root, &root, NULL), 0);
    assert_int_equal(acdr_host_read(root, ACDR_HOST_NICS, &h, NULL), 0);
    assert_int_equal(acdr_domain_parse(xml, strlen(xml), &d, NULL), 0);
    acdr_netpath_own(h, d, &set);
    assert_names(h, &set, own);
    acdr_netpath_uplinks(h, d, &set);
    assert_names(h, &set, uplinks);
    free(xml);
}

#define TAP(name) "<interface type='bridge'><target dev='" name "'/></interface>"

static void a_tap_on_a_shared_bridge_is_alone(void **state)
{
    struct net w;

    (void)state;
    net_start(&w);
    net_nic(&w, "eth0", "0000:3b:00.0", 1, 4, 4);
    net_nic(&w, "br0", "", -1, 1, 1);
    net_nic(&w, "vnet0", "tap", -1, 1, 1);
    net_nic(&w, "vnet1", "tap", -1, 1, 1);
    net_port(&w, "br0", "eth0");
    net_port(&w, "br0", "vnet0");
    net_port(&w, "br0", "vnet1");
    assert_way(&w, TAP("vnet0"), "vnet0", "eth0");
    assert_way(&w, "<interface type='bridge'><source bridge='br0'/></interface>", "", "eth0");
    assert_way(&w, "<interface type='network'><source network='br0'/></interface>", "", "");
    assert_way(&w, "", "", "");
    net_stop(&w);
}

/* tap - Linux bridge - veth pair - Open vSwitch - bond of two NICs. */
static void a_bridge_of_its_own_leads_on_to_the_veths(void **state)
{
    static const char *const nics[] = { "qbr1",  "qvb1", "qvo1", "ovs-system",
                                        "bond0", "qbr2", "qvb2", "qvo2" };
    struct net w;

    (void)state;
    net_start(&w);
    net_nic(&w, "eth0", "0000:3b:00.0", 1, 4, 4);
    net_nic(&w, "eth1", "0000:3b:00.1", 1, 4, 4);
    net_nic(&w, "eth2", "0000:3c:00.0", 1, 4, 4);
    for (size_t i = 0; i < sizeof(nics) / sizeof(nics[0]); i++)
        net_nic(&w, nics[i], "", -1, 1, 1);
    net_nic(&w, "tap1", "tap", -1, 1, 1);
    net_nic(&w, "tap2", "tap", -1, 1, 1);
    for (int i = 1; i <= 2; i++) {
        char qbr[8], qvb[8], qvo[8], tap[8];

        snprintf(qbr, sizeof(qbr), "qbr%d", i);
        snprintf(qvb, sizeof(qvb), "qvb%d", i);
        snprintf(qvo, sizeof(qvo), "qvo%d", i);
        snprintf(tap, sizeof(tap), "tap%d", i);
        net_port(&w, qbr, tap);
        net_port(&w, qbr, qvb);
        net_pair(&w, qvb, qvo, 10 * i);
        net_port(&w, "ovs-system", qvo);
    }
    net_port(&w, "ovs-system", "bond0");
    net_port(&w, "bond0", "eth0");
    net_port(&w, "bond0", "eth1");
    assert_way(&w, TAP("tap1"), "qvb1 qvo1 tap1", "eth0 eth1");
    net_nic(&w, "tap3", "tap", -1, 1, 1); /* another guest's, on the same bridge as the pair */
    net_port(&w, "qbr2", "tap3");
    assert_way(&w, TAP("tap2"), "tap2", "eth0 eth1");
    assert_way(&w, TAP("tap2") TAP("tap3"), "qvb2 qvo2 tap2 tap3", "eth0 eth1");
    net_nic(&w, "br-int", "", -1, 1, 1); /* Open vSwitch's own port, which is a part of nothing */
    assert_way(&w, "<interface type='bridge'><source bridge='br-int'/></interface>", "", "");
    assert_way(&w,
               "<interface type='bridge'><source bridge='br-int'/>"
               "<virtualport type='openvswitch'/></interface>",
               "", "eth0 eth1");
    net_stop(&w);
}

/* The XML's words are its author's; only what QEMU opens for such an interface is its tap. */
static void a_name_alone_gives_no_interface(void **state)
{
    static const char *const types[] = {
        "user", "vhostuser", "hostdev", "vdpa", "null", "udp", ""
    };
    struct net w;

    (void)state;
    net_start(&w);
    net_nic(&w, "eth0", "0000:3b:00.0", 1, 4, 4);
    net_nic(&w, "br0", "", -1, 1, 1);
    net_nic(&w, "vnet0", "tap", -1, 1, 1);
    net_nic(&w, "eth0.5", "", -1, 1, 1);
    net_part(&w, "eth0.5", "eth0");
    net_port(&w, "br0", "vnet0");
    assert_way(&w, TAP("eth0"), "", "");
    assert_way(&w, TAP("eth0.5"), "", "");
    assert_way(&w, TAP("br0"), "", "");
    assert_way(&w, "<interface type='direct'><target dev='eth0.5'/></interface>", "", "");
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        acdr_auto(free) char *xml =
            acdr_text_format("<interface type='%s'><target dev='vnet0'/></interface>", types[i]);

        assert_way(&w, xml, "", "");
    }
    assert_way(&w, "<interface type='ethernet'><target dev='vnet0'/></interface>", "vnet0", "");
    net_stop(&w);
}

static void a_macvtap_sits_on_its_nic(void **state)
{
    struct net w;

    (void)state;
    net_start(&w);
    net_nic(&w, "eth0", "0000:3b:00.0", 1, 4, 4);
    net_nic(&w, "macvtap0", "macvtap", -1, 1, 1);
    net_part(&w, "macvtap0", "eth0");
    assert_way(&w,
               "<interface type='direct'><source dev='eth0'/><target dev='macvtap0'/>"
               "</interface>",
               "macvtap0", "eth0");
    assert_way(&w, "<interface type='direct'><source dev='eth0'/></interface>", "", "eth0");
    net_stop(&w);
}

/* --- softirq --- */

static void softirqs_go_where_the_key_says(void **state)
{
    struct net w;

    (void)state;
    net_start(&w);
    net_usual(&w);
    net_neighbour(&w);
    net_plan(&w, "[vcpus]\n[emulator]\nvhost = own\n[softirq]\n", TAP("vnet0"));
    net_says(&w, "hard set   6,14  mask:/sys/class/net/vnet0/queues/rx-0/rps_cpus\n");
    net_says_not(&w, "vnet1");
    net_says_not(&w, "flow");
    net_plan(&w, "[vcpus]\n[softirq]\nto = vcpus\nflows = 1000\n", TAP("vnet0"));
    net_says(&w, "set   5,13  mask:/sys/class/net/vnet0/queues/rx-0/rps_cpus\n");
    net_says(&w, "set   1024  num:/sys/class/net/vnet0/queues/rx-0/rps_flow_cnt\n");
    net_says(&w, "max   1024  num:/proc/sys/net/core/rps_sock_flow_entries\n");
    net_says_not(&w, "budget");
    net_plan(&w, "[softirq]\nbudget = 600\nbudget-usecs = 8000\n", TAP("vnet0"));
    net_says(&w, "soft max   600  num:/proc/sys/net/core/netdev_budget\n");
    net_says(&w, "soft max   8000  num:/proc/sys/net/core/netdev_budget_usecs\n");
    net_plan(&w, "[vcpus]\nsmt = isolate\n[softirq]\nto = siblings\n", TAP("vnet0"));
    net_says(&w, "set   13-14  mask:");
    net_plan(&w, "[vcpus]\n[softirq]\nto = node\n", TAP("vnet0"));
    net_says(&w, "set   4,6-7,12,14-15  mask:");
    net_plan(&w, "[vcpus]\n[softirq]\nto = cpus\ncpus = 3,99\n", TAP("vnet0"));
    net_says(&w, "set   3  mask:");
    net_stop(&w);
}

static void softirqs_that_can_go_nowhere_are_told(void **state)
{
    struct net w;

    (void)state;
    net_start(&w);
    net_usual(&w);
    net_plan(&w, "[vcpus]\n[softirq]\nto = siblings\n", TAP("vnet0"));
    net_says(&w, "refused: no thread of the guest's cores is idle");
    net_plan(&w, "[softirq]\nto = vcpus\n", TAP("vnet0"));
    net_says(&w, "refused: the vCPUs have no CPUs of their own; add [vcpus]");
    net_plan(&w, "[softirq]\nto = cpus\n", TAP("vnet0"));
    net_says(&w, "refused: no CPU of the key `cpus` is online and free");
    net_plan(&w, "[softirq]\n", "<interface type='vhostuser'/>");
    net_says(&w, "already: the host kernel serves no interface of the guest");
    net_plan(&w, "[softirq]\n", "<interface type='network'/>");
    net_says(&w, "mask:/sys/class/net/(interface 0)/queues/rx-0/rps_cpus\n");
    host_tree_put(w.root, "/sys/devices/system/cpu/isolated", "2-3\n");
    net_plan(&w, "[softirq]\nto = cpus\ncpus = 2-4\n", TAP("vnet0"));
    net_says(&w, "set   4  mask:");
    net_plan(&w, "[softirq]\nto = cpus\ncpus = 2-3\n", TAP("vnet0"));
    net_says(&w, "unsupported: the kernel steers no packets to isolcpus and nohz_full CPUs");
    net_stop(&w);
}

static void transmit_queues_of_veths_are_spread(void **state)
{
    struct net w;

    (void)state;
    net_start(&w);
    net_nic(&w, "qbr1", "", -1, 1, 1);
    net_nic(&w, "qvb1", "", -1, 1, 2);
    net_nic(&w, "qvo1", "", -1, 1, 4);
    net_nic(&w, "tap1", "tap", -1, 2, 2);
    net_port(&w, "qbr1", "tap1");
    net_port(&w, "qbr1", "qvb1");
    net_pair(&w, "qvb1", "qvo1", 20);
    net_plan(&w, "[softirq]\nto = cpus\ncpus = 1-3\nxps = yes\n", TAP("tap1"));
    net_says(&w, "set   1-3  mask:/sys/class/net/tap1/queues/rx-1/rps_cpus\n");
    net_says(&w, "set   1,3  mask:/sys/class/net/qvb1/queues/tx-0/xps_cpus\n");
    net_says(&w, "set   2  mask:/sys/class/net/qvb1/queues/tx-1/xps_cpus\n");
    net_says(&w, "set   3  mask:/sys/class/net/qvo1/queues/tx-2/xps_cpus\n");
    net_says_not(&w, "qvo1/queues/tx-3");
    net_says_not(&w, "tap1/queues/tx");
    net_says_not(&w, "napi:");
    net_plan(&w, "[softirq]\nto = cpus\ncpus = 1-3\npoll-threads = yes\n", TAP("tap1"));
    net_says(&w, "soft set   1-3  napi:qvb1\n");
    net_says(&w, "soft set   1-3  napi:qvo1\n");
    net_says_not(&w, "napi:tap1");
    net_stop(&w);
}

/* --- irq --- */

static void put_irqs(const struct net *w)
{
    char text[] = "irq\t40\teth0\t0-15\n"
                  "irq\t41\teth0-TxRx-0\t0-15\n"
                  "irq\t42\teth0-TxRx-1\t0-15\n"
                  "irq\t43\teth0-TxRx-2\t0-15\n"
                  "irq\t44\tvirtio1-input.0\t0-15\n"
                  "irq\t45\tvirtio1-output.0\t0-15\n"
                  "irq\t46\tvfio-msix[3](0000:5e:00.0)\t0-15\n";

    host_file_unpack(w->root, text);
    for (int i = 40; i < 44; i++) {
        char path[128];

        snprintf(path, sizeof(path), "/sys/bus/pci/devices/0000:3b:00.0/msi_irqs/%d", i);
        host_tree_put(w->root, path, "msix\n");
    }
    host_tree_put(w->root, "/sys/bus/pci/devices/0000:5e:00.0/msi_irqs/46", "msix\n");
}

static void vectors_of_the_uplink_are_spread(void **state)
{
    struct net w;

    (void)state;
    net_start(&w);
    net_usual(&w);
    put_irqs(&w);
    net_plan(&w, "[vcpus]\n[emulator]\nvhost = own\n[irq]\n", TAP("vnet0"));
    net_says(&w, "soft prefer 6 else 5,13  irq:40/eth0\n");
    net_says(&w, "soft prefer 6 else 5,13  irq:41/eth0-TxRx-0\n");
    net_says(&w, "soft prefer 14 else 5,13  irq:42/eth0-TxRx-1\n");
    net_says(&w, "soft prefer 6 else 5,13  irq:43/eth0-TxRx-2\n");
    net_says_not(&w, "irq:44");
    net_says_not(&w, "irq:24"); /* an eth0 of another device: its own are known by number */
    net_plan(&w, "[vcpus]\n[irq]\n", "");
    net_says(&w, "unsupported: no interrupt on this host matches `device` (uplinks)");
    net_stop(&w);
}

static void interrupts_are_named_in_several_ways(void **state)
{
    char path[512];
    struct net w;

    (void)state;
    net_start(&w);
    net_usual(&w);
    put_irqs(&w);
    net_plan(&w, "[irq]\ndevice = irq:virtio1-*, nic:eth0\nto = cpus\ncpus = 3\n", "");
    net_says(&w, "set   3  irq:44/virtio1-input.0\n");
    net_says(&w, "set   3  irq:45/virtio1-output.0\n");
    net_says(&w, "set   3  irq:42/");
    net_says_not(&w, "irq:46/");
    net_plan(&w, "[irq]\ndevice = hostdev\nto = cpus\ncpus = 4-7\n",
             "<hostdev type='pci'><source><address bus='0x5e'/></source></hostdev>");
    net_says(&w, "set   7  irq:46/vfio-msix[3](0000:5e:00.0)\n");
    net_says_not(&w, "irq:42/");
    net_plan(&w, "[irq]\ndevice = hostdev\n", "");
    net_says(&w, "has none until the guest's driver asks");
    net_plan(&w, "[irq]\ndevice = irq:nvme0q*\nto = node\n", "");
    net_says(&w, "2 managed interrupts stay");
    net_says(&w, "irq:30/nvme0q0\n");
    net_says_not(&w, "irq:31/");
    host_tree_put(w.root, "/sys/class/block/nvme0n1/dev", "259:0\n");
    host_tree_put(w.root, "/dev/nvme0n1", "\n");
    snprintf(path, sizeof(path), "%s/sys/class/block/nvme0n1/device", w.root);
    assert_int_equal(symlink("../../../devices/nvme/nvme0", path), 0);
    net_plan(&w, "[irq]\ndevice = disk\nto = cpus\ncpus = 3\n",
             "<disk type='block'><source dev='/dev/nvme0n1'/><target dev='vda'/></disk>");
    net_says(&w, "2 managed interrupts stay");
    net_says(&w, "set   3  irq:30/nvme0q0\n");
    net_plan(&w, "[irq]\ndevice = uplinks disc\n", "");
    net_says(&w, "refused: device: \"disc\" is not one of uplinks, hostdev, disk, nic:NAME, "
                 "irq:PATTERN");
    net_stop(&w);
}

/* The bug that this excludes: SET to a clean CPU, and then MINUS of the same CPUs. */
static void what_irq_places_irq_ban_leaves_alone(void **state)
{
    struct net w;

    (void)state;
    net_start(&w);
    net_usual(&w);
    put_irqs(&w);
    net_plan(&w, "[vcpus]\n[irq-ban]\n[irq]\nto = vcpus\n", TAP("vnet0"));
    net_says(&w, "minus 5,13 else 0,4,8,12  irq:44/");
    net_says(&w, "prefer 5 else 5,13  irq:41/");
    net_says(&w, "prefer 13 else 5,13  irq:42/");
    net_says_not(&w, "minus 5,13 else 0,4,8,12  irq:41/");
    net_says_not(&w, "minus 5,13 else 0,4,8,12  irq:42/");
    net_stop(&w);
}

/* Two guests behind one NIC: the second keeps what is its own of the step. */
static void an_interrupt_stays_with_the_first_guest(void **state)
{
    struct acdr_claim theirs = { .step = (char *)"irq",
                                 .knob = (char *)"irq:42/eth0-TxRx-1",
                                 .op = ACDR_OP_SET,
                                 .value = (char *)"12",
                                 .alt = (char *)"",
                                 .soft = true,
                                 .stage = ACDR_STAGE_GUEST };
    struct acdr_journal *j = calloc(1, sizeof(*j));
    struct net w;

    (void)state;
    net_start(&w);
    net_usual(&w);
    put_irqs(&w);
    w.j = j;
    assert_non_null(acdr_journal_add(j, "other", "first", "c"));
    assert_int_equal(acdr_journal_claim(j, "other", &theirs), 0);
    net_plan(&w, "[irq]\nto = cpus\ncpus = 4\n", TAP("vnet0"));
    net_says(&w, "applied: irq 42 stays where first claims it; all of eth0: what the host "
                 "itself receives there goes along\n");
    net_says(&w, "prefer 4  irq:41/");
    net_says_not(&w, " 4  irq:42/");
    net_plan(&w, "[irq]\nto = cpus\ncpus = 12\n", TAP("vnet0"));
    net_says(&w, "prefer 12  irq:42/");
    net_plan(&w, "[packet-path]\nto = cpus\ncpus = 4\n", TAP("vnet0"));
    net_says(&w, "mask:/sys/class/net/vnet0/queues/rx-0/rps_cpus\n");
    net_plan(&w, "[irq]\ndevice = irq:eth0-TxRx-1\nto = cpus\ncpus = 4\n", "");
    net_says(&w, "set   4  irq:25/eth0-TxRx-1\n"); /* of another card: nobody has that one */
    theirs.knob = (char *)"irq:26/eth0-TxRx-2";
    assert_int_equal(acdr_journal_claim(j, "other", &theirs), 0);
    theirs.knob = (char *)"irq:43/eth0-TxRx-2";
    assert_int_equal(acdr_journal_claim(j, "other", &theirs), 0);
    net_plan(&w, "[irq]\ndevice = irq:eth0-TxRx-2\nto = cpus\ncpus = 4\n", "");
    net_says(&w, "refused: irq 26 stays where first claims it; irq 43 stays where first claims it; "
                 "all of them are taken");
    net_stop(&w);
    acdr_journal_free(j);
}

/* --- packet-path --- */

static void the_way_of_a_packet_is_one_placement(void **state)
{
    struct net w;

    (void)state;
    net_start(&w);
    net_usual(&w);
    put_irqs(&w);
    net_plan(&w, "[vcpus]\n[emulator]\nvhost = own\n[irq-ban]\n[packet-path]\n", TAP("vnet0"));
    net_says(&w, "  vcpus      0:5 1:13\n"); /* without the step it would be node 0 */
    net_says(&w, "eth0 (node 1): irq 40,41,43 on 6, irq 42 on 14 -> softirq of vnet0 on 6,14 -> "
                 "vhost on 6,14 -> vCPU 0 on 5, 1 on 13 (node 1)\n");
    net_says(&w, "packet-path    guest soft prefer 14 else 5,13  irq:42/eth0-TxRx-1\n");
    net_says(&w, "set   6,14  mask:/sys/class/net/vnet0/queues/rx-0/rps_cpus\n");
    net_says_not(&w, "minus 5,13 else 0,4,8,12  irq:42/");
    net_plan(&w, "[vcpus]\n[emulator]\n[packet-path]\nto = vcpus\n", TAP("vnet0"));
    net_says(&w, "irq 40,41,43 on 5, irq 42 on 13 -> softirq of vnet0 on 5,13 -> vhost on 4,12 -> "
                 "vCPU 0 on 5, 1 on 13 (node 1)\n");
    net_stop(&w);
}

/* A wish for a node is no reason to refuse a guest that fits elsewhere. */
static void a_guest_that_does_not_fit_near_its_nic_goes_elsewhere(void **state)
{
    struct net w;

    (void)state;
    net_start(&w);
    net_usual(&w);
    put_irqs(&w);
    host_tree_put(w.root, "/etc/acdr/acdr.conf", "housekeeping = 0,4-8,12-15\n");
    net_plan(&w, "[vcpus]\n[packet-path]\n", TAP("vnet0"));
    net_says(&w, "  vcpus      0:1 1:9\n");
    net_says(&w, "eth0 is on node 1 and the guest is not: each packet crosses between nodes");
    net_plan(&w, "[vcpus]\n[packet-path]\n", "<interface type='user'/>");
    net_says(&w, "already: the host kernel serves no interface of the guest");
    net_stop(&w);
}

/* --- flow --- */

#define MAC_TAP                                                                                    \
    "<interface type='bridge'><mac address='52:54:00:00:00:01'/><target dev='vnet0'/>"             \
    "<vlan><tag id='42'/></vlan><filterref filter='f'><parameter name='IP' value='10.0.0.7'/>"     \
    "</filterref></interface>"

static void a_guests_packets_have_a_queue_of_their_own(void **state)
{
    struct net w;

    (void)state;
    net_start(&w);
    net_usual(&w);
    put_irqs(&w);
    net_plan(&w, "[vcpus]\n[emulator]\nvhost = own\n[flow]\n", MAC_TAP);
    net_says(&w, "soft set   2  flow:eth0/mac=52:54:00:00:00:01\n");
    net_says(&w, "soft set   6  irq:43/eth0-TxRx-2\n"); /* CPU 6 is the third of its node */
    net_says(&w, "soft plus  6  mask:/sys/class/net/eth0/queues/tx-2/xps_cpus\n");
    net_says_not(&w, "rss:");
    net_plan(&w, "[flow]\nto = cpus\ncpus = 13\nby = vlan\nexclusive = yes\nxps = no\n", MAC_TAP);
    net_says(&w, "hard set   1  flow:eth0/vlan=42\n"); /* the sixth of eight, and four queues */
    net_says(&w, "soft minus 1  rss:eth0\n");
    net_says_not(&w, "xps_cpus");
    net_plan(&w, "[flow]\nto = node\nby = ip\n", MAC_TAP);
    net_says(&w, "flow:eth0/ip=10.0.0.7\n");
    net_stop(&w);
    net_start(&w);
    net_nic(&w, "eth0", "0000:3b:00.0", 1, 3, 3);
    net_nic(&w, "vnet0", "tap", -1, 1, 1);
    net_port(&w, "br0", "eth0");
    net_port(&w, "br0", "vnet0");
    net_plan(&w, "[flow]\nto = cpus\ncpus = 13\n", MAC_TAP);
    net_says(&w, "set   2  flow:eth0/mac="); /* the sixth of its node, and three queues */
    net_stop(&w);
}

static void packets_that_cannot_be_told_apart_are_told(void **state)
{
    struct net w;

    (void)state;
    net_start(&w);
    net_usual(&w);
    net_plan(&w, "[flow]\nby = vlan\n", TAP("vnet0"));
    net_says(&w, "unsupported: interface 0 has no single VLAN tag in the domain's XML");
    net_plan(&w, "[flow]\n", "<interface type='user'/>");
    net_says(&w, "unsupported: there is no NIC behind the guest's interfaces");
    net_stop(&w);
    net_start(&w);
    net_nic(&w, "eth0", "0000:3b:00.0", 1, 1, 1);
    net_nic(&w, "vnet0", "tap", -1, 1, 1);
    net_port(&w, "br0", "eth0");
    net_port(&w, "br0", "vnet0");
    net_plan(&w, "[flow]\n", MAC_TAP);
    net_says(&w, "unsupported: eth0 has only one receive queue");
    net_stop(&w);
}

/* --- nic --- */

static void a_nic_is_looked_at_and_set_only_where_asked(void **state)
{
    struct net w;

    (void)state;
    net_start(&w);
    net_usual(&w);
    net_neighbour(&w);
    net_put(&w, "eth0", "speed", "100");
    net_put(&w, "eth0", "duplex", "half");
    net_put(&w, "eth0", "statistics/rx_errors", "7");
    net_put(&w, "eth0", "statistics/tx_dropped", "5");
    net_plan(&w, "[nic]\n", TAP("vnet0"));
    net_says(&w, "already: eth0 has 100 Mbit/s, HALF duplex: its peer is set wrong; "
                 "eth0 had 7 errors since boot; eth0 dropped 5 packets since boot");
    net_says_not(&w, "num:");
    net_plan(&w, "[nic]\nmtu = 9000\nlro = off\nrx-ring = 4096\n", TAP("vnet0"));
    net_says(&w, "soft max   9000  num:/sys/class/net/eth0/mtu\n");
    net_says(&w, "soft max   9000  num:/sys/class/net/vnet0/mtu\n");
    net_says(&w, "soft set   off  feature:eth0/rx-lro\n");
    net_says(&w, "soft max   4096  ring:eth0/rx\n");
    net_says(&w, "may reset eth0 for a moment");
    net_says_not(&w, "ring:eth0/tx");
    net_says_not(&w, "vnet1");
    net_plan(&w,
             "[nic]\nadaptive-rx = off\nrx-usecs = 0\ndefer-hard-irqs = 2\n"
             "gro-flush-timeout = 20000\npause-tx = off\n",
             TAP("vnet0"));
    net_says(&w, "soft set   0  coalesce:eth0/adaptive-rx\n");
    net_says(&w, "soft set   0  coalesce:eth0/rx-usecs\n");
    net_says(&w, "soft max   20000  num:/sys/class/net/eth0/gro_flush_timeout\n");
    net_says(&w, "soft max   2  num:/sys/class/net/eth0/napi_defer_hard_irqs\n");
    net_says(&w, "soft set   off  pause:eth0/tx\n");
    net_says_not(&w, "rx-frames");
    net_says_not(&w, "pause:eth0/rx");
    net_plan(&w, "[nic]\n", "<interface type='user'/>");
    net_says(&w, "unsupported: there is no NIC behind the guest's interfaces");
    net_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tap_on_a_shared_bridge_is_alone),
        cmocka_unit_test(a_bridge_of_its_own_leads_on_to_the_veths),
        cmocka_unit_test(a_name_alone_gives_no_interface),
        cmocka_unit_test(a_macvtap_sits_on_its_nic),
        cmocka_unit_test(softirqs_go_where_the_key_says),
        cmocka_unit_test(softirqs_that_can_go_nowhere_are_told),
        cmocka_unit_test(transmit_queues_of_veths_are_spread),
        cmocka_unit_test(vectors_of_the_uplink_are_spread),
        cmocka_unit_test(interrupts_are_named_in_several_ways),
        cmocka_unit_test(what_irq_places_irq_ban_leaves_alone),
        cmocka_unit_test(an_interrupt_stays_with_the_first_guest),
        cmocka_unit_test(a_guests_packets_have_a_queue_of_their_own),
        cmocka_unit_test(packets_that_cannot_be_told_apart_are_told),
        cmocka_unit_test(a_nic_is_looked_at_and_set_only_where_asked),
        cmocka_unit_test(the_way_of_a_packet_is_one_placement),
        cmocka_unit_test(a_guest_that_does_not_fit_near_its_nic_goes_elsewhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
