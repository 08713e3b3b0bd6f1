/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * acdr_doctor() of network devices, storage and SELinux: each finding where its cause is, not where
 * it is not, and the same from a recording of the host.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <linux/ethtool.h>

#include "acdr/acdr.h"
#include "handle.h"
#include "host_file.h"
#include "host_tree.h"
#include "kernel_calls.h"
#include "text.h"

#define NET "/sys/devices/pci0000:00/0000:00:03.0/net/eth0"

/* eth0 is a port of the bridge br0; eth1 is alone. */
static const char nics[] =
    "link\t/sys/class/net/eth0\t../../devices/pci0000:00/0000:00:03.0/net/eth0\n"
    "link\t" NET "/device\t../../../0000:00:03.0\n"
    "link\t" NET "/upper_br0\t../../../../virtual/net/br0\n" NET "/speed\t1000\n" NET
    "/duplex\tfull\n"
    "link\t/sys/class/net/br0\t../../devices/virtual/net/br0\n"
    "/sys/devices/virtual/net/br0/bridge/bridge_id\t8000.02\n"
    "link\t/sys/devices/virtual/net/br0/lower_eth0\t../../../pci0000:00/0000:00:03.0/net/eth0\n"
    "link\t/sys/class/net/eth1\t../../devices/pci0000:00/0000:00:04.0/net/eth1\n"
    "link\t/sys/devices/pci0000:00/0000:00:04.0/net/eth1/device\t../../../0000:00:04.0\n"
    "/sys/devices/pci0000:00/0000:00:04.0/net/eth1/speed\t10000\n"
    "/sys/devices/pci0000:00/0000:00:04.0/net/eth1/duplex\tfull\n";

/* Modes 5 and 12 (1000 and 10000 Mbit/s) in a kernel with three words. */
static int driver(const char *name, void *cmd)
{
    struct ethtool_link_settings *s = cmd;

    if (s->cmd != ETHTOOL_GLINKSETTINGS || strncmp(name, "eth", 3) != 0)
        return -EOPNOTSUPP;
    if (s->link_mode_masks_nwords != 3) {
        s->link_mode_masks_nwords = -3;
        return 0;
    }
    s->link_mode_masks[0] = 1U << 5 | 1U << 12;
    s->link_mode_masks[2] = 0;
    return 0;
}

static const struct acdr_kernel_calls with_driver = { .ethtool = driver };

static char *make(void)
{
    char *root = host_tree_new();

    host_tree_fill(root);
    host_file_unpack(root, nics);
    return root;
}

/* What the doctor says of SUBJECT in ROOT, "KIND: TEXT; REMEDY" a line; and the host's recording
 * if RECORDING is not NULL. Free both. */
static char *look(const char *root, const struct acdr_kernel_calls *calls, const char *subject,
                  char **recording)
{
    acdr_auto(strbuf) struct acdr_strbuf text = { 0 };
    struct acdr_item *r = NULL;
    struct acdr_err e = { 0 };
    struct acdr *a = NULL;

    assert_int_equal(acdr_open(root, &a, &e), 0);
    acdr_root_set_calls(a->root, calls);
    if (acdr_doctor(a, NULL, &r, &e) < 0)
        fail_msg("%s", e.text);
    acdr_strbuf_add(&text, "");
    for (const struct acdr_item *f = acdr_item_first(acdr_item_find(r, "findings")); f;
         f = acdr_item_next(f))
        if (!strcmp(acdr_item_text(acdr_item_find(f, "subject")), subject))
            acdr_strbuf_addf(&text, "%s: %s; %s\n", acdr_item_text(acdr_item_find(f, "kind")),
                             acdr_item_text(acdr_item_find(f, "text")),
                             acdr_item_text(acdr_item_find(f, "remedy")));
    acdr_item_free(r);
    r = NULL;
    if (recording) {
        assert_int_equal(acdr_record(a, &r, &e), 0);
        *recording = strdup(acdr_item_text(acdr_item_find(r, "recording")));
        acdr_item_free(r);
    }
    acdr_close(a);
    return acdr_strbuf_take(&text);
}

/* What is said of SUBJECT contains WANT ("": nothing is said), here and in a recording of it. */
static void assert_says(const char *root, const char *subject, const char *want)
{
    char *recording = NULL, *copy = host_tree_new();
    char *text = look(root, &with_driver, subject, &recording), *again;

    host_file_unpack(copy, recording);
    again = look(copy, NULL, subject, NULL);
    if (*want ? !strstr(text, want) : *text != '\0')
        fail_msg("%s: wanted \"%s\", got \"%s\"", subject, want, text);
    assert_string_equal(again, text);
    free(text);
    free(again);
    free(recording);
    host_tree_remove(copy);
}

