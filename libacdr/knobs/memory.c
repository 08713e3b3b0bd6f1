/*
 * pages:PID@START, the NUMA nodes that hold the memory of a process. Knows numa_maps and
 * migrate_pages(2); knows nothing of policies: where later pages go is somebody else's setting.
 * Nothing is moved back at the end.
 */
#include "memory.h"

#include <errno.h>
#include <limits.h>
#include <numa.h>
#include <numaif.h>
#include <stdio.h>
#include <string.h>

#include "kinds.h"
#include "proc.h"
#include "text.h"
#include "value.h"

enum { WORD_BITS = 8 * sizeof(unsigned long), NODE_WORDS = ACDR_CPUS_MAX / WORD_BITS };

struct mapping {
    long long anon, total; /* pages */
    bool file, memory;     /* memory: the file is memory by another name */
    char *counts[1024];    /* the words "N0=17"; no kernel has more nodes */
    int n_counts;
};

/* Files that are memory: shared memory, huge pages, memfd, and libvirt's own memory files. */
static bool is_memory(const char *path)
{
    static const char *const begin[] = {
        "/dev/shm/",
        "/dev/hugepages",
        "/dev/zero",
        "/memfd:",
        "/SYSV",
        "/anon_hugepage",
        "/var/lib/libvirt/qemu/ram/",
    };
    for (size_t i = 0; i < sizeof begin / sizeof *begin; i++)
        if (strncmp(path, begin[i], strlen(begin[i])) == 0)
            return true;
    return false;
}

static long long number(const char *text)
{
    long long n;
    return acdr_text_parse_num(text, &n) < 0 ? 0 : n;
}

static void add_word(struct mapping *m, char *word)
{
    char *value = strchr(word, '=');
    if (strcmp(word, "huge") == 0)
        m->memory = true;
    if (!value)
        return;
    value++;
    if (strncmp(word, "file=", 5) == 0) {
        m->file = true;
        m->memory |= is_memory(value);
    } else if (strncmp(word, "anon=", 5) == 0) {
        m->anon = number(value);
    } else if (word[0] == 'N' && word[1] >= '0' && word[1] <= '9') {
        m->total += number(value);
        if (m->n_counts < (int)(sizeof m->counts / sizeof *m->counts))
            m->counts[m->n_counts++] = word;
    }
}

/*
 * A private mapping of a file has the file's pages and copies of its own in one count. A node's
 * pages are surely in part the process's own where they are more than the file's can be.
 */
static void add_nodes(const struct mapping *m, struct acdr_cpus *nodes)
{
    long long foreign = m->file && !m->memory ? m->total - m->anon : 0;
    for (int i = 0; i < m->n_counts; i++) {
        char *value = strchr(m->counts[i], '=');
        *value = '\0';
        if (number(value + 1) > foreign)
            acdr_cpus_add(nodes, (int)number(m->counts[i] + 1));
    }
}

void acdr_memory_add_line(char *line, struct acdr_cpus *nodes)
{
    struct mapping m = {0};
    char *save = NULL;
    for (char *w = strtok_r(line, " \n", &save); w; w = strtok_r(NULL, " \n", &save))
        add_word(&m, w);
    add_nodes(&m, nodes);
}

static int read_nodes(struct acdr_root *r, const struct acdr_proc_id *id, struct acdr_cpus *ret,
                      struct acdr_err *e)
{
    char path[64];
    acdr_auto(free) char *text = NULL;
    char *save = NULL;
    int rc = acdr_proc_check(r, id, NULL, e);
    if (rc < 0)
        return rc;
    snprintf(path, sizeof path, "/proc/%d/numa_maps", id->pid);
    rc = acdr_root_read(r, path, INT_MAX, &text, NULL);
    if (rc == -ENOENT)
        return acdr_err_set(e, EOPNOTSUPP, "%s: this kernel has no NUMA", path);
    if (rc < 0)
        return acdr_err_errno(e, -rc, "%s: cannot read", path);
    acdr_cpus_zero(ret);
    for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
        acdr_memory_add_line(l, ret);
    return 0;
}

static int read_pages(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    struct acdr_proc_id id;
    struct acdr_cpus nodes;
    int rc = acdr_proc_parse(rest, &id, e);
    if (rc == 0)
        rc = read_nodes(r, &id, &nodes, e);
    return rc < 0 ? rc : acdr_value_print(&nodes, ret, e);
}

