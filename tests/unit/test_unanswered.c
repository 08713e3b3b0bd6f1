/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A setting that cannot be opened to write: the kernel has not been asked, so nothing is taken for
 * its refusal, and the value is written once it can be.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "knob_fixture.h"
#include "no_writer.h"
#include "tree_world.h"

#define JOURNAL "/run/acdr/journal"
#define MARK    "/run/acdr/unfinished"
#define IRQ24   "/proc/irq/24/smp_affinity_list"
#define KSM     "/sys/kernel/mm/ksm/run"

static const char *full(const char *root, const char *path)
{
    static char text[1024];

    snprintf(text, sizeof(text), "%s%s", root, path);
    return text;
}

static bool journal_says(const struct tree *t, const char *what)
{
    acdr_auto(free) char *text = tree_read(t, JOURNAL);

    return text && strstr(text, what);
}

static void assert_unfinished(const struct tree *t, bool is)
{
    assert_int_equal(access(full(t->root, MARK), F_OK) == 0, is);
}

/* What status and verify say of the settings that are left: the knob of the only one, or NULL. */
static void assert_reported(struct tree *t, const char *knob, const char *now, const char *want)
{
    struct acdr *a = tree_open(t);

    for (int verify = 0; verify < 2; verify++) {
        struct acdr_item *report = NULL;
        const struct acdr_item *u;
        int rc = verify ? acdr_verify(a, NULL, &report, &t->e)
                        : acdr_status(a, NULL, &report, NULL);

        assert_true(rc >= 0);
        u = acdr_item_first(acdr_item_find(report, "unfinished"));
        assert_int_equal(u != NULL, knob != NULL);
        if (u) {
            assert_string_equal(acdr_item_text(acdr_item_find(u, "knob")), knob);
            assert_string_equal(acdr_item_text(acdr_item_find(u, "now")), now);
            assert_string_equal(acdr_item_text(acdr_item_find(u, "want")), want);
            assert_null(acdr_item_next(u));
        }
        acdr_item_free(report);
    }
    acdr_close(a);
}

static int tries;

static int count_tries(void *arg, const char *path, const char *text, bool after)
{
    struct tree *t = arg;

    tries += !after && !strcmp(path, IRQ24);
    return fake_kernel_tap(&t->kernel, path, text, after);
}

/* One try an event, however many there are, and none that makes the event fail. */
static void it_is_tried_once_an_event_and_told(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    t.tap = count_tries;
    t.tap_arg = &t;
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    assert_int_equal(tree_event(&t, 2, "prepare", "all"), 0);
    assert_reported(&t, NULL, NULL, NULL);
    no_writer_begin(full(t.root, IRQ24));
    tries = 0;
    assert_int_equal(tree_event(&t, 1, "stopped", "all"), 0);
    assert_int_equal(tries, 1);
    assert_reported(&t, "irq:24/eth0-TxRx-0", "0,3-8,11-15", "0-1,3-9,11-15");
    for (int i = 2; i < 6; i++) {
        assert_int_equal(tree_event(&t, 3, "release", "soft"), 0);
        assert_int_equal(tries, i);
        assert_unfinished(&t, true);
    }
    no_writer_end(full(t.root, IRQ24));
    assert_int_equal(tree_settle(&t, NULL), 0);
    assert_int_equal(tries, 6);
    assert_reported(&t, NULL, NULL, NULL);
    assert_int_equal(tree_event(&t, 2, "stopped", "all"), 0);
    assert_as_first(&t, "after both have ended");
    tree_drop(&t);
}

