/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A recorded host: the files that taking a snapshot reads, as reported by the root; of tasks,
 * guests and configuration, only the data in the snapshot. Only paths that are listed here are
 * included, so that nothing is disclosed unintentionally.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "device.h"
#include "guest.h"
#include "holders.h"
#include "kernel_file.h"
#include "record_part.h"
#include "report.h"
#include "snapshot.h"

#define RESCTRL "/sys/fs/resctrl"

/* Not a possible stand-in, which would be taken for the same name. */
#define MADE_UP_UUID "00000000-0000-4000-9000-000000000000"

/* --- which paths --- */

struct paths {
    char **v;
    size_t n;
    bool bad; /* out of memory */
};

static void free_paths(struct paths *p)
{
    for (size_t i = 0; i < p->n; i++)
        free(p->v[i]);
    free(p->v);
}

static bool begins(const char *s, const char *with)
{
    return !strncmp(s, with, strlen(with));
}

/* A listed name is significant by itself if it is numbered, is an action among an interrupt's
 * files, or shows an interface's kind or the interfaces that it belongs to. */
static bool counts(const char *dir, const char *name)
{
    size_t len = strlen(name);

    if (begins(dir, "/proc/irq"))
        return !begins(name, "effective_");
    if (begins(dir, "/sys/class/net/") && (begins(name, "upper_") || begins(name, "lower_") ||
                                           !strcmp(name, "tun_flags") || !strcmp(name, "bridge")))
        return true;
    return len && strchr("0123456789", name[len - 1]) && !begins(name, "memory") &&
           strcmp(dir, "/sys/bus/pci/devices") != 0 && strcmp(dir, "/sys/bus/usb/devices") != 0;
}

