/* acdr top where ncurses was not there at the build: says so. */
#include <errno.h>
#include <stdio.h>

#include "top_screen.h"

int acdr_top_screen_open(struct acdr_err *e)
{
    e->code = EOPNOTSUPP;
    snprintf(e->text, sizeof(e->text), "top: this acdr was built without ncurses; use acdr "
             "metrics, or build it where libncurses-dev is installed");
    return -EOPNOTSUPP;
}

void acdr_top_screen_close(void)
{
}

void acdr_top_screen_size(int *width, int *height)
{
    *width = 80;
    *height = 24;
}

void acdr_top_screen_show(const struct acdr_top_grid *g)
{
    (void)g;
}

int acdr_top_screen_key(int ms)
{
    (void)ms;
    return -1;
}
