/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a network driver counts of each queue. Knows the kernel's netlink family "netdev"
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
    double packets, bytes; /* since the driver was loaded; -1 where it does not tell */
};

typedef void acdr_qstats_fn(void *arg, const struct acdr_qstat *q);

struct acdr_qstats; /* a netlink socket */

/* -EOPNOTSUPP with E: this kernel has no such family; another -errno of the socket. This machine
 * only. */
int acdr_qstats_open(struct acdr_qstats **ret, struct acdr_err *e);
void acdr_qstats_close(struct acdr_qstats *q);

/* FN for each queue of the interface. 0; -EOPNOTSUPP: its driver tells of none; -ENODEV: there is
 * no such interface; another -errno of the socket, which has to be closed then: what is left of the
 * answer would be taken for the next one's. */
int acdr_qstats_get(struct acdr_qstats *q, int ifindex, acdr_qstats_fn *fn, void *arg);

/* One datagram of an answer: FN for each queue in it. 1: more come; 0: that was all; -errno as the
 * kernel said; -EBADMSG. */
int acdr_qstats_parse(const void *buf, size_t len, acdr_qstats_fn *fn, void *arg);

#endif
