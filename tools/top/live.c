/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stands on the page now: collects the texts around the table. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"
#include "top_live.h"
#include "top_screen.h"
#include "top_texts.h"

long long top_live_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static const char *why_text(const struct top *t)
{
    const char *text = t->why ? top_why_text(t->why) : NULL;

    if (text)
        return text;
    return t->why ? "searching for disturbances, for 10 seconds; q: do not wait\n"
                  : "out of memory while searching for disturbances\n";
}

/* The text of the page in *RET; NULL on a page that is no text. 0 or -ENOMEM. */
static int text_of(struct top *t, const char **ret)
{
    int width, height;
    char *help = NULL;
    const char *text = NULL;

    *ret = NULL;
    free(t->shown);
    t->shown = NULL;
    if (t->state.help)
        text = help = top_help(&t->state);
    else if (t->state.page == TOP_PAGE_WHY)
        text = why_text(t);
    else if (t->state.page == TOP_PAGE_PLAN)
        text = t->plan ? t->plan : "";
    if (!text)
        return t->state.help ? -ENOMEM : 0;
    top_screen_size(&width, &height);
    *ret = t->shown = top_wrap(text, width);
    free(help);
    return t->shown ? 0 : -ENOMEM;
}

size_t top_live_lines(struct top *t)
{
    const char *text;
    size_t n = 0;

    for (text_of(t, &text); text && *text; text++)
        n += *text == '\n';
    return n;
}

/* Why the guest of ROW is not conditioned, and what helps, as acdr status says it. */
static const char *lack_of(struct top *t, const struct top_row *row)
{
    struct acdr_item *report = NULL;
    const struct acdr_item *g;

    if (strcmp(t->asked_for, row->key) == 0)
        return t->lack;
    snprintf(t->asked_for, sizeof(t->asked_for), "%s", row->key);
    t->lack[0] = '\0';
    if (acdr_status(t->t->a, row->key, &report, NULL) < 0)
        return t->lack;
    g = acdr_item_first(acdr_item_find(report, "unconditioned"));
    if (g)
        snprintf(t->lack, sizeof(t->lack), "%s is NOT conditioned: %s\n  fix: %s\n", row->key,
                 out_text_of(g, "why"), out_text_of(g, "remedy"));
    acdr_item_free(report);
    return t->lack;
}

/* About the row under the bar; NULL: nothing. */
static const char *detail_of(struct top *t)
{
    const struct top_row *row = t->state.chosen < t->table.n ? &t->table.rows[t->state.chosen]
                                                             : NULL;

    if (row && t->state.page == TOP_PAGE_CLASSES)
        return row->cells[1].text;
    if (!row || t->state.page != TOP_PAGE_GUESTS || row->cells[2].hue != TOP_ALARM)
        return NULL;
    return lack_of(t, row);
}

static void say_status(const struct top *t, char buf[TOP_LINE])
{
    const struct top_state *s = &t->state;

    buf[0] = '\0';
    if (s->page == TOP_PAGE_TRIAL)
        top_trial_say(&t->trial, top_live_now(), buf);
    else if (s->page == TOP_PAGE_PLAN && s->may_try)
        snprintf(buf, TOP_LINE, "apply %s to %s for %d s? y/n", s->class_name, s->guest,
                 TOP_TRIAL_MS / 1000);
    else if (s->page <= TOP_PAGE_LAYER)
        top_reason(&t->table, t->probes, buf);
    if (!buf[0])
        snprintf(buf, TOP_LINE, "%s", t->said);
}

static void say_clock(const struct top *t, char buf[16])
{
    struct tm tm;

    buf[0] = '\0';
    if (t->samples && localtime_r(&t->taken, &tm))
        strftime(buf, 16, "%H:%M:%S", &tm);
}

static int draw_sheet(struct top *t, struct top_sheet *sheet, int width, int height)
{
    char *detail = sheet->detail ? top_wrap(sheet->detail, width) : NULL;
    char *status = top_wrap(sheet->status, width);
    int err = status && (detail || !sheet->detail) ? 0 : -ENOMEM;
    struct top_grid grid;

    sheet->detail = detail;
    sheet->status = status;
    if (err == 0)
        err = top_grid_make(&grid, width, height);
    if (err == 0) {
        top_draw(&grid, &t->state, sheet);
        top_screen_show(&grid);
        top_grid_done(&grid);
    }
    free(detail);
    free(status);
    return err;
}

int top_live_draw(struct top *t)
{
    char status[TOP_LINE], clock[16], name[TOOL_HOST_NAME];
    struct top_sheet sheet = { .table = &t->table,
                               .status = status,
                               .clock = clock,
                               .host = t->host,
                               .name = tool_host_name(t->t, name),
                               .detail = detail_of(t) };
    int width, height;

    if (text_of(t, &sheet.text) < 0)
        return -ENOMEM;
    say_status(t, status);
    say_clock(t, clock);
    top_screen_size(&width, &height);
    return draw_sheet(t, &sheet, width, height);
}
