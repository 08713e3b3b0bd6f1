/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the kernel, its boot parameters and the firmware lack for conditioning. Says what would be
 * better and what it would gain; knows nothing of other programs.
 */
#include "doctor.h"

#include <string.h>

#include "text.h"

static void look_at_topology(struct acdr_doctor *d)
{
    const struct acdr_host *h = d->host;
    int first = acdr_bitmap_next(&h->online, -1);
    const struct acdr_cpu *c = first < 0 ? NULL : acdr_host_cpu(h, first);

    if (c && c->core < 0)
        acdr_doctor_problem(d, "topology", "the kernel does not report which CPUs share a core",
                            "without that a core may be shared by two guests");
    if (c && c->l3 < 0)
        acdr_doctor_advice(d, "topology", "the kernel does not report which CPUs share an L3 cache",
                           "in a virtual machine: let its hypervisor pass the caches through");
    if (h->n_nodes < 2)
        acdr_doctor_advice(d, "NUMA", "this host has one node",
                           "with several sockets: switch node interleaving off in the firmware");
    if (acdr_bitmap_weight(&h->online) < 4)
        acdr_doctor_advice(d, "CPUs", "there are fewer than four CPUs",
                           "dedicated cores need other CPUs for the host");
}

static void look_at_isolation(struct acdr_doctor *d)
{
    const struct acdr_host *h = d->host;

    if (!h->cgroup)
        acdr_doctor_problem(d, "cgroup", "no cpuset controller is mounted",
                            "memory cannot be bound, nor cores be isolated at run time");
    if (acdr_bitmap_empty(&h->isolated) && !h->has_partition)
        acdr_doctor_advice(d, "isolation", "cores can only be cleaned by moving tasks",
                           "boot with isolcpus=managed_irq,domain,LIST (the CPUs that guests get), "
                           "or use Linux 6.8 or later with cgroup v2");
    if (acdr_bitmap_empty(&h->nohz_full))
        acdr_doctor_advice(d, "nohz_full", "the tick interrupts clean cores",
                           "boot with nohz_full=LIST, the CPUs that guests get");
    if (h->noise.knows_boot && acdr_bitmap_empty(&h->noise.nocb))
        acdr_doctor_advice(d, "rcu_nocbs", "RCU callbacks run on clean cores",
                           "boot with rcu_nocbs=LIST, the CPUs that guests get");
}

static int stop_at_first(void *arg, const char *name)
{
    (void)arg;
    (void)name;
    return 1;
}

static bool has_names(struct acdr_root *r, const char *path)
{
    return acdr_root_list(r, path, stop_at_first, NULL) > 0;
}

static void look_at_devices(struct acdr_doctor *d)
{
    struct acdr_root *r = d->host->root;
    acdr_auto(free) char *mounts = NULL;

    if (acdr_no(acdr_root_has(r, "/dev/kvm")))
        acdr_doctor_problem(d, "KVM", "there is no /dev/kvm",
                            "load kvm_intel or kvm_amd; switch virtualization on in the firmware");
    if (!has_names(r, "/sys/class/iommu"))
        acdr_doctor_advice(d, "IOMMU", "there is none, or it is off",
                           "to pass devices through: switch it on in the firmware, and boot with "
                           "intel_iommu=on where the CPU is Intel's");
    if (acdr_root_read(r, "/proc/mounts", 0, &mounts, NULL) == 0 && !strstr(mounts, " hugetlbfs "))
        acdr_doctor_advice(d, "huge pages", "no hugetlbfs is mounted",
                           "libvirt wants one before a guest can have huge pages");
}

static void look_at_cache(struct acdr_doctor *d)
{
    acdr_auto(free) char *info = NULL;

    if (!d->host->cache.mounted &&
        acdr_root_read(d->host->root, "/proc/cpuinfo", 0, &info, NULL) == 0 &&
        strstr(info, " cat_l3"))
        acdr_doctor_advice(d, "resctrl",
                           "this CPU can divide its cache, but resctrl is not "
                           "mounted",
                           "mount -t resctrl resctrl /sys/fs/resctrl");
}

static void look_at_scheduler(struct acdr_doctor *d)
{
    acdr_auto(free) char *text = NULL;

    if (d->host->sched_ext[0]) {
        text = acdr_text_format("the sched_ext scheduler %s runs all ordinary tasks",
                                d->host->sched_ext);
        acdr_doctor_advice(d, "sched_ext", text ? text : "a sched_ext scheduler runs",
                           "[preemption] has no effect, and realtime vCPUs starve the kernel's "
                           "own threads: stop the scheduler on hosts of conditioned guests");
    }
    if (d->host->clamp_max >= 0 && d->host->clamp_max < 1024)
        acdr_doctor_advice(d, "uclamp",
                           "kernel.sched_util_clamp_max limits the frequency of all tasks",
                           "sysctl kernel.sched_util_clamp_max=1024, or [power] with the governor "
                           "performance");
}

void acdr_doctor_host(struct acdr_doctor *d)
{
    look_at_topology(d);
    look_at_isolation(d);
    look_at_devices(d);
    look_at_cache(d);
    look_at_scheduler(d);
}
