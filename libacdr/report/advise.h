/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Right-sizing: does a guest's topology fit this host's nodes? */
#ifndef ACDR_REPORT_ADVISE_H
#define ACDR_REPORT_ADVISE_H

#include "handle.h"
#include "item.h"
#include "guest_request.h"
#include "snapshot.h"

/* As acdr_request_advise() in acdr/request.h. */
int acdr_advise_report(struct acdr_request *q, struct acdr_snapshot *s, struct acdr_item **ret,
                       struct acdr_err *e);

#endif
