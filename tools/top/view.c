/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The pages of acdr top: a title, a table or a text, a line of status, a line of keys. Knows how
 * columns share the width: those that fit by their minimum width are shown, and the rest goes to
 * truncated words.
 */
#include "top_view.h"

#include <stdio.h>
#include <string.h>

/* Above: title, host, headings. */
enum { ABOVE = 3, HEADS = 2, BELOW = 2, NAME_MOST = 100 };

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
        top_grid_put(g, x, HEADS, widths[i], t->columns[i].head, t->columns[i].form != TOP_WORD);
    }
    look(g, HEADS, TOP_HEAD);
    for (int i = 0, x = 0; i < n && g->height > HEADS; x += widths[i++] + 1)
        for (int k = x; i == sorted && k < x + widths[i]; k++)
            g->v[HEADS * g->width + k].look = TOP_BOLD;
}

static void colour(struct top_grid *g, int x, int y, int width, enum top_hue hue)
{
    for (int k = x; k < x + width && k < g->width; k++)
        g->v[y * g->width + k].hue = hue;
}

static void draw_row(struct top_grid *g, const struct top_table *t, const struct top_row *row,
                     int y, const int *widths, int n)
{
    char buf[TOP_TEXT];

    for (int c = 0, x = 0; c < n; x += widths[c++] + 1) {
        top_grid_put(g, x, y, widths[c], top_show(&t->columns[c], &row->cells[c], buf),
                     t->columns[c].form != TOP_WORD);
        colour(g, x, y, widths[c], row->cells[c].hue);
    }
}

/* At most ROOM of them; returns how many. */
static size_t draw_lines(struct top_grid *g, int y, size_t room, const char *text)
{
    char line[1024];
    size_t n = 0;

    for (const char *end; *text && n < room; text = *end ? end + 1 : end, y++, n++) {
        end = text + strcspn(text, "\n");
        snprintf(line, sizeof(line), "%.*s", (int)(end - text), text);
        top_grid_put(g, 0, y, g->width, line, false);
    }
    return n;
}

/* Returns how many lines it took. */
static size_t draw_table(struct top_grid *g, const struct top_state *s, const struct top_table *t,
                         const char *detail, int sorted)
{
    size_t room = top_room(g->height), i;
    int widths[TOP_COLUMNS];
    int n = share_width(t, g->width, s->first, room, widths);

    draw_heads(g, t, sorted, widths, n);
    for (i = 0; i < room && s->first + i < t->n; i++) {
        draw_row(g, t, &t->rows[s->first + i], ABOVE + (int)i, widths, n);
        if (s->first + i == s->chosen)
            look(g, ABOVE + (int)i, TOP_BAR);
    }
    if (detail && i + 1 < room)
        i += 1 + draw_lines(g, ABOVE + (int)i + 1, room - i - 1, detail);
    return i;
}

/* From its line FIRST on. */
static size_t draw_text(struct top_grid *g, const char *text, size_t first)
{
    for (; first > 0 && *text; first--)
        text += strcspn(text, "\n") + (text[strcspn(text, "\n")] != '\0');
    return draw_lines(g, ABOVE, top_room(g->height), text);
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

static void draw_title(struct top_grid *g, const struct top_state *s, const struct top_sheet *sheet)
{
    char what[2 * TOP_TEXT + 64], when[64];
    size_t rows = sheet->table->n;
    int right;

    if (s->help)
        snprintf(what, sizeof(what), "acdr top: help");
    else if (s->page == TOP_PAGE_GUESTS)
        snprintf(what, sizeof(what), "acdr top: %zu guest%s on %s", rows, rows == 1 ? "" : "s",
                 sheet->name);
    else
        snprintf(what, sizeof(what), "%s: %s%s", s->guest, subject(s),
                 s->page >= TOP_PAGE_PLAN ? s->class_name : "");
    if (s->paused)
        snprintf(when, sizeof(when), "%s  paused", sheet->clock);
    else
        snprintf(when, sizeof(when), "%s  every %d s", sheet->clock, s->interval);
    right = (int)strlen(when);
    top_grid_put(g, 0, 0, g->width - right - 1, what, false);
    top_grid_put(g, g->width - right, 0, right, when, true);
    look(g, 0, TOP_BOLD);
}

static const char *keys_of(const struct top_state *s)
{
    if (s->help)
        return "arrows move  q back";
    switch (s->page) {
    case TOP_PAGE_GUESTS:
        return "Enter open  s S sort  p pause  + - interval  h help  q quit";
    case TOP_PAGE_WHY:
        return "w search again  arrows move  h help  q back";
    case TOP_PAGE_CLASSES:
        return "Enter shows what the class would do; nothing is changed yet  q back";
    case TOP_PAGE_PLAN:
        return s->may_try ? "y try it  n another class  arrows move  h help"
                          : "n another class  q back";
    case TOP_PAGE_TRIAL:
        return s->trying ? "k keep it  u revert it  h help  q revert it" : "q back";
    case TOP_PAGE_LAYER:
        break;
    }
    return "t threads  c cores  n interfaces  m memory  w why  x try a class  h help  q back";
}

static size_t draw_page(struct top_grid *g, const struct top_state *s,
                        const struct top_sheet *sheet)
{
    if (sheet->text)
        return draw_text(g, sheet->text, s->help ? s->help_first : s->first);
    return draw_table(g, s, sheet->table, sheet->detail,
                      s->page <= TOP_PAGE_LAYER ? s->sort[s->layer] : -1);
}

/* Above the keys, on one line, or on several where the page leaves SPARE ones. */
static void draw_status(struct top_grid *g, const char *status, size_t spare)
{
    size_t lines = 0;

    for (const char *c = status; *c; c++)
        lines += *c == '\n';
    lines = lines < spare + 1 ? lines : spare + 1;
    draw_lines(g, g->height - 1 - (int)lines, lines, status);
}

void top_draw(struct top_grid *g, const struct top_state *s, const struct top_sheet *sheet)
{
    size_t used;

    draw_title(g, s, sheet);
    if (g->height > 1)
        top_grid_put(g, 0, 1, g->width, sheet->host, false);
    used = draw_page(g, s, sheet);
    if (g->height > ABOVE + 1)
        draw_status(g, sheet->status, top_room(g->height) - used);
    if (g->height > 1) {
        look(g, g->height - 1, TOP_HEAD);
        top_grid_put(g, 0, g->height - 1, g->width, keys_of(s), false);
    }
}
