/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * irqbalance:, the CPUs that a running irqbalance does not use. Knows its socket, which takes one
 * command per connection and trusts only uid 0; never restarts it.
 *
 * A ban is visible and effective from irqbalance's next rescan on, up to ten seconds later, and is
 * lost when it restarts: hence readback_later.
 *
 * During a rescan it sleeps for up to ten seconds without answering, and a client that has closed
 * the connection before the answer kills it (SIGPIPE). So a query is sent only when it waits for
 * one, and we wait for the answer; a command has no answer and needs no wait.
 */
#include "irqbalance.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>

#include "clock.h"
#include "kinds.h"
#include "text.h"
#include "value.h"

#define FOLDER "/run/irqbalance"

/* It reads one command into 500 bytes, and appends a terminator. */
enum { COMMAND_MAX = 499, BUSY_STEP_MS = 20, BUSY_MAX_MS = 11000 };

/* An answer has 60 bytes for each interrupt. Its end is absolute, however slowly bytes arrive. */
enum { ANSWER_MAX = 1 << 20, ANSWER_MS = 15000, CONNECT_S = 5 };

struct process {
    struct acdr_root *root;
    int pid;
};

/* Any user can call a process irqbalance. 1, 0 or -errno. */
static int is_roots(struct acdr_root *r, int pid)
{
    char path[32];
    uid_t uid = 0;
    mode_t mode;
    snprintf(path, sizeof path, "/proc/%d", pid);
    int rc = acdr_root_stat(r, path, &uid, &mode);
    return rc < 0 ? rc : uid == 0;
}

/* PID, if that is an irqbalance: a killed one leaves its socket behind. */
/* Any user can take an abstract name, with a process of root's whose name he chose. */
static int check_peer(int fd)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
        return -errno;
    return peer.uid == 0 ? 0 : -EPERM;
}

/* NAME begins with "@" for the abstract kind. The socket, or -errno. */
static int dial(const char *name)
{
    struct sockaddr_un addr = { .sun_family = AF_UNIX };
    const struct timeval wait = { .tv_sec = CONNECT_S };
    size_t len = strlen(name);
    if (len >= sizeof addr.sun_path)
        return -ENAMETOOLONG;
    memcpy(addr.sun_path, name, len);
    if (name[0] == '@')
        addr.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    int rc = connect(fd, (struct sockaddr *)&addr, size) == 0 ? 0 : -errno;
    if (rc == 0)
        rc = check_peer(fd);
    if (rc == 0)
        return fd;
    close(fd);
    return rc;
}

static int dial_pid(int pid, struct acdr_err *e)
{
    char name[sizeof FOLDER + 64];
    snprintf(name, sizeof name, FOLDER "/irqbalance%d.sock", pid);
    int fd = dial(name);
    if (fd < 0) {
        snprintf(name, sizeof name, "@irqbalance%d.sock", pid);
        fd = dial(name);
    }
    return fd < 0 ? acdr_err_errno(e, -fd, "irqbalance %d: cannot be reached", pid) : fd;
}

static int try_pid(struct process *p, const char *pid)
{
    char comm[32];
    int n = (int)strtol(pid, NULL, 10);
    ssize_t len = n > 0 ? acdr_root_get(p->root, comm, sizeof comm, "/proc/%d/comm", n) : -ESRCH;
    if (len < 0 && !acdr_is_gone((int)len))
        return (int)len;
    if (len < 0 || strcmp(comm, "irqbalance") != 0)
        return 0;
    int rc = is_roots(p->root, n);
    if (rc <= 0)
        return acdr_is_gone(rc) ? 0 : rc;
    if (!p->pid)
        p->pid = n;
    int fd = dial_pid(n, NULL);
    if (fd < 0) /* a program that only has the name: another one may answer */
        return 0;
    close(fd);
    p->pid = n;
    return 1;
}

static int try_socket(void *arg, const char *name)
{
    return strncmp(name, "irqbalance", 10) == 0 ? try_pid(arg, name + 10) : 0;
}

static int try_process(void *arg, const char *name)
{
    return try_pid(arg, name);
}

static int find(struct acdr_root *r, int *pid, struct acdr_err *e)
{
    struct process p = { .root = r };
    int rc = acdr_value_live(r, "irqbalance", e);
    if (rc < 0)
        return rc;
    rc = acdr_root_list(r, FOLDER, try_socket, &p);
    if (rc == 0 || rc == -ENOENT)
        rc = acdr_root_list(r, "/proc", try_process, &p);
    if (rc < 0)
        return acdr_err_errno(e, -rc, "irqbalance: cannot be looked for in " FOLDER " and /proc");
    if (!p.pid)
        return acdr_err_set(e, ENOENT, "irqbalance: does not run");
    *pid = p.pid;
    return 0;
}

/* Does it wait in its main loop? */
static bool is_idle(struct acdr_root *r, int pid)
{
    char text[256], *end;
    /* unknown: it is asked, and the answer shows */
    if (acdr_root_get(r, text, sizeof text, "/proc/%d/syscall", pid) < 0)
        return true;
    long number = strtol(text, &end, 10);
    if (end == text)
        return false; /* "running" */
#ifdef SYS_poll
    if (number == SYS_poll)
        return true;
#endif
    return number == SYS_ppoll;
}

