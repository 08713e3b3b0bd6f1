/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A domain's devices, as far as conditioning needs them: network interfaces, disks, shared memory,
 * the balloon. Knows that part of libvirt's format; device.c reads assigned host devices.
 */
#include <errno.h>
#include <string.h>

#include "domain_part.h"
#include "text.h"

static int add_nic(struct acdr_domain *d, struct acdr_domain_nic **ret)
{
    struct acdr_domain_nic *nics = realloc(d->nics, (d->n_nics + 1) * sizeof(*nics));

    if (!nics)
        return -ENOMEM;
    d->nics = nics;
    *ret = &nics[d->n_nics++];
    **ret = (struct acdr_domain_nic){ 0 };
    return 0;
}

/* Each type names the interface's source in another attribute. */
static int read_source(struct acdr_domain_nic *nic, const struct acdr_xml *n)
{
    static const char *const names[] = { "bridge", "network", "dev", "path", "name", "switchid" };
    const struct acdr_xml *source = acdr_domain_xml_child(n, "source");

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (acdr_domain_xml_has(source, names[i]))
            return acdr_domain_xml_text(source, names[i], &nic->source);
    return acdr_domain_xml_text(NULL, NULL, &nic->source);
}

/* The address that the network filter lets through: <parameter name='IP' value='...'/>. */
static int read_ip(struct acdr_domain_nic *nic, const struct acdr_xml *n)
{
    ACDR_DOMAIN_XML_FOR(p, acdr_domain_xml_child(n, "filterref"), "parameter")
        if (acdr_domain_xml_is(p, "name", "IP"))
            return acdr_domain_xml_text(p, "value", &nic->ip);
    return acdr_domain_xml_text(NULL, NULL, &nic->ip);
}

static int read_vlan(struct acdr_domain_nic *nic, const struct acdr_xml *n, struct acdr_err *e)
{
    const struct acdr_xml *tag = acdr_domain_xml_child(acdr_domain_xml_child(n, "vlan"), "tag");
    int r = tag && !acdr_domain_xml_next(tag, "tag") ? acdr_domain_xml_int(tag, "id", &nic->vlan, e)
                                                     : 0;

    return r < 0 ? r : 0;
}

static int read_nic(struct acdr_domain *d, const struct acdr_xml *n, struct acdr_err *e)
{
    const struct acdr_xml *driver = acdr_domain_xml_child(n, "driver");
    struct acdr_domain_nic *nic;
    int r;

    if (add_nic(d, &nic) || acdr_domain_xml_text(n, "type", &nic->type) ||
        acdr_domain_xml_text(acdr_domain_xml_child(n, "target"), "dev", &nic->target) ||
        acdr_domain_xml_text(acdr_domain_xml_child(n, "mac"), "address", &nic->mac) ||
        acdr_domain_xml_text(acdr_domain_xml_child(n, "model"), "type", &nic->model) ||
        acdr_domain_xml_text(driver, "name", &nic->driver) || read_source(nic, n) ||
        read_ip(nic, n))
        return acdr_err_nomem(e);
    nic->openvswitch = acdr_domain_xml_is(acdr_domain_xml_child(n, "virtualport"), "type",
                                          "openvswitch");
    r = acdr_domain_xml_int(driver, "queues", &nic->queues, e);
    return r < 0 ? r : read_vlan(nic, n, e);
}

static int read_nics(struct acdr_domain *d, const struct acdr_xml *devices, struct acdr_err *e)
{
    ACDR_DOMAIN_XML_FOR(n, devices, "interface") {
        int err = read_nic(d, n, e);

        if (err)
            return err;
    }
    return 0;
}

/* Only QEMU's virtio-blk has its own thread, on PCI or CCW; a vhost-user disk is served by another
 * program, and <driver> may already list threads. */
static bool takes_no_iothread(const struct acdr_xml *n)
{
    const struct acdr_xml *address = acdr_domain_xml_child(n, "address");

    return acdr_domain_xml_is(n, "type", "vhostuser") ||
           acdr_domain_xml_child(acdr_domain_xml_child(n, "driver"), "iothreads") ||
           (address && !acdr_domain_xml_is(address, "type", "pci") &&
            !acdr_domain_xml_is(address, "type", "ccw"));
}

/* The type determines which attribute of <source> is the path. */
static int read_disk(struct acdr_domain *d, const struct acdr_xml *n)
{
    const struct acdr_xml *source = acdr_domain_xml_child(n, "source");
    const struct acdr_xml *target = acdr_domain_xml_child(n, "target");
    struct acdr_domain_disk *disks = realloc(d->disks, (d->n_disks + 1) * sizeof(*disks));
    struct acdr_domain_disk *disk;

    if (!disks)
        return -ENOMEM;
    d->disks = disks;
    disk = &disks[d->n_disks++];
    *disk = (struct acdr_domain_disk){ 0 };
    if (acdr_domain_xml_text(n, "type", &disk->type) ||
        acdr_domain_xml_text(target, "dev", &disk->target) ||
        acdr_domain_xml_text(target, "bus", &disk->bus))
        return -ENOMEM;
    disk->no_iothread = takes_no_iothread(n);
    /* libvirt refuses a value that is not a number; conditioning does not depend on it. */
    acdr_domain_xml_int(acdr_domain_xml_child(n, "driver"), "iothread", &disk->iothread, NULL);
    return acdr_domain_xml_text(source, strcmp(disk->type, "block") ? "file" : "dev",
                                &disk->source);
}

static int read_disks(struct acdr_domain *d, const struct acdr_xml *devices, struct acdr_err *e)
{
    ACDR_DOMAIN_XML_FOR(n, devices, "disk")
        if (!acdr_domain_xml_is(n, "device", "cdrom") &&
            !acdr_domain_xml_is(n, "device", "floppy") && read_disk(d, n))
            return acdr_err_nomem(e);
    return 0;
}

/* libvirt's default is 4 MiB. */
static int read_shmems(struct acdr_domain *d, const struct acdr_xml *devices, struct acdr_err *e)
{
    ACDR_DOMAIN_XML_FOR(n, devices, "shmem") {
        const struct acdr_xml *size = acdr_domain_xml_child(n, "size");
        long long kb = 4096;
        int r = size ? acdr_domain_xml_kb(size, NULL, &kb, e) : 0;

        if (r < 0)
            return r;
        if (__builtin_add_overflow(d->shmem_kb, kb, &d->shmem_kb))
            return acdr_domain_xml_bad(n, e, "exceeds the maximum memory size");
    }
    return 0;
}

int acdr_domain_dev_read(struct acdr_domain *d, const struct acdr_xml *dom, struct acdr_err *e)
{
    const struct acdr_xml *devices = acdr_domain_xml_child(dom, "devices");
    int err = read_nics(d, devices, e);

    if (!err)
        err = read_disks(d, devices, e);
    if (!err)
        err = read_shmems(d, devices, e);
    if (err)
        return err;
    if (acdr_domain_xml_text(acdr_domain_xml_child(devices, "memballoon"), "model", &d->balloon))
        return acdr_err_nomem(e);
    return 0;
}
