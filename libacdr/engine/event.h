/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libvirt's hook operations, turned into conditioning. */
#ifndef ACDR_ENGINE_EVENT_H
#define ACDR_ENGINE_EVENT_H

#include "guest_request.h"

struct acdr_item;

/* Does OP condition or release a guest? All other operations do nothing. */
bool acdr_event_known(const char *op);

/* As acdr_request_event() in acdr/request.h; VERDICT is a map to fill, or NULL. */
int acdr_event_run(struct acdr_request *q, const char *name, const char *op,
                   struct acdr_item *verdict, struct acdr_err *e);
/* As acdr_request_may_fail(); also for XML that cannot be parsed. */
int acdr_event_fatal(struct acdr_request *q, const char *name, const char *op);
int acdr_event_fatal_unread(struct acdr *a, const char *name, const char *op);

#endif
