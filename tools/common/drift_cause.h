/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who usually changes a setting, and what mends it. */
#ifndef ACDR_TOOLS_COMMON_DRIFT_CAUSE_H
#define ACDR_TOOLS_COMMON_DRIFT_CAUSE_H

#include <stddef.h>

#include <acdr/base.h>

/* For an entry of the list "drift" of acdr_verify(): a sentence, and a command. NULL if the setting
 * is gone or cannot be read. */
const char *drift_cause(const struct acdr_item *drift);
/* The command, in BUF. */
const char *drift_remedy(const struct acdr_item *drift, char *buf, size_t size);

#endif
