/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guest's devices on a host: interfaces from libvirt's networks above all, and what is unknown.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "guest.h"
#include "guest_devices.h"
#include "net_world.h"

#define RUNS      "/run/libvirt/network/pool.xml"
#define DEFINED   "/etc/libvirt/qemu/networks/pool.xml"
#define FROM_POOL "<interface type='network'><source network='pool'/></interface>"

/* eth0 and eth2 of node 1, eth1 of node 0, br0 over eth0; PCI 3d is of node 0. */
static void make(struct net *w)
{
    net_start(w);
    net_nic(w, "eth0", "0000:3b:00.0", 1, 4, 4);
    net_nic(w, "eth1", "0000:3c:00.0", 0, 4, 4);
    net_nic(w, "eth2", "0000:3e:00.0", -1, 4, 4);
    net_nic(w, "br0", "", -1, 1, 1);
    net_port(w, "br0", "eth0");
    host_tree_put(w->root, "/sys/bus/pci/devices/0000:3d:02.1/numa_node", "0\n");
}

static struct acdr_domain *parse(const char *devices)
{
    acdr_auto(free) char *xml = acdr_text_format("<domain><name>g</name><memory>1</memory>"
                                                 "<vcpu>1</vcpu><devices>%s</devices></domain>",
                                                 devices);
    struct acdr_domain *d = NULL;

    assert_int_equal(acdr_domain_parse(xml, strlen(xml), &d, NULL), 0);
    return d;
}

static void add_device(struct acdr_strbuf *t, const struct acdr_guest_device *v)
{
    acdr_auto(free) char *nodes = acdr_bitmap_print_list(&v->nodes);

    acdr_strbuf_addf(t, "%s%s %s %s%s", t->len ? "; " : "", v->bus, v->name,
                     v->why ? v->why : nodes, v->pins ? " pins" : "");
    assert_true(!v->why == !acdr_bitmap_empty(&v->nodes));
}

/* "network pool 1 pins; nic eth0 0", or the reason in place of the nodes. */
static void assert_has(const struct net *w, const char *devices, const char *want)
{
    acdr_auto(acdr_root_free) struct acdr_root *root = NULL;
    acdr_auto(acdr_host_free) struct acdr_host *h = NULL;
    acdr_auto(acdr_domain_free) struct acdr_domain *d = parse(devices);
    acdr_auto(strbuf) struct acdr_strbuf t = { 0 };
    struct acdr_guest_devices g = { 0 };

    assert_int_equal(acdr_root_open(w->root, &root, NULL), 0);
    assert_int_equal(acdr_host_read(root, ACDR_HOST_NICS, &h, NULL), 0);
    assert_int_equal(acdr_guest_devices_read(h, d, &g), 0);
    acdr_strbuf_add(&t, "");
    for (size_t i = 0; i < g.n; i++)
        add_device(&t, &g.v[i]);
    acdr_guest_devices_done(&g);
    assert_string_equal(t.s, want);
}

static void put_network(const struct net *w, const char *path, const char *inside)
{
    host_tree_put(w->root, path, "<network><name>pool</name>%s</network>", inside);
}

static void assert_pool(const char *inside, const char *want)
{
    struct net w;

    make(&w);
    put_network(&w, DEFINED, inside);
    assert_has(&w, FROM_POOL, want);
    net_stop(&w);
}

static void a_pool_of_virtual_functions_is_where_they_are(void **state)
{
    (void)state;
    assert_pool("<forward mode='hostdev' managed='yes'><pf dev='eth0'/></forward>",
                "network pool 1 pins");
    assert_pool("<forward mode='hostdev'><driver name='vfio'/><address type='pci' domain='0x0000' "
                "bus='0x3d' slot='0x02' function='0x1'/></forward>",
                "network pool 0 pins");
    assert_pool("<forward mode='hostdev'><pf dev='eth0'/><address type='pci' bus='0x3d' "
                "slot='2' function='1'/></forward>",
                "network pool 0-1 pins");
}

static void a_pool_of_interfaces_is_where_they_are(void **state)
{
    (void)state;
    assert_pool("<forward mode='passthrough'><interface dev='eth1'/></forward>", "network pool 0");
    assert_pool("<forward mode='bridge' dev='eth0'><interface dev='eth0'/>"
                "<interface dev='eth1'/></forward>",
                "network pool 0-1");
    assert_pool("<forward mode='private' dev='eth0'/>", "network pool 1");
}

