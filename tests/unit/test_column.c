/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables with a column for each CPU: forms that kernels have, and damaged ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auto.h"
#include "column.h"
#include "text.h"

static int note(void *arg, char *label, const struct acdr_column *c, char *rest)
{
    acdr_strbuf_addf(arg, "%s", label);
    for (size_t i = 0; i < c->n; i++)
        acdr_strbuf_addf(arg, " %d=%.0f", c->cpu[i], c->value[i]);
    acdr_strbuf_addf(arg, " [%s]\n", rest);
    return 0;
}

static void assert_walk(const char *table, const char *cpus, int result, const char *want)
{
    acdr_auto(strbuf) struct acdr_strbuf got = { 0 };
    struct acdr_column c = { 0 };
    struct acdr_bitmap set;
    char *copy = strdup(table);

    acdr_strbuf_add(&got, "");
    assert_int_equal(acdr_bitmap_parse_list(&set, cpus), 0);
    assert_int_equal(acdr_column_walk(&c, copy, &set, note, &got), result);
    assert_string_equal(got.s, want);
    acdr_column_done(&c);
    free(copy);
}

static void keeps_wanted_columns(void **state)
{
    (void)state;
    assert_walk("           CPU0       CPU2       CPU7\n"
                " 24:          1         20          3  PCI-MSI 1-edge  virtio1-input.0\n"
                "TLB:          4          5          6  TLB shootdowns\n",
                "2,7", 0,
                "24 2=20 7=3 [PCI-MSI 1-edge  virtio1-input.0]\n"
                "TLB 2=5 7=6 [TLB shootdowns]\n");
}

static void passes_over_rows_without_all_columns(void **state)
{
    (void)state;
    assert_walk("  CPU0 CPU1\nERR:          0\nMIS: x 3\nRES: 1 2\n", "0-1", 0, "RES 0=1 1=2 []\n");
}

static void half_a_last_line_is_no_figure(void **state)
{
    (void)state;
    assert_walk("  CPU0 CPU1\nHI: 1 2\nNET_RX: 100 20", "0-1", 0, "HI 0=1 1=2 []\n");
}

static void a_table_without_cpus_is_said(void **state)
{
    (void)state;
    assert_walk("", "0", -EINVAL, "");
    assert_walk("garbage\n 1: 2 3\n", "0", -EINVAL, "");
}

/* What the kernel's own numbers are, by a plain sum in another way. */
static void reads_a_thousand_columns(void **state)
{
    acdr_auto(strbuf) struct acdr_strbuf t = { 0 };
    acdr_auto(strbuf) struct acdr_strbuf got = { 0 };
    struct acdr_column c = { 0 };
    struct acdr_bitmap set;

    (void)state;
    for (int i = 0; i < 1152; i++)
        acdr_strbuf_addf(&t, " CPU%d", i);
    acdr_strbuf_add(&t, "\nLOC:");
    for (int i = 0; i < 1152; i++)
        acdr_strbuf_addf(&t, " %d", i * 3);
    acdr_strbuf_add(&t, "  Local timer\n");
    assert_int_equal(acdr_bitmap_parse_list(&set, "0,575,1151"), 0);
    assert_int_equal(acdr_column_walk(&c, t.s, &set, note, &got), 0);
    assert_string_equal(got.s, "LOC 0=0 575=1725 1151=3453 [Local timer]\n");
    acdr_column_done(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_wanted_columns),
        cmocka_unit_test(passes_over_rows_without_all_columns),
        cmocka_unit_test(half_a_last_line_is_no_figure),
        cmocka_unit_test(a_table_without_cpus_is_said),
        cmocka_unit_test(reads_a_thousand_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
