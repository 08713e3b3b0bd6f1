/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Running guests in made-up /proc trees: threads, cgroups, vhost workers, status files. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <errno.h>
#include <cmocka.h>

#include "guest.h"
#include "scratch.h"

#define SCOPE "/machine.slice/machine-qemu\\x2d1\\x2dg1.scope"

static int setup(void **state)
{
    scratch_setup(state);
    scratch_put(*state, "/sys/devices/system/cpu/online", "0-7\n");
    scratch_dir(*state, "/sys/devices/system/cpu/cpu0");
    scratch_put(*state, "/proc/mounts", "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n");
    scratch_put(*state, "/sys/fs/cgroup/cgroup.controllers", "cpuset cpu\n");
    return 0;
}

static struct acdr_host *read_host(struct scratch *t)
{
    struct acdr_host *h = NULL;

    assert_int_equal(acdr_host_read(t->root, ACDR_HOST_ISOLATION, &h, NULL), 0);
    return h;
}

/* DIR is "/proc/PID" or "/proc/PID/task/TID". */
static void put_stat(struct scratch *t, const char *dir, const char *comm, char run, unsigned flags)
{
    char path[96];
    int id = atoi(strrchr(dir, '/') + 1);

    snprintf(path, sizeof(path), "%s/stat", dir);
    scratch_put(t, path, "%d (%s) %c 1 1 1 0 -1 %u 1 2 3 4 5 6 7 8 20 0 1 0 %d 1000\n", id, comm,
                run, flags, id + 5000);
}

static void put_thread(struct scratch *t, int tid, const char *comm, const char *cgroup)
{
    char path[96];

    snprintf(path, sizeof(path), "/proc/100/task/%d", tid);
    put_stat(t, path, comm, 'S', 0x400000);
    snprintf(path, sizeof(path), "/proc/100/task/%d/cgroup", tid);
    scratch_put(t, path, "0::%s\n", cgroup);
}

static void put_process(struct scratch *t, const char *pid_file, const char *value)
{
    char args[256];
    int n = snprintf(args, sizeof(args), "/usr/bin/qemu-system-x86_64%c-name%c%s%c-S%c", 0, 0,
                     value, 0, 0);

    scratch_write(t, "/proc/100/cmdline", args, (size_t)n);
    put_stat(t, "/proc/100", "qemu-system-x86", 'S', 0x400000);
    scratch_put(t, pid_file, "100\n");
}

static void put_guest(struct scratch *t)
{
    put_process(t, "/run/libvirt/qemu/g1.pid", "guest=g1,debug-threads=on");
    put_thread(t, 100, "qemu-system-x86", SCOPE "/libvirt/emulator");
    put_thread(t, 101, "qemu-system-x86", SCOPE "/libvirt/emulator");
    put_thread(t, 104, "CPU 10/KVM", SCOPE "/libvirt/vcpu10");
    put_thread(t, 103, "CPU 0/KVM", SCOPE "/libvirt/vcpu0");
    put_thread(t, 105, "IO iothread2", SCOPE "/libvirt/iothread2");
    put_thread(t, 106, "IO mon_iothread", SCOPE "/libvirt/emulator");
    put_thread(t, 107, "vhost-100", SCOPE "/libvirt/emulator");
    put_thread(t, 1000, "kvm-nx-lpage-re", SCOPE "/libvirt/vcpu0");
}

static void assert_thread(const struct acdr_guest *g, size_t i, int tid, enum acdr_thread_kind kind,
                          int index)
{
    assert_true(i < g->n_threads);
    assert_int_equal(g->threads[i].tid, tid);
    assert_int_equal(g->threads[i].kind, kind);
    assert_int_equal(g->threads[i].index, index);
    assert_int_equal(g->threads[i].start, tid + 5000);
}

