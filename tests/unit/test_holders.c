/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whose CPUs are whose, in made-up trees: guests' pins, threads, groups. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "holders.h"
#include "scratch.h"
#include "text.h"

#define CPU    "/sys/devices/system/cpu"
#define GROUPS "/sys/fs/cgroup"

static int setup(void **state)
{
    scratch_setup(state);
    scratch_put(*state, CPU "/online", "0-7\n");
    scratch_put(*state, CPU "/possible", "0-7\n");
    for (int i = 0; i < 8; i++) {
        char path[64];

        snprintf(path, sizeof(path), CPU "/cpu%d", i);
        scratch_dir(*state, path);
    }
    scratch_put(*state, "/proc/mounts", "cgroup2 " GROUPS " cgroup2 rw 0 0\n");
    scratch_put(*state, GROUPS "/cgroup.controllers", "cpuset cpu\n");
    scratch_put(*state, GROUPS "/cpuset.cpus.isolated", "\n");
    scratch_put(*state, "/proc/uptime", "1000.00 1.00\n");
    scratch_dir(*state, "/run/systemd/system");
    return 0;
}

static struct acdr_host *read_host(struct scratch *t)
{
    struct acdr_host *h = NULL;

    assert_int_equal(acdr_host_read(t->root, ACDR_HOST_ISOLATION | ACDR_HOST_TASKS, &h, NULL), 0);
    return h;
}

/* A thread that may use CPUS and has used TICKS of CPU time, of a process that began at boot. */
static void put_thread(struct scratch *t, int pid, int tid, const char *comm, unsigned flags,
                       int ticks, const char *cpus)
{
    char path[96];

    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    scratch_put(t, path, "%d (%s) S 1 1 1 0 -1 %u 1 2 3 4 0 %d 7 8 20 0 1 0 1 1000\n", pid, comm,
                flags, ticks);
    snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
    scratch_put(t, path, "%d (%s) S 1 1 1 0 -1 %u 1 2 3 4 0 %d 7 8 20 0 1 0 1 1000\n", tid, comm,
                flags, ticks);
    snprintf(path, sizeof(path), "/proc/%d/task/%d/status", pid, tid);
    scratch_put(t, path, "Name:\t%s\nVmRSS:\t 100 kB\nCpus_allowed_list:\t%s\n", comm, cpus);
}

/* The definition of guest NAME, whose UUID ends with DIGIT. */
static char *domain(const char *name, char digit, const char *vcpu, const char *tune)
{
    return acdr_text_format("<domain type='kvm'><name>%s</name>"
                            "<uuid>00000000-0000-4000-8000-00000000000%c</uuid>"
                            "<memory>1024</memory>%s<cputune>%s</cputune></domain>",
                            name, digit, vcpu, tune);
}

static void put_guest(struct scratch *t, const char *name, int pid, const char *vcpu,
                      const char *tune)
{
    acdr_auto(free) char *xml = domain(name, name[1], vcpu, tune);
    char path[64];

    snprintf(path, sizeof(path), "/run/libvirt/qemu/%s.xml", name);
    scratch_put(t, path, "<domstatus state='running' pid='%d'>%s</domstatus>\n", pid, xml);
}

/* All holders as text: "CPUS firm WHO\n". */
static void assert_holders(struct acdr_holders *l, const char *want)
{
    acdr_auto(strbuf) struct acdr_strbuf got = { 0 };

    acdr_strbuf_add(&got, "");
    for (size_t i = 0; i < l->n; i++) {
        acdr_auto(free) char *cpus = acdr_bitmap_print_list(&l->v[i].cpus);

        acdr_strbuf_addf(&got, "%s %s %s\n", cpus, l->v[i].firm ? "firm" : "soft", l->v[i].who);
    }
    assert_string_equal(got.s, want);
    acdr_holders_done(l);
}

static void find_guests(struct scratch *t, const char *uuid, const char *want)
{
    struct acdr_host *h = read_host(t);
    struct acdr_neighbours running, defined;
    struct acdr_holders l = { 0 };

    assert_int_equal(acdr_neighbours_read(h->root, &running, NULL), 0);
    assert_int_equal(acdr_neighbours_defined(h->root, &defined), 0);
    assert_int_equal(acdr_holders_guests(h, &running, &defined, uuid, &l), 0);
    assert_holders(&l, want);
    acdr_neighbours_done(&running);
    acdr_neighbours_done(&defined);
    acdr_host_free(h);
}

