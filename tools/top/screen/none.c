/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr top in a build without ncurses: reports that. */
#include <errno.h>
#include <stdio.h>

#include "top_screen.h"

int top_screen_open(struct acdr_err *e)
{
    e->code = EOPNOTSUPP;
    snprintf(e->text, sizeof(e->text),
             "top: this acdr was built without ncurses; use acdr "
             "metrics, or build it where libncurses-dev is installed");
    return -EOPNOTSUPP;
}

void top_screen_close(void)
{
}

void top_screen_size(int *width, int *height)
{
    *width = 80;
    *height = 24;
}

void top_screen_show(const struct top_grid *g)
{
    (void)g;
}

int top_screen_key(int ms)
{
    (void)ms;
    return -1;
}
