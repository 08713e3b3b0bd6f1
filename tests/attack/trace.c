/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ptrace. See trace.h. */
#include "trace.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/elf.h>
#include <linux/ptrace.h>

#include "trace_mark.h"

enum {
    DEEP = 4,
    OPTIONS = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_EXITKILL
};

struct run {
    struct trace *t;
    pid_t stack[DEEP]; /* each the child of the one before, which stands still */
    int depth;
    bool counting, in_call, failing, killed;
};

static void die(const char *what)
{
    perror(what);
    exit(2);
}

static bool is_one_of(long nr, const long *calls, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (calls[i] == nr)
            return true;
    return false;
}

/* A call of memory fails for want of memory alone; of these a program cannot hear at all. */
bool trace_can_fail(long nr, int error)
{
    static const long memory[] = { SYS_mmap,   SYS_mprotect, SYS_munmap, SYS_brk,
                                   SYS_mremap, SYS_madvise,  SYS_clone };
    static const long never[] = {
        SYS_exit,     SYS_exit_group, SYS_rt_sigreturn,    SYS_rt_sigprocmask,  SYS_rt_sigaction,
        SYS_futex,    SYS_getpid,     SYS_gettid,          SYS_getuid,          SYS_geteuid,
        SYS_umask,    SYS_alarm,      SYS_set_robust_list, SYS_set_tid_address, SYS_rseq,
        SYS_getrandom
    };

    if (is_one_of(nr, never, sizeof(never) / sizeof(never[0])))
        return false;
    return error == ENOMEM || !is_one_of(nr, memory, sizeof(memory) / sizeof(memory[0]));
}

/* No file is changed by these. An unknown call may change one. */
static bool only_looks(long nr)
{
    static const long calls[] = {
        SYS_read,         SYS_pread64,       SYS_close,
        SYS_fstat,        SYS_newfstatat,    SYS_statx,
        SYS_lseek,        SYS_mmap,          SYS_munmap,
        SYS_mprotect,     SYS_brk,           SYS_madvise,
        SYS_access,       SYS_faccessat,     SYS_faccessat2,
        SYS_readlinkat,   SYS_getdents64,    SYS_fcntl,
        SYS_getpgid,      SYS_rt_sigaction,  SYS_rt_sigprocmask,
        SYS_futex,        SYS_prctl,         SYS_capget,
        SYS_capset,       SYS_getrandom,     SYS_socket,
        SYS_connect,      SYS_sendto,        SYS_flock,
        SYS_fsync,        SYS_nanosleep,     SYS_clock_nanosleep,
        SYS_wait4,        SYS_getpid,        SYS_prlimit64,
        SYS_statfs,       SYS_fstatfs,       SYS_stat,
        SYS_lstat,        SYS_umask,         SYS_alarm,
        SYS_timer_create, SYS_timer_settime, SYS_gettid,
        SYS_geteuid,      SYS_exit_group,    SYS_clone,
    };

    return is_one_of(nr, calls, sizeof(calls) / sizeof(calls[0]));
}

/* Does a file come to be, or lose its content, by an open? */
static bool opens_to_change(pid_t pid, const struct ptrace_syscall_info *info)
{
    long flags;

    if (info->entry.nr == SYS_openat)
        flags = (long)info->entry.args[2];
    else /* openat2: the first member of struct open_how */
        flags = ptrace(PTRACE_PEEKDATA, pid, (void *)info->entry.args[2], NULL);
    return flags & (O_CREAT | O_TRUNC);
}

static bool may_change(pid_t pid, const struct ptrace_syscall_info *info)
{
    long nr = (long)info->entry.nr;

    if (nr == SYS_openat || nr == SYS_openat2)
        return opens_to_change(pid, info);
    return !only_looks(nr);
}

static void change_number(pid_t pid, bool result, long value)
{
#if defined(__x86_64__)
    struct user_regs_struct regs;
    struct iovec all = { &regs, sizeof(regs) };

    if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &all) < 0)
        die("ptrace: registers");
    if (result)
        regs.rax = (unsigned long long)value;
    else
        regs.orig_rax = (unsigned long long)value;
    if (ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &all) < 0)
        die("ptrace: registers");
#else
    (void)pid;
    (void)result;
    (void)value;
#endif
}

bool trace_works(void)
{
#if defined(__x86_64__)
    pid_t pid = fork();
    int status = 0;

    if (pid == 0)
        _exit(ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0);
    return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
#else
    return false;
#endif
}

static void open_as(int fd, const char *path, int flags)
{
    int from = path ? open(path, flags | O_CLOEXEC, 0600) : fd;

    if (from < 0 || dup2(from, fd) < 0)
        _exit(126);
}

