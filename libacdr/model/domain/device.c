/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The host devices that a domain uses, in every form of libvirt's format: <hostdev>, <interface>
 * and <disk>. Knows how each form names its device, and which of them pin the guest's memory;
 * guest/devices.c finds the device on the host.
 */
#include <errno.h>
#include <string.h>

#include "domain_part.h"
#include "text.h"

static int add(struct acdr_domain *d, const char *bus, char *name, struct acdr_err *e)
{
    struct acdr_domain_device *devices = NULL;

    if (name)
        devices = realloc(d->devices, (d->n_devices + 1) * sizeof(*devices));
    if (!devices) {
        free(name);
        return acdr_err_nomem(e);
    }
    d->devices = devices;
    devices[d->n_devices++] = (struct acdr_domain_device){ .bus = bus, .name = name };
    return 0;
}

int acdr_domain_pci_read(const struct acdr_xml *address, char **ret, struct acdr_err *e)
{
    static const char *const names[] = { "domain", "bus", "slot", "function" };
    static const int most[] = { INT32_MAX, 255, 31, 7 };
    int part[4] = { 0 };

    for (int i = 0; i < 4; i++) {
        int r = acdr_domain_xml_int(address, names[i], &part[i], e);

        if (r < 0)
            return r;
        if (part[i] > most[i])
            return acdr_domain_xml_bad(address, e, "not a PCI address");
    }
    *ret = acdr_text_format("%04x:%02x:%02x.%x", (unsigned)part[0], (unsigned)part[1],
                            (unsigned)part[2], (unsigned)part[3]);
    return *ret ? 0 : acdr_err_nomem(e);
}

static int read_pci(struct acdr_domain *d, const char *bus, const struct acdr_xml *source,
                    struct acdr_err *e)
{
    const struct acdr_xml *address = acdr_domain_xml_child(source, "address");
    char *name = NULL;
    int err = address ? acdr_domain_pci_read(address, &name, e) : 0;

    return err || !address ? err : add(d, bus, name, e);
}

/* The device in attribute ATTR of N; none if the attribute is missing. */
static int read_named(struct acdr_domain *d, const char *bus, const struct acdr_xml *n,
                      const char *attr, struct acdr_err *e)
{
    char *name = NULL;

    if (!acdr_domain_xml_has(n, attr))
        return 0;
    if (acdr_domain_xml_text(n, attr, &name))
        return acdr_err_nomem(e);
    return add(d, bus, name, e);
}

static int read_mdev(struct acdr_domain *d, const struct acdr_xml *source, struct acdr_err *e)
{
    const struct acdr_xml *address = acdr_domain_xml_child(source, "address");
    acdr_auto(free) char *uuid = NULL;

    if (acdr_domain_xml_text(address, "uuid", &uuid))
        return acdr_err_nomem(e);
    if (address && !acdr_text_is_uuid(uuid))
        return acdr_domain_xml_bad(address, e, "not a UUID");
    return address ? add(d, "mdev", acdr_take(uuid), e) : 0;
}

static int read_usb_address(struct acdr_domain *d, const struct acdr_xml *address,
                            struct acdr_err *e)
{
    acdr_auto(free) char *port = NULL;
    int bus = 0, device = 0;
    int r = acdr_domain_xml_int(address, "bus", &bus, e);

    if (r >= 0)
        r = acdr_domain_xml_int(address, "device", &device, e);
    if (r < 0)
        return r;
    if (device)
        return add(d, "usb", acdr_text_format("%d/%d", bus, device), e);
    if (acdr_domain_xml_text(address, "port", &port))
        return acdr_err_nomem(e);
    if (!*port || port[strspn(port, "0123456789.")])
        return acdr_domain_xml_bad(address, e, "not a USB address");
    return add(d, "usb", acdr_text_format("%d-%s", bus, port), e);
}

/* By its port, else by its product id. */
static int read_usb(struct acdr_domain *d, const struct acdr_xml *source, struct acdr_err *e)
{
    const struct acdr_xml *address = acdr_domain_xml_child(source, "address");
    const struct acdr_xml *vendor = acdr_domain_xml_child(source, "vendor");
    const struct acdr_xml *product = acdr_domain_xml_child(source, "product");
    int id[2] = { 0 };
    int r;

    if (address)
        return read_usb_address(d, address, e);
    if (!vendor || !product)
        return 0;
    r = acdr_domain_xml_int(vendor, "id", &id[0], e);
    if (r >= 0)
        r = acdr_domain_xml_int(product, "id", &id[1], e);
    if (r < 0)
        return r;
    if (id[0] > 0xffff || id[1] > 0xffff)
        return acdr_domain_xml_bad(id[0] > 0xffff ? vendor : product, e, "not a USB id");
    return add(d, "usb", acdr_text_format("%04x:%04x", (unsigned)id[0], (unsigned)id[1]), e);
}

