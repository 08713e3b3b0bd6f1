/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What disturbs a guest, found in the background while the page continues: the answer as text. */
#ifndef ACDR_TOOLS_TOP_TOP_WHY_H
#define ACDR_TOOLS_TOP_TOP_WHY_H

#include <acdr/acdr.h>

struct top_why;

/* Begin to watch GUEST of the host under ROOT for SECONDS, in a thread with its own handle. NULL:
 * no memory, or no thread. */
struct top_why *top_why_begin(const char *root, const char *guest, int seconds);
/* The answer, or why there is none; NULL: not yet. W owns it. */
const char *top_why_text(struct top_why *w);
/* Abandon it: a thread that still runs ends by itself and frees W. */
void top_why_drop(struct top_why *w);

#endif
