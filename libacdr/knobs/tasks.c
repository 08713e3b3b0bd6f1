/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tasks: and kthreads:, all threads of user processes with PID 1's affinity, and all kernel threads
 * with kthreadd's: children inherit their parent's mask, so these two represent all unpinned tasks.
 * Knows /proc and that forks race with it; does not know the owners of tasks.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bitmap.h"
#include "kinds.h"
#include "proc.h"
#include "text.h"
#include "value.h"

enum { PASSES = 5, NAMES = 5 };

enum family { USER = 1, KERNEL = 2 }; /* the PID of the first of them */

/* A walk over every thread of every process of a family. */
struct walk {
    struct acdr_root *root;
    enum family family;
    int *kernel; /* kthreadd and its children, ascending */
    size_t n_kernel;
    int pid; /* the process of these threads */
    int (*fn)(struct walk *w, int tid);
    struct acdr_bitmap now, want;
    struct acdr_bitmap online; /* those of now */
    int count;
    int last; /* the process named last */
    struct acdr_strbuf names;
};

static int by_number(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* In another PID namespace, PID 2 may be any task. */
static bool sees_kthreadd(struct acdr_root *r)
{
    struct acdr_proc_stat st;
    return acdr_proc_stat(r, KERNEL, KERNEL, &st) == 0 && st.flags & ACDR_PROC_KTHREAD;
}

/* One file lists all kernel threads; checking each process would take three calls each. */
static int list_kernel(struct walk *w)
{
    acdr_auto(free) char *text = NULL;
    int rc = sees_kthreadd(w->root)
                 ? acdr_root_read(w->root, "/proc/2/task/2/children", 0, &text, NULL)
                 : -ESRCH;
    if (rc < 0)
        return rc;
    w->kernel = calloc(strlen(text) / 2 + 2, sizeof *w->kernel);
    if (!w->kernel)
        return -ENOMEM;
    w->kernel[w->n_kernel++] = KERNEL;
    for (char *p = text, *end; *p; p = end) {
        long pid = strtol(p, &end, 10);
        if (end == p)
            break;
        w->kernel[w->n_kernel++] = (int)pid;
    }
    qsort(w->kernel, w->n_kernel, sizeof *w->kernel, by_number);
    return 0;
}

static bool is_kernel(const struct walk *w, int pid)
{
    struct acdr_proc_stat st;
    if (w->n_kernel)
        return bsearch(&pid, w->kernel, w->n_kernel, sizeof pid, by_number) != NULL;
    return acdr_proc_stat(w->root, pid, pid, &st) == 0 && st.flags & ACDR_PROC_KTHREAD;
}

static int each_thread(void *arg, const char *name)
{
    struct walk *w = arg;
    int tid = (int)strtol(name, NULL, 10);
    return tid > 0 ? w->fn(w, tid) : 0;
}

/* A folder has two links plus one per subfolder: that counts the threads. */
static int each_process(void *arg, const char *name)
{
    struct walk *w = arg;
    struct stat st;
    char path[64];
    w->pid = (int)strtol(name, NULL, 10);
    if (w->pid <= 0 || is_kernel(w, w->pid) != (w->family == KERNEL))
        return 0;
    snprintf(path, sizeof path, "/proc/%d/task", w->pid);
    if (w->family == KERNEL ||
        (acdr_root_live(w->root) && stat(path, &st) == 0 && st.st_nlink == 3))
        return w->fn(w, w->pid);
    int rc = acdr_root_list(w->root, path, each_thread, w);
    return rc == -ENOENT || rc == -ESRCH ? 0 : rc;
}

static int each_kernel(struct walk *w)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < w->n_kernel; i++) {
        w->pid = w->kernel[i];
        rc = w->fn(w, w->pid);
    }
    return rc;
}

static int walk(struct walk *w, struct acdr_err *e)
{
    int rc = list_kernel(w);
    if (rc == 0 && w->family == KERNEL)
        rc = each_kernel(w);
    else if (rc != -ENOMEM)
        rc = acdr_root_list(w->root, "/proc", each_process, w);
    free(w->kernel);
    w->kernel = NULL;
    w->n_kernel = 0;
    return rc < 0 ? acdr_err_errno(e, -rc, "/proc: cannot list the tasks") : 0;
}

/* The system call is fast, but does not show offline CPUs. */
static bool is_now(const struct walk *w, int tid)
{
    struct acdr_bitmap s;
    if (acdr_proc_affinity(w->root, tid, &s) < 0 || !acdr_bitmap_equal(&s, &w->online))
        return false;
    return acdr_bitmap_equal(&w->now, &w->online) ||
           (acdr_proc_allowed(w->root, tid, &s) == 0 && acdr_bitmap_equal(&s, &w->now));
}

/* Tasks that have ended, or whose cpuset has none of the CPUs, are not failures. */
static int move_one(struct walk *w, int tid)
{
    struct acdr_bitmap s;
    if (tid == (int)w->family || !is_now(w, tid) ||
        acdr_proc_set_affinity(w->root, tid, &w->want) < 0)
        return 0;
    if (acdr_proc_affinity(w->root, tid, &s) == 0 && !acdr_bitmap_equal(&s, &w->online))
        w->count++;
    return 0;
}

