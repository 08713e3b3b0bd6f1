/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The shipped classes: each is read with the real steps, and does what its name promises. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "root.h"
#include "step.h"
#include "text.h"

static struct acdr_root *root;
static struct acdr_section *sections;
static char dir[] = "/profiles";
static char *dirs[] = { dir, NULL };
static const struct acdr_config config = { .class_dirs = dirs };

static int set_up(void **state)
{
    const char *source = getenv("ACDR_SOURCE");

    (void)state;
    if (acdr_root_open(source ? source : ".", &root, NULL))
        return -1;
    return acdr_steps_sections(&sections);
}

static int tear_down(void **state)
{
    (void)state;
    acdr_root_free(root);
    free(sections);
    return 0;
}

static struct acdr_class *take(const char *name)
{
    struct acdr_class *c = NULL;
    struct acdr_err e = { 0 };

    if (acdr_class_read(root, &config, name, sections, &c, &e))
        fail_msg("%s", e.text);
    return c;
}

/* WANT names the steps in their order of work, each with '!' where it must be. */
static void assert_steps(const char *name, const char *want)
{
    acdr_auto(acdr_class_free) struct acdr_class *c = take(name);
    struct acdr_strbuf got = { 0 };

    acdr_strbuf_add(&got, "");
    for (size_t i = 0; acdr_steps[i]; i++)
        if (acdr_class_has(c, acdr_steps[i]->name))
            acdr_strbuf_addf(&got, "%s%s ", acdr_steps[i]->name,
                             acdr_class_must(c, acdr_steps[i]->name) ? "!" : "");
    assert_string_equal(got.s, want);
    acdr_strbuf_done(&got);
    assert_true(*acdr_class_description(c));
}

static void do_what_they_promise(void **state)
{
    (void)state;
    assert_steps("none", "");
    assert_steps("cleaner-cores", "vcpus! emulator cleaner! ");
    assert_steps("irq-ban", "vcpus! irq-ban ");
    assert_steps("strict-numa", "strict-numa! numa-balancing ");
    assert_steps("dedicated-cores", "vcpus! emulator power ");
    assert_steps("storage", "block ");
    assert_steps("shared", "emulator strict-numa ");
    assert_steps("irq-affinity", "vcpus! emulator irq-ban irq ");
    assert_steps("packet-path", "vcpus! emulator cleaner irq-ban ovs packet-path nic strict-numa "
                                "numa-balancing ");
    assert_steps("flow-pinning", "vcpus! emulator irq-ban flow softirq ");
    assert_steps("softirq-pinning", "vcpus! emulator softirq ");
    assert_steps("nfv-dataplane",
                 "vcpus! emulator! cleaner! irq-ban strict-numa! numa-balancing ksm ");
    assert_steps("hugepages-1g", "hugepages! strict-numa ");
    assert_steps("low-preemption", "preemption ");
    assert_steps("realtime", "vcpus! emulator! cleaner! sched! irq-ban strict-numa! "
                             "numa-balancing ksm thp balloon! ");
    assert_steps("memory-bound", "hugepages vcpus! emulator strict-numa! numa-balancing balloon ");
}

static int check(void *arg, const char *name)
{
    acdr_auto(acdr_class_free) struct acdr_class *c = take(name);

    ++*(int *)arg;
    return c ? 0 : -1;
}

static void are_all_read(void **state)
{
    int n = 0;

    (void)state;
    assert_int_equal(acdr_class_list(root, &config, check, &n), 0);
    assert_true(n >= 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(do_what_they_promise),
        cmocka_unit_test(are_all_read),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