static int wait_idle(struct acdr_root *r, int pid, struct acdr_err *e)
{
    long long end = acdr_clock_ms() + BUSY_MAX_MS;
    while (acdr_clock_ms() < end) {
        if (is_idle(r, pid))
            return 0;
        acdr_clock_nap(BUSY_STEP_MS);
    }
    return acdr_err_set(e, EAGAIN, "irqbalance %d: is busy and does not answer", pid);
}

static int send_command(int fd, const char *command)
{
    const struct ucred me = { .pid = getpid(), .uid = geteuid(), .gid = getegid() };
    union {
        char space[CMSG_SPACE(sizeof me)];
        struct cmsghdr align;
    } control = { 0 };
    struct iovec data = { .iov_base = (char *)(size_t)command, .iov_len = strlen(command) };
    struct msghdr msg = {
        .msg_iov = &data,
        .msg_iovlen = 1,
        .msg_control = control.space,
        .msg_controllen = sizeof control.space,
    };
    struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_CREDENTIALS;
    c->cmsg_len = CMSG_LEN(sizeof me);
    memcpy(CMSG_DATA(c), &me, sizeof me);
    return sendmsg(fd, &msg, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static int wait_readable(int fd, long long end)
{
    struct pollfd in = { .fd = fd, .events = POLLIN };
    long long left = end - acdr_clock_ms();
    int n = left > 0 ? poll(&in, 1, (int)left) : 0;
    if (n == 0)
        return -ETIMEDOUT;
    return n > 0 || errno == EINTR ? 0 : -errno;
}

/* It closes the connection after its answer. */
static int receive(int fd, struct acdr_strbuf *answer)
{
    long long end = acdr_clock_ms() + ANSWER_MS;
    char buf[4096];
    while (answer->len <= ANSWER_MAX) {
        int rc = wait_readable(fd, end);
        if (rc < 0)
            return rc;
        ssize_t n = recv(fd, buf, sizeof buf, MSG_DONTWAIT);
        if (n == 0)
            return 0;
        if (n > 0)
            acdr_strbuf_addn(answer, buf, (size_t)n);
        else if (errno != EINTR && errno != EAGAIN)
            return -errno;
    }
    return -EMSGSIZE;
}

static int ask(struct acdr_root *r, char **ret, struct acdr_err *e)
{
    acdr_auto(strbuf) struct acdr_strbuf answer = { 0 };
    int pid;
    int rc = find(r, &pid, e);
    if (rc == 0)
        rc = wait_idle(r, pid, e);
    if (rc < 0)
        return rc;
    acdr_auto(close) int fd = dial_pid(pid, e);
    if (fd < 0)
        return fd;
    rc = send_command(fd, "setup");
    if (rc == 0)
        rc = receive(fd, &answer);
    if (rc < 0)
        return acdr_err_errno(e, -rc, "irqbalance %d: no answer", pid);
    *ret = acdr_strbuf_take(&answer);
    return *ret ? 0 : acdr_err_nomem(e);
}

static int send_order(struct acdr_root *r, const char *command, struct acdr_err *e)
{
    int pid;
    int rc = find(r, &pid, e);
    if (rc < 0)
        return rc;
    if (strlen(command) > COMMAND_MAX)
        return acdr_err_set(e, EMSGSIZE,
                            "irqbalance %d: cannot accept a list of this length: %.40s...", pid,
                            command);
    acdr_auto(close) int fd = dial_pid(pid, e);
    if (fd < 0)
        return fd;
    rc = send_command(fd, command);
    return rc < 0 ? acdr_err_errno(e, -rc, "irqbalance %d: cannot send the CPU list", pid) : 0;
}

int acdr_irqbalance_parse(struct acdr_bitmap *ret, const char *setup)
{
    static const char word[] = "BANNED ";
    const char *mask = strstr(setup, word);
    if (!mask)
        return -EINVAL;
    mask += sizeof word - 1;
    acdr_auto(free) char *copy = strndup(mask, strcspn(mask, " \n"));
    return copy ? acdr_bitmap_parse_mask(ret, copy) : -ENOMEM;
}

static int read_ban(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    struct acdr_bitmap s;
    acdr_auto(free) char *setup = NULL;
    (void)rest;
    int rc = ask(r, &setup, e);
    if (rc < 0)
        return rc;
    rc = acdr_irqbalance_parse(&s, setup);
    if (rc < 0)
        return acdr_err_set(e, -rc, "irqbalance: does not report its excluded CPUs: %.80s", setup);
    return acdr_value_print(&s, ret, e);
}

static int write_ban(struct acdr_root *r, const char *rest, const char *now, const char *want,
                     struct acdr_err *e)
{
    struct acdr_bitmap s;
    acdr_auto(free) char *list = NULL;
    (void)rest;
    (void)now;
    int rc = acdr_value_parse(&s, want, "irqbalance", e);
    if (rc == 0)
        rc = acdr_value_print(&s, &list, e);
    if (rc < 0)
        return rc;
    acdr_auto(free) char *command = acdr_text_format("settings cpus %s", *list ? list : "NULL");
    return command ? send_order(r, command, e) : acdr_err_nomem(e);
}

const struct acdr_knob_kind acdr_irqbalance_ban = {
    .prefix = "irqbalance",
    .form = ACDR_KNOB_SET,
    .readback_later = true,
    .read = read_ban,
    .write = write_ban,
};
