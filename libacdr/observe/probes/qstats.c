/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Requests a dump and walks the answer. The numbers are from linux/netdev.h, which older kernel
 * headers do not have. */
#include "qstats.h"

#include <errno.h>
#include <stdlib.h>

#include "netdev.h"

enum { QSTATS_GET = 12 };                                      /* NETDEV_CMD_ */
enum { IFINDEX = 1, QUEUE_TYPE = 2, QUEUE_ID = 3, SCOPE = 4 }; /* NETDEV_A_QSTATS_ */
enum { RX_PACKETS = 8, RX_BYTES = 9, TX_PACKETS = 10, TX_BYTES = 11 };
enum { SCOPE_QUEUE = 1, TYPE_TX = 1 };

struct acdr_qstats {
    struct acdr_netdev netdev;
};

struct walk {
    acdr_qstats_fn *fn;
    void *arg;
};

static void read_queue(void *arg, const char *attrs, size_t end)
{
    struct acdr_qstat q = { .ifindex = -1, .queue = -1, .packets = -1, .bytes = -1 };
    const struct walk *w = arg;
    size_t at = 0, len;
    const char *data;
    uint16_t type;

    while ((data = acdr_netdev_next(attrs, end, &at, &type, &len))) {
        uint64_t v = acdr_netdev_number(data, len);

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
        w->fn(w->arg, &q);
}

int acdr_qstats_parse(const void *buf, size_t len, acdr_qstats_fn *fn, void *arg)
{
    struct walk w = { fn, arg };

    return acdr_netdev_parse(buf, len, read_queue, &w);
}

int acdr_qstats_get(struct acdr_qstats *q, int ifindex, acdr_qstats_fn *fn, void *arg)
{
    struct acdr_netdev_request r = { .command = QSTATS_GET, .dump = true };
    struct walk w = { fn, arg };

    acdr_netdev_add(&r, IFINDEX, (uint32_t)ifindex);
    acdr_netdev_add(&r, SCOPE, SCOPE_QUEUE);
    return acdr_netdev_ask(&q->netdev, &r, read_queue, &w);
}

int acdr_qstats_open(struct acdr_qstats **ret, struct acdr_err *e)
{
    struct acdr_qstats *q = calloc(1, sizeof(*q));
    int rc;

    if (!q)
        return acdr_err_nomem(e);
    rc = acdr_netdev_open(&q->netdev);
    if (rc == 0) {
        *ret = q;
        return 0;
    }
    free(q);
    if (rc != -EOPNOTSUPP)
        return acdr_err_errno(e, -rc, "netlink family netdev");
    return acdr_err_set(e, EOPNOTSUPP, "this kernel does not count by queue (Linux 6.9 does)");
}

void acdr_qstats_close(struct acdr_qstats *q)
{
    if (q)
        acdr_netdev_close(&q->netdev);
    free(q);
}