static void a_running_guest_has_the_cpus_that_its_vcpus_use_up(void **state)
{
    struct scratch *t = *state;

    put_thread(t, 7, 7, "qemu", 0x400000, 0, "0-7");
    put_guest(t, "g1", 7, "<vcpu>2</vcpu>",
              "<vcpupin vcpu='0' cpuset='2'/><vcpupin vcpu='1' cpuset='0-7'/>");
    put_guest(t, "g2", 7, "<vcpu>2</vcpu>",
              "<vcpupin vcpu='0' cpuset='4-5'/><vcpupin vcpu='1' cpuset='4-5'/>");
    put_guest(t, "g3", 7, "<vcpu>2</vcpu>",
              "<vcpupin vcpu='0' cpuset='6'/><vcpupin vcpu='1' cpuset='5-7'/>");
    put_guest(t, "g4", 8, "<vcpu>1</vcpu>", "<vcpupin vcpu='0' cpuset='1'/>");
    scratch_put(t, "/run/libvirt/qemu/broken.xml", "<domstatus pid='7'><domain>\n");
    find_guests(t, "00000000-0000-4000-8000-000000000001",
                "4-5 firm guest g2, whose XML pins vCPUs there\n"
                "6 firm guest g3, whose XML pins vCPUs there\n"
                "5,7 soft guest g3, whose threads may run there\n");
}

static void a_wide_cpuset_is_a_pool(void **state)
{
    struct scratch *t = *state;

    put_thread(t, 7, 7, "qemu", 0x400000, 0, "0-7");
    put_guest(t, "g1", 7, "<vcpu cpuset='0-7'>2</vcpu>", "");
    put_guest(t, "g2", 7, "<vcpu cpuset='0-3'>2</vcpu>", "");
    find_guests(t, "", "0-3 soft guest g2, whose threads may run there\n");
}

static void other_threads_of_a_guest_are_left_their_pins(void **state)
{
    struct scratch *t = *state;

    put_thread(t, 7, 7, "qemu", 0x400000, 0, "0-7");
    put_guest(t, "g1", 7, "<vcpu>1</vcpu><iothreads>1</iothreads>",
              "<vcpupin vcpu='0' cpuset='2'/><emulatorpin cpuset='2-3'/>"
              "<iothreadpin iothread='1' cpuset='5'/>");
    find_guests(t, "",
                "2 firm guest g1, whose XML pins vCPUs there\n"
                "3,5 soft guest g1, whose threads may run there\n");
}

static void a_defined_guest_with_pins_counts_less(void **state)
{
    struct scratch *t = *state;
    acdr_auto(free) char *pinned = domain("db", 'a', "<vcpu>1</vcpu>",
                                          "<vcpupin vcpu='0' cpuset='3'/>");
    acdr_auto(free) char *runs = domain("g1", '1', "<vcpu>1</vcpu>",
                                        "<vcpupin vcpu='0' cpuset='4'/>");
    acdr_auto(free) char *plain = domain("web", 'b', "<vcpu cpuset='5'>1</vcpu>", "");

    put_thread(t, 7, 7, "qemu", 0x400000, 0, "0-7");
    put_guest(t, "g1", 7, "<vcpu>1</vcpu>", "<vcpupin vcpu='0' cpuset='2'/>");
    scratch_put(t, "/etc/libvirt/qemu/db.xml", "<!-- edited by virsh -->\n%s\n", pinned);
    scratch_put(t, "/etc/libvirt/qemu/g1.xml", "%s\n", runs);
    scratch_put(t, "/etc/libvirt/qemu/web.xml", "%s\n", plain);
    scratch_put(t, "/etc/libvirt/qemu/broken.xml", "<vcpupin\n");
    find_guests(t, "",
                "2 firm guest g1, whose XML pins vCPUs there\n"
                "3 soft guest db, which does not run, whose XML pins vCPUs there\n"
                "5 soft guest web, which does not run, whose XML pins vCPUs there\n");
    find_guests(t, "00000000-0000-4000-8000-00000000000a",
                "2 firm guest g1, whose XML pins vCPUs there\n"
                "5 soft guest web, which does not run, whose XML pins vCPUs there\n");
}