static void a_bridge_is_where_its_uplink_is(void **state)
{
    struct net w;

    (void)state;
    assert_pool("<forward mode='bridge'/><bridge name='br0'/>", "network pool 1");
    assert_pool("<forward mode='nat' dev='eth1'/><bridge name='virbr0'/>", "network pool 0");
    make(&w);
    net_nic(&w, "ovs-system", "", -1, 1, 1);
    net_port(&w, "ovs-system", "eth1");
    put_network(&w, DEFINED,
                "<forward mode='bridge'/><bridge name='br-int'/><virtualport type='openvswitch'/>");
    assert_has(&w, FROM_POOL, "network pool 0");
    net_stop(&w);
}

static void a_network_of_the_host_alone_has_no_device(void **state)
{
    (void)state;
    assert_pool("<forward mode='nat'/><bridge name='virbr0'/>", "");
    assert_pool("<bridge name='virbr0'/>", "");
    assert_pool("", "");
}

static void what_runs_stands_before_what_is_defined(void **state)
{
    struct net w;

    (void)state;
    make(&w);
    put_network(&w, DEFINED, "<forward mode='passthrough' dev='eth0'/>");
    host_tree_put(w.root, RUNS,
                  "<networkstatus><class_id bitmap='0-2'/><network><name>pool</name>"
                  "<forward mode='passthrough' dev='eth1'/></network></networkstatus>");
    assert_has(&w, FROM_POOL FROM_POOL, "network pool 0");
    net_stop(&w);
}

static void what_is_unknown_is_said(void **state)
{
    struct net w;

    (void)state;
    make(&w);
    assert_has(&w, FROM_POOL, "network pool libvirt has no network of that name");
    assert_has(&w, "<interface type='network'><source network='../../secret'/></interface>",
               "network ../../secret that is no name of a network");
    assert_has(&w, "<hostdev type='pci'><source><address bus='9'/></source></hostdev>",
               "pci 0000:09:00.0 it is not on this host now pins");
    assert_has(&w,
               "<interface type='bridge'><source bridge='br0'/></interface>"
               "<hostdev type='pci'><source><address bus='0x3e'/></source></hostdev>",
               "nic eth0 1; pci 0000:3e:00.0 the kernel names no node for it pins");
    assert_has(&w, "<interface type='direct'><source dev='eth2'/></interface>",
               "nic eth2 the kernel names no node for it");
    net_stop(&w);
    assert_pool("<forward mode='hostdev'><pf dev='eth2'/></forward>",
                "network pool the kernel names no node for it pins");
    assert_pool("<forward mode='hostdev'><pf dev='eth9'/></forward>",
                "network pool it is not on this host now pins");
    assert_pool("<forward mode='hostdev'/>", "network pool the kernel names no node for it pins");
}

static void a_file_that_is_no_network_is_said(void **state)
{
    static const char *const files[] = { "",
                                         "<network>",
                                         "<domain/>",
                                         "<networkstatus/>",
                                         "<!DOCTYPE x><network/>",
                                         "<x:network xmlns:x='urn:x'/>",
                                         "<network><forward mode='hostdev'><address type='pci' "
                                         "bus='x'/></forward></network>" };
    struct net w;

    (void)state;
    make(&w);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        host_tree_put(w.root, DEFINED, "%s", files[i]);
        assert_has(&w, FROM_POOL, "network pool libvirt's file of it is not a network's XML");
    }
    net_stop(&w);
}

static void devices_of_several_nodes_are_all_there(void **state)
{
    struct net w;

    (void)state;
    make(&w);
    put_network(&w, DEFINED, "<forward mode='hostdev'><pf dev='eth0'/></forward>");
    assert_has(&w,
               "<disk type='nvme'><source><address bus='0x3d' slot='2' function='1'/></source>"
               "</disk>" FROM_POOL,
               "nvme 0000:3d:02.1 0 pins; network pool 1 pins");
    net_stop(&w);
}

