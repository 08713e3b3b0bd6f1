/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See guest_devices.h. */
#include "guest_devices.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "device.h"
#include "kernel_file.h"
#include "netpath.h"
#include "text.h"

/* --- the list --- */

static struct acdr_guest_device *add(struct acdr_guest_devices *g, const char *bus,
                                     const char *name)
{
    struct acdr_guest_device *v = acdr_hostfile_grow(g->v, g->n, sizeof(*v));

    if (!v)
        return NULL;
    g->v = v;
    v += g->n;
    *v = (struct acdr_guest_device){ .bus = bus, .name = strdup(name) };
    if (!v->name)
        return NULL;
    g->n++;
    v->pins = acdr_domain_bus_pins(bus);
    return v;
}

void acdr_guest_devices_done(struct acdr_guest_devices *g)
{
    for (size_t i = 0; i < g->n; i++) {
        free(g->v[i].name);
        free(g->v[i].why);
    }
    free(g->v);
    *g = (struct acdr_guest_devices){ 0 };
}

const struct acdr_guest_device *acdr_guest_devices_find(const struct acdr_guest_devices *g,
                                                        const char *bus, const char *name)
{
    for (size_t i = 0; i < g->n; i++)
        if (!strcmp(g->v[i].bus, bus) && !strcmp(g->v[i].name, name))
            return &g->v[i];
    return NULL;
}

/* The reason for ERR; only if no node is known. 0 or -ENOMEM. */
static int explain(struct acdr_guest_device *v, int err)
{
    if (err == 0 || err == -ENOMEM || !acdr_bitmap_empty(&v->nodes) || v->why)
        return err == -ENOMEM ? err : 0;
    if (err == -ENOENT)
        v->why = strdup("it is not on this host now");
    else if (err == -ENODATA)
        v->why = strdup("the kernel names no node for it");
    else if (err == -EINVAL)
        v->why = acdr_text_format("\"%s\" does not name a device", v->name);
    else
        v->why = acdr_text_format("reading its node failed: %s", strerrordesc_np(-err));
    return v->why ? 0 : -ENOMEM;
}

/* --- networks --- */

int acdr_guest_network(struct acdr_root *root, const char *name, struct acdr_network **ret)
{
    static const char *const folders[] = { "/run/libvirt/network", "/etc/libvirt/qemu/networks" };
    acdr_auto(free) char *text = NULL;
    char path[512];
    size_t len;
    int err = -ENOENT;

    if (!*name || *name == '.' || strchr(name, '/') || strlen(name) > 255)
        return -EINVAL;
    for (int i = 0; err == -ENOENT && i < 2; i++) {
        snprintf(path, sizeof(path), "%s/%s.xml", folders[i], name);
        err = acdr_root_read(root, path, 0, &text, &len);
    }
    return err < 0 ? err : acdr_network_parse(text, len, ret, NULL);
}

static int find_via(struct acdr_root *root, struct acdr_domain_nic *nic)
{
    acdr_auto(acdr_network_free) struct acdr_network *w = NULL;
    acdr_auto(strbuf) struct acdr_strbuf t = { 0 };

    if (acdr_guest_network(root, nic->source, &w) == -ENOMEM)
        return -ENOMEM;
    if (!w || w->hostdev)
        return 0;
    for (size_t i = 0; i < w->n_devs; i++)
        acdr_strbuf_addf(&t, "%s ", w->devs[i]);
    acdr_strbuf_add(&t, w->openvswitch ? "" : w->bridge);
    nic->openvswitch |= w->openvswitch;
    free(nic->via);
    nic->via = acdr_strbuf_take(&t);
    return nic->via ? 0 : -ENOMEM;
}

int acdr_guest_networks(struct acdr_root *root, struct acdr_domain *d)
{
    int err = 0;

    for (size_t i = 0; err == 0 && i < d->n_nics; i++)
        if (!strcmp(d->nics[i].type, "network"))
            err = find_via(root, &d->nics[i]);
    return err;
}

/* The nodes of the NICs that are uplinks of the host's interface NAME. */
static int add_interface(const struct acdr_host *h, const char *name, struct acdr_bitmap *nodes)
{
    struct acdr_bitmap nics = { 0 };

    if (!acdr_host_nic(h, name))
        return -ENOENT;
    acdr_netpath_uplinks_of(h, name, &nics);
    ACDR_BITMAP_FOR(i, &nics)
        if (h->nics[i].node >= 0)
            acdr_bitmap_add(nodes, h->nics[i].node);
    return acdr_bitmap_empty(nodes) ? -ENODATA : 0;
}

