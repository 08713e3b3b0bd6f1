/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The pages of acdr top: a title, a table or a text, a line of status, a line of keys. Knows how
 * columns share the width: those that fit by their minimum width are shown, and the rest goes to
 * truncated words.
 */
#include "top_view.h"

#include <stdio.h>
#include <string.h>

enum { ABOVE = 2, BELOW = 2, NAME_MOST = 40 };

static void look(struct top_grid *g, int y, enum top_look how)
{
    if (y >= 0 && y < g->height)
        for (int x = 0; x < g->width; x++)
            g->v[y * g->width + x].look = how;
}

size_t top_room(int height)
{
    return height > ABOVE + BELOW ? (size_t)(height - ABOVE - BELOW) : 0;
}

/* --- the table --- */

/* The width of words in that column, over the visible rows. */
static int wanted(const struct top_table *t, int column, size_t first, size_t room)
{
    int most = t->columns[column].width;

    for (size_t i = first; i < t->n && i < first + room; i++) {
        int n = (int)strlen(t->rows[i].cells[column].text);

        most = n > most ? n : most;
    }
    return most < NAME_MOST ? most : NAME_MOST;
}

/* Give a column to each truncated word in turn while any are left. */
static void share_rest(const struct top_table *t, int rest, size_t first, size_t room, int n,
                       int widths[TOP_COLUMNS])
{
    int want[TOP_COLUMNS], given = 1;

    for (int i = 0; i < n; i++)
        want[i] = t->columns[i].form == TOP_WORD ? wanted(t, i, first, room) : widths[i];
    while (given) {
        given = 0;
        for (int i = 0; i < n && rest > 0; i++) {
            int more = want[i] > widths[i];

            widths[i] += more;
            rest -= more;
            given += more;
        }
    }
}

/* Widths of the columns that fit; returns their number. */
static int share_width(const struct top_table *t, int width, size_t first, size_t room,
                       int widths[TOP_COLUMNS])
{
    int n = 0, used = -1;

    while (n < t->n_columns && used + 1 + t->columns[n].width <= width) {
        widths[n] = t->columns[n].width;
        used += 1 + widths[n++];
    }
    share_rest(t, width - used, first, room, n, widths);
    return n;
}

static void draw_heads(struct top_grid *g, const struct top_table *t, int sorted, const int *widths,
                       int n)
{
    for (int i = 0, x = 0; i < n; x += widths[i++] + 1) {
        top_grid_put(g, x, 1, widths[i], t->columns[i].head, t->columns[i].form != TOP_WORD);
    }
    look(g, 1, TOP_HEAD);
    for (int i = 0, x = 0; i < n && g->height > 1; x += widths[i++] + 1)
        for (int k = x; i == sorted && k < x + widths[i]; k++)
            g->v[g->width + k].look = TOP_BOLD;
}

static void draw_table(struct top_grid *g, const struct top_state *s, const struct top_table *t,
                       int sorted)
{
    size_t room = top_room(g->height);
    int widths[TOP_COLUMNS];
    int n = share_width(t, g->width, s->first, room, widths);
    char buf[TOP_TEXT];

    draw_heads(g, t, sorted, widths, n);
    for (size_t i = 0; i < room && s->first + i < t->n; i++) {
        const struct top_row *row = &t->rows[s->first + i];
        int y = ABOVE + (int)i;

        for (int c = 0, x = 0; c < n; x += widths[c++] + 1)
            top_grid_put(g, x, y, widths[c], top_show(&t->columns[c], &row->cells[c], buf),
                         t->columns[c].form != TOP_WORD);
        if (s->first + i == s->chosen)
            look(g, y, TOP_BAR);
    }
}

/* --- the text --- */

static void draw_text(struct top_grid *g, const char *text, size_t first)
{
    size_t room = top_room(g->height), i = 0;
    char line[1024];

    for (const char *end; *text; text = *end ? end + 1 : end, i++) {
        end = text + strcspn(text, "\n");
        snprintf(line, sizeof(line), "%.*s", (int)(end - text), text);
        if (i >= first && i < first + room)
            top_grid_put(g, 0, ABOVE + (int)(i - first), g->width, line, false);
    }
}

/* --- around it --- */

static const char *subject(const struct top_state *s)
{
    static const char *const layers[] = { "guests", "threads", "cores", "interfaces", "memory" };

    switch (s->page) {
    case TOP_PAGE_WHY:
        return "what disturbs it";
    case TOP_PAGE_CLASSES:
        return "try a class";
    case TOP_PAGE_PLAN:
    case TOP_PAGE_TRIAL:
        return "class ";
    case TOP_PAGE_GUESTS:
    case TOP_PAGE_LAYER:
        break;
    }
    return layers[s->layer];
}

static void draw_title(struct top_grid *g, const struct top_state *s, size_t rows)
{
    char what[2 * TOP_TEXT + 32], when[32];
    int right;

    if (s->page == TOP_PAGE_GUESTS)
        snprintf(what, sizeof(what), "acdr top: %zu guest%s", rows, rows == 1 ? "" : "s");
    else
        snprintf(what, sizeof(what), "%s: %s%s", s->guest, subject(s),
                 s->page >= TOP_PAGE_PLAN ? s->class_name : "");
    snprintf(when, sizeof(when), s->paused ? "paused" : "each %d s", s->interval);
    right = (int)strlen(when);
    top_grid_put(g, 0, 0, g->width - right - 1, what, false);
    top_grid_put(g, g->width - right, 0, right, when, true);
    look(g, 0, TOP_BOLD);
}

static const char *keys_of(const struct top_state *s)
{
    if (s->help)
        return "arrows, j k, PgUp PgDn: move  s S: sort by the next column, reverse  p: pause  + "
               "-: interval  h: less";
    switch (s->page) {
    case TOP_PAGE_GUESTS:
        return "Enter open  s S sort  p pause  + - interval  h help  q quit";
    case TOP_PAGE_WHY:
        return "w search again  arrows move  q back";
    case TOP_PAGE_CLASSES:
        return "Enter shows what the class would do; nothing is changed yet  q back";
    case TOP_PAGE_PLAN:
        return s->may_try ? "y try it  n another class  arrows move" : "n another class  q back";
    case TOP_PAGE_TRIAL:
        return s->trying ? "k keep it  u revert it  q revert it" : "q back";
    case TOP_PAGE_LAYER:
        break;
    }
    return "t threads c cores n interfaces m memory  w why  x try a class  s S sort  q back";
}

void top_draw(struct top_grid *g, const struct top_state *s, const struct top_sheet *sheet)
{
    draw_title(g, s, sheet->table->n);
    if (sheet->text)
        draw_text(g, sheet->text, s->first);
    else
        draw_table(g, s, sheet->table, s->page <= TOP_PAGE_LAYER ? s->sort[s->layer] : -1);
    if (g->height > ABOVE + 1)
        top_grid_put(g, 0, g->height - 2, g->width, sheet->status, false);
    if (g->height > 1)
        top_grid_put(g, 0, g->height - 1, g->width, keys_of(s), false);
    if (g->height > 1)
        look(g, g->height - 1, TOP_HEAD);
}
