/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The advice of acdr_why() to a guest that is conditioned: it must not name what is in force. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "why.h"

/* What the status report says of the guest. */
struct status {
    const char *guest, *cleaner, *result, *cpus;
    int err;
};

static int report_status(void *arg, struct acdr_item **ret, struct acdr_err *e)
{
    const struct status *s = arg;
    struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP), *d, *m, *list;

    (void)e;
    if (s->err < 0) {
        acdr_item_free(root);
        return s->err;
    }
    d = acdr_item_add(acdr_item_add(root, "domains", ACDR_ITEM_LIST), NULL, ACDR_ITEM_MAP);
    acdr_item_add_text(d, "name", s->guest);
    list = acdr_item_add(acdr_item_add(d, "place", ACDR_ITEM_MAP), "vcpus", ACDR_ITEM_LIST);
    if (s->cpus) {
        m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);
        acdr_item_add_text(m, "cpus", s->cpus);
    }
    list = acdr_item_add(d, "steps", ACDR_ITEM_LIST);
    for (int i = 0; i < 2; i++) {
        m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);
        acdr_item_add_text(m, "step", i ? "ksm" : "cleaner");
        acdr_item_add_text(m, "result", i ? "already" : s->result);
        acdr_item_add_text(m, "detail", i ? "" : s->cleaner);
    }
    *ret = root;
    return 0;
}

static void assert_remedy(const struct status *s, int cpu, const char *remedy, const char *want)
{
    struct acdr_watch watch = { .source = { .status = report_status, .arg = (void *)s } };
    struct acdr_finding f = { .cpu = cpu, .layer = "task", .remedy = remedy };
    struct acdr_why y = {
        .watch = &watch, .name = (char *)"web1", .findings = &f, .n_findings = 1
    };

    acdr_why_present(&y);
    assert_false(y.bad);
    assert_string_equal(f.remedy, want);
    free(f.own);
}

static const struct status by_affinity = { "web1", "by affinity; the tick stays", "applied", "2",
                                           0 };

static void a_cleaner_that_tasks_can_leave_names_the_ways_that_hold(void **state)
{
    const struct status slices = { "web1", "by slices", "applied", "2", 0 };
    const struct status partition = { "web1", "by partition", "applied", "2", 0 };

    (void)state;
    assert_remedy(&by_affinity, 2, "[cleaner]",
                  "[cleaner] is in force by affinity, which a task can leave: [cleaner] way = "
                  "partition (Linux 6.8) or isolcpus= of boot keeps it out");
    assert_remedy(&slices, 2, "[cleaner]",
                  "[cleaner] is in force by slices, which a task can leave: [cleaner] way = "
                  "partition (Linux 6.8) or isolcpus= of boot keeps it out");
    assert_remedy(&partition, 2, "[cleaner]",
                  "[cleaner] is in force by partition: acdr verify tells whether it holds");
}

static void other_sections_in_force_are_to_be_verified(void **state)
{
    (void)state;
    assert_remedy(&by_affinity, -1, "[ksm] run = off",
                  "[ksm] run = off: in force already; acdr verify tells whether it holds");
}

static void what_is_not_in_force_is_advised_as_before(void **state)
{
    const struct status refused = { "web1", "way = partition: no", "refused", "2", 0 };
    const struct status another = { "web2", "by affinity", "applied", "2", 0 };
    const struct status unknown = { .err = -EIO };

    (void)state;
    assert_remedy(&by_affinity, 2, "[irq-ban]", "[irq-ban]");
    assert_remedy(&by_affinity, 2, "[cleaner]; [sched]", "[cleaner]; [sched]");
    assert_remedy(&by_affinity, 2, "rcu_nocbs= of boot", "rcu_nocbs= of boot");
    assert_remedy(&by_affinity, 2, "[clean]", "[clean]");
    assert_remedy(&refused, 2, "[cleaner]", "[cleaner]");
    assert_remedy(&another, 3, "[cleaner]", "[cleaner]");
    assert_remedy(&unknown, 2, "[cleaner]", "[cleaner]");
}

static void a_vcpu_that_is_elsewhere_is_the_cause(void **state)
{
    const struct status unplaced = { "web1", "no dedicated cores", "unsupported", NULL, 0 };

    (void)state;
    assert_remedy(&by_affinity, 0, "[irq-ban]",
                  "its vCPU is not on the CPU that ACDR gave it: acdr verify names the cause");
    assert_remedy(&unplaced, 0, "[irq-ban]", "[irq-ban]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cleaner_that_tasks_can_leave_names_the_ways_that_hold),
        cmocka_unit_test(other_sections_in_force_are_to_be_verified),
        cmocka_unit_test(what_is_not_in_force_is_advised_as_before),
        cmocka_unit_test(a_vcpu_that_is_elsewhere_is_the_cause),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
