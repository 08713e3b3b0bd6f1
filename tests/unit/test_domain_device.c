/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The devices that a domain takes from the host, and what of it pins its memory. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>
#include <cmocka.h>

#include "domain.h"
#include "text.h"

static int parse(const char *inside, struct acdr_domain **ret, struct acdr_err *e)
{
    acdr_auto(free) char *xml = acdr_text_format("<domain type='kvm'><name>g</name>"
                                                 "<memory>1024</memory><vcpu>2</vcpu>"
                                                 "%s</domain>",
                                                 inside);

    assert_non_null(xml);
    return acdr_domain_parse(xml, strlen(xml), ret, e);
}

/* The devices of the domain as text: "pci 0000:3b:00.0; usb 1/2". */
static char *devices(const char *inside)
{
    acdr_auto(free) char *all = acdr_text_format("<devices>%s</devices>", inside);
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
    struct acdr_strbuf t = { 0 };
    struct acdr_err e = { 0 };

    if (parse(all, &d, &e) < 0)
        fail_msg("%s", e.text);
    acdr_strbuf_add(&t, "");
    for (size_t i = 0; i < d->n_devices; i++)
        acdr_strbuf_addf(&t, "%s%s %s", i ? "; " : "", d->devices[i].bus, d->devices[i].name);
    return acdr_strbuf_take(&t);
}

static void assert_devices(const char *inside, const char *want)
{
    acdr_auto(free) char *is = devices(inside);

    assert_string_equal(is, want);
}

static void assert_refused(const char *inside, const char *why)
{
    acdr_auto(free) char *all = acdr_text_format("<devices>%s</devices>", inside);
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
    struct acdr_err e = { 0 };

    assert_int_equal(parse(all, &d, &e), -EBADMSG);
    if (!strstr(e.text, why))
        fail_msg("\"%s\" does not say \"%s\"", e.text, why);
}

static void names_pci_devices_in_document_order(void **state)
{
    (void)state;
    assert_devices("<hostdev mode='subsystem' type='pci'><source>"
                   "<address domain='0x10000' bus='0x3b' slot='0x1f' function='0x7'/></source>"
                   "<address type='pci' bus='0x01' slot='0' function='0'/></hostdev>"
                   "<interface type='hostdev'><source><address type='pci' domain='0' bus='10' "
                   "slot='0x02' function='1'/></source></interface>"
                   "<disk type='nvme' device='disk'><source type='pci' namespace='1'>"
                   "<address domain='0' bus='5' slot='0' function='0'/></source></disk>"
                   "<hostdev type='pci'><source/></hostdev>",
                   "pci 10000:3b:1f.7; pci 0000:0a:02.1; nvme 0000:05:00.0");
    assert_refused("<hostdev type='pci'><source><address bus='0x100'/></source></hostdev>",
                   "not a PCI address");
    assert_refused("<disk type='nvme'><source><address slot='32'/></source></disk>",
                   "not a PCI address");
    assert_refused("<hostdev type='pci'><source><address bus='ff'/></source></hostdev>", "bus");
}

static void names_an_interface_of_a_network_by_what_it_came_to(void **state)
{
    static const char source[] = "<source network='pool'/>";
    acdr_auto(free) char *defined = acdr_text_format("<interface type='network'>%s</interface>",
                                                     source);
    acdr_auto(free) char *given = acdr_text_format(
        "<interface type='network'>%s<actual type='hostdev'><source><address bus='0xff'/>"
        "</source></actual></interface>",
        source);
    acdr_auto(free) char *tap = acdr_text_format(
        "<interface type='network'>%s<actual type='bridge'><source bridge='br0'/></actual>"
        "</interface>",
        source);

    (void)state;
    assert_devices(defined, "network pool");
    assert_devices(given, "pci 0000:ff:00.0");
    assert_devices(tap, "");
    assert_devices("<interface type='network'/><interface type='user'/>", "");
}

static void names_vdpa_devices_by_their_node(void **state)
{
    (void)state;
    assert_devices("<interface type='vdpa'><source dev='/dev/vhost-vdpa-0'/></interface>"
                   "<disk type='vhostvdpa'><source dev='/dev/vhost-vdpa-1'/></disk>"
                   "<interface type='vdpa'/>",
                   "vdpa /dev/vhost-vdpa-0; vdpa /dev/vhost-vdpa-1");
}

static void names_mediated_devices_by_uuid(void **state)
{
    (void)state;
    assert_devices("<hostdev type='mdev' model='vfio-pci'><source>"
                   "<address uuid='aa618089-8b16-4d01-a136-25a0f3c73123'/></source></hostdev>"
                   "<hostdev type='mdev'/>",
                   "mdev aa618089-8b16-4d01-a136-25a0f3c73123");
    assert_refused("<hostdev type='mdev'><source><address uuid='../../etc'/></source></hostdev>",
                   "not a UUID");
    assert_refused("<hostdev type='mdev'><source><address/></source></hostdev>", "not a UUID");
}

