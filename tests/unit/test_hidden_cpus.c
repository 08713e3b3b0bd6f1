/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel shows the affinity of PID 1 without the CPUs of partitions: what was there before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host_tree.h"
#include "root.h"
#include "settle_pass.h"

static void claim(struct acdr_journal *j, const char *knob, const char *want)
{
    struct acdr_claim c = { .step = (char *)"cleaner",
                            .knob = (char *)knob,
                            .op = ACDR_OP_SET,
                            .value = (char *)want,
                            .alt = (char *)"" };

    assert_int_equal(acdr_journal_claim(j, "g", &c), 0);
    for (size_t i = 0; i < j->n_saved; i++)
        if (!strcmp(j->saved[i]->name, knob))
            j->saved[i]->want = strdup(want);
}

static void what_a_partition_hides_is_added(void **state)
{
    static const struct {
        const char *base, *want, *now, *is;
    } cases[] = {
        { NULL, NULL, "0-1,4-15", "0-15" }, /* nothing else is missing */
        { NULL, NULL, "0-1", "0-1" },       /* an administrator's */
        { NULL, NULL, "0-15", "0-15" },     /* not hidden */
        { "0-15", "0-3,6-15", "0-1,6-15", "0-3,6-15" },
        { "0-15", "0-3,6-15", "0-1,4-15", "0-15" },
        { "0-15", "0-3,6-15", "0-1", "0-1" }, /* somebody else's write */
    };
    struct acdr_journal *j = calloc(1, sizeof(*j));
    struct acdr_settle s = { .j = j };
    char *root = host_tree_new();

    (void)state;
    assert_non_null(j);
    host_tree_fill(root);
    assert_int_equal(acdr_root_open(root, &s.root, NULL), 0);
    assert_non_null(acdr_journal_add(j, "g", "g", "c"));
    claim(j, "part:/sys/fs/cgroup/g", "2-3");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct acdr_saved_knob tasks = { .knob = acdr_knob_of("tasks:"),
                                         .base = (char *)cases[i].base,
                                         .want = (char *)cases[i].want };
        struct acdr_saved_knob mask = { .knob = acdr_knob_of("mask:/proc/irq/x") };
        char *is = NULL;

        assert_int_equal(acdr_settle_unhide(&s, &tasks, cases[i].now, &is), 0);
        assert_string_equal(is, cases[i].is);
        free(is);
        assert_int_equal(acdr_settle_unhide(&s, &mask, cases[i].now, &is), 0); /* of no tasks */
        assert_string_equal(is, cases[i].now);
        free(is);
    }
    acdr_journal_free(j);
    acdr_root_free(s.root);
    host_tree_remove(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(what_a_partition_hides_is_added) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
