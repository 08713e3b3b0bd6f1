/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See netdev.h. */
#include "netdev.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { ANSWER_MAX = 32768 }; /* the maximum size in bytes of a piece of a kernel dump */

struct message {
    struct nlmsghdr nl;
    struct genlmsghdr genl;
    char attrs[64];
};

static size_t put(char *attrs, size_t at, uint16_t type, const void *data, size_t len)
{
    struct nlattr a = { .nla_len = (uint16_t)(NLA_HDRLEN + len), .nla_type = type };

    memcpy(attrs + at, &a, sizeof(a));
    memcpy(attrs + at + NLA_HDRLEN, data, len);
    return at + NLA_ALIGN(NLA_HDRLEN + len);
}

void acdr_netdev_add(struct acdr_netdev_request *r, uint16_t type, uint32_t value)
{
    r->len = put(r->attrs, r->len, type, &value, sizeof(value));
}

static int send_to(int fd, uint16_t family, const struct acdr_netdev_request *r)
{
    struct message m = {
        .nl = { .nlmsg_len = (uint32_t)(offsetof(struct message, attrs) + r->len),
                .nlmsg_type = family,
                .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | (r->dump ? NLM_F_DUMP : NLM_F_ACK)) },
        .genl = { .cmd = r->command, .version = 1 },
    };

    memcpy(m.attrs, r->attrs, r->len);
    return send(fd, &m, m.nl.nlmsg_len, 0) < 0 ? -errno : 0;
}

const char *acdr_netdev_next(const char *attrs, size_t end, size_t *at, uint16_t *type, size_t *len)
{
    struct nlattr a;
    const char *data;

    if (*at + sizeof(a) > end)
        return NULL;
    memcpy(&a, attrs + *at, sizeof(a));
    if (a.nla_len < NLA_HDRLEN || *at + a.nla_len > end)
        return NULL;
    *type = a.nla_type & NLA_TYPE_MASK;
    *len = (size_t)a.nla_len - NLA_HDRLEN;
    data = attrs + *at + NLA_HDRLEN;
    *at += NLA_ALIGN(a.nla_len);
    return data;
}

uint64_t acdr_netdev_number(const char *data, size_t len)
{
    uint64_t v64 = 0;
    uint32_t v32 = 0;
    uint16_t v16 = 0;

    if (len == sizeof(v64))
        memcpy(&v64, data, len);
    else if (len == sizeof(v32))
        memcpy(&v32, data, len);
    else if (len == sizeof(v16))
        memcpy(&v16, data, len);
    return v64 + v32 + v16;
}

/* The number after the header of NLMSG_ERROR and, since Linux 4.9, NLMSG_DONE. */
static int verdict(const char *buf, size_t len)
{
    int32_t code = 0;

    if (len >= NLMSG_HDRLEN + sizeof(code))
        memcpy(&code, buf + NLMSG_HDRLEN, sizeof(code));
    return code > 0 ? -EBADMSG : code;
}

int acdr_netdev_parse(const void *buf, size_t len, acdr_netdev_fn *fn, void *arg)
{
    const size_t head = NLMSG_HDRLEN + GENL_HDRLEN;
    const char *at = buf;
    struct nlmsghdr h;

    for (; len >= sizeof(h); at += NLMSG_ALIGN(h.nlmsg_len), len -= NLMSG_ALIGN(h.nlmsg_len)) {
        memcpy(&h, at, sizeof(h));
        if (h.nlmsg_len < sizeof(h) || h.nlmsg_len > len)
            return -EBADMSG;
        if (h.nlmsg_type == NLMSG_DONE || h.nlmsg_type == NLMSG_ERROR)
            return verdict(at, h.nlmsg_len);
        if (h.nlmsg_type >= NLMSG_MIN_TYPE && h.nlmsg_len >= head)
            fn(arg, at + head, h.nlmsg_len - head);
        if (NLMSG_ALIGN(h.nlmsg_len) >= len)
            break;
    }
    return 1;
}

static int take_answer(int fd, acdr_netdev_fn *fn, void *arg)
{
    acdr_auto(free) char *buf = malloc(ANSWER_MAX);
    ssize_t n;
    int rc = 1;

    if (!buf)
        return -ENOMEM;
    while (rc > 0) {
        n = recv(fd, buf, ANSWER_MAX, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? -errno : -EBADMSG;
        rc = acdr_netdev_parse(buf, (size_t)n, fn, arg);
    }
    return rc;
}

int acdr_netdev_ask(const struct acdr_netdev *n, const struct acdr_netdev_request *r,
                    acdr_netdev_fn *fn, void *arg)
{
    int rc = send_to(n->fd, n->family, r);

    return rc < 0 ? rc : take_answer(n->fd, fn, arg);
}

static void take_family(void *arg, const char *attrs, size_t len)
{
    uint16_t *family = arg, type;
    size_t at = 0, size;
    const char *data;

    while ((data = acdr_netdev_next(attrs, len, &at, &type, &size)))
        if (type == CTRL_ATTR_FAMILY_ID)
            *family = (uint16_t)acdr_netdev_number(data, size);
}

/* The kernel assigns each family a number at start. */
static int find_family(struct acdr_netdev *n)
{
    struct acdr_netdev_request r = { .command = CTRL_CMD_GETFAMILY };
    int rc;

    r.len = put(r.attrs, 0, CTRL_ATTR_FAMILY_NAME, "netdev", sizeof("netdev"));
    rc = send_to(n->fd, GENL_ID_CTRL, &r);
    if (rc == 0)
        rc = take_answer(n->fd, take_family, &n->family);
    if (rc == -ENOENT)
        return -EOPNOTSUPP;
    return rc == 0 && !n->family ? -EBADMSG : rc;
}

int acdr_netdev_open(struct acdr_netdev *ret)
{
    const struct timeval patience = { .tv_sec = 1 };
    int rc;

    *ret = (struct acdr_netdev){ .fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
                                              NETLINK_GENERIC) };
    if (ret->fd < 0)
        return -errno;
    setsockopt(ret->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    rc = find_family(ret);
    if (rc < 0)
        acdr_netdev_close(ret);
    return rc;
}

void acdr_netdev_close(struct acdr_netdev *n)
{
    if (n->fd >= 0)
        close(n->fd);
    n->fd = -1;
}
