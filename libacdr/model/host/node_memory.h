/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A node's memory according to meminfo and zoneinfo. */
#ifndef ACDR_MODEL_HOST_NODE_MEMORY_H
#define ACDR_MODEL_HOST_NODE_MEMORY_H

#include "auto.h"
#include "root.h"

/* The value in kB of KEY ("MemFree:"), which follows "Node 0 " or begins a line; -1 if there is
 * none. */
long long acdr_meminfo_kb(const char *meminfo, const char *key);
/* The memory of NODE available to a new program, -1 if unknown. ZONEINFO may be NULL: then no
 * reserves are deducted. */
long long acdr_node_available_kb(const char *meminfo, const char *zoneinfo, int node);
/* The lines of zoneinfo that are used here; the caller frees. NULL: it cannot be read, or out of
 * memory. */
char *acdr_zoneinfo_read(struct acdr_root *root);
/* The same, from a text. */
char *acdr_zoneinfo_shorten(const char *zoneinfo);

#endif
