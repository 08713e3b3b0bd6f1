/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pages of acdr top as cells: what stands where at a given size, and nothing outside. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "acdr/acdr.h"
#include "top_compare.h"
#include "top_view.h"
#include "top_world.h"

enum { GUARD = 256 };

#define AROUND .name = "host1", .host = "8 CPUs watched: idle 99 %", .clock = "12:34:56"

/* A grid between guards, as a page; the lines are joined, trimmed at their right. */
static char *page_of(const struct top_state *s, const struct top_sheet *sheet, int width,
                     int height)
{
    size_t n = (size_t)width * (size_t)height, size;
    struct top_spot *v = calloc(n + 2 * GUARD, sizeof(*v));
    struct top_grid g = { width, height, v + GUARD };
    char *text = NULL;
    FILE *f = open_memstream(&text, &size);

    assert_non_null(v);
    assert_non_null(f);
    for (size_t i = 0; i < n + 2 * GUARD; i++)
        v[i].c = i >= GUARD && i < GUARD + n ? L' ' : L'#';
    top_draw(&g, s, sheet);
    for (size_t i = 0; i < GUARD; i++) {
        assert_int_equal(v[i].c, L'#');
        assert_int_equal(v[GUARD + n + i].c, L'#');
    }
    for (int y = 0; y < height; y++) {
        int end = width;

        while (end > 0 && g.v[y * width + end - 1].c == L' ')
            end--;
        for (int x = 0; x < end; x++)
            if (g.v[y * width + x].c)
                fprintf(f, "%lc", (wint_t)g.v[y * width + x].c);
        fputc('\n', f);
    }
    fclose(f);
    free(v);
    return text;
}

static char *guests_page(int width, int height)
{
    struct top_state s = top_begin(2);
    struct top_table t = { 0 };
    struct top_sheet sheet = { .table = &t, .status = "kvm: no debugfs\n", AROUND };
    char *text;

    top_world_fill(&t, TOP_GUESTS, NULL);
    top_sort(&t, s.sort[TOP_GUESTS], true);
    text = page_of(&s, &sheet, width, height);
    top_done(&t);
    return text;
}

static void guests_fit_80_columns(void **state)
{
    char *text = guests_page(80, 8);

    (void)state;
    assert_string_equal(
        text, "acdr top: 2 guests on host1                                  12:34:56  every 2 s\n"
              "8 CPUs watched: idle 99 %\n"
              "NAME       CLASS           STATE        VCPU  CPU% DELAY PREEM  IRQS EXITS LOCAL\n"
              "database-… -               -               -    90     0   5.0  1.0k     -     -\n"
              "web1       nfv-dataplane   conditioned     2    85   6.0    10  1.1k   12k   100\n"
              "\n"
              "kvm: no debugfs\n"
              "Enter open  s S sort  p pause  + - interval  h help  q quit\n");
    free(text);
}

static void a_wide_page_has_more_columns_and_whole_names(void **state)
{
    char *text = guests_page(120, 40);

    (void)state;
    assert_non_null(strstr(text, "THROT  READ WRITE DRIFT\n"));
    assert_non_null(strstr(text, "nfv-dataplane   conditioned"));
    free(text);
    text = guests_page(200, 60);
    assert_non_null(strstr(text, "\n" TOP_LONG_NAME " -  "));
    free(text);
}

static void a_tiny_page_shows_what_fits(void **state)
{
    char *text = guests_page(40, 10);

    (void)state;
    assert_non_null(strstr(text, "\nNAME        CLASS           STATE"));
    free(text);
}

/* The guards and the width are checked by page_of(); here it is called with every size. */
static void no_size_writes_outside(void **state)
{
    (void)state;
    for (int width = 1; width <= 130; width += width < 12 ? 1 : 13)
        for (int height = 1; height <= 30; height += height < 8 ? 1 : 11)
            free(guests_page(width, height));
}

