/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A host with interfaces made of files, and plans on it: include after <cmocka.h>.
 *
 *     struct net w;
 *     net_start(&w);                                     two nodes, four cores each, two threads
 *     net_nic(&w, "eth0", "0000:3b:00.0", 1, 8, 8);      a NIC of node 1 with 8 + 8 queues
 *     net_nic(&w, "vnet0", "tap", -1, 1, 1);
 *     net_plan(&w, "[softirq]\n", "<interface .../>");   -> net_says(), net_says_not()
 */
#ifndef ACDR_TESTS_LIB_NET_WORLD_H
#define ACDR_TESTS_LIB_NET_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host_file.h"
#include "host_tree.h"
#include "plan_text.h"
#include "text.h"

struct net {
    char *root, *text;
    const struct acdr_journal *j; /* what others have; NULL: nothing */
};

static inline void net_start(struct net *w)
{
    *w = (struct net){ .root = host_file_tree("tests/hosts/two-nodes-smt.host") };
}

static inline void net_stop(struct net *w)
{
    host_tree_remove(w->root);
    free(w->text);
}

static inline void net_put(const struct net *w, const char *nic, const char *file, const char *text)
{
    char path[256];

    snprintf(path, sizeof(path), "/sys/class/net/%s/%s", nic, file);
    host_tree_put(w->root, path, "%s\n", text);
}

static inline void net_device(const struct net *w, const char *nic, const char *device, int node)
{
    char text[256], path[512];

    snprintf(text, sizeof(text), "/sys/bus/pci/devices/%s/numa_node", device);
    host_tree_put(w->root, text, "%d\n", node);
    snprintf(text, sizeof(text), "../../../bus/pci/devices/%s", device);
    snprintf(path, sizeof(path), "%s/sys/class/net/%s/device", w->root, nic);
    assert_int_equal(symlink(text, path), 0);
}

/* DEVICE: a PCI address, "tap", or "" for what is neither. */
static inline void net_nic(const struct net *w, const char *name, const char *device, int node,
                           int rx, int tx)
{
    char file[64];

    net_put(w, name, "mtu", "1500");
    for (int i = 0; i < rx; i++) {
        snprintf(file, sizeof(file), "queues/rx-%d/rps_cpus", i);
        net_put(w, name, file, "0000");
        snprintf(file, sizeof(file), "queues/rx-%d/rps_flow_cnt", i);
        net_put(w, name, file, "0");
    }
    for (int i = 0; i < tx; i++) {
        snprintf(file, sizeof(file), "queues/tx-%d/xps_cpus", i);
        net_put(w, name, file, "0000");
    }
    if (!strcmp(device, "tap"))
        net_put(w, name, "tun_flags", "0x1002");
    else if (!strcmp(device, "macvtap"))
        net_put(w, name, "macvtap/tap7/dev", "240:1");
    else if (*device)
        net_device(w, name, device, node);
}

/* WHOLE is made of PART: a VLAN of its NIC, a bond of its slaves. */
static inline void net_part(const struct net *w, const char *whole, const char *part)
{
    char file[64];

    snprintf(file, sizeof(file), "lower_%s/.keep", part);
    net_put(w, whole, file, "");
    snprintf(file, sizeof(file), "upper_%s/.keep", whole);
    net_put(w, part, file, "");
}

static inline void net_port(const struct net *w, const char *bridge, const char *port)
{
    net_part(w, bridge, port);
    net_put(w, bridge, "bridge/bridge_id", "0");
}

static inline void net_pair(const struct net *w, const char *a, const char *b, int index)
{
    char x[16], y[16];

    snprintf(x, sizeof(x), "%d", index);
    snprintf(y, sizeof(y), "%d", index + 1);
    net_put(w, a, "ifindex", x);
    net_put(w, a, "iflink", y);
    net_put(w, b, "ifindex", y);
    net_put(w, b, "iflink", x);
}

/* eth0 with four queues on node 1, and the guest's tap vnet0 on its bridge. */
static inline void net_usual(const struct net *w)
{
    net_nic(w, "eth0", "0000:3b:00.0", 1, 4, 4);
    net_nic(w, "br0", "", -1, 1, 1);
    net_nic(w, "vnet0", "tap", -1, 1, 1);
    net_port(w, "br0", "eth0");
    net_port(w, "br0", "vnet0");
}

/* Another guest's tap vnet1 on the same bridge. */
static inline void net_neighbour(const struct net *w)
{
    net_nic(w, "vnet1", "tap", -1, 1, 1);
    net_port(w, "br0", "vnet1");
}

/* Plan a guest of two vCPUs with DEVICES by a class of that text. */
static inline void net_plan(struct net *w, const char *class_text, const char *devices)
{
    struct acdr *a = NULL;
    struct acdr_err e = { 0 };
    char *xml = acdr_text_format("<domain type='kvm'><name>g</name>"
                                 "<uuid>11111111-0000-4000-8000-000000000012</uuid>"
                                 "<memory unit='MiB'>512</memory><vcpu>2</vcpu>"
                                 "<devices>%s</devices></domain>",
                                 devices);

    host_tree_put(w->root, "/etc/acdr/classes/c.conf", "%s", class_text);
    assert_int_equal(acdr_handle_open(w->root, &a, NULL), 0);
    free(w->text);
    w->text = plan_text(a, w->j, xml, "c", &e);
    if (!w->text)
        fail_msg("%s", e.text);
    acdr_handle_close(a);
    free(xml);
}

static inline void net_says(const struct net *w, const char *what)
{
    if (!strstr(w->text, what))
        fail_msg("no \"%s\" in:\n%s", what, w->text);
}

static inline void net_says_not(const struct net *w, const char *what)
{
    if (strstr(w->text, what))
        fail_msg("\"%s\" in:\n%s", what, w->text);
}

#endif
