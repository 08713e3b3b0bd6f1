/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Guests of a tree. See fake_guest.h. */
#include "fake_guest.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake_groups.h"
#include "host_file.h"
#include "host_tree.h"
#include "text.h"

#define TOP   "/sys/fs/cgroup"
#define SCOPE TOP "/machine.slice/machine-qemu\\x2d%d\\x2dg%d.scope"

static bool has(const char *root, const char *path)
{
    char full[1024];

    snprintf(full, sizeof(full), "%s%s", root, path);
    return access(full, F_OK) == 0;
}

static void unpack(const char *root, struct acdr_strbuf *t)
{
    char *text = acdr_strbuf_take(t);

    if (!text)
        abort();
    host_file_unpack(root, text);
    free(text);
}

/* One file of what the host's kernel has for a group. */
static void add_group(struct acdr_strbuf *t, const char *root, int n, const char *name)
{
    bool partitions = has(root, TOP "/cpuset.cpus.isolated");
    char dir[256];

    snprintf(dir, sizeof(dir), SCOPE "%s", n, n, name);
    acdr_strbuf_addf(t, "%s/cpuset.cpus\t\n%s/cpuset.mems\t\n%s/cpuset.mems.effective\t0-1\n", dir,
                     dir, dir);
    acdr_strbuf_addf(t, "%s/cgroup.threads\t\n", dir);
    if (partitions)
        acdr_strbuf_addf(t,
                         "%s/cpuset.cpus.exclusive\t\n%s/cpuset.cpus.exclusive.effective\t\n"
                         "%s/cpuset.cpus.partition\tmember\n",
                         dir, dir, dir);
}

static void add_thread(struct acdr_strbuf *t, const char *cpus, int n, int nth, const char *comm,
                       unsigned long started, const char *group)
{
    int pid = FAKE_GUEST_PID + n * FAKE_GUEST_PIDS;

    acdr_strbuf_addf(t, "thread\t%d\t%d\t%s\t400140\t%lu\t%s\n", pid, pid + nth, comm,
                     started + (unsigned long)nth, cpus);
    acdr_strbuf_addf(t, "/proc/%d/task/%d/cgroup\t8:cpuset:/machine/qemu-%d-g%d.libvirt-qemu%s\n",
                     pid, pid + nth, n, n, group);
    acdr_strbuf_addf(t,
                     "/proc/%d/task/%d/cgroup\t0::/machine.slice/"
                     "machine-qemu\\x2d%d\\x2dg%d.scope/libvirt%s\n",
                     pid, pid + nth, n, n, group);
}

static void add_version1(struct acdr_strbuf *t, int n, const char *group)
{
    acdr_strbuf_addf(t, TOP "/cpuset/machine/qemu-%d-g%d.libvirt-qemu%s/cpuset.cpus\t\n", n, n,
                     group);
    acdr_strbuf_addf(t, TOP "/cpuset/machine/qemu-%d-g%d.libvirt-qemu%s/cpuset.mems\t0-1\n", n, n,
                     group);
}

static void add_tap(struct acdr_strbuf *t, int n)
{
    acdr_strbuf_addf(t,
                     "/sys/class/net/vnet%d/mtu\t1500\n/sys/class/net/vnet%d/tun_flags\t0x1002\n",
                     n, n);
    acdr_strbuf_addf(t, "/sys/class/net/vnet%d/queues/rx-0/rps_cpus\t00000\n", n);
    acdr_strbuf_addf(t, "/sys/class/net/vnet%d/queues/rx-0/rps_flow_cnt\t0\n", n);
    acdr_strbuf_addf(t, "/sys/class/net/vnet%d/queues/tx-0/xps_cpus\t00000\n", n);
    acdr_strbuf_addf(t, "/sys/class/net/vnet%d/upper_br0/.keep\t\n", n);
    acdr_strbuf_addf(t, "/sys/class/net/br0/lower_vnet%d/.keep\t\n", n);
}

/* The process itself: pid and status file, command line, no memory on any node yet. */
static void add_process(struct acdr_strbuf *t, int n)
{
    int pid = FAKE_GUEST_PID + n * FAKE_GUEST_PIDS;

    acdr_strbuf_addf(t, "/run/libvirt/qemu/g%d.pid\t%d\n", n, pid);
    acdr_strbuf_addf(t,
                     "/run/libvirt/qemu/g%d.xml\t<domstatus state='running' reason='booted' "
                     "pid='%d'>\n",
                     n, pid);
    acdr_strbuf_addf(t, "args\t%d\tqemu -name guest=g%d\n/proc/%d/numa_maps\t\n", pid, n, pid);
}

static char *online(const char *root)
{
    char full[1024], *line = NULL;
    size_t size = 0;
    FILE *f;

    snprintf(full, sizeof(full), "%s/sys/devices/system/cpu/online", root);
    f = fopen(full, "r");
    if (!f || getline(&line, &size, f) < 0)
        abort();
    fclose(f);
    line[strcspn(line, "\n")] = '\0';
    return line;
}

