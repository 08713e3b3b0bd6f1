/*
 * Knobs on made-up roots: what is read, what is written to the letter, what is refused and with
 * which answer. The kernel's habits (errors, lies, states) are imitated by the root's tap.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "cpus.h"
#include "irqbalance.h"
#include "knob.h"
#include "memory.h"
#include "unit.h"
#include "value.h"

struct fixture {
    char dir[256];
    struct acdr_root *root;
    const char *path; /* the tap answers for this path */
    int fail;         /* -errno of a write */
    const char *then; /* what the file holds after a write */
    int writes;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    const char *tmp = getenv("TMPDIR");
    assert_non_null(f);
    snprintf(f->dir, sizeof f->dir, "%s/acdr-knobs-XXXXXX", tmp ? tmp : P_tmpdir);
    assert_non_null(mkdtemp(f->dir));
    assert_int_equal(acdr_root_open(f->dir, &f->root, NULL), 0);
    *state = f;
    return 0;
}

static int unlink_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    acdr_root_free(f->root);
    nftw(f->dir, unlink_one, 16, FTW_DEPTH | FTW_PHYS);
    free(f);
    return 0;
}

/* A file below the fixture's root, its folders made as needed; NULL: only the folders. */
static void file(struct fixture *f, const char *path, const char *text)
{
    char full[1024];
    snprintf(full, sizeof full, "%s%s", f->dir, path);
    for (char *s = strchr(full + strlen(f->dir) + 1, '/'); s; s = strchr(s + 1, '/')) {
        *s = '\0';
        mkdir(full, 0755);
        *s = '/';
    }
    if (!text)
        return;
    FILE *out = fopen(full, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

static void holds(struct fixture *f, const char *path, const char *expected)
{
    char *text = NULL;
    assert_int_equal(acdr_root_read(f->root, path, 0, &text, NULL), 0);
    assert_string_equal(text, expected);
    free(text);
}

static void reads(struct fixture *f, const char *knob, const char *expected)
{
    struct acdr_err e = {0};
    char *value = NULL;
    int rc = acdr_knob_read(f->root, knob, &value, &e);
    if (rc < 0)
        fail_msg("%s: %s", knob, e.text);
    assert_string_equal(value, expected);
    free(value);
}

static void read_fails(struct fixture *f, const char *knob, int code, const char *text)
{
    struct acdr_err e = {0};
    char *value = NULL;
    assert_int_equal(acdr_knob_read(f->root, knob, &value, &e), code);
    assert_null(value);
    assert_int_equal(e.code, -code);
    if (!strstr(e.text, text))
        fail_msg("\"%s\" does not say \"%s\"", e.text, text);
}

static void writes(struct fixture *f, const char *knob, const char *want)
{
    struct acdr_err e = {0};
    if (acdr_knob_write(f->root, knob, "", want, &e) != 0)
        fail_msg("%s: %s", knob, e.text);
}

static void write_fails(struct fixture *f, const char *knob, const char *want, int code,
                        const char *text)
{
    struct acdr_err e = {0};
    assert_int_equal(acdr_knob_write(f->root, knob, "", want, &e), code);
    assert_int_equal(e.code, -code);
    if (!strstr(e.text, text))
        fail_msg("\"%s\" does not say \"%s\"", e.text, text);
}

static int kernel(void *arg, const char *path, const char *text, bool after)
{
    struct fixture *f = arg;
    (void)text;
    f->writes += !after;
    if (!f->path || strcmp(path, f->path) != 0)
        return 0;
    if (after && f->then)
        file(f, path, f->then);
    return after ? 0 : f->fail;
}

/* From now on a write to PATH fails with FAIL, or leaves THEN in the file. */
static void imitate(struct fixture *f, const char *path, int fail, const char *then)
{
    f->path = path;
    f->fail = fail;
    f->then = then;
    f->writes = 0;
    acdr_root_tap(f->root, kernel, f);
}

static void unknown_kinds_are_not_supported(void **state)
{
    struct fixture *f = *state;
    read_fails(f, "listing:/x", -EOPNOTSUPP, "listing:/x");
    read_fails(f, "list", -EOPNOTSUPP, "list");
    write_fails(f, "lis:/x", "1", -EOPNOTSUPP, "lis:/x");
    assert_null(acdr_knob_find(":", NULL));
    assert_false(acdr_knob_ours(f->root, "lis:/x", "1", "1", "1", "1"));
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
    file(f, "/proc/interrupts", "     CPU0\n   8:   1  PCI-MSI 2-edge      nvme0q1, b\n"
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

#define VCPU "/sys/fs/cgroup/machine.slice/machine-qemu\\x2d1\\x2dg.scope/libvirt/vcpu0"

static void make_group(struct fixture *f, const char *state)
{
    file(f, VCPU "/cpuset.cpus", "\n");
    file(f, VCPU "/cpuset.cpus.exclusive", "\n");
    file(f, VCPU "/cpuset.cpus.exclusive.effective", "5\n");
    file(f, VCPU "/cpuset.cpus.partition", state);
}

static void exclusive_cpus_of_a_group_can_be_taken_back(void **state)
{
    struct fixture *f = *state;
    make_group(f, "member\n");
    reads(f, "excl:" VCPU, "");
    writes(f, "excl:" VCPU, "5");
    holds(f, VCPU "/cpuset.cpus.exclusive", "5\n");
    writes(f, "excl:" VCPU, "");
    holds(f, VCPU "/cpuset.cpus.exclusive", "\n");
    read_fails(f, "excl:/sys/fs/cgroup/none", -ENOENT, "is gone");
    read_fails(f, "part:/sys/fs/cgroup/none", -ENOENT, "is gone");
    read_fails(f, "excl:/sys/fs/cgroup/machine.slice", -EOPNOTSUPP, "not on this kernel");
    read_fails(f, "part:/sys/fs/cgroup/machine.slice", -EOPNOTSUPP, "not on this kernel");
}

static void a_partition_is_its_state_and_its_cpus(void **state)
{
    struct fixture *f = *state;
    make_group(f, "member\n");
    reads(f, "part:" VCPU, "");
    writes(f, "part:" VCPU, "5");
    holds(f, VCPU "/cpuset.cpus", "5\n");
    holds(f, VCPU "/cpuset.cpus.exclusive", "5\n");
    holds(f, VCPU "/cpuset.cpus.partition", "isolated\n");
    reads(f, "part:" VCPU, "5");
    writes(f, "part:" VCPU, "");
    holds(f, VCPU "/cpuset.cpus.partition", "member\n");
    holds(f, VCPU "/cpuset.cpus.exclusive", "\n");
    holds(f, VCPU "/cpuset.cpus", "5\n");
}

static void a_partition_that_did_not_come_about_is_taken_back(void **state)
{
    struct fixture *f = *state;
    make_group(f, "isolated invalid (Cpu list in cpuset.cpus is empty)\n");
    reads(f, "part:" VCPU, "");
    imitate(f, VCPU "/cpuset.cpus.exclusive", -EINVAL, NULL);
    write_fails(f, "part:" VCPU, "5", -EINVAL, "cpuset.cpus.exclusive");
    holds(f, VCPU "/cpuset.cpus.partition", "member\n");
    imitate(f, VCPU "/cpuset.cpus.partition", 0, "isolated invalid (Not exclusive)\n");
    write_fails(f, "part:" VCPU, "5", -EBUSY, "isolated invalid (Not exclusive)");
    holds(f, VCPU "/cpuset.cpus.exclusive", "\n");
    imitate(f, NULL, 0, NULL);
    file(f, VCPU "/cpuset.cpus.partition", "root\n");
    write_fails(f, "part:" VCPU, "5", -EBUSY, "somebody else");
    assert_int_equal(f->writes, 0);
}

static void a_vanished_partition_is_waited_for_in_its_own_hierarchy(void **state)
{
    struct fixture *f = *state;
    const char *rest;
    const struct acdr_knob_kind *kind = acdr_knob_find("part:" VCPU, &rest);
    file(f, "/sys/fs/cgroup/cpuset.cpus.isolated", "5\n");
    assert_string_equal(rest, VCPU);
    kind->gone(f->root, rest, "5"); /* looks once: nobody changes a root that is not live */
    kind->gone(f->root, rest, "what");
}

static void nothing_of_this_machine_is_touched_through_another_root(void **state)
{
    static const char *const knobs[] = {"thread:1/1@1", "task:1/1@1", "tasks:", "irqbalance:",
                                        "unit:system.slice"};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof knobs / sizeof *knobs; i++) {
        read_fails(f, knobs[i], -EOPNOTSUPP, "not this machine");
        write_fails(f, knobs[i], "0", -EOPNOTSUPP, "not this machine");
    }
    write_fails(f, "pages:1@1", "0", -EOPNOTSUPP, "not this machine");
}

static void pages_of_a_process_are_those_of_its_own_memory(void **state)
{
    struct fixture *f = *state;
    file(f, "/proc/77/task/77/stat",
         "77 (a b) c) S 1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 3 0 4242 99 1 2\n");
    read_fails(f, "pages:77@4242", -EOPNOTSUPP, "no NUMA");
    file(f, "/proc/77/numa_maps",
         "55d0 default file=/usr/bin/qemu-system-x86_64 mapped=900 N0=400 N3=500\n"
         "55d1 default file=/usr/bin/qemu-system-x86_64 anon=4 dirty=4 mapped=7 N4=3 N1=4\n"
         "55d2 default heap anon=10 dirty=10 N0=9 N2=1 kernelpagesize_kB=4\n"
         "7f00 bind:0 file=/memfd:pc.ram\\040(deleted) dirty=5 N6=5 kernelpagesize_kB=4\n"
         "7f01 bind:0 file=/dev/hugepages/libvirt/qemu/1-g/ram huge dirty=2 N8=2\n"
         "7f02 default stack N3=0\n"
         "7fff default\n");
    reads(f, "pages:77@4242", "0-2,6,8");
    read_fails(f, "pages:77@4243", -ESRCH, "is gone");
    read_fails(f, "pages:78@4242", -ESRCH, "is gone");
    read_fails(f, "pages:77", -EINVAL, "not PID");
    read_fails(f, "pages:77@", -EINVAL, "not PID");
    read_fails(f, "pages:77@12x", -EINVAL, "not PID");
    read_fails(f, "pages:-1@1", -EINVAL, "not PID");
}

static void values_are_compared_by_meaning(void **state)
{
    (void)state;
    assert_true(acdr_knob_same("list:/x", "0-3", "3,2,1,0"));
    assert_false(acdr_knob_same("list:/x", "0-3", "0-2"));
    assert_true(acdr_knob_same("list:/x", "garbage", "garbage"));
    assert_false(acdr_knob_same("list:/x", "garbage", ""));
    assert_true(acdr_knob_same("num:/x", "08", "8"));
    assert_false(acdr_knob_same("num:/x", "8", "9"));
    assert_true(acdr_knob_same("word:/x", "a [b] c", "b"));
    assert_false(acdr_knob_same("word:/x", "08", "8"));
    assert_true(acdr_knob_same("nothing:/x", "a", "a"));
}

static void a_value_is_ours_as_base_was_or_want(void **state)
{
    struct fixture *f = *state;
    assert_true(acdr_knob_ours(f->root, "list:/x", "0,1", "0-1", "0", "1"));
    assert_true(acdr_knob_ours(f->root, "list:/x", "1", "0-1", NULL, "1"));
    assert_false(acdr_knob_ours(f->root, "list:/x", "2", "0-1", "0", "1"));
    assert_true(acdr_knob_ours(f->root, "num:/x", "700", "512", "512", "1024"));
    assert_true(acdr_knob_ours(f->root, "num:/x", "512", "1024", NULL, "300"));
    assert_false(acdr_knob_ours(f->root, "num:/x", "1025", "512", "512", "1024"));
    assert_false(acdr_knob_ours(f->root, "num:/x", "511", "512", "512", "1024"));
    assert_false(acdr_knob_ours(f->root, "num:/x", "5", "none", NULL, "none"));
    assert_false(acdr_knob_ours(f->root, "word:/x", "b", "a", "a", "c"));
}

static void masks_that_the_kernel_leaves_behind_are_ours(void **state)
{
    struct fixture *f = *state;
    file(f, "/sys/devices/system/cpu/online", "0-15\n");
    file(f, "/sys/devices/system/cpu/possible", "0-31\n");
    assert_true(acdr_knob_ours(f->root, "task:9/9@9", "0-15", "8-15", "8-15", "8-15"));
    assert_true(acdr_knob_ours(f->root, "task:9/9@9", "0-31", "8-15", "8-15", "8-15"));
    assert_false(acdr_knob_ours(f->root, "task:9/9@9", "0-14", "8-15", "8-15", "8-15"));
    file(f, "/sys/fs/cgroup/cpuset.cpus.isolated", "15\n");
    assert_true(acdr_knob_ours(f->root, "task:9/9@9", "0-14", "8-15", "8-15", "8-15"));
    assert_true(acdr_knob_ours(f->root, "task:9/9@9", "0-14,16-31", "8-15", "8-15", "8-15"));
    assert_false(acdr_knob_ours(f->root, "task:9/9@9", "0-3", "8-15", "8-15", "8-15"));
    assert_false(acdr_knob_ours(f->root, "thread:9/9@9", "0-15", "8-15", "8-15", "8-15"));
}

static void systemds_bitmap_is_little_endian(void **state)
{
    unsigned char bytes[ACDR_UNIT_BYTES];
    struct acdr_cpus s, back;
    (void)state;
    assert_int_equal(acdr_cpus_parse_list(&s, "0-3"), 0);
    assert_int_equal(acdr_unit_pack(&s, bytes), 1);
    assert_int_equal(bytes[0], 15);
    assert_int_equal(acdr_cpus_parse_list(&s, "0,9,23,8191"), 0);
    assert_int_equal(acdr_unit_pack(&s, bytes), ACDR_UNIT_BYTES);
    assert_int_equal(bytes[0], 1);
    assert_int_equal(bytes[1], 2);
    assert_int_equal(bytes[2], 128);
    acdr_unit_unpack(bytes, ACDR_UNIT_BYTES, &back);
    assert_true(acdr_cpus_equal(&s, &back));
    acdr_cpus_zero(&s);
    assert_int_equal(acdr_unit_pack(&s, bytes), 0);
    acdr_unit_unpack(bytes, 0, &back);
    assert_true(acdr_cpus_empty(&back));
}

static void irqbalances_answer_is_understood(void **state)
{
    struct acdr_cpus s, expected;
    (void)state;
    assert_int_equal(acdr_irqbalance_parse(&s, "SLEEP 10 IRQ 25 LOAD 0 DIFF 0 CLASS 0 "
                                               "BANNED 00000001,0000000f"), 0);
    assert_int_equal(acdr_cpus_parse_list(&expected, "0-3,32"), 0);
    assert_true(acdr_cpus_equal(&s, &expected));
    assert_int_equal(acdr_irqbalance_parse(&s, "SLEEP 10 BANNED 0\n"), 0);
    assert_true(acdr_cpus_empty(&s));
    assert_int_equal(acdr_irqbalance_parse(&s, "SLEEP 10 "), -EINVAL);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

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
        TEST(exclusive_cpus_of_a_group_can_be_taken_back),
        TEST(a_partition_is_its_state_and_its_cpus),
        TEST(a_partition_that_did_not_come_about_is_taken_back),
        TEST(a_vanished_partition_is_waited_for_in_its_own_hierarchy),
        TEST(nothing_of_this_machine_is_touched_through_another_root),
        TEST(pages_of_a_process_are_those_of_its_own_memory),
        TEST(values_are_compared_by_meaning),
        TEST(a_value_is_ours_as_base_was_or_want),
        TEST(masks_that_the_kernel_leaves_behind_are_ours),
        cmocka_unit_test(systemds_bitmap_is_little_endian),
        cmocka_unit_test(irqbalances_answer_is_understood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
