/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Facts about SELinux, for the doctor and for recorded hosts. */
#ifndef ACDR_REPORT_SELINUX_MODULE_H
#define ACDR_REPORT_SELINUX_MODULE_H

#include <stdbool.h>
#include <stddef.h>

#include "root.h"

/* ACDR's module in the store of a policy, of a priority. */
#define ACDR_SELINUX_MODULES "/var/lib/selinux/%s/active/modules/%s/acdr"

bool acdr_selinux_enforces(struct acdr_root *r);
/* TYPE gets the policy's name. 1: it has ACDR's module; 0: it has not; -errno: not known. */
int acdr_selinux_has_module(struct acdr_root *r, char *type, size_t size);

#endif