static void tells_threads_apart_by_their_names(void **state)
{
    struct acdr_host *h = read_host(*state);
    struct acdr_guest *g = NULL;

    put_guest(*state);
    assert_int_equal(acdr_guest_read(h, "g1", &g, NULL), 0);
    assert_int_equal(g->pid, 100);
    assert_int_equal(g->start, 5100);
    assert_int_equal(g->n_threads, 8);
    assert_thread(g, 0, 100, ACDR_THREAD_EMULATOR, -1);
    assert_thread(g, 1, 101, ACDR_THREAD_EMULATOR, -1);
    assert_thread(g, 2, 103, ACDR_THREAD_VCPU, 0);
    assert_thread(g, 3, 104, ACDR_THREAD_VCPU, 10);
    assert_thread(g, 4, 105, ACDR_THREAD_IOTHREAD, 2);
    assert_thread(g, 5, 106, ACDR_THREAD_EMULATOR, -1);
    assert_thread(g, 6, 107, ACDR_THREAD_VHOST, -1);
    assert_thread(g, 7, 1000, ACDR_THREAD_EMULATOR, -1);
    assert_int_equal(g->threads[6].pid, 100);
    assert_string_equal(g->threads[2].cgroup, "/sys/fs/cgroup" SCOPE "/libvirt/vcpu0");
    acdr_guest_free(g);
    acdr_host_free(h);
}

static void reads_cgroups_of_version_1(void **state)
{
    struct scratch *t = *state;
    struct acdr_host *h;
    struct acdr_guest *g = NULL;

    scratch_put(t, "/proc/mounts", "cgroup /sys/fs/cgroup/cpuset cgroup rw,cpuset 0 0\n");
    put_guest(t);
    scratch_put(t, "/proc/100/task/103/cgroup",
                "11:cpu,cpuacct:/wrong\n10:cpuset:/machine/g1.libvirt-qemu/a:b/vcpu0\n0::/also\n");
    scratch_put(t, "/proc/100/task/104/cgroup", "2:net,cpuset,x:/\n");
    scratch_put(t, "/proc/100/task/105/cgroup", "2:cpusets:/no\n0::/no\n");
    h = read_host(t);
    assert_int_equal(acdr_guest_read(h, "g1", &g, NULL), 0);
    assert_string_equal(g->threads[2].cgroup,
                        "/sys/fs/cgroup/cpuset/machine/g1.libvirt-qemu/a:b/vcpu0");
    assert_string_equal(g->threads[3].cgroup, "/sys/fs/cgroup/cpuset");
    assert_string_equal(g->threads[4].cgroup, "");
    acdr_guest_free(g);
    acdr_host_free(h);
}

static void finds_vhost_kernel_threads_by_their_maker(void **state)
{
    struct scratch *t = *state;
    struct acdr_host *h = read_host(t);
    struct acdr_guest *g = NULL;

    put_guest(t);
    put_stat(t, "/proc/900", "vhost-100", 'S', 0x00208040);
    put_stat(t, "/proc/900/task/900", "vhost-100", 'S', 0x00208040);
    scratch_put(t, "/proc/900/task/900/cgroup", "0::" SCOPE "/libvirt/emulator\n");
    put_stat(t, "/proc/90", "vhost-103", 'S', 0x00208040);
    put_stat(t, "/proc/90/task/90", "vhost-103", 'S', 0x00208040);
    put_stat(t, "/proc/901", "vhost-555", 'S', 0x00208040);
    put_stat(t, "/proc/901/task/901", "vhost-555", 'S', 0x00208040);
    scratch_spoil(t, "/proc/903/stat"); /* whoever that is, the guest is not ended for it */
    put_stat(t, "/proc/902", "vhost-100", 'S', 0x400000);
    put_stat(t, "/proc/902/task/902", "vhost-100", 'S', 0x400000);
    assert_int_equal(acdr_guest_read(h, "g1", &g, NULL), 0);
    assert_int_equal(g->n_threads, 10);
    assert_int_equal(g->unread, 0);
    assert_thread(g, 8, 90, ACDR_THREAD_VHOST, -1);
    assert_thread(g, 9, 900, ACDR_THREAD_VHOST, -1);
    assert_int_equal(g->threads[9].pid, 900);
    assert_string_equal(g->threads[8].cgroup, "");
    assert_string_equal(g->threads[9].cgroup, "/sys/fs/cgroup" SCOPE "/libvirt/emulator");
    acdr_guest_free(g);
    acdr_host_free(h);
}