static void a_link_slower_than_its_device_is_told(void **state)
{
    char *root = make();
    char *text;

    (void)state;
    assert_says(root, "eth0",
                "advice: its link has 1000 Mbit/s, the device supports 10000; ethtool eth0 ");
    assert_says(root, "eth0", "ethtool -s eth0 autoneg on");
    assert_says(root, "eth1", "");
    text = look(root, NULL, "eth0", NULL); /* a driver that does not say what it supports */
    assert_string_equal(text, "");
    free(text);
    host_tree_put(root, NET "/speed", "-1\n"); /* no link */
    assert_says(root, "eth0", "");
    host_tree_remove(root);
}

static void half_duplex_is_a_problem(void **state)
{
    char *root = make();

    (void)state;
    host_tree_put(root, NET "/duplex", "half\n");
    assert_says(root, "eth0", "problem: its link of 1000 Mbit/s is half duplex");
    host_tree_remove(root);
}

/* 10.1.0.0/16 by br0, the rest by eth1: 10.1.2.3 is 0a010203. */
static void put_routes(const char *root)
{
    host_tree_put(root, "/proc/net/route",
                  "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\n"
                  "eth1\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
                  "br0\t0000010A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n");
}

static void storage_on_the_guests_nic_is_told(void **state)
{
    char *root = make();

    (void)state;
    host_tree_put(root, NET "/speed", "10000\n");
    put_routes(root);
    assert_says(root, "eth0", "");
    host_tree_put(root, "/proc/fs/nfsfs/servers",
                  "NV SERVER   PORT USE HOSTNAME\nv4 c0a80105  801   1 other\n");
    assert_says(root, "eth0", ""); /* by eth1, which guests do not use */
    assert_says(root, "eth1", "");
    host_tree_put(root, "/proc/fs/nfsfs/servers",
                  "NV SERVER   PORT USE HOSTNAME\nv4 0a010203  801   1 disks\n");
    assert_says(root, "eth0",
                "advice: it carries the host's storage (NFS) and the traffic of guests");
    assert_says(root, "eth1", "");
    host_tree_remove(root);

    root = make();
    host_tree_put(root, NET "/speed", "10000\n");
    put_routes(root);
    host_tree_put(root, "/sys/class/iscsi_connection/connection7:0/persistent_address",
                  "10.1.9.9\n");
    assert_says(root, "eth0", "storage (iSCSI)");
    host_tree_remove(root);
}

static void a_recording_has_no_address_of_a_server(void **state)
{
    char *root = make(), *recording = NULL, *text;

    (void)state;
    put_routes(root);
    host_tree_put(root, "/proc/fs/nfsfs/servers",
                  "NV SERVER   PORT USE HOSTNAME\nv4 0a010203  801   1 disks\n");
    text = look(root, &with_driver, "eth0", &recording);
    assert_non_null(strstr(recording, "/proc/fs/nfsfs/servers"));
    assert_null(strstr(recording, "0a010203"));
    assert_null(strstr(recording, "0000010A"));
    assert_null(strstr(recording, "disks"));
    free(text);
    free(recording);
    host_tree_remove(root);
}

static void selinux_without_the_module_is_a_problem(void **state)
{
    char *root = make();

    (void)state;
    host_tree_put(root, "/sys/fs/selinux/enforce", "1\n");
    host_tree_put(root, "/etc/selinux/config", "# policy\nSELINUX=enforcing\nSELINUXTYPE=mls\n");
    host_tree_put(root, "/var/lib/selinux/mls/active/modules/100/base/cil", "\n");
    assert_says(root, "SELinux", ""); /* libvirtd, or no daemon: unconfined */
    host_file_unpack(root, "thread\t900\t900\tvirtqemud\t0\t5\t0\n");
    assert_says(root, "SELinux",
                "problem: it is enforcing, and the policy has no module acdr: virtqemud's hook may "
                "neither move tasks nor write to sysfs; semodule -i acdr.pp");
    host_tree_put(root, "/var/lib/selinux/mls/active/modules/400/acdr/cil", "\n");
    assert_says(root, "SELinux", "");
    host_tree_remove(root);

    root = make();
    host_file_unpack(root, "thread\t900\t900\tvirtqemud\t0\t5\t0\n");
    host_tree_put(root, "/sys/fs/selinux/enforce", "1\n");
    assert_says(root, "SELinux", "advice: it is enforcing, and whether the policy has the module");
    host_tree_put(root, "/sys/fs/selinux/enforce", "0\n");
    assert_says(root, "SELinux", "");
    host_tree_remove(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_slower_than_its_device_is_told),
        cmocka_unit_test(half_duplex_is_a_problem),
        cmocka_unit_test(storage_on_the_guests_nic_is_told),
        cmocka_unit_test(a_recording_has_no_address_of_a_server),
        cmocka_unit_test(selinux_without_the_module_is_a_problem),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
