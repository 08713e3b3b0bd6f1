/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Requests a dump and walks the answer. The numbers are from linux/netdev.h, which older kernel
 * headers do not have. */
#include "qstats.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { QSTATS_GET = 12 };                                      /* NETDEV_CMD_ */
enum { IFINDEX = 1, QUEUE_TYPE = 2, QUEUE_ID = 3, SCOPE = 4 }; /* NETDEV_A_QSTATS_ */
enum { RX_PACKETS = 8, RX_BYTES = 9, TX_PACKETS = 10, TX_BYTES = 11 };
enum { SCOPE_QUEUE = 1, TYPE_TX = 1 };
enum { ANSWER_MAX = 32768 }; /* the maximum size in bytes of a piece of a kernel dump */

struct acdr_qstats {
    int fd;
    uint16_t family;
};

struct request {
    struct nlmsghdr nl;
    struct genlmsghdr genl;
    char attrs[64];
};

static void add_attr(struct request *r, uint16_t type, const void *data, size_t len)
{
    struct nlattr a = { .nla_len = (uint16_t)(NLA_HDRLEN + len), .nla_type = type };
    char *at = r->attrs + r->nl.nlmsg_len - offsetof(struct request, attrs);

    memcpy(at, &a, sizeof(a));
    memcpy(at + NLA_HDRLEN, data, len);
    r->nl.nlmsg_len += (uint32_t)NLA_ALIGN(NLA_HDRLEN + len);
}

static int ask(const struct acdr_qstats *q, struct request *r)
{
    ssize_t n = send(q->fd, r, r->nl.nlmsg_len, 0);

    return n < 0 ? -errno : 0;
}

static struct request make(uint16_t family, uint8_t command, uint16_t flags)
{
    return (struct request){
        .nl = { .nlmsg_len = offsetof(struct request, attrs),
                .nlmsg_type = family,
                .nlmsg_flags = NLM_F_REQUEST | flags },
        .genl = { .cmd = command, .version = 1 },
    };
}

/* The attribute at BUF + *AT; *AT advances past it. LEN: of its payload. NULL: no more. */
static const char *next_attr(const char *buf, size_t end, size_t *at, uint16_t *type, size_t *len)
{
    struct nlattr a;
    const char *data;

    if (*at + sizeof(a) > end)
        return NULL;
    memcpy(&a, buf + *at, sizeof(a));
    if (a.nla_len < NLA_HDRLEN || *at + a.nla_len > end)
        return NULL;
    *type = a.nla_type & NLA_TYPE_MASK;
    *len = (size_t)a.nla_len - NLA_HDRLEN;
    data = buf + *at + NLA_HDRLEN;
    *at += NLA_ALIGN(a.nla_len);
    return data;
}

/* Numbers have 2, 4 or 8 bytes, the latter two depending on the value. */
static uint64_t number(const char *data, size_t len)
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

static void read_queue(const char *buf, size_t end, acdr_qstats_fn *fn, void *arg)
{
    struct acdr_qstat q = { .ifindex = -1, .queue = -1, .packets = -1, .bytes = -1 };
    size_t at = NLMSG_HDRLEN + GENL_HDRLEN, len;
    const char *data;
    uint16_t type;

    while ((data = next_attr(buf, end, &at, &type, &len))) {
        uint64_t v = number(data, len);

        if (type == IFINDEX)
            q.ifindex = (int)v;
        else if (type == QUEUE_TYPE)
            q.tx = v == TYPE_TX;
        else if (type == QUEUE_ID)
            q.queue = (int)v;
        else if (type == RX_PACKETS || type == TX_PACKETS)
            q.packets = (double)v;
        else if (type == RX_BYTES || type == TX_BYTES)
            q.bytes = (double)v;
    }
    if (q.ifindex > 0 && q.queue >= 0)
        fn(arg, &q);
}

/* The number after the header of NLMSG_ERROR and, since Linux 4.9, NLMSG_DONE. */
static int verdict(const char *buf, size_t len)
{
    int32_t code = 0;

    if (len >= NLMSG_HDRLEN + sizeof(code))
        memcpy(&code, buf + NLMSG_HDRLEN, sizeof(code));
    return code > 0 ? -EBADMSG : code;
}

