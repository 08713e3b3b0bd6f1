/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A running guest in /proc: QEMU's process, its threads and their cgroups, and the kernel threads
 * that work for it. Knows libvirt's pid file; knows nothing of classes, and changes nothing.
 */
#include "guest.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "domain.h"
#include "err.h"
#include "kernel_file.h"
#include "text.h"

#define RUN_DIR "/run/libvirt/qemu"

/* NAME as QEMU's option parser expects it: commas doubled. */
static char *escape_name(const char *name)
{
    acdr_auto(strbuf) struct acdr_strbuf t = { 0 };

    for (const char *p = name; *p; p++)
        acdr_strbuf_addn(&t, *p == ',' ? ",," : p, *p == ',' ? 2 : 1);
    return acdr_strbuf_take(&t);
}

/* VALUE is "guest=NAME,debug-threads=on"; old libvirt omits "guest=". */
static bool is_name(const char *value, const char *escaped)
{
    size_t len = strlen(escaped);

    if (!strncmp(value, "guest=", 6))
        value += 6;
    if (strncmp(value, escaped, len) != 0)
        return false;
    return !value[len] || (value[len] == ',' && value[len + 1] != ',');
}

/* Does the command line of PID have "-name" followed by NAME? */
static struct acdr_answer runs_guest(struct acdr_root *root, int pid, const char *name)
{
    acdr_auto(free) char *escaped = escape_name(name);
    acdr_auto(free) char *args = NULL;
    char path[64];
    size_t len = 0;
    bool value = false;
    int err;

    snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
    err = escaped ? acdr_root_read(root, path, 0, &args, &len) : -ENOMEM;
    if (err < 0)
        return acdr_answer(acdr_is_gone(err) ? 0 : err);
    for (const char *p = args; p < args + len; p += strlen(p) + 1) {
        if (value && is_name(p, escaped))
            return acdr_answer(1);
        value = !strcmp(p, "-name");
    }
    return acdr_answer(0);
}

/* The cpuset cgroup among the lines "ID:CONTROLLERS:PATH"; version 2 is "0::PATH". A path may
 * contain colons and backslashes. NULL if there is none. */
static char *find_cgroup(const struct acdr_host *host, char *text)
{
    char *next = text;
    char *controllers;
    char *path;
    char *word;

    for (char *line = strsep(&next, "\n"); line; line = strsep(&next, "\n")) {
        controllers = strchr(line, ':');
        path = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!path)
            continue;
        *path++ = '\0';
        controllers++;
        if (host->cgroup == 2 && !*controllers && !strncmp(line, "0:", 2))
            return path;
        while (host->cgroup == 1 && (word = strsep(&controllers, ","))) {
            if (!strcmp(word, "cpuset"))
                return path;
        }
    }
    return NULL;
}

/* *ret is "" if the thread has no such group, or has ended. 0 or -errno. */
static int read_cgroup(const struct acdr_host *host, int pid, int tid, char **ret)
{
    acdr_auto(free) char *text = NULL;
    char path[64];
    const char *cgroup = NULL;
    int err = -ENOENT;

    snprintf(path, sizeof(path), "/proc/%d/task/%d/cgroup", pid, tid);
    if (host->cgroup)
        err = acdr_root_read(host->root, path, 0, &text, NULL);
    if (err < 0 && !acdr_is_gone(err))
        return err;
    if (err == 0)
        cgroup = find_cgroup(host, text);
    *ret = cgroup ? acdr_text_format("%s%s", host->cgroup_dir, strcmp(cgroup, "/") ? cgroup : "")
                  : strdup("");
    return *ret ? 0 : -ENOMEM;
}

/* libvirt also writes a pin there. As above. */
static int read_bounds(const struct acdr_host *host, const char *cgroup, char **ret)
{
    acdr_auto(free) char *path = acdr_text_format("%s/cpuset.cpus", cgroup);
    acdr_auto(free) char *text = NULL;
    int err;

    if (!path)
        return -ENOMEM;
    err = *cgroup ? acdr_root_read(host->root, path, 0, &text, NULL) : -ENOENT;
    if (err < 0 && !acdr_is_gone(err) && err != -ENODEV) /* a group that is being removed */
        return err;
    *ret = strdup(err < 0 ? "" : acdr_text_trim(text));
    return *ret ? 0 : -ENOMEM;
}

