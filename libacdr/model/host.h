/*
 * A read-only snapshot of a host. Read by host.c, host_cpu.c and host_node.c (topology),
 * host_irq.c, host_net.c, host_ovs.c, host_way.c (cgroups, settings, ways of cleaning a core),
 * host_sched.c and host_task.c. Knows the kernel's files; knows nothing of guests and classes.
 */
#ifndef ACDR_MODEL_HOST_H
#define ACDR_MODEL_HOST_H

#include "auto.h"
#include "cpus.h"
#include "root.h"

/* package, die, core and l3 are the lowest online CPU number that shares it, -1 where not known;
 * node is the node's number, -1 where the CPU is on none (or offline). */
struct acdr_cpu {
    int id;
    bool online;
    int node, package, die, core, l3;
};

/* One pool of huge pages of a node; total includes surplus. */
struct acdr_pool {
    long long size_kb, total, free, surplus;
    long long reserved; /* free pages that mappings of any node were promised by the kernel */
};

struct acdr_node {
    int id;
    struct acdr_cpus cpus;             /* online ones */
    long long memtotal_kb, memfree_kb; /* -1 where the node has no meminfo */
    long long memavail_kb; /* free, and page cache that nobody used of late */
    int *distance;                     /* n_nodes entries in the order of host->nodes, -1 unknown */
    struct acdr_pool *pools;
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
    enum acdr_managed managed;
    bool has_affinity;
    struct acdr_cpus affinity; /* smp_affinity_list */
};

struct acdr_nic {
    char *name, *device, *driver; /* device: PCI address or bus name, "" where virtual */
    int node;                     /* -1 where not known */
    int rx_queues, tx_queues;
    int *irqs;
    size_t n_irqs;
    bool tap, bridge;     /* a tap or tun; a Linux bridge */
    long long speed;      /* Mbit/s, -1 where not known; of what has a device, as the next three */
    bool half_duplex;
    long long errors, drops; /* received and sent since boot, 0 where not known */
    int ifindex, iflink;  /* iflink: of a veth its peer's ifindex; 0 where not known */
    char *upper, *lower;  /* interfaces that it is a part of, and that are parts of it: " br0 " */
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
    struct acdr_cpus mask;
};

struct acdr_host {
    struct acdr_root *root; /* not owned */

    struct acdr_cpu *cpus; /* every CPU that has a folder or is listed, in ascending order */
    size_t n_cpus;
    struct acdr_cpus all, online, isolated, nohz_full; /* isolated: of boot (isolcpus) */
    struct acdr_node *nodes;                           /* in ascending order, never none */
    size_t n_nodes;

    long long huge_kb; /* the size of huge pages where none is asked for */

    struct acdr_irq *irqs; /* ACDR_HOST_IRQS */
    size_t n_irqs;
    struct acdr_nic *nics; /* ACDR_HOST_NICS */
    size_t n_nics;
    bool has_ovs; /* its database answered; ACDR_HOST_OVS, as the next two */
    struct acdr_ovs_port *ovs;
    size_t n_ovs;
    struct acdr_cpus pmd; /* CPUs that its userspace datapath polls on */
    struct acdr_task *tasks; /* ACDR_HOST_TASKS: threads of processes and kernel threads whose mask
                                is not all online CPUs, with PID 1 and PID 2 in any case */
    size_t n_tasks;

    char *kernel;             /* "6.12.94-amd64" */
    int cgroup;               /* which cpuset there is: 0 none, 1, 2 */
    char *cgroup_dir;         /* where that hierarchy is mounted, "" where none */
    bool has_partition;       /* run-time isolated partitions with cpuset.cpus.exclusive */
    struct acdr_cpus partitioned; /* CPUs now in isolated partitions (cpuset.cpus.isolated) */
    bool has_systemd;         /* systemd is the init of this host */
    bool keeps_affinity;      /* a task's own affinity outlives changes of its cpuset (6.2) */
    int irqbalance;           /* its pid, 0 where it does not run */
    long long ksm_run, numa_balancing; /* -1 where the kernel has none */
    bool has_wq_mask;         /* unbound workqueues have a settable mask */

    bool has_slice; /* ACDR_HOST_SCHED: a task can have a slice of its own */
    enum acdr_interval interval;
    bool rt_throttled; /* realtime tasks leave some of each CPU to others */
    bool has_thp;
};

enum {
    ACDR_HOST_IRQS = 1 << 0,
    ACDR_HOST_NICS = 1 << 1,
    ACDR_HOST_TASKS = 1 << 2,
    ACDR_HOST_WAYS = 1 << 3, /* kernel ... has_wq_mask */
    ACDR_HOST_SCHED = 1 << 4,
    ACDR_HOST_ALL = ACDR_HOST_IRQS | ACDR_HOST_NICS | ACDR_HOST_TASKS | ACDR_HOST_WAYS |
                    ACDR_HOST_SCHED,
    ACDR_HOST_OVS = 1 << 5, /* asks another program, so not in ALL */
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
const struct acdr_pool *acdr_host_pool(const struct acdr_host *h, const struct acdr_node *n,
                                       long long size_kb);
/* NULL where there is none of that name. */
const struct acdr_nic *acdr_host_nic(const struct acdr_host *h, const char *name);
/* The online CPUs that share CPU's core (itself included) or its L3 domain. */
void acdr_host_core(const struct acdr_host *h, int cpu, struct acdr_cpus *ret);
void acdr_host_l3(const struct acdr_host *h, int cpu, struct acdr_cpus *ret);
/* The default housekeeping set: of every node with CPUs, the core of its lowest online CPU that is
 * not isolated (where all are isolated: of its lowest). */
void acdr_host_housekeeping(const struct acdr_host *h, struct acdr_cpus *ret);

/* Read more parts of a snapshot that has none of them yet. As acdr_host_read(). */
int acdr_host_more(struct acdr_host *h, unsigned what, struct acdr_err *e);

/* Parts, called by acdr_host_read: each fills its members of H. 0, or -ENOMEM; cpu_read also
 * -ENOENT where there is no CPU folder. The nodes are read after the CPUs. */
int acdr_host_cpu_read(struct acdr_host *h, struct acdr_err *e);
int acdr_host_node_read(struct acdr_host *h, struct acdr_err *e);
int acdr_host_irq_read(struct acdr_host *h, struct acdr_err *e);
int acdr_host_net_read(struct acdr_host *h, struct acdr_err *e);
int acdr_host_ovs_read(struct acdr_host *h, struct acdr_err *e);
int acdr_host_task_read(struct acdr_host *h, struct acdr_err *e);
int acdr_host_sched_read(struct acdr_host *h, struct acdr_err *e); /* after the ways */
int acdr_host_way_read(struct acdr_host *h, struct acdr_err *e);
void acdr_host_node_free(struct acdr_host *h);
void acdr_host_irq_free(struct acdr_host *h);
void acdr_host_net_free(struct acdr_host *h);

#endif
