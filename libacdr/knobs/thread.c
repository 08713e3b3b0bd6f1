/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * thread: and task:, the CPUs on which one task may run. Knows which tasks cannot move, and what
 * the kernel does to a task's mask when an isolated partition ends.
 */
#include <errno.h>
#include <string.h>

#include "bitmap.h"
#include "kinds.h"
#include "proc.h"
#include "value.h"

/* The task of REST, if it still exists. */
static int find(struct acdr_root *r, const char *rest, struct acdr_proc_id *id,
                struct acdr_proc_stat *st, struct acdr_err *e)
{
    int rc = acdr_proc_live(r, rest, e);
    if (rc == 0)
        rc = acdr_proc_parse(rest, id, e);
    return rc < 0 ? rc : acdr_proc_check(r, id, st, e);
}

static int read_affinity(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    struct acdr_proc_id id;
    struct acdr_bitmap s;
    int rc = find(r, rest, &id, NULL, e);
    if (rc < 0)
        return rc;
    rc = acdr_proc_allowed(r, id.tid, &s);
    if (rc < 0)
        return acdr_err_errno(e, -rc, "task %d: cannot read its affinity", id.tid);
    return acdr_value_print(&s, ret, e);
}

static int explain(const struct acdr_proc_id *id, const struct acdr_proc_stat *st, int rc,
                   const char *want, struct acdr_err *e)
{
    switch (-rc) {
    case ESRCH:
        return acdr_err_set(e, ESRCH, "task %d (%s): is gone", id->tid, st->comm);
    case EPERM:
        /* Not final for this task: another caller may be allowed. */
        return acdr_err_set(e, EACCES, "task %d (%s): may not be moved without CAP_SYS_NICE",
                            id->tid, st->comm);
    case EINVAL:
        if (st->flags & ACDR_PROC_BOUND)
            return acdr_err_set(e, EPERM, "task %d (%s): bound by the kernel", id->tid, st->comm);
        return acdr_err_set(e, EINVAL, "task %d (%s): its cpuset has none of CPUs %s", id->tid,
                            st->comm, want);
    default:
        return acdr_err_errno(e, -rc, "task %d (%s): cannot be moved to CPUs %s", id->tid, st->comm,
                              want);
    }
}

static int write_affinity(struct acdr_root *r, const char *rest, const char *now, const char *want,
                          struct acdr_err *e)
{
    struct acdr_proc_id id;
    struct acdr_proc_stat st;
    struct acdr_bitmap s;
    (void)now;
    int rc = acdr_value_unasked(find(r, rest, &id, &st, e));
    if (rc == 0)
        rc = acdr_value_parse(&s, want, rest, e);
    if (rc < 0)
        return rc;
    if (acdr_bitmap_empty(&s))
        return acdr_err_set(e, EINVAL, "task %d (%s): needs a CPU", id.tid, st.comm);
    rc = acdr_proc_set_affinity(r, id.tid, &s);
    return rc < 0 ? explain(&id, &st, rc, want, e) : 0;
}

/* Is NOW the set in the file PATH, with or without isolated CPUs? A file that cannot be read counts
 * as yes: then the value is ours and is restored, otherwise it would be left for ever. */
static bool is_file(struct acdr_root *r, const char *path, const struct acdr_bitmap *now)
{
    struct acdr_bitmap s, less;
    int rc = acdr_value_read_set(r, path, &s, NULL);
    if (rc < 0 || acdr_bitmap_equal(now, &s))
        return !acdr_is_gone(rc);
    rc = acdr_value_read_set(r, "/sys/fs/cgroup/cpuset.cpus.isolated", &less, NULL);
    if (rc < 0)
        return !acdr_is_gone(rc);
    acdr_bitmap_andnot(&s, &less);
    return acdr_bitmap_equal(now, &s);
}

/* An interrupt's thread follows its interrupt, which has its own knob. */
static bool follows_irq(struct acdr_root *r, const char *rest)
{
    struct acdr_proc_id id;
    struct acdr_proc_stat st;
    return find(r, rest, &id, &st, NULL) == 0 && strncmp(st.comm, "irq/", 4) == 0;
}

/*
 * When an isolated partition ends, the kernel does not restore the mask of, say, kswapd of node 1:
 * such tasks keep every CPU. That is our effect, not another owner's.
 */
static bool left_behind(struct acdr_root *r, const char *rest, const char *now)
{
    struct acdr_bitmap s, init;
    if (acdr_bitmap_parse_list(&s, now) < 0)
        return false;
    if (follows_irq(r, rest))
        return true;
    if (acdr_proc_live(r, rest, NULL) == 0 && acdr_proc_allowed(r, 1, &init) == 0 &&
        acdr_bitmap_equal(&s, &init))
        return true;
    return is_file(r, "/sys/devices/system/cpu/online", &s) ||
           is_file(r, "/sys/devices/system/cpu/possible", &s);
}

const struct acdr_knob_kind acdr_thread_guest = {
    .prefix = "thread",
    .form = ACDR_KNOB_SET,
    .per_task = true,
    .read = read_affinity,
    .write = write_affinity,
};

/*
 * FORCE: setting a task's present mask makes the kernel (6.2 and later) record it as requested, so
 * that it survives changes of partitions.
 */
const struct acdr_knob_kind acdr_thread_task = {
    .prefix = "task",
    .form = ACDR_KNOB_SET,
    .write_always = true,
    .per_task = true,
    .read = read_affinity,
    .write = write_affinity,
    .is_ours = left_behind,
};
