/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The texts of acdr top: help, lines that fit a width, the line about the host. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "acdr/acdr.h"
#include "top_columns.h"
#include "top_texts.h"

static void lines_break_at_blanks(void **state)
{
    static const struct {
        const char *text, *lines;
        int width;
    } cases[] = {
        { "one two three\n", "one two three\n", 13 },
        { "one two three\n", "one two\n  three\n", 12 },
        { "  one two three\n\nend", "  one two\n    three\n\nend\n", 12 },
        { "abcdefghij\n", "abcd\nefgh\nij\n", 4 },
        { "    abcdef\n", "    abcd\nef\n", 8 },
        { "\u4e2d\u6587 \u4e2d\u6587\n", "\u4e2d\u6587\n  \u4e2d\u6587\n", 6 },
        { "ab\n", "a\nb\n", 1 },
        { "a b", "a\nb\n", 0 },
        { "", "", 80 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char *text = top_wrap(cases[i].text, cases[i].width);

        assert_string_equal(text, cases[i].lines);
        free(text);
    }
}

static void help_names_each_column_and_key(void **state)
{
    struct top_state s = top_begin(2);

    (void)state;
    for (int page = TOP_PAGE_GUESTS; page <= TOP_PAGE_TRIAL; page++) {
        char *text;

        s.page = (enum top_page)page;
        text = top_help(&s);
        assert_non_null(strstr(text, "h, ?"));
        free(text);
    }
    s.page = TOP_PAGE_LAYER;
    for (int layer = 0; layer < TOP_LAYERS; layer++) {
        char *text, line[80];

        s.layer = (enum top_layer)layer;
        text = top_help(&s);
        for (int i = 0; i < top_layers[layer].n; i++) {
            snprintf(line, sizeof(line), "\n  %-14s %s\n", top_layers[layer].columns[i].head,
                     top_layers[layer].columns[i].means);
            assert_non_null(strstr(text, line));
            assert_true(strlen(line) <= 80 + 2);
        }
        free(text);
    }
}

static void the_host_is_one_line(void **state)
{
    struct tool_reading v[] = {
        { .metric = "acdr_cpu_seconds", .cpu = 0, .what = "idle", .has_rate = true, .rate = 0.5 },
        { .metric = "acdr_cpu_seconds", .cpu = 0, .what = "guest", .has_rate = true, .rate = 0.5 },
        { .metric = "acdr_cpu_seconds", .cpu = 1, .what = "idle", .has_rate = true, .rate = 0.7 },
        { .metric = "acdr_cpu_seconds", .cpu = 1, .what = "user", .has_rate = true, .rate = 0.1 },
        { .metric = "acdr_cpu_seconds", .cpu = 1, .what = "system", .has_rate = true, .rate = 0.1 },
        { .metric = "acdr_cpu_seconds",
          .cpu = 1,
          .what = "softirq",
          .has_rate = true,
          .rate = 0.1 },
        { .metric = "acdr_cpu_interrupts", .cpu = 1, .what = "user", .has_rate = true, .rate = 90 },
        { .metric = "acdr_cpu_seconds", .cpu = -1, .what = "user", .has_rate = true, .rate = 90 },
    };
    char buf[TOP_LINE];

    (void)state;
    top_host_line(v, sizeof(v) / sizeof(*v), buf);
    assert_string_equal(buf, "2 CPUs watched: guests 25 %, host 10 %, interrupts 5 %, idle 60 %");
    v[0].has_rate = false;
    top_host_line(v, 1, buf);
    assert_string_equal(buf, "1 CPU watched");
    top_host_line(v, 0, buf);
    assert_string_equal(buf, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_break_at_blanks),
        cmocka_unit_test(help_names_each_column_and_key),
        cmocka_unit_test(the_host_is_one_line),
    };

    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
