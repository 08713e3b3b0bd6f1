/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Knobs on made-up roots: names, comparison, and the settings that are one file, with what is
 * written to the letter and what is refused with which answer.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "knob_fixture.h"

static void unknown_kinds_are_not_supported(void **state)
{
    struct fixture *f = *state;
    read_fails(f, "listing:/x", -EOPNOTSUPP, "listing:/x");
    read_fails(f, "list", -EOPNOTSUPP, "list");
    write_fails(f, "lis:/x", "1", -EOPNOTSUPP, "lis:/x");
    assert_null(acdr_knob_find(":", NULL));
    assert_false(acdr_knob_is_ours(f->root, acdr_knob_of("lis:/x"), "1", "1", "1", "1"));
}

static void lists_are_canonical_and_can_be_emptied(void **state)
{
    struct fixture *f = *state;
    file(f, "/a", "0,1,2,3,8\n");
    file(f, "/b", "\n");
    file(f, "/c", "never\n");
    reads(f, "list:/a", "0-3,8");
    reads(f, "list:/b", "");
    read_fails(f, "list:/c", -EINVAL, "/c: not a list");
    read_fails(f, "list:/none", -ENOENT, "/none: cannot read");
    writes(f, "list:/a", "5,4,3");
    holds(f, "/a", "3-5\n");
    writes(f, "list:/a", "");
    holds(f, "/a", "\n");
    write_fails(f, "list:/a", "x", -EINVAL, "/a");
    holds(f, "/a", "\n");
}

static void masks_are_spoken_as_lists_and_keep_their_width(void **state)
{
    struct fixture *f = *state;
    file(f, "/m", "000,00000000,ffffffff\n");
    file(f, "/n", "3\n");
    reads(f, "mask:/m", "0-31");
    writes(f, "mask:/m", "0-3");
    holds(f, "/m", "000,00000000,0000000f\n");
    writes(f, "mask:/m", "0,32");
    holds(f, "/m", "000,00000001,00000001\n");
    writes(f, "mask:/n", "0-8,40");
    holds(f, "/n", "100,000001ff\n");
    file(f, "/n", "0-3\n");
    read_fails(f, "mask:/n", -EINVAL, "/n: not a mask");
}

static void numbers_are_decimal(void **state)
{
    struct fixture *f = *state;
    file(f, "/n", "0064\n");
    file(f, "/w", "max\n");
    reads(f, "num:/n", "64");
    writes(f, "num:/n", " 0128 ");
    holds(f, "/n", "128\n");
    write_fails(f, "num:/n", "1-2", -EINVAL, "/n: not a number: 1-2");
    read_fails(f, "num:/w", -EINVAL, "/w: not a number: max");
}

static void words_are_the_choice_of_a_pick_list(void **state)
{
    struct fixture *f = *state;
    file(f, "/a", "always [madvise] never\n");
    file(f, "/b", "none voluntary (full)\n");
    file(f, "/c", "isolated invalid (Cpu list is empty)\n");
    file(f, "/d", "f(x) [] powersave\n");
    reads(f, "word:/a", "madvise");
    reads(f, "word:/b", "full");
    reads(f, "word:/c", "isolated invalid (Cpu list is empty)");
    reads(f, "word:/d", "f(x) [] powersave");
    writes(f, "word:/a", "never");
    holds(f, "/a", "never\n");
}

static void what_can_only_be_read_is_not_supported(void **state)
{
    struct fixture *f = *state;
    char path[512];
    file(f, "/nmi", "0\n");
    imitate(f, "/nmi", -EACCES, NULL);
    write_fails(f, "num:/nmi", "1", -EACCES, "/nmi");
    snprintf(path, sizeof path, "%s/nmi", f->dir);
    assert_int_equal(chmod(path, 0444), 0);
    write_fails(f, "num:/nmi", "1", -EOPNOTSUPP, "/nmi");
    imitate(f, "/nmi", -524, NULL);
    write_fails(f, "num:/nmi", "1", -EOPNOTSUPP, "/nmi");
}

