/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The difference of two texts, line by line. */
#ifndef ACDR_TOOLS_COMMON_DIFF_H
#define ACDR_TOOLS_COMMON_DIFF_H

/* Print the unified diff from OLD to NEW on stdout, for patch(1), with NAME in its header; nothing
 * if they are equal. 0 or -ENOMEM. */
int tool_diff_print(const char *name, const char *old, const char *new);

#endif