static void assert_refused(struct scratch *t, const char *name)
{
    struct acdr_host *h = read_host(t);
    struct acdr_guest *g = NULL;
    struct acdr_err e = { 0 };

    assert_int_equal(acdr_guest_read(h, name, &g, &e), -ESRCH);
    assert_int_equal(e.code, ESRCH);
    assert_true(e.text[0] != '\0');
    assert_null(g);
    acdr_host_free(h);
}

static void refuses_a_stale_or_foreign_pid(void **state)
{
    struct scratch *t = *state;

    assert_refused(t, "g1");
    put_guest(t);
    assert_refused(t, "../qemu/g1");
    assert_refused(t, "");
    put_process(t, "/run/libvirt/qemu/g1.pid", "guest=g12,debug-threads=on");
    assert_refused(t, "g1");
    put_process(t, "/run/libvirt/qemu/g1.pid", "guest=g1,,x,debug-threads=on");
    assert_refused(t, "g1");
    scratch_put(t, "/run/libvirt/qemu/g1.pid", "99\n");
    assert_refused(t, "g1");
    put_guest(t);
    put_stat(t, "/proc/100", "qemu-system-x86", 'Z', 0);
    assert_refused(t, "g1");
}

static void assert_unknown(struct scratch *t, int code)
{
    struct acdr_host *h = read_host(t);
    struct acdr_guest *g = NULL;
    struct acdr_err e = { 0 };

    assert_int_equal(acdr_guest_read(h, "g1", &g, &e), -code);
    assert_int_equal(e.code, code);
    acdr_host_free(h);
}

static void a_thread_that_cannot_be_read_is_noted(void **state)
{
    struct scratch *t = *state;
    struct acdr_guest *g = NULL;
    struct acdr_host *h;

    put_guest(t);
    h = read_host(t);
    scratch_spoil(t, "/proc/100/task/100/cgroup");
    assert_int_equal(acdr_guest_read(h, "g1", &g, NULL), 0);
    assert_int_equal(g->unread, EISDIR);
    acdr_guest_free(g);
    acdr_host_free(h);
}

static void what_cannot_be_read_is_not_gone(void **state)
{
    struct scratch *t = *state;

    put_guest(t);
    scratch_put(t, "/run/libvirt/qemu/g1.pid", "none\n");
    assert_unknown(t, EINVAL);
    put_guest(t);
    scratch_spoil(t, "/proc/100/cmdline");
    assert_unknown(t, EISDIR);
}

static void knows_names_with_commas_and_old_command_lines(void **state)
{
    struct scratch *t = *state;
    struct acdr_host *h = read_host(t);
    struct acdr_guest *g = NULL;

    put_guest(t);
    put_process(t, "/run/libvirt/qemu/a,b.pid", "guest=a,,b,debug-threads=on");
    assert_int_equal(acdr_guest_read(h, "a,b", &g, NULL), 0);
    acdr_guest_free(g);
    put_process(t, "/run/libvirt/qemu/g1.pid", "g1");
    assert_int_equal(acdr_guest_read(h, "g1", &g, NULL), 0);
    acdr_guest_free(g);
    acdr_host_free(h);
}

