/* Which interfaces a guest's packets pass, and what the steps of the packet path claim for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net_world.h"
#include "netpath.h"

static void assert_names(const struct acdr_host *h, const struct acdr_cpus *set, const char *want)
{
    struct acdr_text t = { 0 };

    acdr_text_add(&t, "");
    ACDR_CPUS_FOR(i, set)
        acdr_text_addf(&t, "%s%s", t.len ? " " : "", h->nics[i].name);
    assert_string_equal(t.s, want);
    acdr_text_done(&t);
}

static void assert_way(const struct net *w, const char *interfaces, const char *own,
                       const char *uplinks)
{
    acdr_auto(acdr_root_free) struct acdr_root *root = NULL;
    acdr_auto(acdr_host_free) struct acdr_host *h = NULL;
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
    struct acdr_cpus set;
    char *xml = acdr_text_format("<domain><name>g</name><memory>1</memory><vcpu>1</vcpu>"
                                 "<devices>%s</devices></domain>", interfaces);

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
    static const char *const nics[] = { "qbr1", "qvb1", "qvo1", "ovs-system", "bond0", "qbr2",
                                        "qvb2", "qvo2" };
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
    assert_way(&w, TAP("tap2"), "qvb2 qvo2 tap2", "eth0 eth1");
    net_stop(&w);
}

static void a_macvtap_sits_on_its_nic(void **state)
{
    struct net w;

    (void)state;
    net_start(&w);
    net_nic(&w, "eth0", "0000:3b:00.0", 1, 4, 4);
    net_nic(&w, "macvtap0", "", -1, 1, 1);
    net_part(&w, "macvtap0", "eth0");
    assert_way(&w, "<interface type='direct'><source dev='eth0'/><target dev='macvtap0'/>"
                   "</interface>", "macvtap0", "eth0");
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
    net_plan(&w, "[vcpus]\n[emulator]\nvhost = own\n[softirq]\n", TAP("vnet0"));
    net_says(&w, "hard set   2,10  mask:/sys/class/net/vnet0/queues/rx-0/rps_cpus\n");
    net_says_not(&w, "vnet1");
    net_says_not(&w, "flow");
    net_plan(&w, "[vcpus]\n[softirq]\nto = vcpus\nflows = 1000\n", TAP("vnet0"));
    net_says(&w, "set   1,9  mask:/sys/class/net/vnet0/queues/rx-0/rps_cpus\n");
    net_says(&w, "set   1024  num:/sys/class/net/vnet0/queues/rx-0/rps_flow_cnt\n");
    net_says(&w, "max   1024  num:/proc/sys/net/core/rps_sock_flow_entries\n");
    net_plan(&w, "[vcpus]\nsmt = isolate\n[softirq]\nto = siblings\n", TAP("vnet0"));
    net_says(&w, "set   9-10  mask:");
    net_plan(&w, "[vcpus]\n[softirq]\nto = node\n", TAP("vnet0"));
    net_says(&w, "set   0,2-3,8,10-11  mask:");
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
    net_says(&w, "already: no interface of the guest is the host kernel's to serve");
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
    net_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tap_on_a_shared_bridge_is_alone),
        cmocka_unit_test(a_bridge_of_its_own_leads_on_to_the_veths),
        cmocka_unit_test(a_macvtap_sits_on_its_nic),
        cmocka_unit_test(softirqs_go_where_the_key_says),
        cmocka_unit_test(softirqs_that_can_go_nowhere_are_told),
        cmocka_unit_test(transmit_queues_of_veths_are_spread),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
