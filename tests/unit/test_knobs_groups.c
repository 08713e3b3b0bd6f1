/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Knobs on made-up roots: partitions, memory, and what may act on this machine only. The kernel's
 * habits (errors, lies, states) are imitated by the root's tap.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "irqbalance.h"
#include "knob_fixture.h"
#include "proc.h"
#include "unit.h"

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
    write_fails(f, "part:" VCPU, "5", -EBUSY, "another program");
    assert_int_equal(f->writes, 0);
}

static void a_vanished_partition_is_waited_for_in_its_own_hierarchy(void **state)
{
    struct fixture *f = *state;
    const char *rest;
    const struct acdr_knob_kind *kind = acdr_knob_find("part:" VCPU, &rest);
    file(f, "/sys/fs/cgroup/cpuset.cpus.isolated", "5\n");
    assert_string_equal(rest, VCPU);
    kind->wait_gone(f->root, rest, "5"); /* looks once: nobody changes a root that is not live */
    kind->wait_gone(f->root, rest, "what");
}

static void a_thread_moves_to_another_group_alone(void **state)
{
    struct fixture *f = *state;
    file(f, "/proc/77/task/79/stat",
         "79 (kvm-nx) S 1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 3 0 4242 99 1 2\n");
    file(f, "/proc/77/task/79/cgroup", "4:memory:/elsewhere\n0::/m.slice/a:b\\x2d1/vcpu0\n");
    file(f, "/sys/fs/cgroup/m.slice/a:b\\x2d1/emulator/cgroup.threads", "");
    reads(f, "group:77/79@4242", "/sys/fs/cgroup/m.slice/a:b\\x2d1/vcpu0");
    writes(f, "group:77/79@4242", "/sys/fs/cgroup/m.slice/a:b\\x2d1/emulator");
    holds(f, "/sys/fs/cgroup/m.slice/a:b\\x2d1/emulator/cgroup.threads", "79\n");
    read_fails(f, "group:77/79@4243", -ESRCH, "is gone");
    write_fails(f, "group:77/79@4243", "/sys/fs/cgroup/m.slice", -ESRCH, "is gone");
    file(f, "/proc/77/task/79/cgroup", "4:cpuset:/m/vcpu0\n0::/elsewhere\n");
    file(f, "/sys/fs/cgroup/cpuset/m/emulator/tasks", "");
    reads(f, "group:77/79@4242", "/sys/fs/cgroup/cpuset/m/vcpu0");
    writes(f, "group:77/79@4242", "/sys/fs/cgroup/cpuset/m/emulator");
    holds(f, "/sys/fs/cgroup/cpuset/m/emulator/tasks", "79\n");
    file(f, "/proc/77/task/79/cgroup", "4:memory:/elsewhere\n");
    read_fails(f, "group:77/79@4242", -EOPNOTSUPP, "no cgroup that bounds CPUs");
}

static void nothing_of_this_machine_is_touched_through_another_root(void **state)
{
    static const char *const knobs[] = { "thread:1/1@1", "task:1/1@1",
                                         "tasks:", "irqbalance:", "unit:system.slice" };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof knobs / sizeof *knobs; i++) {
        read_fails(f, knobs[i], -EOPNOTSUPP, "not this machine");
        write_fails(f, knobs[i], "0", -EOPNOTSUPP, "not this machine");
    }
    write_fails(f, "pages:1@1", "0", -EOPNOTSUPP, "not this machine");
}

static void a_tasks_mask_has_cpus_that_are_offline(void **state)
{
    struct fixture *f = *state;
    struct acdr_bitmap s, expected;
    file(f, "/proc/77/status",
         "Name:\tCpus_allowed_list:\nCpus_allowed:\tf0\n"
         "Cpus_allowed_list:\t4-7\nMems_allowed_list:\t0\n");
    assert_int_equal(acdr_proc_allowed(f->root, 77, &s), 0);
    assert_int_equal(acdr_bitmap_parse_list(&expected, "4-7"), 0);
    assert_true(acdr_bitmap_equal(&s, &expected));
    assert_int_equal(acdr_proc_allowed(f->root, 78, &s), -ESRCH);
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
    assert_true(acdr_knob_matches(f->root, acdr_knob_of("pages:77@4242"), "1", "0-1"));
    assert_true(acdr_knob_matches(f->root, acdr_knob_of("pages:77@4242"), "0-1", "0-1"));
    assert_false(acdr_knob_matches(f->root, acdr_knob_of("pages:77@4242"), "1-2", "0-1"));
    read_fails(f, "pages:77@4243", -ESRCH, "is gone");
    read_fails(f, "pages:78@4242", -ESRCH, "is gone");
    read_fails(f, "pages:77", -EINVAL, "not PID");
    read_fails(f, "pages:77@", -EINVAL, "not PID");
    read_fails(f, "pages:77@12x", -EINVAL, "not PID");
    read_fails(f, "pages:-1@1", -EINVAL, "not PID");
}

