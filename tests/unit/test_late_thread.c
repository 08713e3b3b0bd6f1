/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A thread that KVM makes beside a vCPU while `started` is at work, or soon after, leaves the
 * vCPU's core too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"

#include "host_file.h"
#include "rebalance_world.h"

struct late {
    const char *root;
    const char *group; /* the helper's cgroup, below the guest's */
    int after_ms;      /* 0: at once, < 0: never */
    struct fake_kernel kernel;
    bool made;
    pid_t maker;
};

static void make_file(const struct late *l)
{
    char file[512];

    snprintf(file, sizeof(file),
             "thread\t5100\t5150\tkvm-nx-lpage-re\t400140\t1050\t0-15\n"
             "/proc/5100/task/5150/cgroup\t8:cpuset:/machine/qemu-1-g1.libvirt-qemu/%s\n",
             l->group);
    host_file_unpack(l->root, file);
}

static void make_file_later(struct late *l)
{
    l->maker = l->after_ms > 0 ? fork() : 0;
    assert_true(l->maker >= 0);
    if (l->maker == 0 && l->after_ms > 0) {
        acdr_clock_nap(l->after_ms);
        make_file(l);
        _exit(0);
    }
}

/* The hook makes its first change of `started` after it has read the guest's threads. */
static int make_helper(void *arg, const char *path, const char *text, bool after)
{
    struct late *l = arg;
    char running[1024];

    snprintf(running, sizeof(running), "%s/proc/5100/stat", l->root);
    if (!l->made && text && access(running, F_OK) == 0) {
        l->made = true;
        if (l->after_ms == 0)
            make_file(l);
        else
            make_file_later(l);
    }
    return fake_kernel_tap(&l->kernel, path, text, after);
}

/* The CPUs of the helper after a start in which it appears AFTER_MS late. NX: what the kernel says
 * of KVM's helpers, NULL: nothing. */
static char *start(const char *group, int after_ms, const char *nx)
{
    struct member m = { .n = 1, .vcpus = 2, .class_name = "near" };
    struct late l = { .group = group, .after_ms = after_ms };
    struct tree t;
    char *status;

    crowd_make(&t);
    if (nx)
        host_tree_put(t.root, "/sys/module/kvm/parameters/nx_huge_pages", "%s\n", nx);
    l.root = l.kernel.root = t.root;
    t.tap = make_helper;
    t.tap_arg = &l;
    crowd_start(&t, &m);
    assert_true(l.made);
    if (l.maker > 0)
        assert_int_equal(l.maker, waitpid(l.maker, NULL, 0));
    status = tree_read(&t, "/proc/5100/task/5150/status");
    assert_non_null(status);
    crowd_drop(&t);
    return status;
}

static void a_helper_beside_a_vcpu_is_seen_by_a_second_look(void **state)
{
    char *status = start("vcpu0", 0, NULL);

    (void)state;
    assert_says(status, "Cpus_allowed_list:\t0,8\n");
    free(status);
}

static void a_helper_that_is_born_after_the_last_change_is_waited_for(void **state)
{
    char *status = start("vcpu0", 100, "N");

    (void)state;
    assert_says(status, "Cpus_allowed_list:\t0,8\n");
    free(status);
}

static void none_is_waited_for_where_kvm_has_none(void **state)
{
    char *status = start("vcpu0", 100, "never");

    (void)state;
    assert_says(status, "Cpus_allowed_list:\t0-15\n");
    free(status);
}

/* Workers come and go in the emulator's cgroup; each inherits what the emulator has. */
static void a_worker_of_the_emulator_needs_no_second_look(void **state)
{
    char *status = start("emulator", 0, NULL);

    (void)state;
    assert_says(status, "Cpus_allowed_list:\t0-15\n");
    free(status);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_helper_beside_a_vcpu_is_seen_by_a_second_look),
        cmocka_unit_test(a_helper_that_is_born_after_the_last_change_is_waited_for),
        cmocka_unit_test(none_is_waited_for_where_kvm_has_none),
        cmocka_unit_test(a_worker_of_the_emulator_needs_no_second_look),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