static void nobody_has_anything_without_libvirt(void **state)
{
    find_guests(*state, "", "");
}

static void threads_of_others_within_a_guests_cores_are_intruders(void **state)
{
    struct scratch *t = *state;
    struct acdr_bitmap clean = { { 0x0c } }; /* CPUs 2 and 3 */
    struct acdr_neighbours running;
    struct acdr_holders l = { 0 };
    struct acdr_host *h;

    put_thread(t, 7, 7, "CPU 0/KVM", 0x400000, 90000, "2");
    put_guest(t, "g1", 7, "<vcpu>1</vcpu>", "");
    put_thread(t, 8, 8, "CPU 1/KVM", 0x400000, 0, "2-3");
    put_guest(t, "g2", 8, "<vcpu>1</vcpu>", "");
    put_thread(t, 20, 21, "pmd\n\x1b[2J", 0x400000, 90000, "3");
    put_thread(t, 30, 30, "idle-worker", 0x400000, 10, "3");
    put_thread(t, 40, 40, "kswapd0", 0x200000, 90000, "2");
    put_thread(t, 50, 50, "wide", 0x400000, 90000, "3-4");
    h = read_host(t);
    assert_int_equal(acdr_neighbours_read(h->root, &running, NULL), 0);
    assert_int_equal(acdr_holders_within(h, &running, &clean, 7, &l), 0);
    assert_holders(&l, "2-3 firm thread CPU 1/KVM (8) of guest g2\n"
                       "3 firm thread pmd??[2J (21 of process 20), which is busy\n");
    acdr_neighbours_done(&running);
    acdr_host_free(h);
}

static void a_thread_that_keeps_to_one_cpu_has_it(void **state)
{
    struct scratch *t = *state;
    struct acdr_bitmap housekeeping = { { 1 } }; /* CPU 0 */
    struct acdr_neighbours running;
    struct acdr_holders l = { 0 };
    struct acdr_host *h;

    put_thread(t, 7, 7, "qemu", 0x400000, 90000, "1");
    put_guest(t, "g1", 7, "<vcpu>1</vcpu>", "");
    put_thread(t, 20, 21, "pmd-c02", 0x400000, 90000, "2");
    put_thread(t, 30, 30, "idle-worker", 0x400000, 10, "3");
    put_thread(t, 35, 35, "sshd", 0x400000, 90000, "0");
    put_thread(t, 40, 40, "kswapd0", 0x200000, 90000, "4");
    put_thread(t, 50, 50, "two", 0x400000, 90000, "5-6");
    h = read_host(t);
    assert_int_equal(acdr_neighbours_read(h->root, &running, NULL), 0);
    assert_int_equal(acdr_holders_threads(h, &running, &housekeeping, &l), 0);
    assert_holders(&l,
                   "2 firm thread pmd-c02 (21 of process 20), which is busy and bound to that "
                   "CPU\n"
                   "3 soft thread idle-worker (30 of process 30), which is bound to that CPU\n");
    acdr_neighbours_done(&running);
    acdr_host_free(h);
}

static void without_the_uptime_a_bound_thread_counts_as_busy(void **state)
{
    struct acdr_bitmap housekeeping = { 0 };
    struct acdr_neighbours none = { 0 };
    struct scratch *t = *state;
    struct acdr_holders l = { 0 };
    struct acdr_host *h;

    put_thread(t, 20, 21, "pmd-c02", 0x400000, 90000, "2");
    h = read_host(t);
    scratch_spoil(t, "/proc/uptime");
    assert_int_equal(acdr_holders_threads(h, &none, &housekeeping, &l), 0);
    assert_holders(&l, "2 firm thread pmd-c02 (21 of process 20), which is perhaps busy "
                       "(/proc/uptime cannot be read) and bound to that CPU\n");
    acdr_host_free(h);
}

static void an_unreadable_status_folder_is_not_an_empty_one(void **state)
{
    struct acdr_neighbours l = { 0 };
    struct scratch *t = *state;
    struct acdr_err e = { 0 };

    assert_int_equal(acdr_neighbours_read(t->root, &l, &e), 0);
    scratch_put(t, "/run/libvirt/qemu", "x");
    assert_int_equal(acdr_neighbours_read(t->root, &l, &e), -ENOTDIR);
    assert_string_equal(e.text, "/run/libvirt/qemu: the CPUs of other guests are not known: "
                                "Not a directory");
    scratch_put(t, "/etc/libvirt/qemu", "x");
    assert_int_equal(acdr_neighbours_defined(t->root, &l), 0);
    assert_int_equal(l.unread.code, ENOTDIR);
}