/* A pool pins as soon as a guest runs, which the XML alone does not say. */
static void a_pool_of_the_host_pins_memory(void **state)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = parse(FROM_POOL);
    struct acdr_guest_device pool = { .bus = "network", .name = (char[]){ "pool" } };
    struct acdr_guest_devices g = { .v = &pool, .n = 1 };
    acdr_auto(free) char *why = NULL;

    (void)state;
    assert_int_equal(acdr_guest_devices_pin(&g, d, &why), 0);
    assert_null(why);
    pool.pins = true;
    assert_int_equal(acdr_guest_devices_pin(&g, d, &why), 0);
    assert_non_null(strstr(why, "network pool"));
}

/* --- what follows from it --- */

static int count_vhost(const struct acdr_domain *d, const struct acdr_guest_devices *g)
{
    acdr_auto(acdr_guest_free) struct acdr_guest *guest = NULL;
    int n = 0;

    assert_int_equal(acdr_guest_preview(d, g, &guest), 0);
    for (size_t i = 0; i < guest->n_threads; i++)
        n += guest->threads[i].kind == ACDR_THREAD_VHOST;
    return n;
}

static void only_taps_have_workers_of_the_kernel(void **state)
{
#define VIRTIO(type) "<interface type='" type "'><model type='virtio'/></interface>"
    acdr_auto(acdr_domain_free) struct acdr_domain *taps = parse(
        VIRTIO("bridge") VIRTIO("direct") VIRTIO("ethernet") VIRTIO("network"));
    acdr_auto(acdr_domain_free) struct acdr_domain *others = parse(
        VIRTIO("vdpa") VIRTIO("hostdev") VIRTIO("vhostuser") VIRTIO("user") VIRTIO("udp"));
    acdr_auto(acdr_domain_free) struct acdr_domain *given = parse(
        "<interface type='network'><source network='pool'/><model type='virtio'/></interface>");
    struct acdr_guest_device pool = { .bus = "network", .name = (char[]){ "pool" }, .pins = true };
    struct acdr_guest_devices none = { 0 }, one = { .v = &pool, .n = 1 };

    (void)state;
    assert_int_equal(count_vhost(taps, &none), 4);
    assert_int_equal(count_vhost(others, &none), 0);
    assert_int_equal(count_vhost(given, &none), 1);
    assert_int_equal(count_vhost(given, &one), 0);
}

static void a_guest_is_placed_where_its_device_is(void **state)
{
    static const struct {
        const char *devices, *says;
    } cases[] = {
        { "<disk type='nvme'><source><address bus='0x3b'/></source></disk>", "nodes      1\n" },
        { "<disk type='nvme'><source><address bus='0x3c'/></source></disk>", "nodes      0\n" },
        { "<hostdev type='pci'><source><address bus='0x3b'/></source></hostdev>",
          "nodes      1\n" },
        { "<hostdev type='pci'><source><address bus='0x3c'/></source></hostdev>",
          "nodes      0\n" },
    };
    struct net w;

    (void)state;
    make(&w);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        net_plan(&w, "[vcpus]\n", cases[i].devices);
        net_says(&w, cases[i].says);
    }
    put_network(&w, RUNS, "<forward mode='hostdev'><pf dev='eth0'/></forward>");
    net_plan(&w, "[vcpus]\n", FROM_POOL);
    net_says(&w, "nodes      1\n");
    put_network(&w, RUNS, "<forward mode='hostdev'><pf dev='eth1'/></forward>");
    net_plan(&w, "[vcpus]\n", FROM_POOL);
    net_says(&w, "nodes      0\n");
    net_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pool_of_virtual_functions_is_where_they_are),
        cmocka_unit_test(a_pool_of_interfaces_is_where_they_are),
        cmocka_unit_test(a_bridge_is_where_its_uplink_is),
        cmocka_unit_test(a_network_of_the_host_alone_has_no_device),
        cmocka_unit_test(what_runs_stands_before_what_is_defined),
        cmocka_unit_test(what_is_unknown_is_said),
        cmocka_unit_test(a_file_that_is_no_network_is_said),
        cmocka_unit_test(devices_of_several_nodes_are_all_there),
        cmocka_unit_test(a_pool_of_the_host_pins_memory),
        cmocka_unit_test(only_taps_have_workers_of_the_kernel),
        cmocka_unit_test(a_guest_is_placed_where_its_device_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
