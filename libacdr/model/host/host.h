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

struct acdr_root; /* root.h; steps and the place cannot look into it */

/* package, die, core and l3 are the lowest online CPU number that shares it, -1 where not known;
 * node is the node's number, -1 where the CPU is on none (or offline). */
struct acdr_cpu {
    int id;
    bool online;
    int node, package, die, core, l3;
    int speed; /* its kind of core on a hybrid host: 0 the fastest, 1 the next, ... */
};

/* One pool of huge pages of a node; total includes surplus. */
struct acdr_hugepage_pool {
    long long size_kb, total, free, surplus;
    long long reserved; /* free pages that mappings of any node were promised by the kernel */
};

struct acdr_node {
    int id;
    struct acdr_bitmap cpus;           /* online ones */
    long long memtotal_kb, memfree_kb; /* -1 where the node has no meminfo */
    long long memavail_kb;             /* what a new program could have, see node_memory.h; -1 */
    int *distance;                     /* n_nodes entries in the order of host->nodes, -1 unknown */
    struct acdr_hugepage_pool *pools;
    size_t n_pools;
};

/* How the host's preemption interval is set: by sysctl (to 5.12), in debugfs (5.13 to 6.5), or as
 * base_slice_ns there (since 6.6); none where debugfs is not mounted. */
enum acdr_interval {
    ACDR_INTERVAL_NONE,
    ACDR_INTERVAL_SYSCTL,
    ACDR_INTERVAL_DEBUG,
    ACDR_INTERVAL_SLICE,
};

enum acdr_managed { ACDR_MANAGED_UNKNOWN = -1, ACDR_MANAGED_NO = 0, ACDR_MANAGED_YES = 1 };

struct acdr_irq {
    int num;
    char *actions; /* action names joined by ",": "virtio1-input.0"; "" where there are none */
    char *device;  /* PCI address, or "" */
    int node;      /* of that device, -1 where not known */
    enum acdr_managed managed;
    bool has_affinity;
    struct acdr_bitmap affinity; /* smp_affinity_list */
};

struct acdr_nic {
    char *name, *device, *driver; /* device: PCI address or bus name, "" where virtual */
    int node;                     /* -1 where not known */
    int rx_queues, tx_queues;
    int *irqs;
    size_t n_irqs;
    bool tap, bridge; /* a tap or tun; a Linux bridge */
    long long speed;  /* Mbit/s, -1 where not known; of what has a device, as the next three */
    bool half_duplex;
    long long errors, drops; /* received and sent since boot, 0 where not known */
    int ifindex, iflink;     /* iflink: of a veth its peer's ifindex; 0 where not known */
    char *upper, *lower; /* interfaces that it is a part of, and that are parts of it: " br0 " */
};

/* A port of an Open vSwitch bridge; userspace: of its own datapath (DPDK), not the kernel's. */
struct acdr_ovs_port {
    char name[64], bridge[64];
    bool userspace;
};

/* A task that is not a guest's. Mask: Cpus_allowed_list of its main thread. */
struct acdr_task {
    int pid, tid;
    unsigned long long start; /* clock ticks after boot, field 22 of stat */
    char comm[32];
    bool kthread, bound; /* bound: PF_NO_SETAFFINITY, the kernel will not let it move */
    struct acdr_bitmap mask;
};

/* Work of the kernel that may come to any core. Numbers are -1 where the kernel has none. */
struct acdr_noise {
    bool has_watchdog, has_writeback;
    struct acdr_bitmap watchdog, writeback; /* where they run now */
    struct acdr_bitmap unbound;             /* the same of unbound workqueues in general */
    long long timer_migration, stat_interval;
    long long check_interval; /* seconds between polls for corrected machine checks */
    int check_cpu;            /* a CPU with a file for that; the kernel has one value for all */
    bool knows_boot;          /* the command line of boot is known, and with it: */
    struct acdr_bitmap nocb;  /* CPUs whose RCU callbacks run elsewhere */
};

/* A frequency policy; words are "" where there is none. */
struct acdr_policy {
    int id;
    struct acdr_bitmap cpus; /* all that it governs */
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

/* A block device under a guest's disks, or on the way to it. Words are "", numbers -1 where there
 * is none. */
struct acdr_block {
    char name[64];
    bool leaf;       /* nothing of the host lies below it */
    bool roots;      /* it holds the host's own root as well */
    char device[32]; /* "nvme0", "virtio3": what the driver's interrupts are called after; or "" */
    char scheduler[32], schedulers[160];
    long long rq_affinity, read_ahead_kb;
};

/* What became of one of the guest's disks: WHY there is nothing to set, NULL where there is. */
struct acdr_disk {
    char target[32];
    char *why;
};

struct acdr_storage {
    struct acdr_block *blocks;
    size_t n_blocks;
    struct acdr_disk *disks; /* one for each of the domain, in its order */
    size_t n_disks;
    long long shm_kb;   /* how much /dev/shm can hold, -1 where not known */
    bool memory_in_shm; /* qemu.conf puts file-backed guest memory there */
};

/* An L3 cache as resctrl knows it. */
struct acdr_l3 {
    int id;
    struct acdr_bitmap cpus;
    struct acdr_bitmap ways;  /* that the default group may fill */
    struct acdr_bitmap taken; /* that other groups have */
    long long bandwidth;      /* per cent of memory bandwidth of the default group, -1 unknown */
};

struct acdr_rdtgroup {
    char name[128], *schemata; /* as the kernel prints it */
};

struct acdr_cache {
    bool mounted; /* resctrl, at its usual place */
    bool l3, mb;  /* ways of L3 and memory bandwidth can be given out */
    bool split;   /* code and data are told apart, which is not supported here */
    long long min_ways, max_groups;
    struct acdr_l3 *l3s;
    size_t n_l3s;
    struct acdr_rdtgroup *groups; /* but the default one */
    size_t n_groups;
};

struct acdr_host {
    struct acdr_root *root; /* not owned */

