/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The texts of acdr top: help, the line about the host, and lines that fit a width. Pure. */
#ifndef ACDR_TOOLS_TOP_TOP_TEXTS_H
#define ACDR_TOOLS_TOP_TOP_TEXTS_H

#include "top_keys.h"

/* The keys of the page, and what its columns mean; the caller frees. NULL if out of memory. */
char *top_help(const struct top_state *s);
/* TEXT with each line broken at blanks where it is longer than WIDTH columns, what follows indented
 * like the line and by two more; the caller frees. NULL if out of memory. */
char *top_wrap(const char *text, int width);
/* What the CPUs that are watched do, from the N readings V; without rates, how many they are. */
void top_host_line(const struct tool_reading *v, size_t n, char buf[TOP_LINE]);

#endif
