/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Played tasks. See fake_tasks.h. */
#include "fake_tasks.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host_tree.h"
#include "proc.h"

enum { TASKS = 8192, SLICE = 2800000 };

struct task {
    int pid, tid;
    char comm[64];
    bool bound;
    struct acdr_bitmap mask;
    struct acdr_sched_attr attr; /* runtime 0: the default slice */
};

static struct {
    const char *root;
    struct task v[TASKS];
    int n;
    struct acdr_sched_attr own; /* of the test itself, which asks for the default slice */
    bool pinned;                /* no page moves */
    const struct acdr_kernel_calls *calls; /* NULL: not begun */
} all;

static FILE *open_file(const struct task *t, const char *name)
{
    char full[1024];

    snprintf(full, sizeof(full), "%s/proc/%d/task/%d/%s", all.root, t->pid, t->tid, name);
    return fopen(full, "r");
}

static bool read_stat(struct task *t)
{
    FILE *f = open_file(t, "stat");
    unsigned flags = 0;
    int n = 0;

    if (f) {
        n = fscanf(f, "%*d (%63[^)]) %*c %*d %*d %*d %*d %*d %u", t->comm, &flags);
        fclose(f);
    }
    t->bound = flags & ACDR_PROC_BOUND;
    return n == 2;
}

static bool read_status(struct task *t)
{
    FILE *f = open_file(t, "status");
    char line[1024];
    bool found = false;

    while (f && fgets(line, sizeof(line), f)) {
        if (!strncmp(line, "Cpus_allowed_list:", 18))
            found = acdr_bitmap_parse_list(&t->mask, line + 18) == 0;
        sscanf(line, "Attributes: %u %llu %d %u %llu", &t->attr.policy, &t->attr.flags,
               &t->attr.nice, &t->attr.priority, &t->attr.runtime);
    }
    if (f)
        fclose(f);
    return found;
}

static void write_status(const struct task *t)
{
    acdr_auto(free) char *list = acdr_bitmap_print_list(&t->mask);
    const struct acdr_sched_attr *a = &t->attr;
    char path[64], attr[96] = "";

    if (a->policy || a->flags || a->nice || a->priority || a->runtime)
        snprintf(attr, sizeof(attr), "Attributes: %u %llu %d %u %llu\n", a->policy, a->flags,
                 a->nice, a->priority, a->runtime);
    snprintf(path, sizeof(path), "/proc/%d/task/%d/status", t->pid, t->tid);
    host_tree_put(all.root, path, "Name:\t%s\nCpus_allowed_list:\t%s\n%s", t->comm, list, attr);
}

static void add(int pid, int tid)
{
    struct task *t = &all.v[all.n];

    *t = (struct task){ .pid = pid, .tid = tid };
    if (all.n < TASKS - 1 && read_stat(t) && read_status(t))
        all.n++;
}

static void each_number(const char *path, void (*fn)(int pid, int number), int pid)
{
    DIR *d = opendir(path);
    struct dirent *e;

    while (d && (e = readdir(d)))
        if (atoi(e->d_name) > 0)
            fn(pid, atoi(e->d_name));
    if (d)
        closedir(d);
}

static void add_process(int none, int pid)
{
    (void)none;
    fake_tasks_started(pid);
}

static struct task *find_known(int tid)
{
    for (int i = 0; i < all.n; i++)
        if (all.v[i].tid == tid)
            return &all.v[i];
    return NULL;
}

/* A task may have been born since the tree was read. */
static struct task *find(int tid)
{
    struct task *t = find_known(tid);

    if (!t)
        fake_tasks_read();
    return t ? t : find_known(tid);
}

static int get_affinity(int tid, struct acdr_bitmap *ret)
{
    const struct task *t = find(tid);

    if (!t)
        return -ESRCH;
    *ret = t->mask;
    return 0;
}

static bool read_list(const char *path, struct acdr_bitmap *ret)
{
    FILE *f = fopen(path, "r");
    char line[1024] = "";
    bool some = f && fgets(line, sizeof(line), f) && acdr_bitmap_parse_list(ret, line) == 0 &&
                !acdr_bitmap_empty(ret);

    if (f)
        fclose(f);
    return some;
}

