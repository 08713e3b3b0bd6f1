/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr_cpu(): what may run on a CPU, and why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "acdr/acdr.h"
#include "step_world.h"

#define SMT "tests/hosts/two-nodes-smt.host"

static void make(struct step_world *w)
{
    step_world_make(w, SMT);
    step_world_add(w, "thread\t960\t960\tkworker/3:1-mm\t4208060\t5\t3\n"
                      "thread\t961\t961\tkworker/3:2H\t4208060\t5\t3\n"
                      "thread\t962\t962\tkworker/2:2\t4208060\t5\t2\n"
                      "thread\t963\t963\tkworker/u32:0\t4208060\t5\t0-15\n"
                      "thread\t964\t964\tmigration/3\t4208040\t5\t3\n"
                      "thread\t965\t965\tkhugepaged\t208040\t5\t0-15\n"
                      "thread\t970\t970\tqemu\t400140\t7\t3\n"
                      "irq\t40\tnvme0q4\t3\nirq\t41\teth9-rx\t0-3\nirq\t42\teth9-tx\t2\n"
                      "/proc/sys/kernel/watchdog_cpumask\t0-2\n"
                      "/proc/cmdline\tquiet rcu_nocbs=3\n");
    assert_int_equal(acdr_handle_open(w->root, &w->a, NULL), 0);
}

static struct acdr_item *look(struct step_world *w, int cpu)
{
    struct acdr_item *report = NULL;
    struct acdr_err e = { 0 };

    if (acdr_cpu(w->a, cpu, &report, &e) < 0)
        fail_msg("%s", e.text);
    return report;
}

/* The line of that name, or NULL. */
static const struct acdr_item *line(const struct acdr_item *report, const char *name)
{
    const struct acdr_item *i = acdr_item_first(acdr_item_find(report, "may_run"));

    while (i && strcmp(acdr_item_text(acdr_item_find(i, "name")), name))
        i = acdr_item_next(i);
    return i;
}

static void assert_why(const struct acdr_item *report, const char *name, long long count,
                       const char *why)
{
    const struct acdr_item *i = line(report, name);

    assert_non_null(i);
    assert_int_equal(acdr_item_num(acdr_item_find(i, "count")), count);
    if (!strstr(acdr_item_text(acdr_item_find(i, "why")), why))
        fail_msg("%s: %s", name, acdr_item_text(acdr_item_find(i, "why")));
}

static void everything_has_its_reason(void **state)
{
    struct acdr_item *r;
    struct step_world w;

    (void)state;
    make(&w);
    r = look(&w, 3);
    assert_why(r, "systemd", 1, "in its affinity");
    assert_why(r, "kworker/3:*", 2, "bound to the CPU");
    assert_why(r, "kworker/u32:*", 1, "unbound workqueues");
    assert_why(r, "migration/3", 1, "bound to its CPUs");
    assert_why(r, "khugepaged", 1, "may be moved");
    assert_why(r, "40 nvme0q4", 1, "managed by the kernel");
    assert_why(r, "41 eth9-rx", 1, "affinity");
    assert_why(r, "tick", 1, "no nohz_full");
    assert_null(line(r, "kworker/2:*"));
    assert_null(line(r, "42 eth9-tx"));
    assert_null(line(r, "watchdog"));
    assert_null(line(r, "RCU callbacks"));
    assert_string_equal(acdr_item_text(acdr_item_find(r, "core")), "3,11");
    acdr_item_free(r);
    r = look(&w, 2);
    assert_non_null(line(r, "watchdog"));
    assert_non_null(line(r, "RCU callbacks"));
    acdr_item_free(r);
    step_world_drop(&w);
}

static void the_owner_and_his_threads_are_named(void **state)
{
    struct acdr_entry *en;
    struct acdr_item *r;
    struct step_world w;

    (void)state;
    make(&w);
    host_tree_put(w.root, "/run/acdr/.keep", "\n");
    snprintf(w.j->boot, sizeof(w.j->boot), "5e1f0000-0000-4000-8000-000000000001");
    en = acdr_journal_add(w.j, "11111111-0000-4000-8000-000000000012", "g1", "c");
    en->pid = 970;
    en->start = 7;
    en->place = calloc(1, sizeof(*en->place));
    en->place->vcpu = calloc(1, sizeof(int));
    en->place->cell_node = calloc(1, sizeof(int));
    en->place->why = strdup("");
    acdr_bitmap_add(&en->place->clean, 3);
    assert_int_equal(acdr_journal_write(w.a->root, w.j, NULL), 0);
    r = look(&w, 3);
    assert_string_equal(acdr_item_text(acdr_item_find(r, "owner")), "g1");
    assert_why(r, "g1: qemu", 1, "conditioned guest");
    acdr_item_free(r);
    step_world_drop(&w);
}

static void a_cpu_that_is_not_there_is_refused(void **state)
{
    struct acdr_item *r = NULL;
    struct acdr_err e = { 0 };
    struct step_world w;

    (void)state;
    make(&w);
    assert_int_equal(acdr_cpu(w.a, 99, &r, &e), -22);
    assert_non_null(strstr(e.text, "CPU 99"));
    step_world_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_has_its_reason),
        cmocka_unit_test(the_owner_and_his_threads_are_named),
        cmocka_unit_test(a_cpu_that_is_not_there_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