int acdr_qstats_parse(const void *buf, size_t len, acdr_qstats_fn *fn, void *arg)
{
    const char *at = buf;
    struct nlmsghdr h;

    for (; len >= sizeof(h); at += NLMSG_ALIGN(h.nlmsg_len), len -= NLMSG_ALIGN(h.nlmsg_len)) {
        memcpy(&h, at, sizeof(h));
        if (h.nlmsg_len < sizeof(h) || h.nlmsg_len > len)
            return -EBADMSG;
        if (h.nlmsg_type == NLMSG_DONE || h.nlmsg_type == NLMSG_ERROR)
            return verdict(at, h.nlmsg_len);
        if (h.nlmsg_type >= NLMSG_MIN_TYPE && h.nlmsg_len >= NLMSG_HDRLEN + GENL_HDRLEN)
            read_queue(at, h.nlmsg_len, fn, arg);
        if (NLMSG_ALIGN(h.nlmsg_len) >= len)
            break;
    }
    return 1;
}

static int take_answer(const struct acdr_qstats *q, acdr_qstats_fn *fn, void *arg)
{
    acdr_auto(free) char *buf = malloc(ANSWER_MAX);
    ssize_t n;
    int rc = 1;

    if (!buf)
        return -ENOMEM;
    while (rc > 0) {
        n = recv(q->fd, buf, ANSWER_MAX, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? -errno : -EBADMSG;
        rc = acdr_qstats_parse(buf, (size_t)n, fn, arg);
    }
    return rc;
}

int acdr_qstats_get(struct acdr_qstats *q, int ifindex, acdr_qstats_fn *fn, void *arg)
{
    struct request r = make(q->family, QSTATS_GET, NLM_F_DUMP);
    uint32_t index = (uint32_t)ifindex, scope = SCOPE_QUEUE;
    int rc;

    add_attr(&r, IFINDEX, &index, sizeof(index));
    add_attr(&r, SCOPE, &scope, sizeof(scope));
    rc = ask(q, &r);
    return rc < 0 ? rc : take_answer(q, fn, arg);
}

/* The kernel assigns each family a number at start. */
static int find_family(struct acdr_qstats *q)
{
    struct request r = make(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
    char buf[4096];
    struct nlmsghdr h;
    size_t at = NLMSG_HDRLEN + GENL_HDRLEN, len;
    const char *data;
    uint16_t type;
    ssize_t n;
    int rc;

    add_attr(&r, CTRL_ATTR_FAMILY_NAME, "netdev", sizeof("netdev"));
    rc = ask(q, &r);
    if (rc < 0)
        return rc;
    do
        n = recv(q->fd, buf, sizeof(buf), 0);
    while (n < 0 && errno == EINTR);
    if (n < (ssize_t)sizeof(h))
        return n < 0 ? -errno : -EBADMSG;
    memcpy(&h, buf, sizeof(h));
    if (h.nlmsg_type == NLMSG_ERROR)
        return verdict(buf, (size_t)n) < 0 ? -EOPNOTSUPP : -EBADMSG;
    while ((data = next_attr(buf, (size_t)n, &at, &type, &len)))
        if (type == CTRL_ATTR_FAMILY_ID)
            q->family = (uint16_t)number(data, len);
    return q->family ? 0 : -EBADMSG;
}

int acdr_qstats_open(struct acdr_qstats **ret, struct acdr_err *e)
{
    const struct timeval patience = { .tv_sec = 1 };
    struct acdr_qstats *q = calloc(1, sizeof(*q));
    int rc;

    if (!q)
        return acdr_err_nomem(e);
    q->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
    rc = q->fd < 0 ? -errno : 0;
    if (rc == 0)
        setsockopt(q->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    if (rc == 0)
        rc = find_family(q);
    if (rc == 0) {
        *ret = q;
        return 0;
    }
    acdr_qstats_close(q);
    if (rc != -EOPNOTSUPP)
        return acdr_err_errno(e, -rc, "netlink family netdev");
    return acdr_err_set(e, EOPNOTSUPP, "this kernel does not count by queue (Linux 6.9 does)");
}

void acdr_qstats_close(struct acdr_qstats *q)
{
    if (q && q->fd >= 0)
        close(q->fd);
    free(q);
}
