/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A host made of files. */
#include "host_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void die(const char *what, const char *path)
{
    fprintf(stderr, "tree: %s %s: ", what, path);
    perror(NULL);
    abort();
}

/* In memory where there is such a folder: the journal is synced at every write. */
static const char *tmp_folder(void)
{
    const char *tmp = getenv("TMPDIR");

    if (tmp && *tmp)
        return tmp;
    return access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp";
}

char *host_tree_new(void)
{
    char *path;

    if (asprintf(&path, "%s/acdr-tree-XXXXXX", tmp_folder()) < 0 || !mkdtemp(path))
        die("cannot make", path);
    return path;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void host_tree_remove(char *root)
{
    if (nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
        die("cannot remove", root);
    free(root);
}

FILE *host_tree_open(char *full, size_t root_len, const char *mode)
{
    FILE *f = fopen(full, mode);

    for (char *p = full + root_len; !f && (p = strchr(p + 1, '/'));) {
        *p = '\0';
        mkdir(full, 0755);
        *p = '/';
    }
    f = f ? f : fopen(full, mode);
    if (!f)
        die("cannot write", full);
    return f;
}

void host_tree_put(const char *root, const char *path, const char *fmt, ...)
{
    char full[1024];
    va_list ap;
    FILE *f;

    snprintf(full, sizeof(full), "%s%s", root, path);
    f = host_tree_open(full, strlen(root), "w");
    va_start(ap, fmt);
    vfprintf(f, fmt, ap);
    va_end(ap);
    if (fclose(f) != 0)
        die("cannot write", full);
}

static void put_cpus(const char *root)
{
    char path[256];

    host_tree_put(root, "/sys/devices/system/cpu/online", "0-15\n");
    host_tree_put(root, "/sys/devices/system/cpu/possible", "0-15\n");
    host_tree_put(root, "/sys/devices/system/cpu/isolated", "1-7,9-15\n");
    for (int c = 0; c < 16; c++) {
        int first = c % 8 / 4 * 4;

        snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/topology/core_cpus_list", c);
        host_tree_put(root, path, "%d,%d\n", c % 8, c % 8 + 8);
        snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/topology/package_cpus_list", c);
        host_tree_put(root, path, "%d-%d,%d-%d\n", first, first + 3, first + 8, first + 11);
        snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/cache/index3/level", c);
        host_tree_put(root, path, "3\n");
        snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/cache/index3/type", c);
        host_tree_put(root, path, "Unified\n");
        snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/cache/index3/shared_cpu_list",
                 c);
        host_tree_put(root, path, "%d-%d,%d-%d\n", first, first + 3, first + 8, first + 11);
    }
}

static void put_pool(const char *root, int node)
{
    static const char *const files[] = { "nr", "free", "surplus" };
    char path[256];

    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof(path),
                 "/sys/devices/system/node/node%d/hugepages/"
                 "hugepages-2048kB/%s_hugepages",
                 node, files[i]);
        host_tree_put(root, path, i < 2 ? "100\n" : "0\n");
    }
}

static void put_nodes(const char *root)
{
    char path[256];

    host_tree_put(root, "/sys/devices/system/node/online", "0-1\n");
    for (int n = 0; n < 2; n++) {
        snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/cpulist", n);
        host_tree_put(root, path, "%d-%d,%d-%d\n", n * 4, n * 4 + 3, n * 4 + 8, n * 4 + 11);
        snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/distance", n);
        host_tree_put(root, path, n ? "21 10\n" : "10 21\n");
        snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/meminfo", n);
        host_tree_put(root, path, "Node %d MemTotal: 4194304 kB\nNode %d MemFree: 4000000 kB\n", n,
                      n);
        put_pool(root, n);
    }
}

static void put_irqs(const char *root)
{
    static const char *const masks[] = { "0-15", "0-7", "4,12", "1", "0-15", "8-15" };
    char path[256];

    host_tree_put(root, "/proc/irq/default_smp_affinity", "ffff\n");
    for (int i = 24; i < 36; i++) {
        snprintf(path, sizeof(path), "/proc/irq/%d/smp_affinity_list", i);
        host_tree_put(root, path, "%s\n", masks[i % 6]);
        snprintf(path, sizeof(path), "/sys/kernel/irq/%d/actions", i);
        host_tree_put(root, path, i == 30 ? "nvme0q1\n" : "eth0-TxRx-%d\n", i - 24);
    }
}

