/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What cannot be read is neither absent nor ended: nothing is given back or lost for it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_guest.h"
#include "tree_world.h"

#define BOOT_ID "/proc/sys/kernel/random/boot_id"
#define JOURNAL "/run/acdr/journal"
#define UUID    "00000000-0000-0000-0000-000000000001"

static void an_unreadable_boot_id_keeps_the_journal(void **state)
{
    char *boot, *before, *after;
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    before = tree_read(&t, JOURNAL);
    boot = tree_read(&t, BOOT_ID);
    tree_spoil(&t, BOOT_ID);
    assert_int_equal(tree_event(&t, 1, "stopped", "all"), -EISDIR);
    assert_says(t.e.text, BOOT_ID);
    assert_int_equal(tree_event(&t, 2, "prepare", "all"), -EISDIR);
    assert_says(t.e.text, BOOT_ID);
    assert_int_equal(tree_settle(&t, NULL), -EISDIR);
    after = tree_read(&t, JOURNAL);
    assert_string_equal(before, after);
    tree_mend(&t, BOOT_ID);
    assert_int_equal(tree_event(&t, 2, "stopped", "all"), -ENOENT);
    host_tree_put(t.root, BOOT_ID, "%s", "");
    assert_int_equal(tree_event(&t, 2, "stopped", "all"), -EIO);
    host_tree_put(t.root, BOOT_ID, "%s", boot);
    assert_int_equal(tree_event(&t, 1, "release", "all"), 0);
    assert_as_first(&t, "after the next event");
    free(boot);
    free(before);
    free(after);
    tree_drop(&t);
}

/* A guest in the journal whose QEMU is process 999, or is expected of daemon 999. */
static void put_entry(struct tree *t, const char *qemu, const char *daemon)
{
    host_tree_put(t->root, JOURNAL,
                  "acdr-journal\t1\t00000000-tree\n"
                  "entry\t" UUID "\tg1\tall\tguest\tconditioned\t%s\t%s\t%%\nend\tedited\n",
                  qemu, daemon);
}

/* The entry is kept and reported while PATH cannot be read, and dropped once the process is gone.
 */
static void assert_kept(struct tree *t, const char *path)
{
    char *text;

    host_tree_put(t->root, path, "x");
    tree_spoil(t, path);
    assert_int_equal(tree_event(t, 2, "stopped", "all"), 0);
    assert_says(t->log.s, path);
    assert_says(t->log.s, "g1: cannot find out whether it still runs");
    text = tree_read(t, JOURNAL);
    assert_non_null(text);
    assert_says(text, UUID);
    free(text);
    tree_mend(t, path);
    assert_int_equal(tree_event(t, 2, "stopped", "all"), 0);
    assert_null(tree_read(t, JOURNAL));
}

static void a_process_that_cannot_be_read_has_not_ended(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    put_entry(&t, "999@5", "0@0");
    assert_kept(&t, "/proc/999/stat");
    put_entry(&t, "0@0", "999@5");
    assert_kept(&t, "/proc/999/stat");
    put_entry(&t, "0@0", "999@5");
    assert_kept(&t, "/run/libvirt/qemu/g1.pid");
    tree_drop(&t);
}

/* The number of an interrupt is somebody else's only if its actions say so. */
static void an_interrupt_that_cannot_be_asked_keeps_its_setting(void **state)
{
    static const char *const actions = "/sys/kernel/irq/24/actions";
    struct tree t;
    char *text;

    (void)state;
    tree_make(&t);
    text = tree_read(&t, actions);
    assert_non_null(text);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    tree_spoil(&t, actions);
    assert_int_equal(tree_event(&t, 1, "stopped", "all"), 0);
    assert_says(t.log.s, actions);
    tree_mend(&t, actions);
    host_tree_put(t.root, actions, "%s", text);
    assert_int_equal(tree_event(&t, 1, "release", "all"), 0);
    assert_as_first(&t, "after the next event");
    free(text);
    tree_drop(&t);
}

/* Whose CPUs are whose is unknown: no place, with the reason, and what needs none is done. */
static void without_the_list_of_guests_there_is_no_place(void **state)
{
    struct tree t;
    char *text;

    (void)state;
    tree_make(&t);
    host_tree_put(t.root, "/run/libvirt/qemu", "x");
    assert_int_equal(tree_event(&t, 1, "prepare", "soft"), 0);
    text = tree_read(&t, JOURNAL);
    assert_says(text, "/run/libvirt/qemu: the CPUs of other guests are not known");
    assert_says(text, "num:/sys/kernel/mm/ksm/run");
    free(text);
    assert_int_equal(tree_event(&t, 1, "release", "soft"), 0);
    tree_drop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unreadable_boot_id_keeps_the_journal),
        cmocka_unit_test(a_process_that_cannot_be_read_has_not_ended),
        cmocka_unit_test(an_interrupt_that_cannot_be_asked_keeps_its_setting),
        cmocka_unit_test(without_the_list_of_guests_there_is_no_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
