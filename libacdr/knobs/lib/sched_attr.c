/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A task's scheduling attributes, by system calls that libc has no names for. Knows what kernels
 * make of a slice; does not know what the attributes are for.
 */
#include "sched_attr.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel_calls.h"

int acdr_sched_attr_get(struct acdr_root *r, int tid, struct acdr_sched_attr *ret)
{
    struct acdr_sched_attr a = { .size = sizeof a };
    if (acdr_task_calls(r))
        return acdr_task_calls(r)->attr(tid, ret);
    if (syscall(SYS_sched_getattr, tid, &a, sizeof a, 0) < 0)
        return -errno;
    *ret = a;
    return 0;
}

int acdr_sched_attr_set(struct acdr_root *r, int tid, const struct acdr_sched_attr *a)
{
    struct acdr_sched_attr copy = *a;
    copy.size = sizeof copy;
    if (acdr_task_calls(r))
        return acdr_task_calls(r)->set_attr(tid, a);
    return syscall(SYS_sched_setattr, tid, &copy, 0) < 0 ? -errno : 0;
}

/*
 * The kernel tells a slice, and not whether it is the default one. That is what the calling thread
 * has once it asks for none; a slice of its own is put back then.
 */
unsigned long long acdr_sched_attr_slice(struct acdr_root *r)
{
    struct acdr_sched_attr own, a;
    if (acdr_sched_attr_get(r, 0, &own) < 0)
        return 0;
    if (own.policy != 0) /* a realtime caller has none: kthreadd has the default one */
        return acdr_sched_attr_get(r, 2, &a) < 0 || a.policy != 0 ? 0 : a.runtime;
    a = own;
    a.runtime = 0;
    if (!own.runtime || acdr_sched_attr_set(r, 0, &a) < 0 || acdr_sched_attr_get(r, 0, &a) < 0)
        return own.runtime;
    if (a.runtime != own.runtime)
        acdr_sched_attr_set(r, 0, &own);
    return a.runtime;
}