/* The CPUs of the cpuset that the task is in, by either version of cgroups; false: it has none. */
static bool read_cpuset(const struct task *t, struct acdr_bitmap *ret)
{
    char line[1024], path[2048];
    FILE *f = open_file(t, "cgroup");
    bool found = false;

    while (f && !found && fgets(line, sizeof(line), f)) {
        line[strcspn(line, "\n")] = '\0';
        snprintf(path, sizeof(path), "%s/sys/fs/cgroup%s%s/cpuset.cpus", all.root,
                 strncmp(line, "0:", 2) ? "/cpuset" : "", strchr(strchr(line, ':') + 1, ':') + 1);
        found = read_list(path, ret);
    }
    if (f)
        fclose(f);
    return found;
}

static int set_affinity(int tid, const struct acdr_bitmap *cpus)
{
    struct task *t = find(tid);
    struct acdr_bitmap group;

    if (!t)
        return -ESRCH;
    if (read_cpuset(t, &group) && !acdr_bitmap_intersects(&group, cpus))
        return -EINVAL;
    if (t->bound || acdr_bitmap_empty(cpus))
        return -EINVAL;
    t->mask = *cpus;
    write_status(t);
    return 0;
}

static int get_attr(int tid, struct acdr_sched_attr *ret)
{
    const struct task *t = tid ? find(tid) : NULL;

    if (tid && !t)
        return -ESRCH;
    *ret = t ? t->attr : all.own;
    if (ret->policy == 0 && ret->runtime == 0)
        ret->runtime = SLICE;
    return 0;
}

static int set_attr(int tid, const struct acdr_sched_attr *a)
{
    struct task *t = tid ? find(tid) : NULL;

    if (tid && !t)
        return -ESRCH;
    if (!t) {
        all.own = *a;
        return 0;
    }
    t->attr = *a;
    write_status(t);
    return 0;
}

/* One line of numa_maps with the pages of node FROM on TO; how many those are. */
static long move_line(char *line, int from, int to, FILE *out)
{
    long pages[2] = { 0 };
    char *save = NULL;
    int node, at;

    for (char *w = strtok_r(line, " \n", &save); w; w = strtok_r(NULL, " \n", &save)) {
        long n;

        if (sscanf(w, "N%d=%ld%n", &node, &n, &at) == 2 && !w[at] && (node == from || node == to))
            pages[node == to] += n;
        else
            fprintf(out, "%s ", w);
    }
    if (pages[0] + pages[1])
        fprintf(out, "N%d=%ld ", to, pages[0] + pages[1]);
    fprintf(out, "\n");
    return pages[0];
}

static long migrate(int pid, int from, int to)
{
    char full[1024], line[1024];
    char *text = NULL;
    size_t size = 0;
    FILE *in, *out = open_memstream(&text, &size);
    long left = 0;

    snprintf(full, sizeof(full), "%s/proc/%d/numa_maps", all.root, pid);
    in = fopen(full, "r");
    if (!in || !out)
        abort();
    while (fgets(line, sizeof(line), in))
        left += move_line(line, from, to, out);
    fclose(in);
    fclose(out);
    if (!all.pinned)
        host_tree_put(all.root, full + strlen(all.root), "%s", text);
    free(text);
    return all.pinned ? left : 0;
}

void fake_tasks_pin(bool pinned)
{
    all.pinned = pinned;
}

static const struct acdr_task_calls tasks = {
    .affinity = get_affinity,
    .set_affinity = set_affinity,
    .attr = get_attr,
    .set_attr = set_attr,
    .migrate = migrate,
};

static const struct acdr_kernel_calls fake = { .tasks = &tasks };

void fake_tasks_started(int pid)
{
    char path[1024];

    snprintf(path, sizeof(path), "%s/proc/%d/task", all.root, pid);
    each_number(path, add, pid);
}

void fake_tasks_ended(int pid)
{
    int n = 0;

    for (int i = 0; i < all.n; i++)
        if (all.v[i].pid != pid)
            all.v[n++] = all.v[i];
    all.n = n;
}

void fake_tasks_read(void)
{
    char path[1024];

    all.n = 0;
    snprintf(path, sizeof(path), "%s/proc", all.root);
    each_number(path, add_process, 0);
}

void fake_tasks_begin(const char *root)
{
    all.root = root;
    all.own = (struct acdr_sched_attr){ 0 };
    all.pinned = false;
    all.calls = &fake;
    fake_tasks_read();
}

void fake_tasks_end(void)
{
    all.calls = NULL;
}

const struct acdr_kernel_calls *fake_tasks_calls(void)
{
    return all.calls;
}