static pid_t start(struct trace *t, bool traced)
{
    pid_t pid = fork();

    if (pid)
        return pid;
    open_as(0, t->in, O_RDONLY);
    open_as(1, t->out, O_WRONLY | O_CREAT | O_TRUNC);
    open_as(2, t->err, O_WRONLY | O_CREAT | O_TRUNC);
    if (traced && ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
        _exit(126);
    execv(t->argv[0], (char *const *)t->argv);
    _exit(126);
}

static void set_status(struct trace *t, int status)
{
    t->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void kill_all(struct run *r)
{
    for (int i = 0; i < r->depth; i++)
        kill(r->stack[i], SIGKILL);
    r->killed = true;
}

/* The process on top of the stack is about to make a call. */
static void enter(struct run *r, const struct ptrace_syscall_info *info)
{
    struct trace *t = r->t;
    long nr = (long)info->entry.nr;

    if (nr == SYS_getpgid && (int)info->entry.args[0] == TRACE_MARK_BEGIN)
        r->counting = true;
    if (!r->counting ||
        ((nr == SYS_lseek || nr == SYS_ftruncate) && info->entry.args[3] == TRACE_MARK_OWN))
        return;
    t->calls++;
    if (t->look && may_change(r->stack[r->depth - 1], info))
        t->look(t->arg, t->calls);
    if (t->calls == t->kill_at)
        kill_all(r);
    else if (t->fail_at && (t->calls == t->fail_at || (t->lasting && t->calls > t->fail_at)) &&
             trace_can_fail(nr, t->error)) {
        if (t->hit < 0)
            t->hit = nr;
        change_number(r->stack[r->depth - 1], false, -1);
        r->failing = true;
    }
}

static void at_call(struct run *r)
{
    struct ptrace_syscall_info info;
    pid_t pid = r->stack[r->depth - 1];

    if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) < 0)
        return; /* killed meanwhile */
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
        enter(r, &info);
    else if (info.op == PTRACE_SYSCALL_INFO_EXIT && r->failing) {
        change_number(pid, true, -r->t->error);
        r->failing = false;
    }
}

/* Nothing is left to be done at any call. */
static bool is_done(const struct run *r)
{
    const struct trace *t = r->t;

    return !t->look && t->calls >= (t->kill_at > t->fail_at ? t->kill_at : t->fail_at) &&
           !r->failing && !t->lasting;
}

static void go_on(struct run *r, int sig)
{
    pid_t pid = r->stack[r->depth - 1];

    if (!r->killed)
        ptrace(is_done(r) ? PTRACE_CONT : PTRACE_SYSCALL, pid, NULL, (long)sig);
}

static void push(struct run *r, pid_t parent)
{
    unsigned long child = 0;
    int status;

    if (ptrace(PTRACE_GETEVENTMSG, parent, NULL, &child) < 0 || r->depth == DEEP)
        die("ptrace: a child");
    r->stack[r->depth++] = (pid_t)child;
    if (waitpid((pid_t)child, &status, __WALL) < 0)
        die("waitpid: a child");
    go_on(r, 0);
}

static void stopped(struct run *r, pid_t pid, int status)
{
    int sig = WSTOPSIG(status), event = status >> 16;

    if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK) {
        push(r, pid);
        return;
    }
    if (sig == (SIGTRAP | 0x80)) {
        at_call(r);
        sig = 0;
    }
    go_on(r, sig == SIGTRAP || sig == SIGSTOP ? 0 : sig);
}

static void follow(struct run *r)
{
    while (r->depth > 0) {
        pid_t pid = r->stack[r->depth - 1];
        int status;

        if (waitpid(pid, &status, __WALL) < 0)
            die("waitpid");
        if (WIFSTOPPED(status)) {
            stopped(r, pid, status);
            continue;
        }
        if (--r->depth == 0)
            set_status(r->t, status);
        else
            go_on(r, 0);
    }
}

void trace_run(struct trace *t)
{
    bool traced = t->look || t->kill_at || t->fail_at;
    struct run r = { .t = t, .depth = 1, .counting = t->from_start };
    int status;

    t->calls = 0;
    t->hit = -1;
    r.stack[0] = start(t, traced);
    if (r.stack[0] < 0 || waitpid(r.stack[0], &status, 0) != r.stack[0])
        die(t->argv[0]);
    if (!traced) {
        set_status(t, status);
        return;
    }
    if (!WIFSTOPPED(status) || ptrace(PTRACE_SETOPTIONS, r.stack[0], NULL, (long)OPTIONS) < 0)
        die("ptrace");
    go_on(&r, 0);
    follow(&r);
}