static void put_class(const char *root, const char *name, const char *need)
{
    char path[256];

    snprintf(path, sizeof(path), "/etc/acdr/classes/%s.conf", name);
    host_tree_put(root, path,
                  "[vcpus]\nneed = try\n\n[cleaner]\nneed = try\nway = isolcpus\n"
                  "timer-migration = off\nstat-interval = 10\nmachine-check-interval = 600\n\n"
                  "[irq-ban]\nneed = %s\n\n[ksm]\nneed = %s\n\n[numa-balancing]\nneed = %s\n"
                  "\n[thp]\nneed = %s\n"
                  "\n[power]\nneed = %s\nidle-latency = 20\nhalt-poll = 400000\n"
                  "\n[block]\nneed = %s\nscheduler = none\nrq-affinity = 2\nread-ahead = 16\n",
                  need, need, need, need, need, need);
}

static void put_cpu_power(const char *root, int cpu)
{
    static const char *const policy[][2] = {
        { "scaling_governor", "powersave" },
        { "scaling_available_governors", "performance powersave" },
        { "energy_performance_preference", "balance_performance" },
        { "energy_performance_available_preferences", "performance balance_performance" },
    };
    char path[256];

    for (size_t i = 0; i < sizeof(policy) / sizeof(policy[0]); i++) {
        snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpufreq/policy%d/%s", cpu,
                 policy[i][0]);
        host_tree_put(root, path, "%s\n", policy[i][1]);
    }
    snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpufreq/policy%d/affected_cpus", cpu);
    host_tree_put(root, path, "%d\n", cpu);
    snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/power/pm_qos_resume_latency_us",
             cpu);
    host_tree_put(root, path, "0\n");
}

/* Of the cores that the first guests get: a test takes each file away in turn. */
static void put_power(const char *root)
{
    static const int cpus[] = { 1, 9, 2, 10 };

    for (int i = 0; i < 4; i++)
        put_cpu_power(root, cpus[i]);
    host_tree_put(root, "/sys/module/kvm/parameters/halt_poll_ns", "200000\n");
}

static void put_noise(const char *root)
{
    host_tree_put(root, "/proc/sys/kernel/watchdog_cpumask", "0-15\n");
    host_tree_put(root, "/proc/sys/kernel/timer_migration", "1\n");
    host_tree_put(root, "/proc/sys/vm/stat_interval", "1\n");
    host_tree_put(root, "/sys/bus/workqueue/devices/writeback/cpumask", "ffff\n");
    host_tree_put(root, "/sys/devices/system/machinecheck/machinecheck0/check_interval", "300\n");
}

/* One disk, with the root file system in it. */
static void put_disk(const char *root)
{
    host_tree_put(root, "/proc/self/mountinfo",
                  "20 1 8:0 / / rw - ext4 /dev/sda rw\n"
                  "21 20 0:20 / /dev/shm rw - tmpfs tmpfs rw,size=65536k\n");
    host_tree_put(root, "/dev/sda", "\n");
    host_tree_put(root, "/sys/class/block/sda/queue/scheduler", "mq-deadline\n");
    host_tree_put(root, "/sys/class/block/sda/queue/nr_requests", "200\n");
    host_tree_put(root, "/sys/class/block/sda/queue/rq_affinity", "1\n");
    host_tree_put(root, "/sys/class/block/sda/queue/read_ahead_kb", "128\n");
}

void host_tree_more(const char *root)
{
    put_noise(root);
    put_power(root);
    put_disk(root);
}

