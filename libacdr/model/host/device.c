/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The nodes of devices. Knows how /sys names the devices of each bus, and that a device without its
 * own node (a mediated device, a USB device, a SCSI adapter, vDPA) has its parent's node.
 */
#include "device.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kernel_file.h"

#define PCI_DIR    "/sys/bus/pci/devices"
#define MDEV_DIR   "/sys/bus/mdev/devices"
#define SCSI_DIR   "/sys/class/scsi_host"
#define USB_DIR    "/sys/bus/usb/devices"
#define VDPA_DIR   "/sys/bus/vdpa/devices"
#define TARGET_DIR "/sys/kernel/config/target/vhost"

enum { PATH_SIZE = 4096 };

/* Some recorded machines have the list of local CPUs instead of the node. */
static int node_by_cpus(const struct acdr_host *h, const char *dir, int *node)
{
    struct acdr_bitmap near;
    int err = acdr_hostfile_list(h->root, dir, "local_cpulist", &near);

    if (err == -ENOENT)
        err = acdr_hostfile_mask(h->root, dir, "local_cpus", &near);
    if (err < 0)
        return err;
    acdr_bitmap_and(&near, &h->online);
    for (size_t i = 0; i < h->n_nodes; i++) {
        if (!acdr_bitmap_empty(&near) && acdr_bitmap_equal(&near, &h->nodes[i].cpus)) {
            *node = h->nodes[i].id;
            return 0;
        }
    }
    return -ENODATA;
}

int acdr_device_dir_node(const struct acdr_host *h, const char *dir, int *node)
{
    long long n;
    int err = acdr_root_get_num(h->root, &n, "%s/numa_node", dir);

    if (err == -ENOENT)
        return node_by_cpus(h, dir, node);
    if (err < 0)
        return err == -EINVAL ? -EBADMSG : err;
    if (n < 0 || n >= ACDR_BITMAP_MAX || !acdr_host_node(h, (int)n))
        return -ENODATA;
    *node = (int)n;
    return 0;
}

/* The node of the device at PATH: its own, or that of the nearest ancestor device. */
static int add_path(const struct acdr_host *h, const char *path, struct acdr_bitmap *nodes)
{
    char real[PATH_SIZE];
    ssize_t len = acdr_root_real(h->root, real, sizeof(real), "%s", path);
    int err, node = -1;

    if (len < 0)
        return (int)len;
    do {
        err = acdr_device_dir_node(h, real, &node);
        *strrchr(real, '/') = '\0';
    } while (err == -ENOENT && !strncmp(real, "/sys/devices/", 13));
    if (err == 0)
        acdr_bitmap_add(nodes, node);
    return err == -ENOENT ? -ENODATA : err;
}

/* NAME in FOLDER. */
static int add_entry(const struct acdr_host *h, const char *folder, const char *name,
                     struct acdr_bitmap *nodes)
{
    char path[512];

    if (!*name || *name == '.' || strchr(name, '/') ||
        snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path))
        return -EINVAL;
    return add_path(h, path, nodes);
}

static int add_pci(const struct acdr_host *h, const char *name, struct acdr_bitmap *nodes)
{
    return add_entry(h, PCI_DIR, name, nodes);
}

static int add_mdev(const struct acdr_host *h, const char *name, struct acdr_bitmap *nodes)
{
    return add_entry(h, MDEV_DIR, name, nodes);
}

static int add_scsi(const struct acdr_host *h, const char *name, struct acdr_bitmap *nodes)
{
    return add_entry(h, SCSI_DIR, name, nodes);
}

/* --- search in a directory --- */

struct search {
    const struct acdr_host *h;
    const char *name;
    struct acdr_bitmap *nodes;
    int err; /* of the device found; -ENOENT: none yet */
};

/* LOOK returns 1 to end the walk. */
static int finish(struct search *s, const char *folder, int (*look)(void *arg, const char *name))
{
    int err = acdr_root_list(s->h->root, folder, look, s);

    return err < 0 ? err : s->err;
}

/* A vDPA device is the parent of the character device that QEMU opens; it has no class of its
 * own. */
static int look_at_vdpa(void *arg, const char *name)
{
    struct search *s = arg;
    char path[512];

    if (snprintf(path, sizeof(path), VDPA_DIR "/%s/%s", name, s->name) >= (int)sizeof(path) ||
        !acdr_yes(acdr_root_has(s->h->root, "%s", path)))
        return 0;
    s->err = add_path(s->h, path, s->nodes);
    return 1;
}

/* A link counts as the node if it can be resolved. */
static int add_vdpa(const struct acdr_host *h, const char *name, struct acdr_bitmap *nodes)
{
    char real[PATH_SIZE];
    const char *node = acdr_root_real(h->root, real, sizeof(real), "%s", name) < 0 ? name : real;
    const char *slash = strrchr(node, '/');
    struct search s = { h, slash ? slash + 1 : "", nodes, -ENOENT };

    return *s.name && *s.name != '.' ? finish(&s, VDPA_DIR, look_at_vdpa) : -EINVAL;
}

static bool usb_matches(const struct search *s, const char *name)
{
    char has[64], a[16] = "", b[16] = "";
    bool by_number = strchr(s->name, '/') != NULL;

    if (acdr_root_get(s->h->root, a, sizeof(a), USB_DIR "/%s/%s", name,
                      by_number ? "busnum" : "idVendor") < 0 ||
        acdr_root_get(s->h->root, b, sizeof(b), USB_DIR "/%s/%s", name,
                      by_number ? "devnum" : "idProduct") < 0)
        return false;
    snprintf(has, sizeof(has), "%s%c%s", a, by_number ? '/' : ':', b);
    return !strcmp(has, s->name);
}

