/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What meminfo and zoneinfo say of a node's memory. */
#ifndef ACDR_MODEL_HOST_NODE_MEMORY_H
#define ACDR_MODEL_HOST_NODE_MEMORY_H

#include "auto.h"
#include "root.h"

/* The value in kB of KEY ("MemFree:"), which stands after "Node 0 " or at the beginning of a line;
 * -1 where there is none. */
long long acdr_meminfo_kb(const char *meminfo, const char *key);
/* What a new program could have of NODE, -1 where that is unknown. ZONEINFO may be NULL: then no
 * reserves are deducted. */
long long acdr_node_available_kb(const char *meminfo, const char *zoneinfo, int node);
/* The lines of zoneinfo that are used here; the caller frees. NULL: it cannot be read, or memory is
 * out. */
char *acdr_zoneinfo_read(struct acdr_root *root);
/* The same of a text. */
char *acdr_zoneinfo_shorten(const char *zoneinfo);

#endif