/* RAM, a heap, and the kernel's own pages behind vvar, as PAGES puts the first two on nodes. */
static void memory_is(struct fixture *f, const char *ram, const char *heap)
{
    char text[512];
    snprintf(text, sizeof text,
             "55d2 default heap anon=800 dirty=800 %s kernelpagesize_kB=4\n"
             "7f00 default anon=16384 dirty=16384 %s kernelpagesize_kB=4\n"
             "7fff default mapped=2 mapmax=11 active=0 N2=2 kernelpagesize_kB=4\n",
             heap, ram);
    file(f, "/proc/77/task/77/stat",
         "77 (a b) c) S 1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 3 0 4242 99 1 2\n");
    file(f, "/proc/77/numa_maps", text);
    file(f, "/proc/77/smaps",
         "55d2-55d3 rw-p 00000000 00:00 0 [heap]\nVmFlags: rd wr mr ac \n"
         "7f00-7f01 rw-p 00000000 00:00 0\nVmFlags: rd wr dc dd hg \n"
         "7fff-7fff r--p 00000000 00:00 0 [vvar]\nVmFlags: rd pf de \n");
}

static void note_is(struct fixture *f, const char *want, const char *note)
{
    char *now = acdr_knob_note(f->root, acdr_knob_of("pages:77@4242"), want);
    assert_string_equal(now ? now : "", note);
    free(now);
}

static void a_handful_of_qemus_own_may_stay_and_is_told(void **state)
{
    struct fixture *f = *state;
    memory_is(f, "N1=16384", "N0=12 N1=788");
    reads(f, "pages:77@4242", "1");
    note_is(f, "1", "48 KiB of QEMU's own memory stay on node 0");
    memory_is(f, "N1=16384", "N0=512 N1=288");
    reads(f, "pages:77@4242", "1");
    memory_is(f, "N1=16384", "N0=513 N1=287");
    reads(f, "pages:77@4242", "0-1");
    memory_is(f, "N1=16384", "N1=800");
    note_is(f, "1", "");
}

static void a_page_of_ram_may_not_stay(void **state)
{
    struct fixture *f = *state;
    memory_is(f, "N0=1 N1=16383", "N1=800");
    reads(f, "pages:77@4242", "0-1");
    note_is(f, "1", "4 KiB of the guest's RAM on node 0");
    memory_is(f, "N0=16384", "N0=800");
    note_is(f, "1", "68736 KiB of its memory on node 0");
}

static void where_nothing_tells_ram_all_of_it_is(void **state)
{
    struct fixture *f = *state;
    memory_is(f, "N1=16384", "N0=12 N1=788");
    file(f, "/proc/77/smaps", "55d2-55d3 rw-p 00000000 00:00 0\nVmFlags: rd wr mr dcx \n");
    reads(f, "pages:77@4242", "0-1");
    file(f, "/proc/77/smaps", "55d1-55d2 rw-p 00000000 00:00 0\nVmFlags: rd wr dc \n");
    reads(f, "pages:77@4242", "0-1"); /* a mapping that came in between */
}

static void systemds_bitmap_is_little_endian(void **state)
{
    unsigned char bytes[ACDR_UNIT_BYTES];
    struct acdr_bitmap s, back;
    (void)state;
    assert_int_equal(acdr_bitmap_parse_list(&s, "0-3"), 0);
    assert_int_equal(acdr_unit_pack(&s, bytes), 1);
    assert_int_equal(bytes[0], 15);
    assert_int_equal(acdr_bitmap_parse_list(&s, "0,9,23,8191"), 0);
    assert_int_equal(acdr_unit_pack(&s, bytes), ACDR_UNIT_BYTES);
    assert_int_equal(bytes[0], 1);
    assert_int_equal(bytes[1], 2);
    assert_int_equal(bytes[2], 128);
    acdr_unit_unpack(bytes, ACDR_UNIT_BYTES, &back);
    assert_true(acdr_bitmap_equal(&s, &back));
    acdr_bitmap_zero(&s);
    assert_int_equal(acdr_unit_pack(&s, bytes), 0);
    acdr_unit_unpack(bytes, 0, &back);
    assert_true(acdr_bitmap_empty(&back));
}

static void irqbalances_answer_is_understood(void **state)
{
    struct acdr_bitmap s, expected;
    (void)state;
    assert_int_equal(acdr_irqbalance_parse(&s, "SLEEP 10 IRQ 25 LOAD 0 DIFF 0 CLASS 0 "
                                               "BANNED 00000001,0000000f"),
                     0);
    assert_int_equal(acdr_bitmap_parse_list(&expected, "0-3,32"), 0);
    assert_true(acdr_bitmap_equal(&s, &expected));
    assert_int_equal(acdr_irqbalance_parse(&s, "SLEEP 10 BANNED 0\n"), 0);
    assert_true(acdr_bitmap_empty(&s));
    assert_int_equal(acdr_irqbalance_parse(&s, "SLEEP 10 "), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(exclusive_cpus_of_a_group_can_be_taken_back),
        TEST(a_partition_is_its_state_and_its_cpus),
        TEST(a_partition_that_did_not_come_about_is_taken_back),
        TEST(a_vanished_partition_is_waited_for_in_its_own_hierarchy),
        TEST(a_thread_moves_to_another_group_alone),
        TEST(nothing_of_this_machine_is_touched_through_another_root),
        TEST(a_tasks_mask_has_cpus_that_are_offline),
        TEST(pages_of_a_process_are_those_of_its_own_memory),
        TEST(a_handful_of_qemus_own_may_stay_and_is_told),
        TEST(a_page_of_ram_may_not_stay),
        TEST(where_nothing_tells_ram_all_of_it_is),
        cmocka_unit_test(systemds_bitmap_is_little_endian),
        cmocka_unit_test(irqbalances_answer_is_understood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
