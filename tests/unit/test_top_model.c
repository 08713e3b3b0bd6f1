/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows and columns of acdr top, from made-up readings: which figures add up to a cell. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "acdr/acdr.h"
#include "item.h"
#include "top_world.h"

/* The cell below HEAD of the row of that key and id, as it is shown. */
static const char *cell(const struct top_table *t, const char *key, int id, const char *head)
{
    static char buf[TOP_TEXT];
    int c = 0;

    while (c < t->n_columns && strcmp(t->columns[c].head, head) != 0)
        c++;
    if (c == t->n_columns)
        fail_msg("there is no column %s", head);
    for (size_t i = 0; i < t->n; i++)
        if (t->rows[i].id == id && !strcmp(t->rows[i].key, key))
            return top_show(&t->columns[c], &t->rows[i].cells[c], buf);
    fail_msg("there is no row %s %d", key, id);
    return "";
}

static void a_guest_is_the_sum_of_what_is_its(void **state)
{
    static const char *const cells[][2] = {
        { "NAME", "web1" },
        { "CLASS", "nfv-dataplane" },
        { "STATE", "conditioned" },
        { "VCPU", "2" },
        { "CPU%", "85" },
        { "DELAY", "6.0" },
        { "PREEM", "10" },
        { "EXITS", "12k" },
        { "LOCAL", "100" },
        { "RX", "3.0M" },
        { "TX", "512" },
        { "READ", "-" },
        { "IRQS", "1.1k" }, /* 10 and 100 of CPU 2, 1000 of CPU 3, nothing of CPU 5 */
    };
    struct top_table t = { 0 };

    (void)state;
    top_world_fill(&t, TOP_GUESTS, NULL);
    assert_int_equal(t.n, 2);
    for (size_t i = 0; i < sizeof(cells) / sizeof(*cells); i++)
        assert_string_equal(cell(&t, "web1", -1, cells[i][0]), cells[i][1]);
    top_done(&t);
}

static void what_nobody_tells_is_not_known(void **state)
{
    struct top_table t = { 0 };

    (void)state;
    top_world_fill(&t, TOP_GUESTS, NULL);
    assert_string_equal(cell(&t, TOP_LONG_NAME, -1, "CLASS"), "-");
    assert_string_equal(cell(&t, TOP_LONG_NAME, -1, "STATE"), "-");
    assert_string_equal(cell(&t, TOP_LONG_NAME, -1, "EXITS"), "-");
    assert_string_equal(cell(&t, TOP_LONG_NAME, -1, "CPU%"), "90");
    assert_string_equal(cell(&t, TOP_LONG_NAME, -1, "DELAY"), "0");
    top_done(&t);
}

/* A first sample has totals and no rates; a total is no rate. */
static void a_counter_without_a_rate_is_not_known(void **state)
{
    struct top_table t = { 0 };
    struct top_world w;

    (void)state;
    top_world_make(&w);
    for (size_t i = 0; i < w.n; i++)
        w.v[i].rate = -1;
    assert_int_equal(top_fill(&t, TOP_GUESTS, NULL, w.v, w.n), 0);
    assert_string_equal(cell(&t, "web1", -1, "CPU%"), "-");
    assert_string_equal(cell(&t, "web1", -1, "IRQS"), "-");
    assert_string_equal(cell(&t, "web1", -1, "LOCAL"), "100");
    top_done(&t);
}

static void layers_have_a_row_for_each_of_theirs(void **state)
{
    struct top_table t = { 0 };

    (void)state;
    top_world_fill(&t, TOP_THREADS, "web1");
    assert_int_equal(t.n, 3);
    assert_string_equal(cell(&t, "vcpu0", 103, "TID"), "103");
    assert_string_equal(cell(&t, "vcpu0", 103, "MAY RUN ON"), "2");
    assert_string_equal(cell(&t, "emulator", 100, "DELAY"), "500");
    assert_string_equal(cell(&t, "emulator", 100, "POLICY"), "-");
    top_world_fill(&t, TOP_CORES, "web1");
    assert_int_equal(t.n, 2); /* of its vCPUs, not of its emulator */
    assert_string_equal(cell(&t, "", 2, "CPU"), "2");
    assert_string_equal(cell(&t, "", 2, "TICKS"), "100");
    assert_string_equal(cell(&t, "", 3, "NETRX"), "1.0k");
    top_world_fill(&t, TOP_TAPS, "web1");
    assert_int_equal(t.n, 1);
    assert_string_equal(cell(&t, "vnet0", -1, "BRIDGE"), "br0");
    assert_string_equal(cell(&t, "vnet0", -1, "RX B/s"), "3.0M");
    top_world_fill(&t, TOP_MEMORY, "web1");
    assert_int_equal(t.n, 3);
    assert_string_equal(cell(&t, "pages of 2MiB", 0, "BYTES"), "1.0G");
    assert_string_equal(cell(&t, "pages of 4KiB", 1, "NODE"), "1");
    assert_string_equal(cell(&t, "swapped out", -1, "BYTES"), "2.0k");
    assert_string_equal(cell(&t, "swapped out", -1, "NODE"), "-");
    top_world_fill(&t, TOP_TAPS, "nobody");
    assert_int_equal(t.n, 0);
    top_done(&t);
}

