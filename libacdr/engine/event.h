/* libvirt's hook operations, turned into conditioning. */
#ifndef ACDR_ENGINE_EVENT_H
#define ACDR_ENGINE_EVENT_H

#include "domain.h"
#include "handle.h"

/* As acdr_event() and acdr_event_may_fail() in acdr/live.h. */
int acdr_event_run(struct acdr *a, const char *name, const char *op, const char *xml, size_t len,
                   struct acdr_err *e);
int acdr_event_fatal(struct acdr *a, const char *name, const char *op, const char *xml,
                     size_t len);

/* The class that a domain's tag (or OVERRIDE) names. 1: no tag. -EINVAL: the tag is wrong, with the
 * tag and the classes that there are; -ENOENT: no such class, likewise. */
int acdr_event_class(struct acdr *a, const struct acdr_domain *d, const char *override,
                     struct acdr_class **ret, struct acdr_err *e);

#endif