void host_tree_fill(const char *root)
{
    put_cpus(root);
    put_nodes(root);
    put_irqs(root);
    put_class(root, "all", "must");
    put_class(root, "soft", "try");
    host_tree_put(root, "/etc/acdr/classes/huge.conf",
                  "[hugepages]\nneed = must\n\n[vcpus]\n\n[irq-ban]\n\n[ksm]\n");
    host_tree_put(root, "/proc/mounts", "cgroup /sys/fs/cgroup/cpuset cgroup rw,cpuset 0 0\n");
    host_tree_put(root, "/proc/sys/kernel/osrelease", "6.12.0-tree\n");
    host_tree_put(root, "/proc/sys/kernel/numa_balancing", "1\n");
    host_tree_put(root, "/proc/sys/kernel/random/boot_id", "00000000-tree\n");
    host_tree_put(root, "/sys/kernel/mm/ksm/run", "1\n");
    host_tree_put(root, "/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
    host_tree_put(root, "/sys/devices/virtual/workqueue/cpumask", "ffff\n");
    host_tree_more(root);
    host_tree_put(root, "/run/acdr/.keep", "\n");
}

static FILE *listing;
static size_t root_len;

static int print_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    char buf[4096];
    size_t n;
    FILE *f;

    (void)st;
    (void)ftw;
    if (!strncmp(path + root_len, "/run/acdr", 9) || type != FTW_F)
        return 0;
    f = fopen(path, "r");
    if (!f)
        die("cannot read", path);
    n = fread(buf, 1, sizeof(buf) - 1, f);
    buf[n] = '\0';
    fclose(f);
    fprintf(listing, "%s: %s", path + root_len, buf);
    return 0;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The folder's own order may change when a file is replaced: sort the lines. */
static char *sorted(char *text)
{
    char **lines = calloc(strlen(text) + 1, sizeof(*lines));
    char *copy = strdup(text);
    char *out = text;
    char *rest = copy;
    size_t n = 0;

    if (!lines || !copy)
        abort();
    while (rest && *rest)
        lines[n++] = strsep(&rest, "\n");
    qsort(lines, n, sizeof(*lines), by_text);
    for (size_t i = 0; i < n; i++)
        out += sprintf(out, "%s\n", lines[i]);
    free(lines);
    free(copy);
    return text;
}

char *host_tree_text(const char *root)
{
    char *text = NULL;
    size_t size = 0;

    listing = open_memstream(&text, &size);
    root_len = strlen(root);
    if (!listing || nftw(root, print_one, 16, FTW_PHYS) != 0 || fclose(listing) != 0)
        die("cannot list", root);
    return sorted(text);
}

/* FNV-1a. */
static uint64_t hash(uint64_t h, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)text[i]) * 0x100000001b3U;
    return h;
}

static uint64_t hash_file(int dir, const char *name, uint64_t h)
{
    int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
    char buf[4096];
    ssize_t n;

    if (fd < 0)
        die("cannot read", name);
    while ((n = read(fd, buf, sizeof(buf))) > 0)
        h = hash(h, buf, (size_t)n);
    close(fd);
    return h;
}

/* A sum, for which the folders' order means nothing. H is that of the path so far. */
static uint64_t sum_folder(int parent, const char *name, uint64_t h, int depth)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *e;
    uint64_t sum = 0;

    if (!d)
        die("cannot list", name);
    while ((e = readdir(d))) {
        uint64_t path = hash(hash(h, "/", 1), e->d_name, strlen(e->d_name));

        if (e->d_type == DT_REG)
            sum += hash_file(fd, e->d_name, path);
        else if (e->d_type == DT_DIR && strcmp(e->d_name, ".") && strcmp(e->d_name, "..") &&
                 (depth != 1 || strcmp(e->d_name, "acdr"))) /* of /run and /etc */
            sum += sum_folder(fd, e->d_name, path, depth + 1);
    }
    closedir(d);
    return sum;
}

uint64_t host_tree_sum(const char *root)
{
    return sum_folder(AT_FDCWD, root, 0xcbf29ce484222325U, 0);
}

char *host_tree_guest(int n, int vcpus, const char *class_name)
{
    bool huge = class_name && !strcmp(class_name, "huge");
    char tag[256] = "";
    char *xml;

    if (class_name)
        snprintf(tag, sizeof(tag),
                 "<metadata><acdr:class xmlns:acdr='urn:libacdr:domain:1' name='%s'/></metadata>",
                 class_name);
    if (asprintf(&xml,
                 "<domain type='kvm'><name>g%d</name>"
                 "<uuid>00000000-0000-0000-0000-0000000000%02d</uuid>%s"
                 "<memory unit='MiB'>512</memory>%s<vcpu>%d</vcpu>"
                 "<devices><disk type='block'><source dev='/dev/sda'/><target dev='vda'/></disk>"
                 "</devices></domain>",
                 n, n, tag, huge ? "<memoryBacking><hugepages/></memoryBacking>" : "", vcpus) < 0)
        abort();
    return xml;
}