/* The node of TO nearest to FROM: the lowest of the kernel's distances, else the first. */
static int nearest(struct acdr_root *r, int from, const struct acdr_cpus *to)
{
    char text[4096], online[4096];
    struct acdr_cpus nodes;
    char *save = NULL;
    long long best = LLONG_MAX;
    int node = acdr_cpus_next(to, -1);
    if (acdr_root_get(r, text, sizeof text, "/sys/devices/system/node/node%d/distance", from) < 0 ||
        acdr_root_get(r, online, sizeof online, "/sys/devices/system/node/online") < 0 ||
        acdr_cpus_parse_list(&nodes, online) < 0)
        return node;
    char *word = strtok_r(text, " ", &save);
    ACDR_CPUS_FOR(n, &nodes)
    {
        if (word && acdr_cpus_has(to, n) && number(word) < best) {
            best = number(word);
            node = n;
        }
        word = word ? strtok_r(NULL, " ", &save) : NULL;
    }
    return node;
}

/* How many pages stay behind, or -errno. */
static long migrate(int pid, int from, int to)
{
    unsigned long old[NODE_WORDS] = {0}, new[NODE_WORDS] = {0};
    if (acdr_proc_fake)
        return acdr_proc_fake->migrate(pid, from, to);
    old[from / WORD_BITS] = 1UL << (from % WORD_BITS);
    new[to / WORD_BITS] = 1UL << (to % WORD_BITS);
    int top = from > to ? from : to;
    /* The kernel takes one bit less than it is told. */
    long left = migrate_pages(pid, (unsigned long)top + 2, old, new);
    return left < 0 ? -errno : left;
}

/* From one node to the nearest that has room: pages that stay are read back, not reported. */
static int empty_node(struct acdr_root *r, int pid, int from, struct acdr_cpus to,
                      struct acdr_err *e)
{
    long left = -ENODEV;
    while (left != 0 && !acdr_cpus_empty(&to)) {
        int node = nearest(r, from, &to);
        left = migrate(pid, from, node);
        acdr_cpus_del(&to, node);
        if (left < 0 && left != -ENOMEM)
            break;
    }
    if (left == -EPERM)
        return acdr_err_set(e, EACCES,
                            "process %d: its pages may not be moved without "
                            "CAP_SYS_PTRACE and CAP_SYS_NICE",
                            pid);
    if (left < 0)
        return acdr_err_errno(e, (int)-left, "process %d: pages of node %d cannot be moved", pid,
                              from);
    return 0;
}

static int write_pages(struct acdr_root *r, const char *rest, const char *now, const char *want,
                       struct acdr_err *e)
{
    struct acdr_proc_id id;
    struct acdr_cpus from, to;
    (void)now;
    int rc = acdr_proc_live(r, rest, e);
    if (rc == 0)
        rc = acdr_proc_parse(rest, &id, e);
    if (rc == 0)
        rc = acdr_value_parse(&to, want, rest, e);
    if (rc == 0)
        rc = read_nodes(r, &id, &from, e);
    if (rc < 0)
        return rc;
    if (acdr_cpus_empty(&to))
        return acdr_err_set(e, EINVAL, "process %d: needs a node", id.pid);
    acdr_cpus_minus(&from, &to);
    if (acdr_cpus_empty(&from))
        return 0;
    if (!acdr_proc_fake && numa_available() < 0)
        return acdr_err_set(e, EOPNOTSUPP, "this kernel has no NUMA");
    ACDR_CPUS_FOR(node, &from)
    {
        int rc2 = empty_node(r, id.pid, node, to, e);
        rc = rc < 0 ? rc : rc2;
    }
    return rc;
}

/* Whoever may have pages on two nodes need not have some on both. */
static bool shows_within(const char *now, const char *want)
{
    struct acdr_cpus has, may;
    return acdr_cpus_parse_list(&has, now) == 0 && acdr_cpus_parse_list(&may, want) == 0 &&
           acdr_cpus_within(&has, &may);
}

const struct acdr_knob_kind acdr_memory_pages = {
    .prefix = "pages",
    .flags = ACDR_KNOB_SET | ACDR_KNOB_STAY,
    .read = read_pages,
    .write = write_pages,
    .shows = shows_within,
};