/* QEMU's thread names with debug-threads=on, which libvirt always sets. */
static void classify(struct acdr_thread *t)
{
    char *end;
    long n;

    t->kind = ACDR_THREAD_EMULATOR;
    t->index = -1;
    if (!strncmp(t->comm, "CPU ", 4)) {
        n = strtol(t->comm + 4, &end, 10);
        if (end > t->comm + 4 && *end == '/' && n >= 0 && n < ACDR_BITMAP_MAX) {
            t->kind = ACDR_THREAD_VCPU;
            t->index = (int)n;
        }
    } else if (!strncmp(t->comm, "IO ", 3) && acdr_hostfile_number(t->comm + 3, "iothread") >= 0) {
        t->kind = ACDR_THREAD_IOTHREAD;
        t->index = acdr_hostfile_number(t->comm + 3, "iothread");
    } else if (acdr_hostfile_number(t->comm, "vhost-") >= 0) {
        t->kind = ACDR_THREAD_VHOST;
    }
}

/* A thread that has ended is not missed, one that cannot be read is noted. Fails for memory only.
 */
static int is_missing(struct acdr_guest *g, int err)
{
    if (err < 0 && err != -ENOMEM && !acdr_is_gone(err) && !g->unread)
        g->unread = -err;
    return err == -ENOMEM ? err : 0;
}

static int read_groups(const struct acdr_host *host, struct acdr_thread *t)
{
    int err = read_cgroup(host, t->pid, t->tid, &t->cgroup);

    return err < 0 ? err : read_bounds(host, t->cgroup, &t->bounds);
}

static int add_thread(const struct acdr_host *host, struct acdr_guest *g, int pid, int tid)
{
    struct acdr_hostfile_task stat;
    struct acdr_thread *threads = acdr_hostfile_grow(g->threads, g->n_threads, sizeof(*threads));
    struct acdr_thread *t;
    int err;

    if (!threads)
        return -ENOMEM;
    g->threads = threads;
    err = acdr_hostfile_task(host->root, pid, tid, &stat);
    if (err < 0)
        return is_missing(g, err);
    t = &threads[g->n_threads];
    *t = (struct acdr_thread){ .pid = pid, .tid = tid, .start = stat.start };
    memcpy(t->comm, stat.comm, sizeof(t->comm));
    classify(t);
    err = read_groups(host, t);
    if (err == 0) {
        g->n_threads++;
        return 0;
    }
    free(t->cgroup);
    return is_missing(g, err);
}

static int add_threads(const struct acdr_host *host, struct acdr_guest *g)
{
    acdr_auto(free) int *tids = NULL;
    char dir[32];
    size_t n = 0;
    int err;

    snprintf(dir, sizeof(dir), "/proc/%d/task", g->pid);
    err = acdr_hostfile_numbers(host->root, dir, "", &tids, &n);
    for (size_t i = 0; err == 0 && i < n; i++)
        err = add_thread(host, g, g->pid, tids[i]);
    return err;
}

static bool has_thread(const struct acdr_guest *g, int tid)
{
    for (size_t i = 0; i < g->n_threads; i++) {
        if (g->threads[i].tid == tid)
            return true;
    }
    return false;
}

/* The kernel thread PID, if it works for this guest. */
static int add_vhost(const struct acdr_host *host, struct acdr_guest *g, int pid, const char *comm)
{
    int maker = acdr_hostfile_number(comm, "vhost-");
    bool is_ours = maker == g->pid || (maker > 0 && has_thread(g, maker));

    return is_ours ? add_thread(host, g, pid, pid) : 0;
}

/*
 * Before Linux 6.4 a vhost worker is a kernel thread, named after the thread that created it. There
 * is none without the module, whose parameters show in /sys even if it is built in. What cannot be
 * read is hardly one of them, and a guest is not ended for another process's files.
 */
static int add_vhosts(const struct acdr_host *host, struct acdr_guest *g)
{
    acdr_auto(free) int *pids = NULL;
    struct acdr_hostfile_task stat;
    size_t n = 0;
    int err = 0;

    if (!acdr_root_live(host->root) || !acdr_no(acdr_root_has(host->root, "/sys/module/vhost")))
        err = acdr_hostfile_numbers(host->root, "/proc", "", &pids, &n);
    for (size_t i = 0; err == 0 && i < n; i++) {
        err = acdr_hostfile_task(host->root, pids[i], 0, &stat);
        if (err == 0 && stat.flags & ACDR_PF_KTHREAD)
            err = add_vhost(host, g, pids[i], stat.comm);
        err = err == -ENOMEM ? err : 0;
    }
    return err == -ENOMEM ? err : 0;
}

