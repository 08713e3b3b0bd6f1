/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * As test_fault, for the steps that act once the guest runs: the n-th change fails, or is the last
 * thing the process does. Guest 1's QEMU runs in the tree, with interfaces, and a NIC behind them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "net_world.h"
#include "tree_world.h"

static const char xml[] =
    "<domain type='kvm'><name>g1</name><uuid>00000000-0000-0000-0000-000000000001</uuid>"
    "<metadata><acdr:class xmlns:acdr='urn:libacdr:domain:1' name='net'/></metadata>"
    "<memory unit='MiB'>512</memory><vcpu>2</vcpu><devices>"
    "<interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='qbr1'/>"
    "<target dev='tap1'/></interface></devices></domain>";

static const char class_text[] = "[irq]\nneed = must\ndevice = irq:eth0-*\nto = node\n"
                                 "[softirq]\nneed = must\nto = node\nflows = 64\nxps = yes\n";

static int make_host(void **state)
{
    struct tree *t = calloc(1, sizeof(*t));
    struct net w = { .root = host_tree_new() };
    char guest[] = "/run/libvirt/qemu/g1.pid\t5000\n"
                   "args\t5000\tqemu -name guest=g1\n"
                   "thread\t5000\t5000\tqemu\t400140\t5000\t0-15\n";

    host_tree_fill(w.root);
    host_tree_put(w.root, "/sys/devices/system/cpu/isolated", "\n");
    host_tree_put(w.root, "/proc/sys/net/core/rps_sock_flow_entries", "0\n");
    host_tree_put(w.root, "/etc/acdr/classes/net.conf", "%s", class_text);
    host_file_unpack(w.root, guest);
    net_nic(&w, "tap1", "tap", -1, 1, 1);
    net_nic(&w, "qbr1", "", -1, 1, 1);
    net_nic(&w, "qvb1", "", -1, 1, 2);
    net_nic(&w, "qvo1", "", -1, 1, 2);
    net_port(&w, "qbr1", "tap1");
    net_port(&w, "qbr1", "qvb1");
    net_pair(&w, "qvb1", "qvo1", 20);
    tree_take(t, w.root);
    *state = t;
    return 0;
}

static int remove_host(void **state)
{
    struct tree *t = *state;

    tree_drop(t);
    free(t);
    return 0;
}

/* One hook call with the kernel K; what it returns. */
static int event(struct tree *t, const char *op, struct fake_kernel *k)
{
    k->root = t->root;
    t->tap = fake_kernel_tap;
    t->tap_arg = k;
    return tree_hook(t, "g1", op, xml, strlen(xml));
}

static int plain(struct tree *t, const char *op)
{
    struct fake_kernel k = { 0 };

    return event(t, op, &k);
}

static int count_changes(struct tree *t, const char *op)
{
    struct fake_kernel k = { 0 };

    assert_int_equal(event(t, op, &k), 0);
    return k.changes;
}

static void a_guest_conditions_the_host_and_gives_it_back(void **state)
{
    struct tree *t = *state;

    assert_true(count_changes(t, "started") > 15);
    assert_file(t, "/sys/class/net/qvo1/queues/rx-0/rps_flow_cnt", "64\n");
    assert_true(tree_changed(t));
    assert_int_equal(plain(t, "stopped"), 0);
    assert_as_first(t, "after stopped");
}

static void the_nth_failed_write_leaves_nothing_behind(void **state)
{
    struct tree *t = *state;
    int n = count_changes(t, "started");
    int failed = 0;

    plain(t, "stopped");
    for (int i = 1; i <= n; i++) {
        struct fake_kernel k = { .fail_at = i, .journal_too = true };

        failed += event(t, "started", &k) < 0;
        plain(t, "stopped");
        assert_as_first(t, "after a failed write and stopped");
    }
    assert_true(failed > 0);
}

/* OP in a child that ends at its n-th change. True where it got that far. */
static bool crash(struct tree *t, const char *op, int before, int after)
{
    int status = 0;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        struct fake_kernel k = { .exit_before = before, .exit_after = after };

        event(t, op, &k);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status) == FAKE_KERNEL_EXIT;
}

static void sweep_crashes(struct tree *t, const char *op, bool after)
{
    bool crashed = true;
    int n;

    for (n = 1; crashed; n++) {
        if (!strcmp(op, "stopped"))
            plain(t, "started");
        crashed = crash(t, op, after ? 0 : n, after ? n : 0);
        plain(t, "stopped");
        assert_as_first(t, "after a crash and stopped");
    }
    assert_true(n > 10);
}

static void a_crash_at_any_change_is_repaired(void **state)
{
    sweep_crashes(*state, "started", false);
    sweep_crashes(*state, "started", true);
    sweep_crashes(*state, "stopped", false);
    sweep_crashes(*state, "stopped", true);
}

/* What another has changed meanwhile is left as it is. */
static void anothers_change_is_left_alone(void **state)
{
    static const char *const files[] = { "/sys/class/net/tap1/queues/rx-0/rps_cpus",
                                         "/proc/irq/25/smp_affinity_list" };
    struct tree *t = *state;

    for (int i = 0; i < 2; i++) {
        char *first = tree_read(t, files[i]);

        assert_int_equal(plain(t, "started"), 0);
        host_tree_put(t->root, files[i], "7\n");
        plain(t, "stopped");
        assert_file(t, files[i], "7\n");
        host_tree_put(t->root, files[i], "%s", first);
        assert_as_first(t, "but for what was changed");
        free(first);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_host, remove_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_guest_conditions_the_host_and_gives_it_back),
        TEST(the_nth_failed_write_leaves_nothing_behind),
        TEST(a_crash_at_any_change_is_repaired),
        TEST(anothers_change_is_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
