/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Asking libvirt (qemu:///system) about one domain, by name or UUID, and starting it. */
#ifndef ACDR_TOOLS_COMMON_VIRT_H
#define ACDR_TOOLS_COMMON_VIRT_H

#include <stdbool.h>

#include <acdr/base.h>

/* The description that the domain's next start will use; the caller frees *ret. */
int virt_xml(const char *domain, char **ret, struct acdr_err *e);
/* The same with all secrets, for a start; -EBUSY where it runs already. *saved: it would be
 * restored from a managed save. */
int virt_definition(const char *domain, char **ret, bool *saved, struct acdr_err *e);
/* Start it, by XML in place of its definition where not NULL; the definition stays as it is. */
int virt_start(const char *domain, const char *xml, struct acdr_err *e);
/* Write the tag, or take it out where CLASS_NAME is NULL: for the next start, and in the running
 * guest. *running tells whether it runs. */
int virt_tag(const char *domain, const char *class_name, bool *running, struct acdr_err *e);

/* A connection that may only look, for events; NULL where libvirt cannot be reached. */
void *virt_listen(void);

#endif
