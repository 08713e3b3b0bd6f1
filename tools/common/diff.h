/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two texts, and the lines in which they differ. */
#ifndef ACDR_TOOLS_COMMON_DIFF_H
#define ACDR_TOOLS_COMMON_DIFF_H

/* Print what makes NEW of OLD on stdout, as a unified diff that patch(1) takes, with NAME in its
 * head; nothing where they are the same. 0 or -ENOMEM. */
int tool_diff_print(const char *name, const char *old, const char *new);

#endif
