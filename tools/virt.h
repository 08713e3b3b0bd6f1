/* Asking libvirt (qemu:///system) about one domain, by name or UUID. */
#ifndef ACDR_TOOLS_VIRT_H
#define ACDR_TOOLS_VIRT_H

#include <stdbool.h>

#include <acdr/base.h>

/* The description that the domain's next start will use; the caller frees *ret. */
int acdr_virt_xml(const char *domain, char **ret, struct acdr_err *e);
/* Write the tag, or take it out where CLASS_NAME is NULL: for the next start, and in the running
 * guest. *running tells whether it runs. */
int acdr_virt_tag(const char *domain, const char *class_name, bool *running, struct acdr_err *e);

#endif
