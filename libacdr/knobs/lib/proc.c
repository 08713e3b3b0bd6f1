/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tasks by identity, and their affinity. Knows /proc/PID/stat and the system calls for masks of
 * any width; knows nothing of why a task should move.
 */
#include "proc.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_calls.h"
#include "value.h"

enum { WORD_BITS = 8 * sizeof(unsigned long) };

/* The kernel's form of a mask, wide enough for any machine: cpu_set_t ends at 1024 CPUs. */
struct bits {
    unsigned long w[ACDR_BITMAP_MAX / WORD_BITS];
};

static bool parse_int(const char **s, int *ret)
{
    char *end;
    if (**s < '0' || **s > '9')
        return false;
    errno = 0;
    long n = strtol(*s, &end, 10);
    if (errno || n <= 0 || n > INT_MAX)
        return false;
    *ret = (int)n;
    *s = end;
    return true;
}

int acdr_proc_parse(const char *text, struct acdr_proc_id *ret, struct acdr_err *e)
{
    struct acdr_proc_id id = { 0 };
    const char *s = text;
    char *end = NULL;
    bool ok = parse_int(&s, &id.pid);
    id.tid = id.pid;
    if (ok && *s == '/') {
        s++;
        ok = parse_int(&s, &id.tid);
    }
    if (ok && *s == '@' && s[1] >= '0' && s[1] <= '9') {
        id.start = strtoull(s + 1, &end, 10);
        ok = *end == '\0';
    } else {
        ok = false;
    }
    if (!ok)
        return acdr_err_set(e, EINVAL, "%s: not PID/TID@START", text);
    *ret = id;
    return 0;
}

/* The field of that number; FIELDS begins with field 3, behind the name and its ")". */
static const char *field(const char *fields, int number)
{
    for (int i = 3; i < number && fields; i++) {
        fields = strchr(fields, ' ');
        if (fields)
            fields++;
    }
    return fields;
}

static int parse_stat(const char *text, struct acdr_proc_stat *ret)
{
    const char *open = strchr(text, '(');
    const char *close = strrchr(text, ')'); /* the name may have ")" and blanks in it */
    if (!open || !close || close < open || close[1] != ' ')
        return -EINVAL;
    const char *fields = close + 2;
    const char *flags = field(fields, 9);
    const char *threads = field(fields, 20);
    const char *start = field(fields, 22);
    if (!flags || !threads || !start)
        return -EINVAL;
    snprintf(ret->comm, sizeof ret->comm, "%.*s", (int)(close - open - 1), open + 1);
    acdr_printable(ret->comm);
    ret->flags = (unsigned)strtoul(flags, NULL, 10);
    ret->threads = strtol(threads, NULL, 10);
    ret->start = strtoull(start, NULL, 10);
    return 0;
}

int acdr_proc_stat(struct acdr_root *r, int pid, int tid, struct acdr_proc_stat *ret)
{
    char text[1024];
    ssize_t len = acdr_root_get(r, text, sizeof text, "/proc/%d/task/%d/stat", pid, tid);
    if (len == -ENOENT)
        return -ESRCH;
    return len < 0 ? (int)len : parse_stat(text, ret);
}

int acdr_proc_check(struct acdr_root *r, const struct acdr_proc_id *id, struct acdr_proc_stat *st,
                    struct acdr_err *e)
{
    struct acdr_proc_stat now;
    int rc = acdr_proc_stat(r, id->pid, id->tid, &now);
    if (rc == -ESRCH || (rc == 0 && now.start != id->start))
        return acdr_err_set(e, ESRCH, "task %d of process %d: is gone", id->tid, id->pid);
    if (rc < 0)
        return acdr_err_errno(e, -rc, "/proc/%d/task/%d/stat: cannot read", id->pid, id->tid);
    if (st)
        *st = now;
    return 0;
}

int acdr_proc_live(const struct acdr_root *r, const char *where, struct acdr_err *e)
{
    return acdr_task_calls(r) ? 0 : acdr_value_live(r, where, e);
}

int acdr_proc_affinity(struct acdr_root *r, int tid, struct acdr_bitmap *ret)
{
    struct bits bits = { 0 };
    if (acdr_task_calls(r))
        return acdr_task_calls(r)->affinity(tid, ret);
    if (sched_getaffinity(tid, sizeof bits, (cpu_set_t *)&bits) < 0)
        return -errno;
    acdr_bitmap_zero(ret);
    for (int i = 0; i < ACDR_BITMAP_MAX / WORD_BITS; i++)
        for (unsigned long w = bits.w[i]; w; w &= w - 1)
            acdr_bitmap_add(ret, i * WORD_BITS + __builtin_ctzl(w));
    return 0;
}

int acdr_proc_set_affinity(struct acdr_root *r, int tid, const struct acdr_bitmap *cpus)
{
    struct bits bits = { 0 };
    if (acdr_task_calls(r))
        return acdr_task_calls(r)->set_affinity(tid, cpus);
    ACDR_BITMAP_FOR(n, cpus)
        bits.w[n / WORD_BITS] |= 1UL << (n % WORD_BITS);
    return sched_setaffinity(tid, sizeof bits, (const cpu_set_t *)&bits) < 0 ? -errno : 0;
}

int acdr_proc_allowed(struct acdr_root *r, int tid, struct acdr_bitmap *ret)
{
    static const char key[] = "\nCpus_allowed_list:";
    char text[16384];
    if (acdr_task_calls(r))
        return acdr_task_calls(r)->affinity(tid, ret);
    ssize_t len = acdr_root_get(r, text, sizeof text, "/proc/%d/status", tid);
    char *at = len < 0 ? NULL : strstr(text, key);
    if (len == -ENOENT)
        return -ESRCH;
    if (!at) /* a user of very many groups */
        return acdr_proc_affinity(r, tid, ret);
    at += sizeof key - 1;
    at[strcspn(at, "\n")] = '\0';
    return acdr_bitmap_parse_list(ret, at);
}