static void an_irq_is_known_by_its_actions(void **state)
{
    struct fixture *f = *state;
    file(f, "/proc/irq/24/smp_affinity_list", "0-7\n");
    file(f, "/sys/kernel/irq/24/actions", "virtio1-input.0,extra\n");
    reads(f, "irq:24/virtio1-input.0,extra", "0-7");
    writes(f, "irq:24/virtio1-input.0,extra", "0,2");
    holds(f, "/proc/irq/24/smp_affinity_list", "0,2\n");
    read_fails(f, "irq:24/eth0", -ENOENT, "no longer \"eth0\" but \"virtio1-input.0,extra\"");
    write_fails(f, "irq:24/eth0", "1", -ENOENT, "no longer");
    read_fails(f, "irq:25/eth0", -ENOENT, "/proc/irq/25");
    read_fails(f, "irq:x/eth0", -EINVAL, "NUMBER/ACTIONS");
    read_fails(f, "irq:24", -EINVAL, "NUMBER/ACTIONS");
    write_fails(f, "irq:24/virtio1-input.0,extra", "", -EINVAL, "needs a CPU");
    holds(f, "/proc/irq/24/smp_affinity_list", "0,2\n");
}

static void an_irq_has_other_sources_of_its_name(void **state)
{
    struct fixture *f = *state;
    file(f, "/proc/irq/7/smp_affinity_list", "1\n");
    file(f, "/proc/irq/7/eth0/x", NULL);
    file(f, "/proc/irq/7/usb 100%/x", NULL);
    reads(f, "irq:7/eth0,usb 100%25", "1");
    file(f, "/proc/irq/8/smp_affinity_list", "2\n");
    reads(f, "irq:8/-", "2");
    read_fails(f, "irq:8/nvme0q1", -ENOENT, "no longer");
    file(f, "/proc/interrupts",
         "     CPU0\n   8:   1  PCI-MSI 2-edge      nvme0q1, b\n"
         "  18:   1  PCI-MSI 2-edge      other\n");
    reads(f, "irq:8/nvme0q1,b", "2");
    read_fails(f, "irq:8/b", -ENOENT, "no longer"); /* not the whole of its names */
    read_fails(f, "irq:8/other", -ENOENT, "no longer");
}

static void an_unmovable_irq_is_told_from_a_failure(void **state)
{
    struct fixture *f = *state;
    const char *path = "/proc/irq/9/smp_affinity_list";
    file(f, path, "3\n");
    file(f, "/sys/kernel/irq/9/actions", "nvme0q1\n");
    imitate(f, path, -EIO, NULL);
    write_fails(f, "irq:9/nvme0q1", "0", -EPERM, "cannot be moved (managed or per-CPU interrupt)");
    imitate(f, path, -EPERM, NULL);
    write_fails(f, "irq:9/nvme0q1", "0", -EPERM, "cannot be moved (managed or per-CPU interrupt)");
    imitate(f, path, -ENOSPC, NULL);
    write_fails(f, "irq:9/nvme0q1", "0", -ENOSPC, "no interrupt vector left");
    imitate(f, path, -EINVAL, NULL);
    write_fails(f, "irq:9/nvme0q1", "0", -EINVAL, path);
    holds(f, path, "3\n");
    file(f, "/proc/irq/default_smp_affinity", "ff\n");
    imitate(f, "/proc/irq/default_smp_affinity", -EIO, NULL);
    write_fails(f, "mask:/proc/irq/default_smp_affinity", "0", -EPERM, "cannot be moved");
}

static void the_workqueue_mask_is_what_was_requested(void **state)
{
    struct fixture *f = *state;
    read_fails(f, "wq:", -EOPNOTSUPP, "none");
    file(f, "/sys/devices/virtual/workqueue/cpumask", "0f\n");
    reads(f, "wq:", "0-3");
    file(f, "/sys/devices/virtual/workqueue/cpumask_requested", "ff\n");
    reads(f, "wq:", "0-7");
    writes(f, "wq:", "0-1");
    holds(f, "/sys/devices/virtual/workqueue/cpumask", "03\n");
    holds(f, "/sys/devices/virtual/workqueue/cpumask_requested", "ff\n");
}