static void tells_when_a_process_started(void **state)
{
    struct scratch *t = *state;
    unsigned long long start = 0;

    put_stat(t, "/proc/7", "a b) R (c", 'R', 0);
    assert_int_equal(acdr_guest_started(t->root, 7, &start), 0);
    assert_int_equal(start, 5007);
    assert_true(acdr_yes(acdr_guest_lives(t->root, 7, 5007)));
    assert_true(acdr_no(acdr_guest_lives(t->root, 7, 5006)));
    put_stat(t, "/proc/7", "a", 'Z', 0);
    assert_true(acdr_no(acdr_guest_lives(t->root, 7, 5007)));
    assert_true(acdr_no(acdr_guest_lives(t->root, 8, 5007)));
    scratch_spoil(t, "/proc/9/stat");
    assert_int_equal(acdr_guest_started(t->root, 9, &start), -EISDIR);
    assert_int_equal(acdr_unknown(acdr_guest_lives(t->root, 9, 5009)), EISDIR);
}

/* The hook's own child does the work: the daemon is above both. */
static void finds_the_daemon_above_the_hook(void **state)
{
    struct scratch *t = *state;
    static const char *const names[] = { "qemu", "qemu", "mydaemon", "init" };
    char path[64];

    for (int i = 0; i < 4; i++) {
        snprintf(path, sizeof(path), "/proc/%d/stat", 50 - i);
        scratch_put(t, path, "%d (%s) S %d 1 1 0 -1 0 1 2 3 4 5 6 7 8 20 0 1 0 1 1000\n", 50 - i,
                    names[i], i < 3 ? 49 - i : 0);
    }
    assert_int_equal(acdr_guest_daemon(t->root, 50), 48);
    assert_int_equal(acdr_guest_daemon(t->root, 49), 48);
    scratch_put(t, "/proc/47/stat", "47 (libvirtd) S 1 1 1 0 -1 0 1 2 3 4 5 6 7 8 20 0 1 0 1 1\n");
    assert_int_equal(acdr_guest_daemon(t->root, 50), 47);
}

static void put_status(struct scratch *t, const char *name, const char *state, int pid,
                       const char *tune)
{
    char path[128];

    snprintf(path, sizeof(path), "/run/libvirt/qemu/%s.xml", name);
    scratch_put(t, path,
                "<!--\nWARNING: THIS IS AN AUTO-GENERATED FILE.\n-->\n"
                "<domstatus xstate='no' state='%s' reason='booted' pid='%d'>\n"
                "  <domain type='kvm' id='1'>\n    <name>%s</name>\n"
                "    <uuid>00000000-0000-4000-8000-00000000000%c</uuid>\n"
                "    <memory unit='KiB'>1048576</memory>\n    <vcpu placement='static'>2</vcpu>\n"
                "    <cputune>%s</cputune>\n    <os><type>hvm</type></os>\n"
                "  </domain>\n</domstatus>\n",
                state, pid, name, name[1], tune);
}

static void knows_a_running_guest_from_a_paused_one(void **state)
{
    struct scratch *t = *state;

    put_status(t, "g1", "running", 7, "");
    put_status(t, "g2", "paused", 7, "");
    scratch_put(t, "/run/libvirt/qemu/g3.xml", "<domain state='running'/>\n");
    assert_true(acdr_yes(acdr_guest_running(t->root, "g1")));
    assert_true(acdr_no(acdr_guest_running(t->root, "g2")));
    assert_true(acdr_no(acdr_guest_running(t->root, "g3")));
    assert_true(acdr_no(acdr_guest_running(t->root, "g4")));
    assert_true(acdr_no(acdr_guest_running(t->root, "../qemu/g1")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(tells_threads_apart_by_their_names),
        TEST(reads_cgroups_of_version_1),
        TEST(finds_vhost_kernel_threads_by_their_maker),
        TEST(refuses_a_stale_or_foreign_pid),
        TEST(a_thread_that_cannot_be_read_is_noted),
        TEST(what_cannot_be_read_is_not_gone),
        TEST(knows_names_with_commas_and_old_command_lines),
        TEST(tells_when_a_process_started),
        TEST(finds_the_daemon_above_the_hook),
        TEST(knows_a_running_guest_from_a_paused_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