/* Guest 2 has a claim on all interrupts, so that 24 stays known after guest 1's end. */
static void an_interrupt_is_given_back_when_it_can_be_opened(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    assert_int_equal(tree_event(&t, 2, "prepare", "all"), 0);
    no_writer_begin(full(t.root, IRQ24));
    assert_int_equal(tree_event(&t, 1, "stopped", "all"), 0);
    assert_says(t.log.s, IRQ24);
    assert_says(t.log.s, "cannot be opened to write");
    assert_false(journal_says(&t, "knob\tfixed\tirq:24/"));
    assert_true(journal_says(&t, "knob\tdirty\tirq:24/"));
    assert_unfinished(&t, true);
    no_writer_end(full(t.root, IRQ24));
    assert_int_equal(tree_event(&t, 1, "release", "all"), 0);
    assert_false(journal_says(&t, "knob\tdirty"));
    assert_file(&t, IRQ24, "0-1,3-9,11-15\n"); /* without guest 2's clean CPUs alone */
    assert_unfinished(&t, false);
    assert_int_equal(tree_event(&t, 2, "stopped", "all"), 0);
    assert_as_first(&t, "after both have ended");
    tree_drop(&t);
}

/* At a start there is nothing to be kept: what the class requires cannot be given. */
static void a_start_that_needs_it_fails(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    no_writer_begin(full(t.root, KSM));
    assert_true(tree_event(&t, 1, "prepare", "all") < 0);
    assert_says(t.e.text, KSM);
    no_writer_end(full(t.root, KSM));
    assert_int_equal(tree_event(&t, 1, "release", "all"), 0);
    assert_as_first(&t, "after the start was given up");
    tree_drop(&t);
}

#define GROUP "/sys/fs/cgroup/machine.slice"
#define HUGE  "/sys/devices/system/node/node0/hugepages/hugepages-2048kB/"

static const struct {
    const char *knob, *path, *text, *want;
} kinds[] = {
    { "list:/x", "/x", "0-3\n", "1" },
    { "mask:/x", "/x", "f\n", "1" },
    { "num:/x", "/x", "1\n", "0" },
    { "word:/x", "/x", "a [b]\n", "a" },
    { "interval:/d/x", "/d/x", "1000\n", "2000" },
    { "irq:5/eth0", "/proc/irq/5/smp_affinity_list", "0-3\n", "1" },
    { "wq:", "/sys/devices/virtual/workqueue/cpumask", "f\n", "1" },
    { "mems:" GROUP, GROUP "/cpuset.mems", "0\n", "1" },
    { "excl:" GROUP, GROUP "/cpuset.cpus.exclusive", "\n", "1" },
    { "part:" GROUP, GROUP "/cpuset.cpus", "\n", "1" },
    { "huge:0/2048kB", HUGE "nr_hugepages", "1\n", "4" },
    { "iosched:sda", "/sys/class/block/sda/queue/scheduler", "[none] kyber\n", "[kyber] 64" },
    { "l3:0", "/sys/fs/resctrl/schemata", "L3:0=ff\n", "0-3" },
};

static int try_write(struct fixture *f, const char *knob, const char *want, struct acdr_err *e)
{
    *e = (struct acdr_err){ 0 };
    return acdr_knob_write(f->root, acdr_knob_of(knob), "", want, e);
}

static void no_kind_takes_it_for_an_answer(void **state)
{
    struct fixture *f = *state;
    struct acdr_err e;
    int rc;

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        file(f, "/proc/irq/5/eth0/x", "");
        file(f, GROUP "/cpuset.cpus.partition", "member\n");
        file(f, kinds[i].path, kinds[i].text);
        no_writer_begin(full(f->dir, kinds[i].path));
        assert_int_equal(try_write(f, kinds[i].knob, kinds[i].want, &e), -EAGAIN);
        assert_says(e.text, kinds[i].path);
        no_writer_end(full(f->dir, kinds[i].path));
        imitate(f, kinds[i].path, -EIO, NULL);
        rc = try_write(f, kinds[i].knob, kinds[i].want, &e);
        assert_true(rc < 0 && !acdr_is_unanswered(rc));
        acdr_root_set_write_hook(f->root, NULL, NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_interrupt_is_given_back_when_it_can_be_opened),
        cmocka_unit_test(it_is_tried_once_an_event_and_told),
        cmocka_unit_test(a_start_that_needs_it_fails),
        TEST(no_kind_takes_it_for_an_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