static void names_usb_devices_by_place_or_kind(void **state)
{
    (void)state;
    assert_devices("<hostdev type='usb'><source><address bus='1' device='2'/></source></hostdev>"
                   "<hostdev type='usb'><source><address bus='3' port='1.4'/></source></hostdev>"
                   "<hostdev type='usb'><source><vendor id='0x1234'/><product id='0xbeef'/>"
                   "</source></hostdev><hostdev type='usb'><source/></hostdev>",
                   "usb 1/2; usb 3-1.4; usb 1234:beef");
    assert_refused("<hostdev type='usb'><source><address bus='1'/></source></hostdev>",
                   "not a USB address");
    assert_refused("<hostdev type='usb'><source><address bus='1' port='../1'/></source></hostdev>",
                   "not a USB address");
    assert_refused("<hostdev type='usb'><source><vendor id='0x10000'/><product id='1'/></source>"
                   "</hostdev>",
                   "not a USB id");
}

static void names_scsi_devices_by_adapter_and_targets_by_wwpn(void **state)
{
    (void)state;
    assert_devices(
        "<hostdev type='scsi'><source><adapter name='scsi_host12'/>"
        "<address bus='0' target='0' unit='0'/></source></hostdev>"
        "<hostdev type='scsi'><source protocol='iscsi' name='iqn.2020-01.x:a'/></hostdev>"
        "<hostdev type='scsi_host'><source protocol='vhost' "
        "wwpn='naa.5123456789abcde0'/></hostdev>",
        "scsi host12; vhost-scsi naa.5123456789abcde0");
    assert_refused("<hostdev type='scsi'><source><adapter name='host1'/></source></hostdev>",
                   "not the name of a SCSI adapter");
    assert_refused("<hostdev type='scsi'><source><adapter name='scsi_host'/></source></hostdev>",
                   "not the name of a SCSI adapter");
}

static void sees_no_device_in_what_the_host_serves_by_software(void **state)
{
    (void)state;
    assert_devices("<filesystem type='mount'><driver type='virtiofs'/><source dir='/srv'/>"
                   "<target dir='srv'/></filesystem><disk type='file'><source file='/x'/></disk>"
                   "<disk type='block'><source dev='/dev/sda'/></disk>"
                   "<interface type='bridge'><source bridge='br0'/></interface>"
                   "<interface type='vhostuser'/><redirdev bus='usb'/>"
                   "<x:hostdev xmlns:x='urn:x' type='pci'><source><address bus='1'/></source>"
                   "</x:hostdev>",
                   "");
}

/* The reason, "" where memory can be moved. */
static void assert_pinned(const char *inside, const char *want)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
    acdr_auto(free) char *why = NULL;
    struct acdr_err e = { 0 };

    if (parse(inside, &d, &e) < 0)
        fail_msg("%s", e.text);
    assert_int_equal(acdr_domain_memory_pinned(d, &why), 0);
    if (!*want)
        assert_null(why);
    else if (!why || !strstr(why, want))
        fail_msg("%s: %s", inside, why ? why : "(movable)");
}

#define IN_DEVICES(x) "<devices>" x "</devices>"

static void knows_what_pins_memory(void **state)
{
    (void)state;
    assert_pinned(IN_DEVICES("<hostdev type='pci'><source><address bus='6'/></source></hostdev>"),
                  "pci device 0000:06:00.0");
    assert_pinned(IN_DEVICES("<disk type='nvme'><source><address bus='5'/></source></disk>"),
                  "nvme device 0000:05:00.0");
    assert_pinned(IN_DEVICES("<interface type='vdpa'><source dev='/dev/vhost-vdpa-0'/>"
                             "</interface>"),
                  "vdpa device /dev/vhost-vdpa-0");
    assert_pinned(IN_DEVICES("<hostdev type='mdev'><source><address "
                             "uuid='aa618089-8b16-4d01-a136-25a0f3c73123'/></source></hostdev>"),
                  "mdev device aa618089");
    assert_pinned("<launchSecurity type='sev'/>", "launchSecurity sev");
    assert_pinned("<launchSecurity type='sev-snp'/>", "launchSecurity sev-snp");
    assert_pinned("<launchSecurity type='tdx'/>", "launchSecurity tdx");
}

/* mlock(2) forbids swapping, not moving; no KSM is no pin either; QEMU copies for USB and SCSI. */
static void knows_what_does_not_pin_memory(void **state)
{
    (void)state;
    assert_pinned("", "");
    assert_pinned("<memoryBacking><locked/><nosharepages/></memoryBacking>", "");
    assert_pinned("<launchSecurity type='s390-pv'/>", "");
    assert_pinned(IN_DEVICES("<hostdev type='usb'><source><address bus='1' device='2'/></source>"
                             "</hostdev><hostdev type='scsi'><source><adapter name='scsi_host1'/>"
                             "</source></hostdev><interface type='network'>"
                             "<source network='pool'/></interface>"),
                  "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_pci_devices_in_document_order),
        cmocka_unit_test(names_an_interface_of_a_network_by_what_it_came_to),
        cmocka_unit_test(names_vdpa_devices_by_their_node),
        cmocka_unit_test(names_mediated_devices_by_uuid),
        cmocka_unit_test(names_usb_devices_by_place_or_kind),
        cmocka_unit_test(names_scsi_devices_by_adapter_and_targets_by_wwpn),
        cmocka_unit_test(sees_no_device_in_what_the_host_serves_by_software),
        cmocka_unit_test(knows_what_pins_memory),
        cmocka_unit_test(knows_what_does_not_pin_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