/* Layers, a text that is longer than the page, help: at all the sizes. */
static void every_page_stays_inside(void **state)
{
    static const int sizes[][2] = { { 80, 24 }, { 120, 40 }, { 200, 60 }, { 40, 10 }, { 3, 3 } };
    struct top_state s = top_begin(2);
    struct top_table t = { 0 };
    struct top_sheet sheet = {
        .table = &t,
        .status =
            "a status that is longer than any "
            "terminal is wide, a status that is longer than any terminal is wide, and then some\n",
        AROUND
    };
    char text[4096] = "";

    (void)state;
    for (size_t i = 0; i + 1 < sizeof(text); i++)
        text[i] = i % 211 == 210 ? '\n' : 'x';
    top_open(&s, "web1");
    s.help = true;
    for (int layer = TOP_THREADS; layer < TOP_LAYERS; layer++) {
        s.layer = (enum top_layer)layer;
        top_world_fill(&t, s.layer, "web1");
        for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
            free(page_of(&s, &sheet, sizes[i][0], sizes[i][1]));
    }
    s.page = TOP_PAGE_WHY;
    sheet.text = text;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
        free(page_of(&s, &sheet, sizes[i][0], sizes[i][1]));
    top_done(&t);
}

static void a_text_begins_where_it_was_moved_to(void **state)
{
    struct top_state s = top_begin(2);
    struct top_table t = { 0 };
    struct top_sheet sheet = {
        .table = &t, .text = "one\ntwo\nthree\nfour\n", .status = "", AROUND
    };
    char *text;

    (void)state;
    top_open(&s, "web1");
    s.page = TOP_PAGE_WHY;
    s.first = 1;
    text = page_of(&s, &sheet, 50, 7);
    assert_string_equal(text, "web1: what disturbs it         12:34:56  every 2 s\n"
                              "8 CPUs watched: idle 99 %\n"
                              "\n"
                              "two\n"
                              "three\n"
                              "\n"
                              "w search again  arrows move  h help  q back\n");
    free(text);
}

static void before_and_after_stand_side_by_side(void **state)
{
    struct top_state s = top_begin(2);
    struct top_table guests = { 0 }, t = { 0 };
    struct top_sheet sheet = { .table = &t, .status = "web1 has class quiet\n", AROUND };
    struct top_mean before = { 0 }, after = { 0 };
    char *text;

    (void)state;
    top_world_fill(&guests, TOP_GUESTS, NULL);
    top_mean_add(&before, &guests, top_find(&guests, "web1", -1, 9));
    guests.rows[0].cells[5].value = 2;
    top_mean_add(&after, &guests, top_find(&guests, "web1", -1, 9));
    guests.rows[0].cells[5].value = 3;
    top_mean_add(&after, &guests, top_find(&guests, "web1", -1, 9));
    assert_int_equal(top_compare(&t, &before, &after), 0);
    top_open(&s, "web1");
    snprintf(s.class_name, sizeof(s.class_name), "quiet");
    s.page = TOP_PAGE_TRIAL;
    s.trying = true;
    text = page_of(&s, &sheet, 60, 8);
    assert_string_equal(text, "web1: class quiet                        12:34:56  every 2 s\n"
                              "8 CPUs watched: idle 99 %\n"
                              "FIGURE                            BEFORE   AFTER  CHANGE\n"
                              "CPU time, per cent of one             85      85       0\n"
                              "vCPUs waited for a CPU, ms/s         6.0     2.5    -3.5\n"
                              "vCPUs were preempted, /s              10      10       0\n"
                              "web1 has class quiet\n"
                              "k keep it  u revert it  h help  q revert it\n");
    free(text);
    top_done(&guests);
    top_done(&t);
}

