/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * acdr run: a command on CPUs of its own. The process becomes the command, so that whoever started
 * it has its pid, signals and exit status; a child waits for its end and gives the host back.
 * Should that child be killed, the next event does it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "out.h"

#include <acdr/workload.h>

/* As env(1) and nice(1). */
enum { CANNOT_RUN = 126, NOT_FOUND = 127 };
enum { WORD = 8 * sizeof(unsigned long) };

struct numbers {
    unsigned long v[OUT_NUMBERS / WORD];
};

static void read_set(const char *list, struct numbers *ret)
{
    static int v[OUT_NUMBERS];
    int n = out_numbers(list, v);

    for (int i = 0; i < n; i++)
        if (v[i] < OUT_NUMBERS)
            ret->v[(unsigned)v[i] / WORD] |= 1UL << (unsigned)v[i] % WORD;
}

/* --- the child that waits --- */

static void hear(void *arg, int priority, const char *text)
{
    (void)arg;
    syslog(priority, "%s", text);
}

static void give_back(const char *name, int command)
{
    struct acdr *a = NULL;
    struct acdr_err e = { 0 };
    int err = acdr_open(NULL, &a, &e);

    openlog("acdr", LOG_PID, LOG_DAEMON);
    if (err == 0) {
        acdr_log_to(a, hear, NULL);
        err = acdr_workload_end(a, name, command, &e);
    }
    if (err < 0)
        syslog(LOG_ERR, "%s: cannot be given back, the next event does it: %s", name, e.text);
    acdr_close(a);
}

/* Nobody waits for what this has open but the end of COMMAND, whose pidfd SELF is. */
static void wait_for_end(int self, int command, const char *name)
{
    struct pollfd p = { .fd = 3, .events = POLLIN };
    int null = open("/dev/null", O_RDWR);

    setsid();
    if (self != 3)
        dup2(self, 3);
    for (int fd = 0; null >= 0 && fd <= 2; fd++)
        dup2(null, fd);
    close_range(4, ~0U, 0);
    while (poll(&p, 1, -1) < 0 && errno == EINTR)
        ;
    give_back(name, command);
    _exit(0);
}

/* A child of a child, for a command that waits for all its children must not wait for this one. All
 * signals are blocked: what ends the command, or its whole service, must not end this first. */
static pid_t start_detached(int self, int command, const char *name)
{
    pid_t child = fork();

    if (child != 0)
        return child;
    child = fork();
    if (child == 0)
        wait_for_end(self, command, name);
    _exit(child < 0 ? 1 : 0);
}

