/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Questions to the kernel's netlink family "netdev" (Documentation/netlink/specs/netdev.yaml, since
 * Linux 6.3). Knows the form of messages, none of their contents. This machine only.
 */
#ifndef ACDR_BASE_NETDEV_H
#define ACDR_BASE_NETDEV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auto.h"

struct acdr_netdev {
    int fd;
    uint16_t family;
};

struct acdr_netdev_request {
    uint8_t command;
    bool dump; /* for all that the attributes select */
    size_t len;
    char attrs[64];
};

/* One message of an answer: its attributes. */
typedef void acdr_netdev_fn(void *arg, const char *attrs, size_t len);

/* 0; -EOPNOTSUPP: this kernel has no such family; other -errno. */
int acdr_netdev_open(struct acdr_netdev *ret);
void acdr_netdev_close(struct acdr_netdev *n);

void acdr_netdev_add(struct acdr_netdev_request *r, uint16_t type, uint32_t value);
/* Send it, and call FN for each message of the answer. 0; or -errno from the kernel or of the
 * socket, which must then be closed: the rest would be read as part of the next answer. */
int acdr_netdev_ask(const struct acdr_netdev *n, const struct acdr_netdev_request *r,
                    acdr_netdev_fn *fn, void *arg);
/* One datagram of an answer. 1: more to come; 0: the end; -errno from the kernel; -EBADMSG. */
int acdr_netdev_parse(const void *buf, size_t len, acdr_netdev_fn *fn, void *arg);

/* The attribute at ATTRS + *AT; *AT advances past it. LEN: of its payload. NULL: no more. */
const char *acdr_netdev_next(const char *attrs, size_t end, size_t *at, uint16_t *type,
                             size_t *len);
/* Numbers have 2, 4 or 8 bytes, the latter two depending on the value. */
uint64_t acdr_netdev_number(const char *data, size_t len);

#endif
