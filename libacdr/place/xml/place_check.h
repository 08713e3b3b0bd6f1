/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What of a domain's XML excludes any place on a host. */
#ifndef ACDR_PLACE_XML_PLACE_CHECK_H
#define ACDR_PLACE_XML_PLACE_CHECK_H

#include "place_find.h"

/* Compare what libvirt will write with what the host and the cgroup of its guests have. 0; with E,
 * which names the element: -ENOSPC, or -EINVAL if numad is to decide; -ENOMEM. */
int acdr_place_check_xml(const struct acdr_place_request *q, struct acdr_err *e);

#endif