static int move_first(struct walk *w, struct acdr_err *e)
{
    struct acdr_bitmap s;
    int rc = acdr_proc_allowed(w->root, (int)w->family, &s);
    if (rc == 0 && acdr_bitmap_equal(&s, &w->now))
        rc = acdr_proc_set_affinity(w->root, (int)w->family, &w->want);
    return rc < 0 ? acdr_err_errno(e, -rc, "PID %d: cannot be moved", (int)w->family) : 0;
}

/*
 * The first task's mask is the value that is read: it moves last, so that work interrupted by a
 * crash shows as not done and is repeated. Later passes handle tasks forked meanwhile.
 */
static int move_all(struct walk *w, struct acdr_err *e)
{
    int rc = acdr_value_unasked(walk(w, e));
    if (rc == 0)
        rc = move_first(w, e);
    for (int pass = 1; pass < PASSES && rc == 0; pass++) {
        w->count = 0;
        rc = acdr_value_unasked(walk(w, e));
        if (!w->count)
            break;
    }
    return rc;
}

static int read_family(struct acdr_root *r, enum family f, char **ret, struct acdr_err *e)
{
    struct acdr_bitmap s;
    int rc = acdr_proc_live(r, "tasks", e);
    if (rc < 0)
        return rc;
    if (f == KERNEL && !sees_kthreadd(r))
        return acdr_err_set(e, EOPNOTSUPP, "kthreads: no kernel threads are visible here");
    rc = acdr_proc_allowed(r, (int)f, &s);
    if (rc < 0)
        return acdr_err_errno(e, -rc, "PID %d: cannot read its affinity", (int)f);
    return acdr_value_print(&s, ret, e);
}

static int write_family(struct walk *w, const char *now, const char *want, struct acdr_err *e)
{
    int rc = acdr_proc_live(w->root, "tasks", e);
    if (rc == 0)
        rc = acdr_value_parse(&w->now, now, "tasks", e);
    if (rc == 0)
        rc = acdr_value_parse(&w->want, want, "tasks", e);
    if (rc == 0)
        rc = acdr_value_unasked(
            acdr_value_read_set(w->root, "/sys/devices/system/cpu/online", &w->online, e));
    if (rc < 0)
        return rc;
    acdr_bitmap_and(&w->online, &w->now);
    if (acdr_bitmap_empty(&w->want))
        return acdr_err_set(e, EINVAL, "tasks: need a CPU");
    return move_all(w, e);
}

/* A task that may run on all CPUs after the others were moved: NOW holds the online ones. */
static int name_one(struct walk *w, int tid)
{
    struct acdr_proc_stat st;
    struct acdr_bitmap s;
    if (w->pid == w->last || acdr_proc_affinity(w->root, tid, &s) < 0 ||
        !acdr_bitmap_equal(&s, &w->now) || acdr_proc_stat(w->root, w->pid, w->pid, &st) < 0 ||
        st.flags & ACDR_PROC_BOUND)
        return 0;
    w->last = w->pid;
    if (w->count++ < NAMES)
        acdr_strbuf_addf(&w->names, "%s%s (%d)", w->count > 1 ? ", " : "", st.comm, w->pid);
    return 0;
}

static int find_stray(struct acdr_root *r, enum family f, const char *want, char **ret)
{
    struct walk w = { .root = r, .family = f, .fn = name_one };
    *ret = NULL;
    int rc = acdr_proc_live(r, "tasks", NULL);
    if (rc == 0)
        rc = acdr_value_read_set(r, "/sys/devices/system/cpu/online", &w.now, NULL);
    if (rc == 0)
        rc = acdr_value_parse(&w.want, want, "tasks", NULL);
    if (rc < 0 || acdr_bitmap_subset(&w.now, &w.want))
        return rc;
    rc = walk(&w, NULL);
    if (rc == 0 && w.count > NAMES)
        acdr_strbuf_addf(&w.names, " and %d more", w.count - NAMES);
    acdr_auto(free) char *names = acdr_strbuf_take(&w.names);
    if (rc < 0 || !w.count)
        return rc;
    if (!names)
        return -ENOMEM;
    *ret = acdr_take(names);
    return 1;
}

static int user_read(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    (void)rest;
    return read_family(r, USER, ret, e);
}

static int user_write(struct acdr_root *r, const char *rest, const char *now, const char *want,
                      struct acdr_err *e)
{
    struct walk w = { .root = r, .family = USER, .fn = move_one };
    (void)rest;
    return write_family(&w, now, want, e);
}

static int user_override(struct acdr_root *r, const char *rest, const char *want, char **ret)
{
    (void)rest;
    return find_stray(r, USER, want, ret);
}

const struct acdr_knob_kind acdr_tasks_user = {
    .prefix = "tasks",
    .form = ACDR_KNOB_SET,
    .bulk = true,
    .read = user_read,
    .write = user_write,
    .find_override = user_override,
};

static int kernel_read(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    (void)rest;
    return read_family(r, KERNEL, ret, e);
}

static int kernel_write(struct acdr_root *r, const char *rest, const char *now, const char *want,
                        struct acdr_err *e)
{
    struct walk w = { .root = r, .family = KERNEL, .fn = move_one };
    (void)rest;
    return write_family(&w, now, want, e);
}

static int kernel_override(struct acdr_root *r, const char *rest, const char *want, char **ret)
{
    (void)rest;
    return find_stray(r, KERNEL, want, ret);
}

const struct acdr_knob_kind acdr_tasks_kernel = {
    .prefix = "kthreads",
    .form = ACDR_KNOB_SET,
    .bulk = true,
    .read = kernel_read,
    .write = kernel_write,
    .find_override = kernel_override,
};
