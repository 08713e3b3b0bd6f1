/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See big_host.h. */
#include "big_host.h"

#include <stdlib.h>

#include "host_file.h"
#include "host_tree.h"
#include "text.h"

static const char rest[] = "/proc/sys/kernel/osrelease\t6.12.94-amd64\n"
                           "/proc/sys/kernel/numa_balancing\t1\n"
                           "/proc/sys/kernel/random/boot_id\t5e1f0000-0000-4000-8000-000000000002\n"
                           "/sys/kernel/mm/ksm/run\t1\n"
                           "/proc/mounts\tcgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n"
                           "/sys/fs/cgroup/cgroup.controllers\tcpuset cpu io memory hugetlb pids\n"
                           "/sys/fs/cgroup/cpuset.cpus.isolated\t\n"
                           "/sys/fs/cgroup/machine.slice/cpuset.cpus.exclusive\t\n"
                           "/run/systemd/system/\n"
                           "/run/acdr/.keep\t\n"
                           "thread\t1\t1\tsystemd\t400100\t2\t0\n"
                           "thread\t2\t2\tkthreadd\t208040\t2\t0\n";

static void add_core(struct acdr_strbuf *t, const struct big_host *h, int core)
{
    int half = h->cpus / 2, of_node = half / h->nodes, first = core / of_node * of_node;

    for (int cpu = core; cpu < h->cpus; cpu += half) {
        acdr_strbuf_addf(t, "/sys/devices/system/cpu/cpu%d/topology/core_cpus_list\t%d,%d\n", cpu,
                         core, core + half);
        acdr_strbuf_addf(t,
                         "/sys/devices/system/cpu/cpu%d/topology/package_cpus_list\t%d-%d,%d-%d\n",
                         cpu, first, first + of_node - 1, first + half, first + half + of_node - 1);
    }
}

static void add_node(struct acdr_strbuf *t, const struct big_host *h, int node)
{
    int half = h->cpus / 2, of_node = half / h->nodes, first = node * of_node;

    acdr_strbuf_addf(t, "/sys/devices/system/node/node%d/cpulist\t%d-%d,%d-%d\n", node, first,
                     first + of_node - 1, first + half, first + half + of_node - 1);
    acdr_strbuf_addf(t, "/sys/devices/system/node/node%d/distance\t", node);
    for (int to = 0; to < h->nodes; to++)
        acdr_strbuf_addf(t, "%s%d", to ? " " : "", to == node ? 10 : 21);
    acdr_strbuf_addf(t,
                     "\n/sys/devices/system/node/node%d/meminfo\tNode %d MemTotal: 268435456 kB\n"
                     "/sys/devices/system/node/node%d/meminfo\tNode %d MemFree: 260000000 kB\n",
                     node, node, node, node);
}

static void add_cpus(struct acdr_strbuf *t, const struct big_host *h)
{
    acdr_strbuf_addf(t, "/sys/devices/system/cpu/online\t0-%d\n", h->cpus - 1);
    acdr_strbuf_addf(t, "/sys/devices/system/cpu/possible\t0-%d\n", h->cpus - 1);
    acdr_strbuf_add(t, "/sys/devices/system/cpu/isolated\t\n");
    acdr_strbuf_addf(t, "/sys/devices/system/node/online\t0-%d\n", h->nodes - 1);
    for (int core = 0; core < h->cpus / 2; core++)
        add_core(t, h, core);
    for (int node = 0; node < h->nodes; node++)
        add_node(t, h, node);
}

static void add_mask(struct acdr_strbuf *t, const struct big_host *h, const char *path)
{
    acdr_strbuf_addf(t, "%s\t", path);
    for (int word = 0; word < (h->cpus + 31) / 32; word++)
        acdr_strbuf_addf(t, "%sffffffff", word ? "," : "");
    acdr_strbuf_add(t, "\n");
}

void big_host_make(const char *root, const struct big_host *h)
{
    struct acdr_strbuf t = { 0 };
    char *text;

    add_cpus(&t, h);
    add_mask(&t, h, "/proc/irq/default_smp_affinity");
    add_mask(&t, h, "/sys/devices/virtual/workqueue/cpumask");
    for (int i = 0; i < h->irqs; i++)
        acdr_strbuf_addf(&t, "irq\t%d\teth%d-TxRx-%d\t0-%d\n", 1000 + i, i / 64, i % 64,
                         h->cpus - 1);
    acdr_strbuf_add(&t, rest);
    text = acdr_strbuf_take(&t);
    if (!text)
        abort();
    host_file_unpack(root, text);
    free(text);
    host_file_classes(root);
}

char *big_host_guest(int n, int vcpus, const char *class_name)
{
    char *xml = acdr_text_format(
        "<domain type='kvm'><name>g%d</name><uuid>00000000-0000-4000-8000-%012d</uuid>"
        "<metadata><acdr:class xmlns:acdr='urn:libacdr:domain:1' name='%s'/></metadata>"
        "<memory unit='MiB'>256</memory><vcpu>%d</vcpu>"
        "<devices><memballoon model='none'/></devices></domain>",
        n, n, class_name, vcpus);

    if (!xml)
        abort();
    return xml;
}
