/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tasks: threads of processes and kernel threads that may not use the whole host, with their
 * allowed CPUs. Knows /proc. A task that ends while it is read is left out.
 */
#include "host.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "err.h"
#include "kernel_file.h"

/* Of the kernel's sched.h; the number has been the same since before 3.10. */
#define PF_NO_SETAFFINITY 0x04000000U

/* A status file holds a mask and a cpulist of up to ACDR_BITMAP_MAX CPUs. */
#define STATUS_MAX 40960

static bool read_status(struct acdr_host *h, int pid, int tid, struct acdr_bitmap *ret)
{
    static const char key[] = "\nCpus_allowed_list:";
    char buf[STATUS_MAX];
    char *list;
    char *end;

    if (acdr_root_get(h->root, buf, sizeof(buf), "/proc/%d/task/%d/status", pid, tid) < 0)
        return false;
    list = strstr(buf, key);
    if (!list)
        return false;
    list += sizeof(key) - 1;
    end = strchr(list, '\n');
    if (end)
        *end = '\0';
    return acdr_bitmap_parse_list(ret, list) == 0;
}

/* On this machine one call returns it, much cheaper than a file; it hides offline CPUs. */
static bool read_mask(struct acdr_host *h, int pid, int tid, struct acdr_bitmap *ret)
{
    if (!acdr_root_live(h->root) || !acdr_bitmap_equal(&h->all, &h->online))
        return read_status(h, pid, tid, ret);
    acdr_bitmap_zero(ret);
    return sched_getaffinity(tid, sizeof(ret->w), (cpu_set_t *)ret->w) == 0;
}

/* Tasks that may use the whole host are left out, except PID 1 and PID 2, which represent them. */
static bool is_ordinary(const struct acdr_host *h, int tid, const struct acdr_bitmap *mask)
{
    return !h->every_task && tid > 2 && acdr_bitmap_subset(&h->all, mask);
}

static int add_task(struct acdr_host *h, int pid, int tid)
{
    struct acdr_task *tasks = acdr_hostfile_grow(h->tasks, h->n_tasks, sizeof(*tasks));
    struct acdr_hostfile_task stat;
    struct acdr_task *t;

    if (!tasks)
        return -ENOMEM;
    h->tasks = tasks;
    t = &tasks[h->n_tasks];
    if (!read_mask(h, pid, tid, &t->mask) || is_ordinary(h, tid, &t->mask) ||
        acdr_hostfile_task(h->root, pid, tid, &stat) < 0)
        return 0;
    t->pid = pid;
    t->tid = tid;
    t->start = stat.start;
    t->kthread = stat.flags & ACDR_PF_KTHREAD;
    t->bound = stat.flags & PF_NO_SETAFFINITY;
    memcpy(t->comm, stat.comm, sizeof(t->comm));
    h->n_tasks++;
    return 0;
}

/* On this machine the directory's link count is the number of subdirectories plus two. */
static bool has_one_thread(struct acdr_host *h, const char *dir)
{
    struct stat st;

    return acdr_root_live(h->root) && stat(dir, &st) == 0 && st.st_nlink == 3;
}

static int add_process(struct acdr_host *h, int pid)
{
    acdr_auto(free) int *tids = NULL;
    char dir[32];
    size_t n = 0;
    int err;

    snprintf(dir, sizeof(dir), "/proc/%d/task", pid);
    if (has_one_thread(h, dir))
        return add_task(h, pid, pid);
    err = acdr_hostfile_numbers(h->root, dir, "", &tids, &n);
    if (err < 0)
        return err == -ENOMEM ? err : 0;
    for (size_t i = 0; err == 0 && i < n; i++)
        err = add_task(h, pid, tids[i]);
    return err;
}

int acdr_host_task_read(struct acdr_host *h, struct acdr_err *e)
{
    acdr_auto(free) int *pids = NULL;
    size_t n = 0;
    int err = acdr_hostfile_numbers(h->root, "/proc", "", &pids, &n);

    if (err < 0)
        return err == -ENOMEM ? acdr_err_nomem(e) : 0;
    for (size_t i = 0; err == 0 && i < n; i++)
        err = add_process(h, pids[i]);
    return err < 0 ? acdr_err_nomem(e) : 0;
}