static void a_short_table_leaves_room_for_more(void **state)
{
    struct top_state s = top_begin(2);
    struct top_table t = { 0 };
    struct top_sheet sheet = {
        .table = &t, .status = "one\ntwo\n", .detail = "why\nfix\n", AROUND
    };
    char *text;

    (void)state;
    top_world_fill(&t, TOP_GUESTS, NULL);
    text = page_of(&s, &sheet, 30, 11);
    assert_non_null(strstr(text, "\n\nwhy\nfix\none\n")); /* one line is always for the status */
    free(text);
    text = page_of(&s, &sheet, 30, 13);
    assert_non_null(strstr(text, "\n\nwhy\nfix\n\n\none\ntwo\nEnter"));
    free(text);
    text = page_of(&s, &sheet, 30, 8);
    assert_null(strstr(text, "why"));
    free(text);
    top_done(&t);
}

static void a_state_has_its_colour(void **state)
{
    struct top_state s = top_begin(2);
    struct top_table t = { 0 };
    struct top_sheet sheet = { .table = &t, .status = "", AROUND };
    struct top_grid g;
    size_t web1;

    (void)state;
    top_world_fill(&t, TOP_GUESTS, NULL);
    web1 = top_find(&t, "web1", -1, 9);
    assert_int_equal(t.rows[web1].cells[2].hue, TOP_GOOD);
    assert_int_equal(top_grid_make(&g, 80, 24), 0);
    top_draw(&g, &s, &sheet);
    for (int x = 0; x < 80; x++) /* of NAME, CLASS, STATE only the last one */
        assert_int_equal(g.v[(3 + (int)web1) * 80 + x].hue,
                         x >= 27 && x < 39 ? TOP_GOOD : TOP_NO_HUE);
    top_grid_done(&g);
    top_done(&t);
}

static void a_name_cannot_move_the_cursor(void **state)
{
    struct top_grid g;

    (void)state;
    assert_int_equal(top_grid_make(&g, 8, 1), 0);
    top_grid_put(&g, 0, 0, 8, "a\x1b[2J\tb\xff", false);
    assert_memory_equal(&(wchar_t){ L'?' }, &g.v[1].c, sizeof(wchar_t));
    for (int i = 0; i < 8; i++)
        assert_true(g.v[i].c >= L' ' && g.v[i].c < 127);
    assert_int_equal(g.v[7].c, L'?');
    /* Marks of direction, CSI as one character, a line separator. */
    top_grid_put(&g, 0, 0, 8,
                 "a\xe2\x80\xae\xe2\x81\xa6\xc2\x9b\xe2\x80\xa8"
                 "b",
                 false);
    for (int i = 0; i < 8; i++)
        assert_true(g.v[i].c >= L' ' && g.v[i].c < 127);
    top_grid_done(&g);
}

static void a_wide_character_takes_two_columns(void **state)
{
    struct top_grid g;

    (void)state;
    assert_int_equal(top_grid_make(&g, 5, 1), 0);
    top_grid_put(&g, 0, 0, 4, "\u4e2d\u6587\u4e2d", false);
    assert_int_equal(g.v[0].c, L'\u4e2d');
    assert_int_equal(g.v[1].c, 0);
    assert_int_equal(g.v[2].c, L'…');
    assert_int_equal(g.v[4].c, L' ');
    top_grid_done(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guests_fit_80_columns),
        cmocka_unit_test(a_wide_page_has_more_columns_and_whole_names),
        cmocka_unit_test(a_tiny_page_shows_what_fits),
        cmocka_unit_test(no_size_writes_outside),
        cmocka_unit_test(every_page_stays_inside),
        cmocka_unit_test(a_text_begins_where_it_was_moved_to),
        cmocka_unit_test(before_and_after_stand_side_by_side),
        cmocka_unit_test(a_short_table_leaves_room_for_more),
        cmocka_unit_test(a_state_has_its_colour),
        cmocka_unit_test(a_name_cannot_move_the_cursor),
        cmocka_unit_test(a_wide_character_takes_two_columns),
    };

    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