    struct acdr_cpu *cpus; /* every CPU that has a folder or is listed, in ascending order */
    size_t n_cpus;
    int n_speeds;                                        /* kinds of cores, 1 where all are alike */
    struct acdr_bitmap all, online, isolated, nohz_full; /* isolated: of boot (isolcpus) */
    struct acdr_node *nodes;                             /* in ascending order, never none */
    size_t n_nodes;

    long long huge_kb; /* the size of huge pages where none is asked for */

    struct acdr_irq *irqs; /* ACDR_HOST_IRQS */
    size_t n_irqs;
    struct acdr_nic *nics; /* ACDR_HOST_NICS */
    size_t n_nics;
    bool has_ovs; /* its database answered; ACDR_HOST_OVS, as the next two */
    struct acdr_ovs_port *ovs;
    size_t n_ovs;
    struct acdr_bitmap pmd;  /* CPUs that its userspace datapath polls on */
    struct acdr_task *tasks; /* ACDR_HOST_TASKS: threads of processes and kernel threads whose mask
                                is not all CPUs, with PID 1 and PID 2 in any case */
    size_t n_tasks;
    bool every_task; /* ACDR_HOST_EVERY_TASK: tasks has those with all CPUs as well */

    char *kernel;                   /* "6.12.94-amd64" */
    int cgroup;                     /* which cpuset there is: 0 none, 1, 2 */
    char *cgroup_dir;               /* where that hierarchy is mounted, "" where none */
    bool has_partition;             /* run-time isolated partitions with cpuset.cpus.exclusive */
    struct acdr_bitmap partitioned; /* CPUs now in isolated partitions (cpuset.cpus.isolated) */
    bool has_systemd;               /* systemd is the init of this host */
    bool keeps_affinity;            /* a task's own affinity outlives changes of its cpuset (6.2) */
    int irqbalance;                 /* its pid, 0 where it does not run */
    long long ksm_run, numa_balancing; /* -1 where the kernel has none */
    bool has_wq_mask;                  /* unbound workqueues have a settable mask */

    bool has_slice; /* ACDR_HOST_SCHED: a task can have a slice of its own */
    enum acdr_interval interval;
    bool rt_throttled;   /* realtime tasks leave some of each CPU to others */
    char sched_ext[64];  /* the scheduler in BPF that ordinary tasks have, "" where none */
    bool has_ext_server; /* which leaves those a part of each CPU beside realtime tasks */
    long long clamp_max; /* sched_util_clamp_max, 1024: no limit; -1 where there is none */
    bool has_thp;
    struct acdr_noise noise;     /* ACDR_HOST_NOISE */
    struct acdr_power power;     /* ACDR_HOST_POWER */
    struct acdr_cache cache;     /* ACDR_HOST_CACHE */
    struct acdr_storage storage; /* by acdr_host_block_read() */
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
    ACDR_HOST_OVS = 1 << 10, /* asks another program, so not in ALL */
};

/*
 * Take a snapshot: topology always, the rest as WHAT asks. ROOT must outlive it. The caller frees.
 * -ENOENT: no CPU folder under the root; -ENOMEM. Missing parts are not errors: they read as
 * "not known".
 */
int acdr_host_read(struct acdr_root *root, unsigned what, struct acdr_host **ret,
                   struct acdr_err *e);
void acdr_host_free(struct acdr_host *h);
ACDR_AUTO_DEFINE(struct acdr_host, acdr_host_free);

/* NULL where there is none of that number. */
const struct acdr_cpu *acdr_host_cpu(const struct acdr_host *h, int cpu);
const struct acdr_node *acdr_host_node(const struct acdr_host *h, int node);
/* The distance between two nodes, 10 for the same, 20 where the host does not tell. */
int acdr_host_distance(const struct acdr_host *h, int from, int to);
/* NODE itself, or where it has no memory the nearest node that has some. */
int acdr_host_memory_node(const struct acdr_host *h, int node);
/* A node's pool of huge pages of SIZE_KB (0: of the host's default size), NULL without such one. */
const struct acdr_hugepage_pool *
acdr_host_hugepage_pool(const struct acdr_host *h, const struct acdr_node *n, long long size_kb);
/* NULL where there is none of that name. */
const struct acdr_nic *acdr_host_nic(const struct acdr_host *h, const char *name);
/* The online CPUs that share CPU's core (itself included) or its L3 domain. */
void acdr_host_core(const struct acdr_host *h, int cpu, struct acdr_bitmap *ret);
void acdr_host_l3(const struct acdr_host *h, int cpu, struct acdr_bitmap *ret);
/* The default housekeeping set: of every node that has CPUs outside of isolcpus, the core of the
 * lowest of them. What the administrator isolated at boot is for guests; only where that is every
 * CPU of the host, isolated ones are taken. */
void acdr_host_housekeeping(const struct acdr_host *h, struct acdr_bitmap *ret);

/* The value of ID in a line "    L3:0=ff;1=ff" of a SCHEMATA text, in *RET and up to its end; its
 * length, 0 where there is none. */
size_t acdr_host_schema(const char *schemata, const char *resource, int id, const char **ret);
/* Read more parts of a snapshot that has none of them yet. As acdr_host_read(). */
int acdr_host_more(struct acdr_host *h, unsigned what, struct acdr_err *e);

/* Parts, called by acdr_host_read: each fills its members of H. 0, or -ENOMEM; cpu_read also
 * -ENOENT where there is no CPU folder. The nodes are read after the CPUs. */
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