static int start_waiting(const char *name, struct acdr_err *e)
{
    int command = (int)getpid(), status = 0;
    int self = (int)syscall(SYS_pidfd_open, command, 0);
    sigset_t all, before;
    pid_t child;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    child = self < 0 ? -1 : start_detached(self, command, name);
    if (child > 0 && (waitpid(child, &status, 0) != child || status != 0)) {
        child = -1;
        errno = EAGAIN;
    }
    if (child < 0) {
        e->code = errno;
        snprintf(e->text, sizeof(e->text), "run: no process can wait for the command's end: %s",
                 strerrordesc_np(errno));
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (self >= 0)
        close(self);
    return child < 0 ? -1 : 0;
}

/* --- the process that becomes the command --- */

static const char *text_of(const struct acdr_item *report, const char *name)
{
    return acdr_item_text(acdr_item_find(report, name));
}

static int bind_here(const struct acdr_item *report, struct acdr_err *e)
{
    struct numbers cpus = { 0 }, nodes = { 0 }, got = { 0 };
    const char *what = "CPUs", *list = text_of(report, "cpus");
    long err;

    read_set(list, &cpus);
    read_set(text_of(report, "nodes"), &nodes);
    err = syscall(SYS_sched_setaffinity, 0, sizeof(cpus), cpus.v);
    if (err >= 0 && syscall(SYS_sched_getaffinity, 0, sizeof(got), got.v) >= 0 &&
        memcmp(&got, &cpus, sizeof(got)) != 0) { /* a cpuset has only some of them */
        errno = EINVAL;
        err = -1;
    }
    if (err >= 0 && acdr_item_num(acdr_item_find(report, "bind_memory"))) {
        what = "memory of nodes";
        list = text_of(report, "nodes");
        err = syscall(SYS_set_mempolicy, MPOL_BIND, nodes.v, (unsigned long)OUT_NUMBERS);
    }
    if (err >= 0)
        return 0;
    e->code = errno;
    snprintf(e->text, sizeof(e->text),
             "run: the command cannot have %s %s: %s; a cpuset of this session may forbid it", what,
             list, strerrordesc_np(errno));
    return -1;
}

/* For commands that place their own threads, as DPDK's do. */
static void tell(const char *name, const struct acdr_item *report)
{
    const char *const told[][2] = { { "ACDR_WORKLOAD", name },
                                    { "ACDR_CPUS", text_of(report, "cpus") },
                                    { "ACDR_NODES", text_of(report, "nodes") } };

    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
        setenv(told[i][0], told[i][1], 1); // NOLINT(concurrency-mt-unsafe): no other thread runs
}

/* Returns only if that fails, with the exit status. */
static int become(struct tool *t, const char *name, const struct acdr_item *report)
{
    struct acdr_err e = { 0 };
    int status = 1;

    if (start_waiting(name, &e) == 0 && bind_here(report, &e) == 0) {
        tell(name, report);
        fflush(NULL);
        execvp(t->words[0], t->words);
        status = errno == ENOENT ? NOT_FOUND : CANNOT_RUN;
        e.code = errno;
        snprintf(e.text, sizeof(e.text), "run: %s: %s", t->words[0], strerrordesc_np(errno));
    }
    tool_fail(&e);
    if (acdr_workload_end(t->a, name, (int)getpid(), &e) < 0)
        tool_fail(&e);
    return status;
}

static int read_request(struct tool *t, struct acdr_workload *w)
{
    char *end = (char *)"";
    long n = t->cores ? strtol(t->cores, &end, 10) : 0;

    if (!t->class_name || !t->cores == !t->cpus)
        return tool_usage(t, "--class is needed, and --cores or --cpus");
    if (*end || (t->cores && (n < 1 || n > OUT_NUMBERS)))
        return tool_usage(t, "--cores takes a number from 1 to 8192");
    w->n_cpus = (int)n;
    if (t->memory && tool_kib(t->memory, &w->memory_kb) < 0)
        return tool_usage(t, "--memory takes a size, such as 64G; without unit: MiB");
    return -1;
}

static int run(struct tool *t)
{
    char name[32];
    struct acdr_workload w = {
        .name = t->name, .class_name = t->class_name, .cpus = t->cpus, .pid = (int)getpid()
    };
    struct acdr_item *report = NULL;
    struct acdr_err e = { 0 };
    int status = read_request(t, &w);

    if (status >= 0)
        return status;
    if (t->root)
        return tool_refuse_root(t);
    if (!w.name) {
        snprintf(name, sizeof(name), "run-%d", w.pid);
        w.name = name;
    }
    if (acdr_workload_begin(t->a, &w, &report, &e) < 0)
        return tool_fail(&e);
    status = become(t, w.name, report);
    acdr_item_free(report);
    return status;
}

const struct tool_command cmd_run = {
    .name = "run",
    .args = "--class CLASS (--cores N | --cpus LIST) [--memory SIZE] [--name NAME] -- COMMAND...",
    .help = "Run a command on conditioned CPUs of its own, until it ends",
    .about = "The CPUs are chosen as for a guest, or named. The process becomes the command: pid, "
             "signals and exit status are its own. The host is given back when it ends, however it "
             "ends. It finds its CPUs in ACDR_CPUS, their nodes in ACDR_NODES.",
    .exits = "0 that of the command, as all others but these\n1 no place, or the class could not "
             "be applied\n2 wrong usage\n126 the command cannot "
             "be run\n127 there is no such command\n",
    .example = "acdr run --class dedicated-cores --cores 2 -- sh -c 'exec app -l $ACDR_CPUS'",
    .options = "root class cores cpus memory name",
    .min = 1,
    .max = 1 << 20,
    .run = run,
};