static void an_unreadable_status_file_is_named(void **state)
{
    struct acdr_neighbours l = { 0 };
    struct scratch *t = *state;
    struct acdr_err e = { 0 };

    put_guest(t, "g1", 7, "<vcpu>1</vcpu>", "");
    scratch_spoil(t, "/run/libvirt/qemu/g1.xml");
    assert_int_equal(acdr_neighbours_read(t->root, &l, &e), -EISDIR);
    assert_string_equal(e.text, "/run/libvirt/qemu/g1.xml: the CPUs of other guests are not "
                                "known: Is a directory");
}

/* What the group of a guest with PARTITION lacks, but for OWN; MEMS: its nodes. */
static void find_group(struct scratch *t, const char *partition, const char *own, const char *mems,
                       const char *want)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
    acdr_auto(free) char *xml = acdr_text_format(
        "<domain><name>g</name><resource><partition>%s</partition></resource></domain>", partition);
    acdr_auto(free) char *nodes = NULL;
    struct acdr_bitmap reach, lacking = { 0 };
    struct acdr_host *h = read_host(t);
    struct acdr_holders l = { 0 };
    struct acdr_bitmap given, set = { 0 };

    assert_int_equal(acdr_domain_parse(xml, strlen(xml), &d, NULL), 0);
    assert_int_equal(acdr_bitmap_parse_list(&given, own), 0);
    assert_int_equal(acdr_holders_group(h, d, &given, &set, &l, NULL), 0);
    assert_int_equal(acdr_holders_reach(h, d, &given, &reach), 0);
    acdr_holders_sum(&l, true, &lacking);
    acdr_bitmap_or(&lacking, &reach); /* each CPU is in one of the two */
    assert_true(acdr_bitmap_equal(&lacking, &h->online));
    assert_holders(&l, want);
    nodes = acdr_bitmap_print_list(&set);
    assert_string_equal(nodes, mems);
    acdr_host_free(h);
}

static void what_the_group_of_guests_lacks_is_nobodys_to_give(void **state)
{
    struct scratch *t = *state;

    find_group(t, "/machine", "", "0", "");
    scratch_put(t, GROUPS "/machine.slice/cpuset.cpus.effective", "0-5\n");
    scratch_put(t, GROUPS "/machine.slice/cpuset.mems.effective", "1\n");
    find_group(t, "/machine", "", "1",
               "6-7 firm " GROUPS "/machine.slice, whose cpuset.cpus.effective lacks them: no "
               "guest gets there\n");
    find_group(t, "/machine", "6-7", "1", "");
    scratch_put(t, GROUPS "/machine.slice/machine-fast.slice/cpuset.cpus.effective", "0-3\n");
    find_group(t, "/machine/fast", "6-7", "1",
               "4-5 firm " GROUPS "/machine.slice/machine-fast.slice, whose cpuset.cpus.effective "
               "lacks them: no guest gets there\n");
}

static void a_slice_that_is_not_there_yet_has_what_systemd_will_allow(void **state)
{
    static const char dir[] = "/systemd/system.control/machine.slice.d/50-AllowedCPUs.conf";
    struct scratch *t = *state;
    char path[128];

    scratch_put(t, GROUPS "/cpuset.cpus.effective", "0-6\n");
    scratch_put(t, "/usr/lib/systemd/system/machine.slice", "[Slice]\nAllowedCPUs=1\n");
    snprintf(path, sizeof(path), "/run%s", dir);
    scratch_put(t, path, "[Slice]\nAllowedCPUs=\nAllowedCPUs=\"0-1,  2\" 5\n");
    find_group(t, "/machine", "", "0",
               "3-4,6-7 firm " GROUPS "/machine.slice, which is not there yet and gets less by "
               "AllowedCPUs= or from the group above: no guest gets there\n");
    snprintf(path, sizeof(path), "/etc%s", dir);
    scratch_put(t, path, "[Slice]\nAllowedCPUs=\nAllowedCPUs = 0,3-7\n");
    scratch_put(t, "/etc/systemd/system/machine.slice.d/40-x.conf", "[Slice]\nAllowedCPUs=2\n");
    scratch_put(t, "/etc/systemd/system/machine.slice.d/60-x.conf", "[Slice]\nAllowedCPUs=oops\n");
    find_group(t, "/machine", "", "0",
               "1-2,7 firm " GROUPS "/machine.slice, which is not there yet and gets less by "
               "AllowedCPUs= or from the group above: no guest gets there\n");
    scratch_put(t, GROUPS "/machine.slice/cpuset.cpus.effective", "0-7\n");
    find_group(t, "/machine", "", "0", "");
}