static int find_pid(struct acdr_root *root, const char *name, struct acdr_err *e)
{
    struct acdr_answer runs;
    long long pid = 0;
    int err;

    if (!*name || strchr(name, '/'))
        return acdr_err_set(e, ESRCH, "guest \"%s\": not a valid guest name", name);
    err = acdr_root_get_num(root, &pid, RUN_DIR "/%s.pid", name);
    if (err == 0 && (pid <= 0 || pid > INT_MAX))
        err = -EINVAL;
    if (acdr_is_gone(err))
        return acdr_err_set(e, ESRCH, "guest %s: does not run: no " RUN_DIR "/%s.pid", name, name);
    if (err < 0)
        return acdr_err_errno(e, -err, "guest %s: " RUN_DIR "/%s.pid", name, name);
    runs = runs_guest(root, (int)pid, name);
    if (acdr_unknown(runs))
        return acdr_err_errno(e, acdr_unknown(runs), "guest %s: /proc/%lld/cmdline", name, pid);
    if (acdr_no(runs))
        return acdr_err_set(e, ESRCH,
                            "guest %s: process %lld is not a QEMU process of that "
                            "name",
                            name, pid);
    return (int)pid;
}

int acdr_guest_read(const struct acdr_host *host, const char *name, struct acdr_guest **ret,
                    struct acdr_err *e)
{
    acdr_auto(acdr_guest_free) struct acdr_guest *g = calloc(1, sizeof(*g));
    int pid = find_pid(host->root, name, e);
    int err;

    if (pid < 0)
        return pid;
    if (!g)
        return acdr_err_nomem(e);
    g->pid = pid;
    err = acdr_guest_started(host->root, pid, &g->start);
    if (err == 0)
        err = g->start ? add_threads(host, g) : -ESRCH;
    if (err == 0)
        err = add_vhosts(host, g);
    if (err == -ENOMEM)
        return acdr_err_nomem(e);
    if (err < 0 && !acdr_is_gone(err))
        return acdr_err_errno(e, -err, "guest %s: /proc/%d: cannot be read", name, pid);
    /* It has ended in the meantime. */
    if (err < 0 || !g->n_threads)
        return acdr_err_set(e, ESRCH, "guest %s: process %d has ended", name, pid);
    *ret = acdr_take(g);
    return 0;
}

/* Is the thread TID in the cgroup of one of G's vCPUs? If that is unknown, a second look at all
 * threads tells. */
static bool is_beside_vcpu(const struct acdr_host *host, const struct acdr_guest *g, int tid)
{
    acdr_auto(free) char *cgroup = NULL;

    if (read_cgroup(host, g->pid, tid, &cgroup) < 0)
        return true;
    for (size_t i = 0; i < g->n_threads; i++)
        if (g->threads[i].kind == ACDR_THREAD_VCPU && !strcmp(g->threads[i].cgroup, cgroup))
            return true;
    return false;
}

bool acdr_guest_has_late_thread(const struct acdr_host *host, const struct acdr_guest *g)
{
    acdr_auto(free) int *tids = NULL;
    char dir[32];
    size_t n = 0;

    snprintf(dir, sizeof(dir), "/proc/%d/task", g->pid);
    /* unknown: without a list there is nothing to look at a second time. */
    acdr_hostfile_numbers(host->root, dir, "", &tids, &n);
    for (size_t i = 0; i < n; i++)
        if (!has_thread(g, tids[i]) && is_beside_vcpu(host, g, tids[i]))
            return true;
    return false;
}

void acdr_guest_free(struct acdr_guest *g)
{
    if (!g)
        return;
    for (size_t i = 0; i < g->n_threads; i++) {
        free(g->threads[i].cgroup);
        free(g->threads[i].bounds);
    }
    free(g->threads);
    free(g);
}

bool acdr_guest_first_in_group(const struct acdr_guest *g, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (!strcmp(g->threads[k].cgroup, g->threads[i].cgroup))
            return false;
    return g->threads[i].cgroup[0] != '\0';
}