static int look_at_usb(void *arg, const char *name)
{
    struct search *s = arg;

    if (!usb_matches(s, name))
        return 0;
    s->err = add_entry(s->h, USB_DIR, name, s->nodes);
    return 1;
}

static int add_usb(const struct acdr_host *h, const char *name, struct acdr_bitmap *nodes)
{
    struct search s = { h, name, nodes, -ENOENT };

    return strpbrk(name, "/:") ? finish(&s, USB_DIR, look_at_usb)
                               : add_entry(h, USB_DIR, name, nodes);
}

/* --- targets of vhost-scsi: TARGET_DIR/WWPN/tpgt_1/lun/lun_0/NAME links to a backstore --- */

/* A backstore's storage is a path in /dev; if a link there cannot be resolved, only its text is
 * known. */
static int look_at_backstore(void *arg, const char *name)
{
    struct search *s = arg;
    char dev[512], real[PATH_SIZE];
    const char *node, *slash;
    int err;

    if (acdr_root_get(s->h->root, dev, sizeof(dev), "%s/%s/udev_path", s->name, name) <= 0)
        return 0;
    node = acdr_root_real(s->h->root, real, sizeof(real), "%s", dev) < 0 ? dev : real;
    slash = strrchr(node, '/');
    err = slash ? add_entry(s->h, "/sys/class/block", slash + 1, s->nodes) : -ENODATA;
    if (s->err != 0)
        s->err = err == -ENOENT || err == -EINVAL ? -ENODATA : err;
    return 0;
}

/* Descend one level into each directory of PATTERN. */
static int look_below(void *arg, const char *name)
{
    struct search *s = arg;
    char path[512];
    bool group = !strncmp(name, "tpgt_", 5), lun = !strncmp(name, "lun_", 4);
    struct search below = { s->h, path, s->nodes, s->err };
    int err = 0;

    if ((group || lun) && snprintf(path, sizeof(path), "%s/%s%s", s->name, name,
                                   group ? "/lun" : "") < (int)sizeof(path))
        err = acdr_root_list(s->h->root, path, group ? look_below : look_at_backstore, &below);
    s->err = below.err;
    return err == -ENOENT ? 0 : err;
}

static int add_target(const struct acdr_host *h, const char *name, struct acdr_bitmap *nodes)
{
    char path[512];
    struct search s = { h, path, nodes, -ENODATA };

    if (!*name || *name == '.' || strchr(name, '/') ||
        snprintf(path, sizeof(path), TARGET_DIR "/%s", name) >= (int)sizeof(path))
        return -EINVAL;
    return finish(&s, path, look_below);
}

static const struct {
    const char *bus;
    int (*add)(const struct acdr_host *h, const char *name, struct acdr_bitmap *nodes);
} buses[] = {
    { "pci", add_pci },   { "nvme", add_pci },  { "mdev", add_mdev },         { "usb", add_usb },
    { "scsi", add_scsi }, { "vdpa", add_vdpa }, { "vhost-scsi", add_target },
};

int acdr_device_nodes(const struct acdr_host *h, const char *bus, const char *name,
                      struct acdr_bitmap *nodes)
{
    for (size_t i = 0; i < sizeof(buses) / sizeof(buses[0]); i++)
        if (!strcmp(buses[i].bus, bus))
            return buses[i].add(h, name, nodes);
    return -EINVAL;
}

/* --- for recordings --- */

static int visit_vdpa_node(void *arg, const char *name)
{
    struct search *s = arg;
    struct acdr_bitmap nodes = { 0 };

    if (!strncmp(name, "vhost-vdpa-", 11))
        add_entry(s->h, s->name, name, &nodes);
    return 0;
}

static int visit_vdpa(void *arg, const char *name)
{
    const struct search *all = arg;
    char path[512];
    struct search s = { .h = all->h, .name = path };

    if (snprintf(path, sizeof(path), VDPA_DIR "/%s", name) < (int)sizeof(path))
        acdr_root_list(s.h->root, path, visit_vdpa_node, &s);
    return 0;
}

/* An interface of a USB device has neither number nor ids. */
static int visit_usb(void *arg, const char *name)
{
    struct search by_number = *(struct search *)arg, by_id = by_number;
    struct acdr_bitmap nodes = { 0 };

    by_number.name = "/";
    by_id.name = ":";
    usb_matches(&by_number, name);
    usb_matches(&by_id, name);
    if (!strchr(name, ':'))
        add_entry(by_id.h, USB_DIR, name, &nodes);
    return 0;
}

static int visit(void *arg, const char *name)
{
    const struct search *s = arg;
    struct acdr_bitmap nodes = { 0 };

    acdr_device_nodes(s->h, s->name, name, &nodes);
    return 0;
}

void acdr_device_visit_all(const struct acdr_host *h)
{
    static const struct {
        const char *folder, *bus;
        int (*look)(void *arg, const char *name);
    } all[] = {
        { PCI_DIR, "pci", visit },        { MDEV_DIR, "mdev", visit },
        { SCSI_DIR, "scsi", visit },      { USB_DIR, "usb", visit_usb },
        { VDPA_DIR, "vdpa", visit_vdpa }, { TARGET_DIR, "vhost-scsi", visit },
    };

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        struct search s = { .h = h, .name = all[i].bus };

        acdr_root_list(h->root, all[i].folder, all[i].look, &s);
    }
}
