/*
 * irqbalance:, the CPUs that a running irqbalance does not use. Knows its socket, which takes one
 * command a connection and believes only uid 0; never restarts it.
 *
 * A ban shows, and works, from irqbalance's next rescan on, up to ten seconds later, and is lost
 * when it is restarted: hence ACDR_KNOB_LAZY.
 */
#include "irqbalance.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include "kinds.h"
#include "text.h"
#include "value.h"

#define FOLDER "/run/irqbalance"

/* It reads one command into 500 bytes, and puts an end behind it. */
enum { COMMAND_MAX = 499, WAIT_S = 2 };

struct line {
    struct acdr_root *root;
    int fd;
};

/* NAME begins with "@" for the abstract kind. The socket, or -errno. */
static int dial(const char *name)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    const struct timeval wait = {.tv_sec = WAIT_S};
    size_t len = strlen(name);
    if (len >= sizeof addr.sun_path)
        return -ENAMETOOLONG;
    memcpy(addr.sun_path, name, len);
    if (name[0] == '@')
        addr.sun_path[0] = '\0';
    acdr_auto(close) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    if (connect(fd, (struct sockaddr *)&addr, size) < 0)
        return -errno;
    int taken = fd;
    fd = -1;
    return taken;
}

/* Sockets that nobody answers were left behind by one that was killed. */
static int try_file(void *arg, const char *name)
{
    struct line *l = arg;
    char path[sizeof FOLDER + 64];
    if (strncmp(name, "irqbalance", 10) != 0 || strlen(name) > 60)
        return 0;
    snprintf(path, sizeof path, FOLDER "/%s", name);
    l->fd = dial(path);
    return l->fd >= 0;
}

static int try_process(void *arg, const char *name)
{
    struct line *l = arg;
    char comm[32], path[64];
    if (name[0] < '0' || name[0] > '9' ||
        acdr_root_get(l->root, comm, sizeof comm, "/proc/%s/comm", name) < 0 ||
        strcmp(comm, "irqbalance") != 0)
        return 0;
    snprintf(path, sizeof path, "@irqbalance%.16s.sock", name);
    l->fd = dial(path);
    return l->fd >= 0;
}

static int dial_any(struct acdr_root *r, struct acdr_err *e)
{
    struct line l = {.root = r, .fd = -1};
    int rc = acdr_value_live(r, "irqbalance", e);
    if (rc < 0)
        return rc;
    if (acdr_root_list(r, FOLDER, try_file, &l) <= 0)
        acdr_root_list(r, "/proc", try_process, &l);
    return l.fd >= 0 ? l.fd : acdr_err_set(e, ENOENT, "irqbalance: does not run");
}

static int send_command(int fd, const char *command)
{
    const struct ucred me = {.pid = getpid(), .uid = geteuid(), .gid = getegid()};
    union {
        char space[CMSG_SPACE(sizeof me)];
        struct cmsghdr align;
    } control = {0};
    struct iovec data = {.iov_base = (char *)(size_t)command, .iov_len = strlen(command)};
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

/* It closes when the command is done: so to wait for the end is to wait for that. */
static int receive(int fd, struct acdr_text *answer)
{
    char buf[4096];
    for (;;) {
        ssize_t n = recv(fd, buf, sizeof buf, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN ? -ETIMEDOUT : -errno;
        if (n == 0)
            return 0;
        acdr_text_addn(answer, buf, (size_t)n);
    }
}

static int ask(struct acdr_root *r, const char *command, char **ret, struct acdr_err *e)
{
    acdr_auto(text) struct acdr_text answer = {0};
    if (strlen(command) > COMMAND_MAX)
        return acdr_err_set(e, EMSGSIZE, "irqbalance: cannot take a list as long as this: %.40s...",
                            command);
    acdr_auto(close) int fd = dial_any(r, e);
    if (fd < 0)
        return fd;
    int rc = send_command(fd, command);
    if (rc == 0)
        rc = receive(fd, &answer);
    if (rc < 0)
        return acdr_err_errno(e, -rc, "irqbalance: no answer to \"%.40s\"", command);
    *ret = acdr_text_take(&answer);
    return *ret ? 0 : acdr_err_nomem(e);
}

int acdr_irqbalance_parse(struct acdr_cpus *ret, const char *setup)
{
    static const char word[] = "BANNED ";
    const char *mask = strstr(setup, word);
    if (!mask)
        return -EINVAL;
    mask += sizeof word - 1;
    acdr_auto(free) char *copy = strndup(mask, strcspn(mask, " \n"));
    return copy ? acdr_cpus_parse_mask(ret, copy) : -ENOMEM;
}

static int read_ban(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    struct acdr_cpus s;
    acdr_auto(free) char *setup = NULL;
    (void)rest;
    int rc = ask(r, "setup", &setup, e);
    if (rc < 0)
        return rc;
    rc = acdr_irqbalance_parse(&s, setup);
    if (rc < 0)
        return acdr_err_set(e, -rc, "irqbalance: does not tell whom it leaves alone: %.80s", setup);
    return acdr_value_print(&s, ret, e);
}

static int write_ban(struct acdr_root *r, const char *rest, const char *now, const char *want,
                     struct acdr_err *e)
{
    struct acdr_cpus s;
    acdr_auto(free) char *list = NULL;
    acdr_auto(free) char *answer = NULL;
    (void)rest;
    (void)now;
    int rc = acdr_value_parse(&s, want, "irqbalance", e);
    if (rc == 0)
        rc = acdr_value_print(&s, &list, e);
    if (rc < 0)
        return rc;
    acdr_auto(free) char *command = acdr_text_format("settings cpus %s", *list ? list : "NULL");
    return command ? ask(r, command, &answer, e) : acdr_err_nomem(e);
}

const struct acdr_knob_kind acdr_irqbalance_ban = {
    .prefix = "irqbalance",
    .flags = ACDR_KNOB_SET | ACDR_KNOB_LAZY,
    .read = read_ban,
    .write = write_ban,
};
