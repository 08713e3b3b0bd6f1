/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What one guest runs on, layer by layer, as a tree: acdr_map() in acdr/watch.h. */
#ifndef ACDR_OBSERVE_CHAIN_H
#define ACDR_OBSERVE_CHAIN_H

#include "probe.h"

int acdr_chain_report(struct acdr_root *root, const struct acdr_status_source *source,
                      const char *guest, struct acdr_item **ret, struct acdr_err *e);

#endif