static void values_are_compared_by_meaning(void **state)
{
    (void)state;
    assert_true(acdr_knob_same(acdr_knob_of("list:/x"), "0-3", "3,2,1,0"));
    assert_false(acdr_knob_same(acdr_knob_of("list:/x"), "0-3", "0-2"));
    assert_true(acdr_knob_same(acdr_knob_of("list:/x"), "garbage", "garbage"));
    assert_false(acdr_knob_same(acdr_knob_of("list:/x"), "garbage", ""));
    assert_true(acdr_knob_same(acdr_knob_of("num:/x"), "08", "8"));
    assert_false(acdr_knob_same(acdr_knob_of("num:/x"), "8", "9"));
    assert_true(acdr_knob_same(acdr_knob_of("word:/x"), "a [b] c", "b"));
    assert_false(acdr_knob_same(acdr_knob_of("word:/x"), "08", "8"));
    assert_true(acdr_knob_same(acdr_knob_of("nothing:/x"), "a", "a"));
}

static void a_value_is_ours_as_base_was_or_want(void **state)
{
    struct fixture *f = *state;
    assert_true(acdr_knob_is_ours(f->root, acdr_knob_of("list:/x"), "0,1", "0-1", "0", "1"));
    assert_true(acdr_knob_is_ours(f->root, acdr_knob_of("list:/x"), "1", "0-1", NULL, "1"));
    assert_false(acdr_knob_is_ours(f->root, acdr_knob_of("list:/x"), "2", "0-1", "0", "1"));
    assert_true(acdr_knob_is_ours(f->root, acdr_knob_of("num:/x"), "700", "512", "512", "1024"));
    assert_true(acdr_knob_is_ours(f->root, acdr_knob_of("num:/x"), "512", "1024", NULL, "300"));
    assert_false(acdr_knob_is_ours(f->root, acdr_knob_of("num:/x"), "1025", "512", "512", "1024"));
    assert_false(acdr_knob_is_ours(f->root, acdr_knob_of("num:/x"), "511", "512", "512", "1024"));
    assert_false(acdr_knob_is_ours(f->root, acdr_knob_of("num:/x"), "5", "none", NULL, "none"));
    assert_false(acdr_knob_is_ours(f->root, acdr_knob_of("word:/x"), "b", "a", "a", "c"));
}

static void masks_that_the_kernel_leaves_behind_are_ours(void **state)
{
    struct fixture *f = *state;
    file(f, "/sys/devices/system/cpu/online", "0-15\n");
    file(f, "/sys/devices/system/cpu/possible", "0-31\n");
    assert_true(
        acdr_knob_is_ours(f->root, acdr_knob_of("task:9/9@9"), "0-15", "8-15", "8-15", "8-15"));
    assert_true(
        acdr_knob_is_ours(f->root, acdr_knob_of("task:9/9@9"), "0-31", "8-15", "8-15", "8-15"));
    assert_false(
        acdr_knob_is_ours(f->root, acdr_knob_of("task:9/9@9"), "0-14", "8-15", "8-15", "8-15"));
    file(f, "/sys/fs/cgroup/cpuset.cpus.isolated", "15\n");
    assert_true(
        acdr_knob_is_ours(f->root, acdr_knob_of("task:9/9@9"), "0-14", "8-15", "8-15", "8-15"));
    assert_true(acdr_knob_is_ours(f->root, acdr_knob_of("task:9/9@9"), "0-14,16-31", "8-15", "8-15",
                                  "8-15"));
    assert_false(
        acdr_knob_is_ours(f->root, acdr_knob_of("task:9/9@9"), "0-3", "8-15", "8-15", "8-15"));
    assert_false(
        acdr_knob_is_ours(f->root, acdr_knob_of("thread:9/9@9"), "0-15", "8-15", "8-15", "8-15"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(unknown_kinds_are_not_supported),
        TEST(lists_are_canonical_and_can_be_emptied),
        TEST(masks_are_spoken_as_lists_and_keep_their_width),
        TEST(numbers_are_decimal),
        TEST(words_are_the_choice_of_a_pick_list),
        TEST(what_can_only_be_read_is_not_supported),
        TEST(an_irq_is_known_by_its_actions),
        TEST(an_irq_has_other_sources_of_its_name),
        TEST(an_unmovable_irq_is_told_from_a_failure),
        TEST(the_workqueue_mask_is_what_was_requested),
        cmocka_unit_test(values_are_compared_by_meaning),
        TEST(a_value_is_ours_as_base_was_or_want),
        TEST(masks_that_the_kernel_leaves_behind_are_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