static void add_threads(struct acdr_strbuf *t, const char *root, int n, int vcpus,
                        unsigned long started)
{
    int version = has(root, TOP "/cgroup.controllers") ? 2 : 1;
    char *cpus = online(root);
    char comm[32], group[32];

    add_thread(t, cpus, n, 0, "qemu", started, "/emulator");
    for (int i = 0; i < vcpus; i++) {
        snprintf(comm, sizeof(comm), "CPU %d/KVM", i);
        snprintf(group, sizeof(group), "/vcpu%d", i);
        add_thread(t, cpus, n, 1 + i, comm, started, group);
        if (version == 1)
            add_version1(t, n, group);
        snprintf(group, sizeof(group), "/libvirt/vcpu%d", i);
        if (version == 2)
            add_group(t, root, n, group);
    }
    snprintf(comm, sizeof(comm), "vhost-%d", FAKE_GUEST_PID + n * FAKE_GUEST_PIDS);
    add_thread(t, cpus, n, 1 + vcpus, comm, started, "/emulator");
    free(cpus);
}

void fake_guest_start(const char *root, int n, int vcpus, unsigned long started)
{
    static const char *const groups[] = { "", "/libvirt", "/libvirt/emulator" };
    struct acdr_strbuf t = { 0 };

    if (has(root, TOP "/cgroup.controllers"))
        for (int i = 0; i < 3; i++)
            add_group(&t, root, n, groups[i]);
    else
        add_version1(&t, n, "/emulator");
    add_process(&t, n);
    add_threads(&t, root, n, vcpus, started);
    if (has(root, "/sys/class/net/br0"))
        add_tap(&t, n);
    unpack(root, &t);
}

void fake_guest_status(const char *root, int n, const char *xml)
{
    char path[64];

    snprintf(path, sizeof(path), "/run/libvirt/qemu/g%d.xml", n);
    host_tree_put(root, path,
                  "<domstatus state='running' reason='booted' pid='%d'>%s</domstatus>\n",
                  FAKE_GUEST_PID + n * FAKE_GUEST_PIDS, xml);
}

static const char *ending; /* the root of fake_guest_end() */

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

/* A group without its files tells nothing any more: partitions end first. */
static int leave_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)ftw;
    if (type == FTW_D)
        fake_groups_gone(ending, path + strlen(ending));
    return 0;
}

static void drop(const char *root, const char *path)
{
    char full[1024];

    snprintf(full, sizeof(full), "%s%s", root, path);
    if (access(full, F_OK))
        return;
    ending = root;
    nftw(full, leave_one, 16, FTW_PHYS);
    if (nftw(full, remove_one, 16, FTW_DEPTH | FTW_PHYS))
        abort();
}

void fake_guest_end(const char *root, int n)
{
    int pid = FAKE_GUEST_PID + n * FAKE_GUEST_PIDS;
    char path[256];

    snprintf(path, sizeof(path), "/run/libvirt/qemu/g%d.pid", n);
    drop(root, path);
    snprintf(path, sizeof(path), "/run/libvirt/qemu/g%d.xml", n);
    drop(root, path);
    snprintf(path, sizeof(path), "/proc/%d", pid);
    drop(root, path);
    snprintf(path, sizeof(path), SCOPE, n, n);
    drop(root, path);
    snprintf(path, sizeof(path), TOP "/cpuset/machine/qemu-%d-g%d.libvirt-qemu", n, n);
    drop(root, path);
    snprintf(path, sizeof(path), "/sys/class/net/vnet%d", n);
    drop(root, path);
    snprintf(path, sizeof(path), "/sys/class/net/br0/lower_vnet%d", n);
    drop(root, path);
}

char *fake_guest_xml(int n, int vcpus, const char *class_name, bool huge, bool runs)
{
    struct acdr_strbuf t = { 0 };

    acdr_strbuf_addf(&t,
                     "<domain type='kvm'><name>g%d</name>"
                     "<uuid>00000000-0000-0000-0000-0000000000%02d</uuid>",
                     n, n);
    if (class_name)
        acdr_strbuf_addf(&t,
                         "<metadata><acdr:class xmlns:acdr='urn:libacdr:domain:1' name='%s'/>"
                         "</metadata>",
                         class_name);
    acdr_strbuf_addf(&t, "<memory unit='MiB'>256</memory>%s<vcpu>%d</vcpu><devices>",
                     huge ? "<memoryBacking><hugepages/></memoryBacking>" : "", vcpus);
    acdr_strbuf_add(&t, "<disk type='block'><source dev='/dev/sda'/><target dev='vda'/></disk>"
                        "<interface type='bridge'><source bridge='br0'/><model type='virtio'/>");
    acdr_strbuf_addf(&t, "<mac address='52:54:00:00:00:%02d'/>", n);
    if (runs)
        acdr_strbuf_addf(&t, "<target dev='vnet%d'/>", n);
    acdr_strbuf_add(&t, "</interface><memballoon model='none'/></devices></domain>");
    return acdr_strbuf_take(&t);
}
