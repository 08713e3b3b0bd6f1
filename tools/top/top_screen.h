/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The terminal of acdr top: shows a page of cells and reads keys. One at a time. */
#ifndef ACDR_TOOLS_TOP_TOP_SCREEN_H
#define ACDR_TOOLS_TOP_TOP_SCREEN_H

#include "top_view.h"

/* Take the terminal over. 0; -EOPNOTSUPP: built without ncurses; -ENOTTY: no capable terminal. */
int top_screen_open(struct acdr_err *e);
/* Restore it; does nothing if it is not open. */
void top_screen_close(void);
void top_screen_size(int *width, int *height);
void top_screen_show(const struct top_grid *g);
/* A character or one of the keys of top_keys.h; 0 after MS milliseconds, at a signal, and if the
 * size has changed. -1: the terminal is gone. */
int top_screen_key(int ms);

#endif