static void sorting_puts_the_unknown_last(void **state)
{
    struct top_table t = { 0 };

    (void)state;
    top_world_fill(&t, TOP_GUESTS, NULL);
    for (int c = 0; c < t.n_columns; c++) {
        if (strcmp(t.columns[c].head, "EXITS") && strcmp(t.columns[c].head, "CLASS"))
            continue;
        top_sort(&t, c, true);
        assert_string_equal(t.rows[0].key, "web1");
        top_sort(&t, c, false);
        assert_string_equal(t.rows[0].key, "web1");
    }
    top_sort(&t, 4, true);
    assert_string_equal(t.rows[0].key, TOP_LONG_NAME);
    assert_int_equal(top_find(&t, "web1", -1, 0), 1);
    top_sort(&t, 4, false);
    assert_string_equal(t.rows[0].key, "web1");
    assert_int_equal(top_find(&t, "gone", -1, 7), 1);
    top_done(&t);
}

static void numbers_are_short(void **state)
{
    static const struct {
        double value;
        enum top_form form;
        const char *text;
    } cases[] = {
        { 0, TOP_NUMBER, "0" },
        { 0.04, TOP_NUMBER, "0" },
        { 0.44, TOP_NUMBER, "0.4" },
        { 9.96, TOP_NUMBER, "10" },
        { 999.4, TOP_NUMBER, "999" },
        { 999.6, TOP_NUMBER, "1.0k" },
        { 999600, TOP_NUMBER, "1.0M" },
        { 1e9, TOP_NUMBER, "1.0G" },
        { 1024, TOP_BYTES, "1.0k" },
        { 1048576, TOP_BYTES, "1.0M" },
        { 1234567, TOP_WHOLE, "1234567" },
        { -3, TOP_CHANGE, "-3.0" },
        { 1500, TOP_CHANGE, "+1.5k" },
        { NAN, TOP_CHANGE, "-" },
    };
    char buf[TOP_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct top_column column = { "X", 5, cases[i].form, NULL, NULL };
        struct top_cell c = { .value = cases[i].value };

        assert_string_equal(top_show(&column, &c, buf), cases[i].text);
    }
    for (double v = 1e-3; v < 1e18; v *= 1.1) {
        struct top_column column = { "X", 5, TOP_CHANGE, NULL, NULL };
        struct top_cell c = { .value = -v };

        assert_in_range(strlen(top_show(&column, &c, buf)), 1, 5);
    }
}

static void a_probe_that_is_off_says_why_where_it_matters(void **state)
{
    struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP);
    struct acdr_item *list = acdr_item_add(root, "probes", ACDR_ITEM_LIST);
    static const char *const probes[][2] = {
        { "cpu", NULL },
        { "kvm", "no debugfs" },
        { "pmu", "no counters" },
        { "net", "no dev" },
    };
    struct top_table t = { 0 };
    char buf[TOP_LINE];

    (void)state;
    for (size_t i = 0; i < sizeof(probes) / sizeof(*probes); i++) {
        struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);

        acdr_item_add_text(m, "name", probes[i][0]);
        acdr_item_add_text(m, "off", probes[i][1]);
    }
    top_world_fill(&t, TOP_GUESTS, NULL);
    top_reason(&t, root, buf);
    assert_string_equal(buf, "kvm: no debugfs; net: no dev");
    top_world_fill(&t, TOP_MEMORY, "web1");
    top_reason(&t, root, buf);
    assert_string_equal(buf, "");
    top_done(&t);
    acdr_item_free(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_guest_is_the_sum_of_what_is_its),
        cmocka_unit_test(what_nobody_tells_is_not_known),
        cmocka_unit_test(a_counter_without_a_rate_is_not_known),
        cmocka_unit_test(layers_have_a_row_for_each_of_theirs),
        cmocka_unit_test(sorting_puts_the_unknown_last),
        cmocka_unit_test(numbers_are_short),
        cmocka_unit_test(a_probe_that_is_off_says_why_where_it_matters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