static int add_members(const struct acdr_host *h, const struct acdr_network *w,
                       struct acdr_bitmap *nodes)
{
    int err = 0, r;

    for (size_t i = 0; i < w->n_devs; i++) {
        r = add_interface(h, w->devs[i], nodes);
        err = err ? err : r;
    }
    for (size_t i = 0; i < w->n_addresses; i++) {
        r = acdr_device_nodes(h, "pci", w->addresses[i], nodes);
        err = err ? err : r;
    }
    if (*w->bridge) {
        r = add_interface(h, w->openvswitch ? "ovs-system" : w->bridge, nodes);
        err = err ? err : r;
    }
    return err;
}

/* Why the network cannot be read; NULL if out of memory. */
static char *explain_network(int err)
{
    if (err == -ENOENT)
        return strdup("libvirt has no network of that name");
    if (err == -EINVAL)
        return strdup("that is no name of a network");
    if (err == -EBADMSG)
        return strdup("libvirt's file of it is not a network's XML");
    return acdr_text_format("reading libvirt's file of it failed: %s", strerrordesc_np(-err));
}

static int add_network(const struct acdr_host *h, const char *name, struct acdr_guest_devices *ret)
{
    acdr_auto(acdr_network_free) struct acdr_network *w = NULL;
    int err = acdr_guest_network(h->root, name, &w);
    struct acdr_guest_device *v;

    if (w && !w->n_devs && !w->n_addresses && !*w->bridge && !w->hostdev)
        return 0;
    v = err == -ENOMEM ? NULL : add(ret, "network", name);
    if (!v)
        return -ENOMEM;
    if (!w) {
        v->why = explain_network(err);
        return v->why ? 0 : -ENOMEM;
    }
    v->pins = w->hostdev;
    err = add_members(h, w, &v->nodes);
    return explain(v, err == 0 ? -ENODATA : err);
}

/* --- all --- */

static int add_nics(const struct acdr_host *h, const struct acdr_domain *d,
                    struct acdr_guest_devices *ret)
{
    struct acdr_bitmap nics = { 0 };
    struct acdr_guest_device *v;

    acdr_netpath_uplinks(h, d, &nics);
    ACDR_BITMAP_FOR(i, &nics) {
        v = add(ret, "nic", h->nics[i].name);
        if (!v)
            return -ENOMEM;
        if (h->nics[i].node >= 0)
            acdr_bitmap_add(&v->nodes, h->nics[i].node);
        if (explain(v, -ENODATA) < 0)
            return -ENOMEM;
    }
    return 0;
}

static int add_device(const struct acdr_host *h, const struct acdr_domain_device *device,
                      struct acdr_guest_devices *ret)
{
    struct acdr_guest_device *v;

    if (acdr_guest_devices_find(ret, device->bus, device->name))
        return 0;
    if (!strcmp(device->bus, "network"))
        return add_network(h, device->name, ret);
    v = add(ret, device->bus, device->name);
    return v ? explain(v, acdr_device_nodes(h, v->bus, v->name, &v->nodes)) : -ENOMEM;
}

int acdr_guest_devices_read(const struct acdr_host *h, const struct acdr_domain *d,
                            struct acdr_guest_devices *ret)
{
    int err;

    *ret = (struct acdr_guest_devices){ 0 };
    err = d->n_nics ? add_nics(h, d, ret) : 0;
    for (size_t i = 0; err == 0 && i < d->n_devices; i++)
        err = add_device(h, &d->devices[i], ret);
    return err;
}

int acdr_guest_devices_pin(const struct acdr_guest_devices *g, const struct acdr_domain *d,
                           char **ret)
{
    int err = acdr_domain_memory_pinned(d, ret);

    for (size_t i = 0; err == 0 && !*ret && i < g->n; i++) {
        if (!g->v[i].pins)
            continue;
        *ret = acdr_text_format("its memory is pinned for the device that it gets from the "
                                "network %s, which is passed through to it",
                                g->v[i].name);
        err = *ret ? 0 : -ENOMEM;
    }
    return err;
}