/* libvirt calls an adapter scsi_host2, the kernel host2. An iSCSI device has none on this host. */
static int read_scsi(struct acdr_domain *d, const struct acdr_xml *source, struct acdr_err *e)
{
    const struct acdr_xml *adapter = acdr_domain_xml_child(source, "adapter");
    acdr_auto(free) char *name = NULL;
    const char *number;

    if (!adapter)
        return 0;
    if (acdr_domain_xml_text(adapter, "name", &name))
        return acdr_err_nomem(e);
    number = name + (strncmp(name, "scsi_host", 9) ? 0 : 9);
    if (number == name || !*number || number[strspn(number, "0123456789")])
        return acdr_domain_xml_bad(adapter, e, "not the name of a SCSI adapter");
    return add(d, "scsi", acdr_text_format("host%s", number), e);
}

static int read_hostdev(struct acdr_domain *d, const struct acdr_xml *n, struct acdr_err *e)
{
    const struct acdr_xml *source = acdr_domain_xml_child(n, "source");

    if (acdr_domain_xml_is(n, "type", "pci"))
        return read_pci(d, "pci", source, e);
    if (acdr_domain_xml_is(n, "type", "mdev"))
        return read_mdev(d, source, e);
    if (acdr_domain_xml_is(n, "type", "usb"))
        return read_usb(d, source, e);
    if (acdr_domain_xml_is(n, "type", "scsi"))
        return read_scsi(d, source, e);
    if (acdr_domain_xml_is(n, "type", "scsi_host"))
        return read_named(d, "vhost-scsi", source, "wwpn", e);
    return 0;
}

/* In a status file, the child "actual" shows what an interface of a network has become. */
static int read_interface(struct acdr_domain *d, const struct acdr_xml *n, struct acdr_err *e)
{
    const struct acdr_xml *actual = acdr_domain_xml_child(n, "actual");
    const struct acdr_xml *is = actual ? actual : n;
    const struct acdr_xml *source = acdr_domain_xml_child(is, "source");

    if (acdr_domain_xml_is(is, "type", "hostdev"))
        return read_pci(d, "pci", source, e);
    if (acdr_domain_xml_is(is, "type", "vdpa"))
        return read_named(d, "vdpa", source, "dev", e);
    if (acdr_domain_xml_is(is, "type", "network"))
        return read_named(d, "network", acdr_domain_xml_child(n, "source"), "network", e);
    return 0;
}

static int read_disk(struct acdr_domain *d, const struct acdr_xml *n, struct acdr_err *e)
{
    const struct acdr_xml *source = acdr_domain_xml_child(n, "source");

    if (acdr_domain_xml_is(n, "type", "nvme"))
        return read_pci(d, "nvme", source, e);
    if (acdr_domain_xml_is(n, "type", "vhostvdpa"))
        return read_named(d, "vdpa", source, "dev", e);
    return 0;
}

int acdr_domain_device_read(struct acdr_domain *d, const struct acdr_xml *dom, struct acdr_err *e)
{
    static const struct {
        const char *element;
        int (*read)(struct acdr_domain *d, const struct acdr_xml *n, struct acdr_err *e);
    } forms[] = { { "hostdev", read_hostdev },
                  { "interface", read_interface },
                  { "disk", read_disk } };
    const struct acdr_xml *devices = acdr_domain_xml_child(dom, "devices");
    int err = 0;

    for (const struct acdr_xml *n = devices ? devices->child : NULL; n && !err; n = n->next)
        for (size_t i = 0; !err && i < sizeof(forms) / sizeof(forms[0]); i++)
            if (!n->ns && !strcmp(n->name, forms[i].element))
                err = forms[i].read(d, n, e);
    return err;
}

bool acdr_domain_bus_pins(const char *bus)
{
    return !strcmp(bus, "pci") || !strcmp(bus, "nvme") || !strcmp(bus, "mdev") ||
           !strcmp(bus, "vdpa");
}

static bool is_encrypted(const struct acdr_domain *d)
{
    return !strncmp(d->launch_security, "sev", 3) || !strcmp(d->launch_security, "tdx");
}

int acdr_domain_memory_pinned(const struct acdr_domain *d, char **ret)
{
    const struct acdr_domain_device *device = NULL;

    *ret = NULL;
    for (size_t i = 0; !device && i < d->n_devices; i++)
        if (acdr_domain_bus_pins(d->devices[i].bus))
            device = &d->devices[i];
    if (device)
        *ret = acdr_text_format("its memory is pinned for the %s device %s, which is passed "
                                "through to it",
                                device->bus, device->name);
    else if (is_encrypted(d))
        *ret = acdr_text_format("its memory is pinned because it is encrypted (launchSecurity %s)",
                                d->launch_security);
    return (device || is_encrypted(d)) && !*ret ? -ENOMEM : 0;
}
