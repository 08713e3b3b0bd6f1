/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A read-only snapshot of a host. Read by host.c, cpu.c and node.c (topology), irq.c, net.c, ovs.c,
 * isolation.c (cgroups, ways of cleaning a core), memory.c (KSM, NUMA balancing), sched.c, task.c,
 * noise.c (the kernel's own work) and power.c (frequencies and idle states). Knows the kernel's
 * files; knows nothing of guests and classes.
 */
#ifndef ACDR_MODEL_HOST_HOST_H
#define ACDR_MODEL_HOST_HOST_H

#include "auto.h"
#include "bitmap.h"
#include "err.h"

struct acdr_root; /* root.h; opaque to steps and the place */

/* package, die, core and l3 are the lowest online CPU number that shares it, -1 if not known; node
 * is the node's number, -1 if the CPU is on none (or offline). */
struct acdr_cpu {
    int id;
    bool online;
    int node, package, die, core, l3;
    int speed; /* its kind of core on a hybrid host: 0 the fastest, 1 the next, ... */
};

/* One pool of huge pages of a node; total includes surplus. */
struct acdr_hugepage_pool {
    long long size_kb, total, free, surplus;
    long long reserved; /* free pages that the kernel has promised to mappings of any node */
};

struct acdr_node {
    int id;
    struct acdr_bitmap cpus;           /* online ones */
    long long memtotal_kb, memfree_kb; /* -1 if the node has no meminfo */
    long long memavail_kb;             /* for a new program, see node_memory.h; -1 unknown */
    int *distance;                     /* n_nodes entries in the order of host->nodes, -1 unknown */
    struct acdr_hugepage_pool *pools;
    size_t n_pools;
};

/* How to set the host's preemption interval: by sysctl (up to 5.12), in debugfs (5.13 to 6.5), or
 * as base_slice_ns in debugfs (since 6.6); none if debugfs is not mounted. */
enum acdr_interval {
    ACDR_INTERVAL_NONE,
    ACDR_INTERVAL_SYSCTL,
    ACDR_INTERVAL_DEBUG,
    ACDR_INTERVAL_SLICE,
};

enum acdr_managed { ACDR_MANAGED_UNKNOWN = -1, ACDR_MANAGED_NO = 0, ACDR_MANAGED_YES = 1 };

struct acdr_irq {
    int num;
    char *actions; /* action names joined by ",": "virtio1-input.0"; "" if there are none */
    char *device;  /* PCI address, or "" */
    int node;      /* of that device, -1 if not known */
    enum acdr_managed managed;
    bool has_affinity; /* false also if its names are not certain: it would not be known again */
    struct acdr_bitmap affinity; /* smp_affinity_list */
};

struct acdr_nic {
    char *name, *device, *driver; /* device: PCI address or bus name, "" if virtual */
    int node;                     /* -1 if not known */
    int rx_queues, tx_queues;
    int *irqs;
    size_t n_irqs;
    bool tap, macvtap, bridge; /* tap: or a tun; bridge: a Linux bridge */
    long long speed;           /* Mbit/s, -1 if not known; needs a device, as do the next three */
    bool half_duplex;
    long long errors, drops; /* received and sent since boot, 0 if not known */
    int ifindex, iflink;     /* iflink: for a veth, its peer's ifindex; 0 if not known */
    char *upper, *lower;     /* interfaces above it and below it: " br0 " */
};

/* A port of an Open vSwitch bridge; userspace: it uses the DPDK datapath, not the kernel's. */
struct acdr_ovs_port {
    char name[64], bridge[64];
    bool userspace;
};

/* A task that does not belong to a guest. Mask: Cpus_allowed_list of its main thread. */
struct acdr_task {
    int pid, tid;
    unsigned long long start; /* clock ticks after boot, field 22 of stat */
    char comm[32];
    bool kthread, bound; /* bound: PF_NO_SETAFFINITY, the kernel does not allow moving it */
    struct acdr_bitmap mask;
};

/* Kernel work that can run on any core. Numbers are -1 if the kernel has none. */
struct acdr_noise {
    bool has_watchdog, has_writeback;
    struct acdr_bitmap watchdog, writeback; /* where they run now */
    struct acdr_bitmap unbound;             /* the same for unbound workqueues in general */
    long long timer_migration, stat_interval;
    long long check_interval; /* seconds between polls for corrected machine checks */
    int check_cpu;            /* a CPU with a file for it; the kernel has one value for all */
    bool knows_boot;          /* the boot command line is known, and with it: */
    struct acdr_bitmap nocb;  /* CPUs whose RCU callbacks run elsewhere */
};

/* A frequency policy; strings are "" if there is none. */
struct acdr_policy {
    int id;
    struct acdr_bitmap cpus; /* all CPUs that it governs */
    char governor[32], governors[160];
    char energy[48], energies[256]; /* energy preference */
};

/* An idle state of a CPU that has no file for a latency limit. */
struct acdr_idle {
    int cpu, state;
    long long latency_us;
};

struct acdr_power {
    struct acdr_policy *policies;
    size_t n_policies;
    struct acdr_bitmap limits; /* CPUs with a file for a latency limit */
    struct acdr_idle *idles;
    size_t n_idles;
    long long halt_poll; /* ns that KVM polls before a vCPU sleeps, -1 without KVM */
};

/* A block device under a guest's disks, or on the path to it. Strings are "", numbers -1 if there
 * is none. */
struct acdr_block {
    char name[64];
    bool leaf;       /* no device of the host lies below it */
    bool roots;      /* it also holds the host's own root */
    char device[32]; /* "nvme0", "virtio3": the name in the driver's interrupts; or "" */
    char scheduler[32], schedulers[160];
    long long rq_affinity, read_ahead_kb;
};

/* One of the guest's disks: WHY there is nothing to set, NULL if there is. */
struct acdr_disk {
    char target[32];
    char *why;
};

struct acdr_storage {
    struct acdr_block *blocks;
    size_t n_blocks;
    struct acdr_disk *disks; /* one for each disk of the domain, in its order */
    size_t n_disks;
    long long shm_kb;   /* capacity of /dev/shm, -1 if not known */
    bool memory_in_shm; /* qemu.conf puts file-backed guest memory there */
};

/* An L3 cache as resctrl knows it. */
struct acdr_l3 {
    int id;
    struct acdr_bitmap cpus;
    struct acdr_bitmap ways;  /* that the default group may fill */
    struct acdr_bitmap taken; /* that other groups use */
    long long bandwidth;      /* memory bandwidth of the default group in percent, -1 unknown */
};

struct acdr_rdtgroup {
    char name[128], *schemata; /* in the kernel's format */
};

struct acdr_cache {
    bool mounted; /* resctrl, at its usual place */
    bool l3, mb;  /* L3 ways and memory bandwidth can be allocated */
    bool split;   /* separate code and data (CDP), which is not supported here */
    long long min_ways, max_groups;
    struct acdr_l3 *l3s;
    size_t n_l3s;
    struct acdr_rdtgroup *groups; /* except the default one */
    size_t n_groups;
};

struct acdr_host {
    struct acdr_root *root; /* not owned */

    struct acdr_cpu *cpus; /* every CPU that has a directory or is listed, in ascending order */
    size_t n_cpus;
    int n_speeds;                                        /* kinds of cores, 1 if all are alike */
    struct acdr_bitmap all, online, isolated, nohz_full; /* isolated: at boot (isolcpus) */
    char *topology_key;      /* what labels of CPUs that were read anew depend on, else NULL */
    struct acdr_node *nodes; /* in ascending order, at least one */
    size_t n_nodes;

    long long huge_kb; /* the default size of huge pages */

    struct acdr_irq *irqs; /* ACDR_HOST_IRQS */
    size_t n_irqs;
    struct acdr_nic *nics; /* ACDR_HOST_NICS */
    size_t n_nics;
    bool has_ovs; /* its database answered; ACDR_HOST_OVS, as the next two */
    struct acdr_ovs_port *ovs;
    size_t n_ovs;
    struct acdr_bitmap pmd;  /* CPUs that its userspace datapath polls on */
    struct acdr_task *tasks; /* ACDR_HOST_TASKS: threads of processes and kernel threads whose mask
                              * does not cover all CPUs, and always PID 1 and PID 2 */
    size_t n_tasks;
    bool every_task; /* ACDR_HOST_EVERY_TASK: tasks includes those that may use all CPUs */

    char *kernel;                   /* "6.12.94-amd64" */
    int cgroup;                     /* version of the cpuset hierarchy: 0 none, 1, 2 */
    char *cgroup_dir;               /* mount point of that hierarchy, "" if none */
    bool has_partition;             /* run-time isolated partitions with cpuset.cpus.exclusive */
    struct acdr_bitmap partitioned; /* CPUs in isolated partitions now (cpuset.cpus.isolated) */
    bool has_systemd;               /* systemd is the init of this host */
    bool keeps_affinity;            /* a task's own affinity survives changes of its cpuset (6.2) */
    int irqbalance;                 /* its pid, 0 if it does not run */
    long long ksm_run, numa_balancing; /* -1 if the kernel has none */
    bool has_wq_mask;                  /* unbound workqueues have a settable mask */

    bool has_slice; /* ACDR_HOST_SCHED: tasks can have their own slice */
    enum acdr_interval interval;
    bool rt_throttled;   /* realtime tasks leave a share of each CPU to others */
    char sched_ext[64];  /* the BPF scheduler of ordinary tasks, "" if none */
    bool has_ext_server; /* which reserves them a share of each CPU beside realtime tasks */
    long long clamp_max; /* sched_util_clamp_max, 1024: no limit; -1 if there is none */
    bool has_thp;
    struct acdr_noise noise;     /* ACDR_HOST_NOISE */
    struct acdr_power power;     /* ACDR_HOST_POWER */
    struct acdr_cache cache;     /* ACDR_HOST_CACHE */
    struct acdr_storage storage; /* filled by acdr_host_block_read() */
};

enum {
    ACDR_HOST_IRQS = 1 << 0,
    ACDR_HOST_NICS = 1 << 1,
    ACDR_HOST_TASKS = 1 << 2,
    ACDR_HOST_ISOLATION = 1 << 3, /* kernel ... has_wq_mask */
    ACDR_HOST_SCHED = 1 << 4,
    ACDR_HOST_NOISE = 1 << 5,
    ACDR_HOST_EVERY_TASK = 1 << 6,
    ACDR_HOST_POWER = 1 << 7,
    ACDR_HOST_CACHE = 1 << 8,
    ACDR_HOST_STORAGE = 1 << 9, /* under a guest's disks: not by acdr_host_read() */
    ACDR_HOST_USUAL = ACDR_HOST_IRQS | ACDR_HOST_NICS | ACDR_HOST_TASKS | ACDR_HOST_ISOLATION |
                      ACDR_HOST_SCHED,
    ACDR_HOST_OVS = 1 << 10, /* queries another program, so not in ALL */
};

/*
 * Take a snapshot: topology always, other parts as WHAT requests. ROOT must outlive it. The caller
 * frees. -ENOENT: no CPU directory under the root; -ENOMEM. Missing parts are not errors: they read
 * as "not known".
 */
int acdr_host_read(struct acdr_root *root, unsigned what, struct acdr_host **ret,
                   struct acdr_err *e);
/* The nodes, and of the parts WHAT those that need no CPUs. As acdr_host_read(). */
int acdr_host_read_parts(struct acdr_root *root, unsigned what, struct acdr_host **ret,
                         struct acdr_err *e);
/* The same with nothing but the tasks: each CPU counts as online, or as not there. */
int acdr_host_read_tasks(struct acdr_root *root, struct acdr_host **ret, struct acdr_err *e);
void acdr_host_free(struct acdr_host *h);
ACDR_AUTO_DEFINE(struct acdr_host, acdr_host_free);

/* Beside the journal: the topology of a large host, which acdr_host_read() takes from here instead
 * of thousands of files as long as it holds. */
#define ACDR_TOPOLOGY_FILE "/run/acdr/topology"
/* What to write there after H was read; the caller frees. NULL: nothing, because H has it from
 * there already, is small, or has changed meanwhile. */
char *acdr_host_topology_text(const struct acdr_host *h);

/* NULL if there is none with that number. */
const struct acdr_cpu *acdr_host_cpu(const struct acdr_host *h, int cpu);
const struct acdr_node *acdr_host_node(const struct acdr_host *h, int node);
/* The distance between two nodes, 10 for the same, 20 if the host does not report it. */
int acdr_host_distance(const struct acdr_host *h, int from, int to);
/* NODE itself, or if it has no memory the nearest node that has some. */
int acdr_host_memory_node(const struct acdr_host *h, int node);
/* A node's pool of huge pages of SIZE_KB (0: the host's default size), NULL if there is none. */
const struct acdr_hugepage_pool *
acdr_host_hugepage_pool(const struct acdr_host *h, const struct acdr_node *n, long long size_kb);
/* NULL if there is none with that name. */
const struct acdr_nic *acdr_host_nic(const struct acdr_host *h, const char *name);
/* The online CPUs that share CPU's core (itself included) or its L3 domain. */
void acdr_host_core(const struct acdr_host *h, int cpu, struct acdr_bitmap *ret);
void acdr_host_l3(const struct acdr_host *h, int cpu, struct acdr_bitmap *ret);
/* The default housekeeping set: for every node that has CPUs outside of isolcpus, the core of the
 * lowest of them. CPUs that the administrator isolated at boot are for guests; isolated ones are
 * used only if that is every CPU of the host. */
void acdr_host_housekeeping(const struct acdr_host *h, struct acdr_bitmap *ret);

/*
 * The CPUs (KEY AllowedCPUs) or nodes (AllowedMemoryNodes) that systemd will allow the slice of
 * that name ("machine.slice") when it starts it, by its unit files. 1; 0: there is no limit;
 * -errno.
 */
int acdr_host_slice_allowed(struct acdr_root *root, const char *slice, const char *key,
                            struct acdr_bitmap *ret, struct acdr_err *e);
/* Find the value of ID in a line "    L3:0=ff;1=ff" of a SCHEMATA text; *RET points to it. Returns
 * its length, 0 if there is none. */
size_t acdr_host_schema(const char *schemata, const char *resource, int id, const char **ret);
/* Read more parts into a snapshot that does not have them yet. As acdr_host_read(). */
int acdr_host_more(struct acdr_host *h, unsigned what, struct acdr_err *e);

/* Parts, called by acdr_host_read: each fills its members of H. 0, or -ENOMEM; cpu_read also
 * -ENOENT if there is no CPU directory. The nodes are read after the CPUs. */
int acdr_host_cpu_read(struct acdr_host *h, struct acdr_err *e);
void acdr_host_speed_read(struct acdr_host *h); /* after the CPUs */
int acdr_host_node_read(struct acdr_host *h, struct acdr_err *e);
int acdr_host_irq_read(struct acdr_host *h, struct acdr_err *e);
int acdr_host_net_read(struct acdr_host *h, struct acdr_err *e);
int acdr_host_ovs_read(struct acdr_host *h, struct acdr_err *e);
int acdr_host_task_read(struct acdr_host *h, struct acdr_err *e);
int acdr_host_sched_read(struct acdr_host *h, struct acdr_err *e); /* after the ways */
int acdr_host_isolation_read(struct acdr_host *h, struct acdr_err *e);
void acdr_host_memory_read(struct acdr_host *h); /* with the ways */
int acdr_host_noise_read(struct acdr_host *h, struct acdr_err *e);
int acdr_host_power_read(struct acdr_host *h, struct acdr_err *e);
int acdr_host_cache_read(struct acdr_host *h, struct acdr_err *e);
void acdr_host_cache_free(struct acdr_host *h);
/* The block devices under a domain's disks. As above. */
struct acdr_domain;
int acdr_host_block_read(struct acdr_host *h, const struct acdr_domain *d, struct acdr_err *e);
void acdr_host_block_free(struct acdr_host *h);
void acdr_host_node_free(struct acdr_host *h);
void acdr_host_irq_free(struct acdr_host *h);
void acdr_host_net_free(struct acdr_host *h);

#endif
