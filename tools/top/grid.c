/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A grid of characters. Knows how wide a character is and where the grid ends. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "top_view.h"

int top_grid_make(struct top_grid *g, int width, int height)
{
    *g = (struct top_grid){ width < 1 ? 1 : width, height < 1 ? 1 : height, NULL };
    g->v = calloc((size_t)g->width * (size_t)g->height, sizeof(*g->v));
    if (!g->v)
        return -ENOMEM;
    for (int i = 0; i < g->width * g->height; i++)
        g->v[i].c = L' ';
    return 0;
}

void top_grid_done(struct top_grid *g)
{
    free(g->v);
    *g = (struct top_grid){ 0 };
}

/* The next character of *TEXT and the columns that it takes. A name comes from a guest's owner: an
 * invalid character, or one that moves the cursor, becomes a question mark. */
static wchar_t next(const char **text, int *columns)
{
    mbstate_t state = { 0 };
    wchar_t c = L'?';
    // NOLINTNEXTLINE(concurrency-mt-unsafe): its state is this function's own
    size_t len = mbrtowc(&c, *text, strlen(*text), &state);

    if (len == 0 || len > strlen(*text)) {
        c = L'?';
        len = 1;
    }
    *text += len;
    *columns = wcwidth(c);
    if (*columns < 1) {
        c = L'?';
        *columns = 1;
    }
    return c;
}

int top_grid_step(const char **text)
{
    int columns;

    next(text, &columns);
    return columns;
}

static int width_of(const char *text)
{
    int sum = 0;

    while (*text)
        sum += top_grid_step(&text);
    return sum;
}

static void set(struct top_grid *g, int x, int y, wchar_t c)
{
    g->v[y * g->width + x].c = c;
}

/* A terminal without the ellipsis gets a tilde. */
static wchar_t ellipsis(void)
{
    return MB_CUR_MAX > 1 && wcwidth(L'…') == 1 ? L'…' : L'~';
}

void top_grid_put(struct top_grid *g, int x, int y, int width, const char *text, bool right)
{
    int wide = width_of(text), end, columns;

    if (x < 0 || y < 0 || y >= g->height || x >= g->width)
        return;
    width = width < g->width - x ? width : g->width - x;
    if (width < 1)
        return;
    end = x + width;
    if (right && wide < width)
        x = end - wide;
    while (*text) {
        wchar_t c = next(&text, &columns);

        if (x + columns > end - (wide > width)) {
            set(g, x, y, ellipsis());
            return;
        }
        set(g, x, y, c);
        if (columns == 2)
            set(g, x + 1, y, 0);
        x += columns;
    }
}
