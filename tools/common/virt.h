/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Queries libvirt (qemu:///system) about one domain, by name or UUID, and starts it. */
#ifndef ACDR_TOOLS_COMMON_VIRT_H
#define ACDR_TOOLS_COMMON_VIRT_H

#include <stdbool.h>

#include <acdr/base.h>

/* The XML of the domain's next start; the caller frees *ret. */
int virt_xml(const char *domain, char **ret, struct acdr_err *e);
/* The same with all secrets, for a start; -EBUSY if it already runs. *saved: it would be restored
 * from a managed save. */
int virt_definition(const char *domain, char **ret, bool *saved, struct acdr_err *e);
/* Start it, with XML, if not NULL, instead of its definition; the definition stays unchanged. */
int virt_start(const char *domain, const char *xml, struct acdr_err *e);
/* Write the tag, or remove it if CLASS_NAME is NULL: for the next start, and in the running guest.
 * *running: does it run? */
int virt_tag(const char *domain, const char *class_name, bool *running, struct acdr_err *e);

/* A read-only connection for events; NULL with E if libvirt cannot be reached. */
void *virt_listen(struct acdr_err *e);

#endif
