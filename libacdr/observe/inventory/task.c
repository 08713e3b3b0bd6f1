/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads the kernel's statistics of a task. Knows the file formats (proc(5), and
 * Documentation/scheduler/sched-stats.rst); does not know the purpose of the task. */
#include "task.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "decimal.h"

/* Field 3, the first after the name, is number 0 here. */
enum {
    FLAGS = 6,
    UTIME = 11,
    STIME = 12,
    NICE = 16,
    START = 19,
    PROCESSOR = 36,
    RT_PRIORITY = 37,
    POLICY = 38,
    BLOCKED = 39,
    GUEST = 40,
    FIELDS = 41,
};

static double ticks(long long n)
{
    long hz = sysconf(_SC_CLK_TCK);

    return hz > 0 ? (double)n / (double)hz : 0;
}

/* The numbers after the state; returns their count, FIELDS at most. */
static int split(const char *s, long long *v)
{
    char *end;
    int n = 1; /* index 0 is the state */

    for (s += strcspn(s, " "); n < FIELDS; n++, s = end) {
        v[n] = (long long)strtoull(s, &end, 10);
        if (end == s)
            break;
    }
    return n;
}

static int parse(const char *text, struct acdr_task_stat *t)
{
    const char *open = strchr(text, '(');
    const char *close = strrchr(text, ')');
    long long v[FIELDS] = { 0 };

    if (!open || !close || close < open || close[1] != ' ' || !close[2])
        return -EINVAL;
    snprintf(t->comm, sizeof(t->comm), "%.*s", (int)(close - open - 1), open + 1);
    acdr_printable(t->comm);
    t->state = close[2];
    if (split(close + 2, v) <= POLICY)
        return -EINVAL;
    t->flags = (unsigned int)v[FLAGS];
    t->start = (unsigned long long)v[START];
    t->guest = ticks(v[GUEST]);
    t->user = ticks(v[UTIME] - v[GUEST]);
    t->system = ticks(v[STIME]);
    t->blocked = ticks(v[BLOCKED]);
    t->cpu = (int)v[PROCESSOR];
    t->nice = (int)v[NICE];
    t->rt_priority = (int)v[RT_PRIORITY];
    t->policy = (int)v[POLICY];
    return 0;
}

/* Read a task's file NAME into BUF. */
static ssize_t get(struct acdr_root *r, char *buf, size_t size, int pid, int tid, const char *name)
{
    if (tid)
        return acdr_root_get(r, buf, size, "/proc/%d/task/%d/%s", pid, tid, name);
    return acdr_root_get(r, buf, size, "/proc/%d/%s", pid, name);
}

int acdr_task_stat(struct acdr_root *r, int pid, int tid, struct acdr_task_stat *ret)
{
    struct acdr_task_stat t = { 0 };
    char buf[1024];
    ssize_t n = get(r, buf, sizeof(buf), pid, tid, "stat");

    if (n < 0)
        return (int)n;
    n = parse(buf, &t);
    if (n == 0)
        *ret = t;
    return (int)n;
}

int acdr_task_sched(struct acdr_root *r, int pid, int tid, struct acdr_task_sched *ret)
{
    unsigned long long run, delay, slices;
    char buf[128];
    ssize_t n = get(r, buf, sizeof(buf), pid, tid, "schedstat");

    if (n < 0)
        return (int)n;
    if (sscanf(buf, "%llu %llu %llu", &run, &delay, &slices) != 3)
        return -EINVAL;
    *ret = (struct acdr_task_sched){ (double)run / 1e9, (double)delay / 1e9, (double)slices };
    return 0;
}

bool acdr_task_value(const char *text, const char *key, double *ret)
{
    size_t len = strlen(key);
    char *end;
    double v;

    for (const char *s = text; s; s = strchr(s, '\n')) {
        s += *s == '\n';
        if (strncmp(s, key, len) != 0 || !strchr(": \t", s[len]) || !s[len])
            continue;
        s += len + strspn(s + len, " \t");
        s += *s == ':';
        v = acdr_decimal_parse(s, &end);
        if (end == s)
            return false;
        *ret = v;
        return true;
    }
    return false;
}

int acdr_task_status(struct acdr_root *r, int pid, int tid, struct acdr_task_status *ret)
{
    struct acdr_task_status t = { .voluntary = -1, .involuntary = -1 };
    char buf[8192];
    char *list;
    ssize_t n = get(r, buf, sizeof(buf), pid, tid, "status");

    if (n < 0)
        return (int)n;
    acdr_task_value(buf, "voluntary_ctxt_switches", &t.voluntary);
    acdr_task_value(buf, "nonvoluntary_ctxt_switches", &t.involuntary);
    list = strstr(buf, "\nCpus_allowed_list:");
    if (!list)
        return -EINVAL;
    list += strlen("\nCpus_allowed_list:");
    list[strcspn(list, "\n")] = '\0';
    n = acdr_bitmap_parse_list(&t.cpus, list);
    if (n == 0)
        *ret = t;
    return (int)n;
}

const char *acdr_task_policy(int policy)
{
    static const char *const names[] = { "other",   "fifo", "rr",      "batch",
                                         "unknown", "idle", "deadline" };

    return policy >= 0 && policy < 7 ? names[policy] : "unknown";
}
