/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Long text on a terminal goes through a pager, as systemctl and git do it. */
#ifndef ACDR_TOOLS_COMMON_PAGER_H
#define ACDR_TOOLS_COMMON_PAGER_H

#include "tool.h"

/* Let TEXT print REPORT on stdout. If that is a terminal with fewer lines, and nothing forbids it,
 * a pager shows what was printed. */
void pager_print(const struct tool *t, void (*text)(const struct acdr_item *report),
                 const struct acdr_item *report);
/* Is what is printed now for a terminal? */
bool pager_is_terminal(void);

#endif
