/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Network interfaces: device, driver, node, queues and interrupts, and how they are stacked. Knows
 * /sys/class/net; does not know what an interface is used for.
 */
#include "host.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "device.h"
#include "err.h"
#include "kernel_file.h"
#include "text.h"

#define NET_DIR "/sys/class/net"

/* A virtio device is the child of a PCI device, which has the node and the interrupts. */
static const char *up(const struct acdr_nic *n)
{
    return strncmp(n->device, "virtio", 6) ? "device" : "device/..";
}

static int read_node(const struct acdr_host *h, const struct acdr_nic *n)
{
    char dir[512];
    int node;

    snprintf(dir, sizeof(dir), NET_DIR "/%s/%s", n->name, up(n));
    return acdr_device_dir_node(h, dir, &node) < 0 ? -1 : node;
}

static int count_queue(void *arg, const char *name)
{
    struct acdr_nic *n = arg;

    n->rx_queues += acdr_hostfile_number(name, "rx-") >= 0;
    n->tx_queues += acdr_hostfile_number(name, "tx-") >= 0;
    return 0;
}

static int read_irqs(struct acdr_host *h, struct acdr_nic *n)
{
    char dir[512];
    int err;

    snprintf(dir, sizeof(dir), NET_DIR "/%s/%s/msi_irqs", n->name, up(n));
    err = acdr_hostfile_numbers(h->root, dir, "", &n->irqs, &n->n_irqs);
    return err == -ENOMEM ? err : 0;
}

struct relations {
    struct acdr_nic *nic;
    struct acdr_strbuf upper, lower;
};

/* The kernel makes a link per relation: "upper_br0" in a port, "lower_eth0" in its bridge. */
static int add_relation(void *arg, const char *name)
{
    struct relations *r = arg;

    if (!strncmp(name, "upper_", 6))
        acdr_strbuf_addf(&r->upper, "%s ", name + 6);
    else if (!strncmp(name, "lower_", 6))
        acdr_strbuf_addf(&r->lower, "%s ", name + 6);
    r->nic->tap |= !strcmp(name, "tun_flags");
    r->nic->macvtap |= !strcmp(name, "macvtap");
    r->nic->bridge |= !strcmp(name, "bridge");
    return 0;
}

static int read_relations(struct acdr_host *h, struct acdr_nic *n)
{
    struct relations r = { .nic = n };
    long long index;
    char path[512];

    acdr_strbuf_add(&r.upper, " ");
    acdr_strbuf_add(&r.lower, " ");
    snprintf(path, sizeof(path), NET_DIR "/%s", n->name);
    acdr_root_list(h->root, path, add_relation, &r);
    n->upper = acdr_strbuf_take(&r.upper);
    n->lower = acdr_strbuf_take(&r.lower);
    if (acdr_root_get_num(h->root, &index, "%s/ifindex", path) == 0)
        n->ifindex = (int)index;
    if (acdr_root_get_num(h->root, &index, "%s/iflink", path) == 0)
        n->iflink = (int)index;
    return n->upper && n->lower ? 0 : -ENOMEM;
}

static long long count(struct acdr_host *h, const struct acdr_nic *n, const char *what)
{
    long long rx = 0, tx = 0;

    acdr_root_get_num(h->root, &rx, NET_DIR "/%s/statistics/rx_%s", n->name, what);
    acdr_root_get_num(h->root, &tx, NET_DIR "/%s/statistics/tx_%s", n->name, what);
    return rx + tx;
}

/* Without a link the files contain -1 or cannot be read. */
static void read_link(struct acdr_host *h, struct acdr_nic *n)
{
    char duplex[16];

    if (acdr_root_get_num(h->root, &n->speed, NET_DIR "/%s/speed", n->name) < 0 || n->speed <= 0)
        n->speed = -1;
    n->half_duplex = acdr_root_get(h->root, duplex, sizeof(duplex), NET_DIR "/%s/duplex", n->name) >
                         0 &&
                     !strcmp(duplex, "half");
    n->errors = count(h, n, "errors");
    n->drops = count(h, n, "dropped");
}

static int read_nic(struct acdr_host *h, struct acdr_nic *n)
{
    char buf[512];
    int err;

    n->node = -1;
    n->speed = -1;
    if (acdr_hostfile_link_name(h->root, buf, sizeof(buf), NET_DIR "/%s/device", n->name) < 0)
        buf[0] = '\0';
    n->device = strdup(buf);
    if (acdr_hostfile_link_name(h->root, buf, sizeof(buf), NET_DIR "/%s/device/driver", n->name) <
        0)
        buf[0] = '\0';
    n->driver = strdup(buf);
    if (!n->device || !n->driver)
        return -ENOMEM;
    snprintf(buf, sizeof(buf), NET_DIR "/%s/queues", n->name);
    err = acdr_root_list(h->root, buf, count_queue, n);
    if (err != -ENOMEM)
        err = read_relations(h, n);
    if (err == -ENOMEM)
        return err;
    if (!n->device[0])
        return 0;
    n->node = read_node(h, n);
    read_link(h, n);
    return read_irqs(h, n);
}

/* Interfaces are links, on old kernels directories; "bonding_masters" beside them is a file. */
static bool is_interface(struct acdr_host *h, const char *name)
{
    char path[512];
    mode_t mode = 0;
    uid_t uid;

    snprintf(path, sizeof(path), NET_DIR "/%s", name);
    return strcmp(name, "lo") != 0 && acdr_root_stat(h->root, path, &uid, &mode) == 0 &&
           !S_ISREG(mode);
}

static int add_nic(void *arg, const char *name)
{
    struct acdr_host *h = arg;
    struct acdr_nic *nics;
    struct acdr_nic *n;

    if (!is_interface(h, name))
        return 0;
    nics = acdr_hostfile_grow(h->nics, h->n_nics, sizeof(*nics));
    if (!nics)
        return -ENOMEM;
    h->nics = nics;
    n = &nics[h->n_nics++];
    *n = (struct acdr_nic){ .name = strdup(name) };
    return n->name ? read_nic(h, n) : -ENOMEM;
}

int acdr_host_net_read(struct acdr_host *h, struct acdr_err *e)
{
    int err = acdr_root_list(h->root, NET_DIR, add_nic, h);

    return err == -ENOMEM ? acdr_err_nomem(e) : 0;
}

void acdr_host_net_free(struct acdr_host *h)
{
    for (size_t i = 0; i < h->n_nics; i++) {
        free(h->nics[i].name);
        free(h->nics[i].device);
        free(h->nics[i].driver);
        free(h->nics[i].irqs);
        free(h->nics[i].upper);
        free(h->nics[i].lower);
    }
    free(h->nics);
}
