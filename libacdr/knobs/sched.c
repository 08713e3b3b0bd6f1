/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * slice:PID/TID@START, how long a task runs before another of its kind may preempt it, in ns, "0"
 * for the kernel's default; sched:PID/TID@START, its policy and priority.
 *
 * A slice is sched_runtime of an ordinary task (Linux 6.12). Older kernels accept the number and
 * ignore it: so it is read back. Reading shows a number for both a task's own slice and the
 * default: release writes 0, never the number that was read.
 *
 * A policy reads "other:NICE", "batch:NICE", "idle:NICE", "fifo:PRIORITY" or "rr:PRIORITY", with
 * "+reset" if the task's children become ordinary again. Each knob preserves the other's part of
 * the task's attributes.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kinds.h"
#include "proc.h"
#include "sched_attr.h"
#include "text.h"
#include "value.h"

static const char *const policies[] = { "other", "fifo", "rr", "batch", NULL, "idle" };
enum { N_POLICIES = sizeof policies / sizeof policies[0], FIFO = 1, RR = 2 };

static bool is_realtime(unsigned policy)
{
    return policy == FIFO || policy == RR;
}

/* The task of REST, if it still exists, and its attributes. */
static int find(struct acdr_root *r, const char *rest, struct acdr_proc_id *id,
                struct acdr_sched_attr *a, struct acdr_err *e)
{
    int rc = acdr_proc_live(r, rest, e);
    if (rc == 0)
        rc = acdr_proc_parse(rest, id, e);
    if (rc == 0)
        rc = acdr_proc_check(r, id, NULL, e);
    if (rc < 0)
        return rc;
    rc = acdr_sched_attr_get(r, id->tid, a);
    if (rc < 0)
        return acdr_err_errno(e, -rc, "task %d: cannot read its scheduling attributes", id->tid);
    if (a->policy >= N_POLICIES || !policies[a->policy])
        return acdr_err_set(e, EOPNOTSUPP,
                            "task %d: has scheduling policy %u, which is not "
                            "changed",
                            id->tid, a->policy);
    return 0;
}

static int put(struct acdr_root *r, const struct acdr_proc_id *id, const struct acdr_sched_attr *a,
               struct acdr_err *e)
{
    int rc = acdr_sched_attr_set(r, id->tid, a);
    if (rc == -EPERM) /* not final: another caller, or another cgroup, may be allowed */
        return acdr_err_set(e, EACCES,
                            "task %d: its scheduling may not be changed: needs "
                            "CAP_SYS_NICE%s",
                            id->tid,
                            is_realtime(a->policy)
                                ? ", and a realtime budget where its cgroup has cpu.rt_runtime_us"
                                : "");
    if (rc < 0)
        return acdr_err_errno(e, -rc, "task %d: cannot change its scheduling", id->tid);
    return 0;
}

static int give(char *text, char **ret, struct acdr_err *e)
{
    if (!text)
        return acdr_err_nomem(e);
    *ret = text;
    return 0;
}

static int read_slice(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    struct acdr_proc_id id;
    struct acdr_sched_attr a;
    int rc = find(r, rest, &id, &a, e);
    if (rc < 0)
        return rc;
    if (is_realtime(a.policy) || !a.runtime)
        return acdr_err_set(e, EOPNOTSUPP, "task %d: %s", id.tid,
                            is_realtime(a.policy) ? "is a realtime task, which has no slice"
                                                  : "this kernel has no slices of tasks");
    if (a.runtime == acdr_sched_attr_slice(r))
        a.runtime = 0;
    return give(acdr_text_format("%llu", a.runtime), ret, e);
}

static int write_slice(struct acdr_root *r, const char *rest, const char *now, const char *want,
                       struct acdr_err *e)
{
    struct acdr_proc_id id;
    struct acdr_sched_attr a;
    long long n;
    (void)now;
    int rc = acdr_value_unasked(find(r, rest, &id, &a, e));
    if (rc < 0)
        return rc;
    if (acdr_text_parse_num(want, &n) < 0 || n < 0)
        return acdr_err_set(e, EINVAL, "task %d: %s is not a slice", id.tid, want);
    a.runtime = (unsigned long long)n;
    return put(r, &id, &a, e);
}

static int read_policy(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    struct acdr_proc_id id;
    struct acdr_sched_attr a;
    int rc = find(r, rest, &id, &a, e);
    if (rc < 0)
        return rc;
    return give(acdr_text_format("%s:%d%s", policies[a.policy],
                                 is_realtime(a.policy) ? (int)a.priority : a.nice,
                                 a.flags & ACDR_SCHED_RESET ? "+reset" : ""),
                ret, e);
}

/* Put TEXT into the attributes that it names. */
static int parse(const char *text, struct acdr_sched_attr *a)
{
    size_t len = strcspn(text, ":");
    int number, end = 0;
    unsigned policy = 0;

    while (policy < N_POLICIES && (!policies[policy] || strlen(policies[policy]) != len ||
                                   strncmp(policies[policy], text, len)))
        policy++;
    if (policy == N_POLICIES || sscanf(text + len, ":%d%n", &number, &end) != 1)
        return -EINVAL;
    text += len + (size_t)end;
    if (*text && strcmp(text, "+reset"))
        return -EINVAL;
    a->flags = (a->flags & ~(unsigned long long)ACDR_SCHED_RESET) | (*text ? ACDR_SCHED_RESET : 0);
    a->policy = policy;
    a->priority = is_realtime(policy) ? (unsigned)number : 0;
    a->nice = is_realtime(policy) ? a->nice : number;
    return 0;
}

static int write_policy(struct acdr_root *r, const char *rest, const char *now, const char *want,
                        struct acdr_err *e)
{
    struct acdr_proc_id id;
    struct acdr_sched_attr a;
    (void)now;
    int rc = acdr_value_unasked(find(r, rest, &id, &a, e));
    if (rc < 0)
        return rc;
    if (a.runtime && a.runtime == acdr_sched_attr_slice(r))
        a.runtime = 0; /* otherwise the default would become the task's own slice */
    if (parse(want, &a) < 0)
        return acdr_err_set(e, EINVAL, "task %d: %s is not a policy and priority", id.tid, want);
    return put(r, &id, &a, e);
}

const struct acdr_knob_kind acdr_sched_slice = {
    .prefix = "slice",
    .read = read_slice,
    .write = write_slice,
};

const struct acdr_knob_kind acdr_sched_policy = {
    .prefix = "sched",
    .read = read_policy,
    .write = write_policy,
};
