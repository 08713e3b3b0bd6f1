/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Asking a network driver. Knows the ioctl: RSS can be set by it on every kernel, by netlink since
 * 6.17 only. Knows no command itself.
 */
#include "ethtool.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <linux/ethtool.h>
#include <linux/sockios.h>

#include "kernel_calls.h"
#include "value.h"

static int call(const char *name, void *cmd)
{
    struct ifreq req = { .ifr_data = cmd };
    acdr_auto(close) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    memcpy(req.ifr_name, name, strnlen(name, IFNAMSIZ - 1));
    return ioctl(fd, SIOCETHTOOL, &req) < 0 ? -errno : 0;
}

int acdr_ethtool(struct acdr_root *r, const char *name, void *cmd, const char *what,
                 struct acdr_err *e)
{
    const struct acdr_kernel_calls *calls = acdr_root_calls(r);
    bool made_up = calls && calls->ethtool;
    int rc = made_up ? 0 : acdr_value_live(r, name, e);

    if (rc < 0)
        return rc;
    rc = made_up ? calls->ethtool(name, cmd) : call(name, cmd);
    if (rc == -EOPNOTSUPP)
        return acdr_err_set(e, EOPNOTSUPP, "%s: its driver has no %s", name, what);
    return rc < 0 ? acdr_err_errno(e, -rc, "%s: %s", name, what) : 0;
}

int acdr_ethtool_split(const char *rest, char name[16], const char **more, struct acdr_err *e)
{
    size_t len = strcspn(rest, "/");

    if (len == 0 || len > 15 || !rest[len])
        return acdr_err_set(e, EINVAL, "%s: not INTERFACE/NAME", rest);
    memcpy(name, rest, len);
    name[len] = '\0';
    *more = rest + len + 1;
    return 0;
}