static void a_limit_that_cannot_be_read_is_not_none(void **state)
{
    static const char xml[] = "<domain><name>g</name></domain>";
    static const char *const files[] = {
        "/usr/lib/systemd/system/machine.slice",
        "/run/systemd/system.control/machine.slice.d/50-AllowedCPUs.conf",
        GROUPS "/cpuset.cpus.effective",
    };
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
    struct scratch *t = *state;
    struct acdr_host *h = read_host(t);

    scratch_put(t, GROUPS "/cpuset.cpus.effective", "0-6\n");
    assert_int_equal(acdr_domain_parse(xml, strlen(xml), &d, NULL), 0);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct acdr_bitmap none = { 0 }, mems = { 0 };
        struct acdr_holders l = { 0 };
        struct acdr_err e = { 0 };

        scratch_spoil(t, files[i]);
        assert_int_equal(acdr_holders_group(h, d, &none, &mems, &l, &e), -EISDIR);
        assert_memory_equal(e.text, files[i], strlen(files[i]));
        acdr_holders_done(&l);
        scratch_delete(t, files[i]);
    }
    acdr_host_free(h);
}

static void a_group_without_the_controller_has_what_is_above_it(void **state)
{
    struct scratch *t = *state;

    scratch_put(t, GROUPS "/cpuset.cpus.effective", "0-6\n");
    scratch_dir(t, GROUPS "/machine.slice");
    find_group(t, "/machine/x", "", "0",
               "7 firm " GROUPS
               "/machine.slice/machine-x.slice, which is not there yet and gets less "
               "by AllowedCPUs= or from the group above: no guest gets there\n");
}

static void a_partition_of_others_is_named(void **state)
{
    struct scratch *t = *state;

    scratch_put(t, GROUPS "/cpuset.cpus.isolated", "2-3,6-7\n");
    scratch_put(t, GROUPS "/cpuset.cpus.effective", "0-1,4-5\n");
    scratch_put(t, GROUPS "/pods.slice/a/cpuset.cpus.partition", "isolated\n");
    scratch_put(t, GROUPS "/pods.slice/a/cpuset.cpus.exclusive.effective", "2\n");
    scratch_put(t, GROUPS "/pods.slice/cpuset.cpus.partition", "member\n");
    scratch_put(t, GROUPS "/b/cpuset.cpus.partition", "isolated invalid (why)\n");
    scratch_put(t, GROUPS "/b/cpuset.cpus.exclusive.effective", "3\n");
    find_group(t, "/machine", "6-7", "0",
               "2 firm " GROUPS "/pods.slice/a, an isolated partition\n"
               "3 firm an isolated partition\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_running_guest_has_the_cpus_that_its_vcpus_use_up),
        TEST(a_wide_cpuset_is_a_pool),
        TEST(other_threads_of_a_guest_are_left_their_pins),
        TEST(a_defined_guest_with_pins_counts_less),
        TEST(nobody_has_anything_without_libvirt),
        TEST(threads_of_others_within_a_guests_cores_are_intruders),
        TEST(a_thread_that_keeps_to_one_cpu_has_it),
        TEST(without_the_uptime_a_bound_thread_counts_as_busy),
        TEST(an_unreadable_status_folder_is_not_an_empty_one),
        TEST(an_unreadable_status_file_is_named),
        TEST(what_the_group_of_guests_lacks_is_nobodys_to_give),
        TEST(a_slice_that_is_not_there_yet_has_what_systemd_will_allow),
        TEST(a_limit_that_cannot_be_read_is_not_none),
        TEST(a_group_without_the_controller_has_what_is_above_it),
        TEST(a_partition_of_others_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