static void see(void *arg, const char *path, const char *name)
{
    struct paths *p = arg;
    char **v;

    if (name && !counts(path, name))
        return;
    v = acdr_hostfile_grow(p->v, p->n, sizeof(*v));
    if (v) {
        p->v = v;
        v[p->n] = name ? acdr_text_format("%s/%s", path, name) : strdup(path);
    }
    if (!v || !v[p->n])
        p->bad = true;
    else
        p->n++;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Files of tasks, guests and the configuration are read as well, but left out. So are the resctrl
 * groups, which may be named after guests: add_groups() records their content. */
static bool is_open(const struct acdr_host *h, const char *path)
{
    static const char *const open[] = {
        "/sys/",
        "/proc/irq/",
        "/proc/sys/kernel/osrelease",
        "/proc/sys/kernel/numa",
        "/proc/sys/kernel/sched_min_granularity_ns",
        "/proc/sys/kernel/sched_util_clamp_max",
        "/proc/sys/kernel/timer_migration",
        "/proc/sys/kernel/watchdog_cpumask",
        "/proc/sys/vm/stat_interval",
        "/proc/meminfo",
        "/proc/interrupts",
        "/proc/zoneinfo",
        "/run/systemd/system",
    };

    /* Units of the group of all guests, of which record_path.c keeps the limits alone. */
    if (strstr(path, "/machine.slice") && strstr(path, "/systemd/"))
        return true;

    if (begins(path, RESCTRL "/"))
        return begins(path, RESCTRL "/info/") || !strcmp(path, RESCTRL "/schemata");
    for (size_t i = 0; i < sizeof(open) / sizeof(*open); i++)
        if (begins(path, open[i]))
            return true;
    return h->cgroup && begins(path, h->cgroup_dir);
}

/* Files that taking a snapshot does not read: values of knobs that a plan shows, and what the group
 * of all guests may use. */
static void see_more(const struct acdr_host *h)
{
    static const char *const limits[] = { "cpuset.effective_cpus", "cpuset.cpus.effective",
                                          "cpuset.effective_mems", "cpuset.mems.effective" };

    for (size_t i = 0; h->cgroup && i < sizeof(limits) / sizeof(*limits); i++)
        acdr_root_has(h->root, "%s/machine.slice/%s", h->cgroup_dir, limits[i]);
    if (h->has_systemd && h->cgroup == 2) {
        struct acdr_bitmap set;

        acdr_host_slice_allowed(h->root, "machine.slice", "AllowedCPUs", &set, NULL);
    }
    acdr_root_has(h->root, "/sys/devices/virtual/workqueue/cpumask_requested");
    for (size_t i = 0; i < h->n_nics; i++)
        for (int q = 0; q < h->nics[i].rx_queues; q++)
            acdr_root_has(h->root, "/sys/class/net/%s/queues/rx-%d/rps_cpus", h->nics[i].name, q);
}

static void add_paths(struct acdr_recorded *rec, const struct acdr_host *h, struct paths *p)
{
    if (p->n)
        qsort(p->v, p->n, sizeof(*p->v), by_text);
    for (size_t i = 0; i < p->n; i++)
        if (is_open(h, p->v[i]) && (!i || strcmp(p->v[i - 1], p->v[i]) != 0))
            acdr_recorded_add_path(rec, h->root, p->v[i]);
    rec->bad |= p->bad;
}

/* --- data of the snapshot --- */

/* The boot id is a UUID of the machine; every host has one, so all recorded hosts get this one. */
static void add_settings(struct acdr_recorded *rec, const struct acdr *a, const struct acdr_host *h)
{
    acdr_auto(strbuf) struct acdr_strbuf t = { 0 };
    acdr_auto(free) char *list = NULL;
    char line[600];

    acdr_recorded_add(rec, ACDR_RECORDED_FILE, "/proc/sys/kernel/random/boot_id", MADE_UP_UUID);
    snprintf(line, sizeof(line),
             h->cgroup == 1 ? "cgroup %s cgroup rw,cpuset 0 0" : "cgroup2 %s cgroup2 rw 0 0",
             h->cgroup_dir);
    acdr_recorded_add(rec, ACDR_RECORDED_FILE, "/proc/mounts", h->cgroup ? line : "");
    if (a->config->has_housekeeping) {
        list = acdr_bitmap_print_list(&a->config->housekeeping);
        acdr_strbuf_addf(&t, "housekeeping = %s\n", list ? list : "");
    }
    if (a->config->share)
        acdr_strbuf_add(&t, "share = yes\n");
    if (t.len)
        acdr_recorded_add(rec, ACDR_RECORDED_FILE, "/etc/acdr/acdr.conf", t.s);
}

/* From the command line, the CPUs that offload RCU callbacks. */
static void add_boot(struct acdr_recorded *rec, const struct acdr_host *h)
{
    acdr_auto(free) char *nocb = acdr_bitmap_print_list(&h->noise.nocb);
    acdr_auto(free) char *line = NULL;

    if (!h->noise.knows_boot)
        return;
    line = acdr_bitmap_empty(&h->noise.nocb) ? strdup("")
                                             : acdr_text_format("rcu_nocbs=%s", nocb ? nocb : "");
    if (nocb && line)
        acdr_recorded_add(rec, ACDR_RECORDED_FILE, "/proc/cmdline", line);
    else
        rec->bad = true;
}

/* The resctrl groups with numbers as names. */
static void add_groups(struct acdr_recorded *rec, const struct acdr_host *h)
{
    char path[64];

    for (size_t i = 0; i < h->cache.n_groups; i++) {
        snprintf(path, sizeof(path), RESCTRL "/%zu/schemata", i + 1);
        acdr_recorded_add(rec, ACDR_RECORDED_FILE, path,
                          acdr_text_trim(h->cache.groups[i].schemata));
    }
}

/* NAME is PREFIX and a number, or starts with that. */
static bool numbered(const char *name, const char *prefix)
{
    return begins(name, prefix) && name[strlen(prefix)] &&
           strchr("0123456789", name[strlen(prefix)]);
}

/* Processes get a name that matters here; the name their owner chose is private. */
static const char *process_name(const struct acdr_task *t)
{
    static const char *const known[] = { "systemd", "init", "irqbalance", "libvirtd", "virtqemud" };

    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (!strcmp(t->comm, known[i]))
            return t->comm;
    if (begins(t->comm, "qemu-system-") || numbered(t->comm, "vhost-") || numbered(t->comm, "CPU "))
        return t->comm;
    return t->pid == 1 ? "init" : "user";
}

/* A kernel thread's name may end in the name of what it serves; NFS's begins with an address. */
static void task_name(const struct acdr_task *t, char *buf, size_t size)
{
    const char *slash = strchr(t->comm, '/');

    if (!t->kthread)
        snprintf(buf, size, "%s", process_name(t));
    else if (strchr(t->comm, '.') || strstr(t->comm, "::") || strstr(t->comm, "-manage"))
        snprintf(buf, size, "kthread");
    else if (slash && !begins(t->comm, "kworker/") && !strchr("0123456789u", slash[1]))
        snprintf(buf, size, "%.*s", (int)(slash - t->comm), t->comm);
    else
        snprintf(buf, size, "%s", t->comm);
}

/* Bound kernel threads, about a dozen per CPU, are left out: nobody can move them. */
static void add_thread(struct acdr_recorded *rec, struct acdr_strbuf *t,
                       const struct acdr_task *task)
{
    acdr_auto(free) char *list = acdr_bitmap_print_list(&task->mask);
    char name[32];

    task_name(task, name, sizeof(name));
    acdr_strbuf_addf(t, "thread\t%d\t%d\t", task->pid, task->tid);
    acdr_recorded_scrub(rec, name, t);
    acdr_strbuf_addf(t, "\t%x\t%llu\t%s\n", task->kthread ? 0x200000 : 0, task->start,
                     list ? list : "");
}

/* Its socket is how ACDR finds it. */
static void add_irqbalance(struct acdr_recorded *rec, struct acdr_strbuf *t,
                           const struct acdr_host *h)
{
    char path[64];

    if (!h->irqbalance)
        return;
    snprintf(path, sizeof(path), "/run/irqbalance/irqbalance%d.sock", h->irqbalance);
    acdr_recorded_add(rec, ACDR_RECORDED_FILE, path, "");
    for (size_t i = 0; i < h->n_tasks; i++)
        if (h->tasks[i].tid == h->irqbalance)
            return;
    acdr_strbuf_addf(t, "/proc/%d/comm\tirqbalance\n", h->irqbalance);
}

/* FIRM: CPUs that running guests use up; SOFT: those that guests share, or would use. */
static int find_pinned(const struct acdr_host *h, struct acdr_bitmap *firm,
                       struct acdr_bitmap *soft, struct acdr_err *e)
{
    struct acdr_neighbours running, defined = { 0 };
    struct acdr_holders holders = { 0 };
    int err = acdr_neighbours_read(h->root, &running, e);

    if (err == 0)
        err = acdr_neighbours_defined(h->root, &defined);
    if (err == 0)
        err = acdr_holders_guests(h, &running, &defined, "", &holders);
    acdr_holders_sum(&holders, true, firm);
    acdr_holders_sum(&holders, false, soft);
    acdr_bitmap_andnot(soft, firm);
    acdr_holders_done(&holders);
    acdr_neighbours_done(&running);
    acdr_neighbours_done(&defined);
    return err;
}

/* Guest N has no name, and only the vCPUs that its pins need. */
static void add_domain(struct acdr_strbuf *xml, int n, int vcpus, const char *pins)
{
    acdr_strbuf_addf(xml,
                     "<domain type='kvm'><name>g%d</name>"
                     "<uuid>00000000-0000-4000-8000-%012d</uuid>"
                     "<memory>1</memory><vcpu>%d</vcpu><cputune>%s</cputune></domain>",
                     n, n - 1, vcpus, pins);
}

/* One guest represents all running ones, with a vCPU for each CPU that some guest uses up. */
static int add_running(struct acdr_recorded *rec, struct acdr_strbuf *t, const struct acdr_host *h,
                       const struct acdr_bitmap *cpus)
{
    acdr_auto(strbuf) struct acdr_strbuf xml = { 0 };
    acdr_auto(strbuf) struct acdr_strbuf pins = { 0 };
    acdr_auto(free) char *online = acdr_bitmap_print_list(&h->online);
    int n = 0;

    if (acdr_bitmap_empty(cpus))
        return 0;
    ACDR_BITMAP_FOR(cpu, cpus)
        acdr_strbuf_addf(&pins, "<vcpupin vcpu='%d' cpuset='%d'/>", n++, cpu);
    acdr_strbuf_add(&xml, "<domstatus state='running' pid='4194303'>");
    add_domain(&xml, 1, n, pins.s);
    acdr_strbuf_add(&xml, "</domstatus>");
    if (xml.bad || pins.bad)
        return -ENOMEM;
    acdr_recorded_add(rec, ACDR_RECORDED_FILE, "/run/libvirt/qemu/g1.xml", xml.s);
    acdr_strbuf_addf(t, "thread\t4194303\t4194303\tqemu-system-x86\t0\t1\t%s\n",
                     online ? online : "");
    return 0;
}

/* Another one, not running, represents CPUs that guests share or would use when they run. */
static int add_defined(struct acdr_recorded *rec, const struct acdr_bitmap *cpus)
{
    acdr_auto(strbuf) struct acdr_strbuf xml = { 0 };
    acdr_auto(free) char *list = acdr_bitmap_print_list(cpus);
    acdr_auto(free) char *pin = acdr_text_format("<vcpupin vcpu='0' cpuset='%s'/>",
                                                 list ? list : "");

    if (acdr_bitmap_empty(cpus))
        return 0;
    if (!list || !pin)
        return -ENOMEM;
    add_domain(&xml, 2, 1, pin);
    if (xml.bad)
        return -ENOMEM;
    acdr_recorded_add(rec, ACDR_RECORDED_FILE, "/etc/libvirt/qemu/g2.xml", xml.s);
    return 0;
}

static int add_guests(struct acdr_recorded *rec, struct acdr_strbuf *t, const struct acdr_host *h,
                      struct acdr_err *e)
{
    struct acdr_bitmap firm, soft;
    int err = find_pinned(h, &firm, &soft, e);

    if (err == 0)
        err = add_running(rec, t, h, &firm);
    return err < 0 ? err : add_defined(rec, &soft);
}

static int print(const struct acdr *a, const struct acdr_host *h, struct paths *p,
                 struct acdr_strbuf *t, struct acdr_err *e)
{
    acdr_auto(recorded) struct acdr_recorded rec = { 0 };
    acdr_auto(strbuf) struct acdr_strbuf tasks = { 0 };
    int err;

    add_paths(&rec, h, p);
    add_settings(&rec, a, h);
    acdr_recorded_add_networks(&rec, h->root);
    acdr_recorded_add_doctor(&rec, a->root, h);
    add_boot(&rec, h);
    add_groups(&rec, h);
    add_irqbalance(&rec, &tasks, h);
    for (size_t i = 0; i < h->n_tasks; i++)
        if (!h->tasks[i].bound)
            add_thread(&rec, &tasks, &h->tasks[i]);
    err = add_guests(&rec, &tasks, h, e);
    if (err < 0)
        return err == -ENOMEM ? acdr_err_nomem(e) : err;
    acdr_strbuf_addf(t, "# Recorded by acdr %s.\n\n", acdr_version());
    acdr_recorded_print(&rec, t);
    acdr_strbuf_addf(t, "\n%s", tasks.s ? tasks.s : "");
    return rec.bad || tasks.bad || t->bad ? acdr_err_nomem(e) : 0;
}

/* All parts that any step reads. A root that is not live is read file by file, so that all of its
 * data can be recorded. */
int acdr_report_record(struct acdr *a, struct acdr_item **ret, struct acdr_err *e)
{
    acdr_auto(acdr_item_free) struct acdr_item *item = acdr_item_new(ACDR_ITEM_MAP);
    acdr_auto(acdr_root_free) struct acdr_root *root = NULL;
    acdr_auto(acdr_host_free) struct acdr_host *h = NULL;
    acdr_auto(strbuf) struct acdr_strbuf t = { 0 };
    struct paths paths = { 0 };
    int err = acdr_root_open(acdr_root_live(a->root) ? "/." : acdr_root_path(a->root), &root, e);

    if (err < 0)
        return err;
    acdr_root_trace_reads(root, see, &paths);
    err = acdr_host_read(root, ACDR_HOST_USUAL | acdr_snapshot_usual(), &h, e);
    if (err == 0) {
        acdr_device_visit_all(h);
        see_more(h);
    }
    acdr_root_trace_reads(root, NULL, NULL);
    if (err == 0)
        err = print(a, h, &paths, &t, e);
    free_paths(&paths);
    if (err < 0)
        return err;
    acdr_item_add_text(item, "recording", t.s);
    return acdr_report_done(&item, ret, e);
}
