/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A network driver's statistics for each queue. Knows the kernel's netlink family "netdev"
 * (Documentation/netlink/specs/netdev.yaml, qstats-get with scope queue; Linux 6.9); does not know
 * whose packets they are.
 */
#ifndef ACDR_OBSERVE_PROBES_QSTATS_H
#define ACDR_OBSERVE_PROBES_QSTATS_H

#include <stdbool.h>
#include <stddef.h>

#include "auto.h"
#include "err.h"

struct acdr_qstat {
    int ifindex, queue;
    bool tx;
    double packets, bytes; /* since the driver was loaded; -1 if not reported */
};

typedef void acdr_qstats_fn(void *arg, const struct acdr_qstat *q);

struct acdr_qstats; /* a netlink socket */

/* -EOPNOTSUPP with E set: this kernel has no such family; another -errno of the socket. This
 * machine only. */
int acdr_qstats_open(struct acdr_qstats **ret, struct acdr_err *e);
void acdr_qstats_close(struct acdr_qstats *q);

/* Call FN for each queue of the interface. 0; -EOPNOTSUPP: its driver reports none; -ENODEV: no
 * such interface; another -errno of the socket, which must then be closed: the rest of the answer
 * would be read as part of the next one. */
int acdr_qstats_get(struct acdr_qstats *q, int ifindex, acdr_qstats_fn *fn, void *arg);

/* One datagram of an answer: call FN for each queue in it. 1: more to come; 0: the end; -errno from
 * the kernel; -EBADMSG. */
int acdr_qstats_parse(const void *buf, size_t len, acdr_qstats_fn *fn, void *arg);

#endif
