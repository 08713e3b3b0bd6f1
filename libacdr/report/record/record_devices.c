/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The part of libvirt's networks in a recording: the names of those that lead to devices of the
 * host, and the devices. Addresses, names of guests and DNS entries in the same files are left out.
 */
#include <stdio.h>
#include <string.h>

#include "guest_devices.h"
#include "record_part.h"

struct networks {
    struct acdr_recorded *rec;
    struct acdr_root *root;
};

/* An element with one attribute: WHAT is the name of both. A value that needs escaping names no
 * interface. */
static void add_element(struct acdr_strbuf *t, const char *what, const char *value)
{
    if (*value && !strpbrk(value, "<>&'\"\n\t"))
        acdr_strbuf_addf(t, "<%s='%s'/>", what, value);
}

static void add_address(struct acdr_strbuf *t, const char *address)
{
    unsigned domain, bus, slot, function;

    if (sscanf(address, "%x:%x:%x.%x", &domain, &bus, &slot, &function) == 4)
        acdr_strbuf_addf(t,
                         "<address type='pci' domain='0x%04x' bus='0x%02x' slot='0x%02x' "
                         "function='0x%x'/>",
                         domain, bus, slot, function);
}

static void print_network(struct acdr_strbuf *t, const struct acdr_network *w)
{
    const char *mode = w->hostdev ? "hostdev" : *w->bridge ? "bridge" : "passthrough";

    acdr_strbuf_addf(t, "<network><forward mode='%s'>", mode);
    for (size_t i = 0; i < w->n_devs; i++)
        add_element(t, w->hostdev ? "pf dev" : "interface dev", w->devs[i]);
    for (size_t i = 0; i < w->n_addresses; i++)
        add_address(t, w->addresses[i]);
    acdr_strbuf_add(t, "</forward>");
    add_element(t, "bridge name", w->bridge);
    if (w->openvswitch)
        acdr_strbuf_add(t, "<virtualport type='openvswitch'/>");
    acdr_strbuf_add(t, "</network>");
}

static int add_network(void *arg, const char *file)
{
    const struct networks *all = arg;
    acdr_auto(acdr_network_free) struct acdr_network *w = NULL;
    acdr_auto(strbuf) struct acdr_strbuf t = { 0 };
    size_t len = strlen(file);
    char path[512], name[256];

    if (len >= sizeof(name) || !acdr_text_has_suffix(file, ".xml"))
        return 0;
    snprintf(name, sizeof(name), "%.*s", (int)(len - 4), file);
    if (acdr_guest_network(all->root, name, &w) < 0 ||
        (!w->hostdev && !w->n_devs && !w->n_addresses && !*w->bridge))
        return 0;
    print_network(&t, w);
    all->rec->bad |= t.bad;
    snprintf(path, sizeof(path), "/etc/libvirt/qemu/networks/%s", file);
    acdr_recorded_add(all->rec, ACDR_RECORDED_FILE, path, t.s ? t.s : "");
    return 0;
}

void acdr_recorded_add_networks(struct acdr_recorded *rec, struct acdr_root *root)
{
    static const char *const folders[] = { "/etc/libvirt/qemu/networks", "/run/libvirt/network" };
    struct networks all = { .rec = rec, .root = root };

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        acdr_root_list(root, folders[i], add_network, &all);
}
