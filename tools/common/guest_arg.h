/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The XML of the guest that a command concerns. */
#ifndef ACDR_TOOLS_COMMON_GUEST_ARG_H
#define ACDR_TOOLS_COMMON_GUEST_ARG_H

#include "tool.h"

/* A whole file, "-" for stdin; the caller frees *RET. 0 or -errno; -EFBIG: longer than MAX. */
int tool_read_file(const char *path, size_t max, char **ret, size_t *len, struct acdr_err *e);

/* The file of --xml, or the XML of the first argument: libvirt's, or that in the files of --root;
 * the caller frees *ret. 0 or -errno. */
int tool_guest_xml(const struct tool *t, char **ret, size_t *len, struct acdr_err *e);

/* The same as a request, with the class that --class names. */
int tool_guest_request(const struct tool *t, struct acdr_request **ret, struct acdr_err *e);

/* libvirt's status file of a running guest (a <domstatus>), without a call to libvirt; likewise. */
int tool_guest_status(const struct tool *t, const char *name, char **ret, size_t *len,
                      struct acdr_err *e);

#endif
