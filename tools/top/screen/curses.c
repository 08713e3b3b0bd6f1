/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The terminal by ncurses. Knows its calls and key codes, not the contents. */
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tool.h"
#include "top_screen.h"

static SCREEN *screen;
static bool coloured;

static void use_colours(void)
{
    static const short colours[] = {
        [TOP_GOOD] = COLOR_GREEN, [TOP_WARN] = COLOR_YELLOW, [TOP_ALARM] = COLOR_RED
    };
    coloured = tool_colours() && has_colors() && start_color() == OK;
    if (coloured)
        use_default_colors();
    for (short i = TOP_GOOD; coloured && i <= TOP_ALARM; i++)
        init_pair(i, colours[i], -1);
}

int top_screen_open(struct acdr_err *e)
{
    const char *term = getenv("TERM");

    screen = newterm(NULL, stdout, stdin); /* initscr() would end the process on failure */
    if (!screen) {
        e->code = ENOTTY;
        snprintf(e->text, sizeof(e->text),
                 "top: the terminal \"%.100s\" (TERM) is not known, or "
                 "cannot be written to line by line",
                 term ? term : "");
        return -ENOTTY;
    }
    cbreak();
    noecho();
    keypad(stdscr, TRUE);
    set_escdelay(25);
    curs_set(0);
    use_colours();
    return 0;
}

void top_screen_close(void)
{
    if (!screen)
        return;
    endwin();
    delscreen(screen);
    screen = NULL;
}

void top_screen_size(int *width, int *height)
{
    getmaxyx(stdscr, *height, *width);
}

static attr_t attribute(enum top_look look)
{
    switch (look) {
    case TOP_HEAD:
        return A_UNDERLINE;
    case TOP_BAR:
        return A_REVERSE;
    case TOP_BOLD:
        return A_BOLD;
    case TOP_PLAIN:
        break;
    }
    return A_NORMAL;
}

void top_screen_show(const struct top_grid *g)
{
    erase();
    for (int y = 0; y < g->height; y++) {
        for (int x = 0; x < g->width; x++) {
            const struct top_spot *s = &g->v[y * g->width + x];
            wchar_t text[2] = { s->c, L'\0' };
            cchar_t c;

            if (s->c &&
                setcchar(&c, text, attribute(s->look), coloured ? (short)s->hue : 0, NULL) == OK)
                mvadd_wch(y, x, &c);
        }
    }
    refresh();
}

int top_screen_key(int ms)
{
    int key;

    timeout(ms);
    errno = 0;
    key = getch();
    switch (key) {
    case ERR:
        return errno && errno != EINTR && errno != EAGAIN ? -1 : 0;
    case KEY_RESIZE:
        return 0;
    case KEY_UP:
        return TOP_UP;
    case KEY_DOWN:
        return TOP_DOWN;
    case KEY_PPAGE:
        return TOP_PAGE_UP;
    case KEY_NPAGE:
        return TOP_PAGE_DOWN;
    case KEY_HOME:
        return TOP_HOME;
    case KEY_END:
        return TOP_END;
    case KEY_ENTER:
    case '\r':
    case '\n':
        return TOP_ENTER;
    case 27:
        return TOP_ESCAPE;
    default:
        return key > 0 && key < 128 ? key : 0;
    }
}
