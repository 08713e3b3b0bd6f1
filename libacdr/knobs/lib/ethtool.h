/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The ethtool interface of a network driver, for rss.c, flow_rule.c, nic.c, link_speed.c. */
#ifndef ACDR_KNOBS_LIB_ETHTOOL_H
#define ACDR_KNOBS_LIB_ETHTOOL_H

#include "err.h"
#include "root.h"

/* One command for the interface NAME; CMD is a struct of linux/ethtool.h whose first member is the
 * command. 0; -errno with E, which says WHAT could not be done; -ENODEV: no such interface;
 * -EOPNOTSUPP: the driver cannot, or this is not this machine. */
int acdr_ethtool(struct acdr_root *r, const char *name, void *cmd, const char *what,
                 struct acdr_err *e);

/* "IF/MORE": the interface's name into NAME, and *more behind the slash. -EINVAL with E. */
int acdr_ethtool_split(const char *rest, char name[16], const char **more, struct acdr_err *e);

#endif
