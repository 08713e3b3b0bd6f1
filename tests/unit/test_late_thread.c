/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A thread that KVM makes beside a vCPU while `started` is at work leaves the vCPU's core too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host_file.h"
#include "rebalance_world.h"

struct late {
    const char *root;
    const char *group; /* the helper's cgroup, below the guest's */
    struct fake_kernel kernel;
    bool made;
};

/* The hook makes its first change of `started` after it has read the guest's threads. */
static int make_helper(void *arg, const char *path, const char *text, bool after)
{
    struct late *l = arg;
    char running[1024], file[512];

    snprintf(running, sizeof(running), "%s/proc/5100/stat", l->root);
    if (!l->made && text && access(running, F_OK) == 0) {
        l->made = true;
        snprintf(file, sizeof(file),
                 "thread\t5100\t5150\tkvm-nx-lpage-re\t400140\t1050\t0-15\n"
                 "/proc/5100/task/5150/cgroup\t8:cpuset:/machine/qemu-1-g1.libvirt-qemu/%s\n",
                 l->group);
        host_file_unpack(l->root, file);
        fake_tasks_read();
    }
    return fake_kernel_tap(&l->kernel, path, text, after);
}

/* The CPUs of the helper after a start in which it appears late. */
static char *start(const char *group)
{
    struct member m = { .n = 1, .vcpus = 2, .class_name = "near" };
    struct late l = { .group = group };
    struct tree t;
    char *status;

    crowd_make(&t);
    l.root = l.kernel.root = t.root;
    t.tap = make_helper;
    t.tap_arg = &l;
    crowd_start(&t, &m);
    assert_true(l.made);
    status = tree_read(&t, "/proc/5100/task/5150/status");
    assert_non_null(status);
    crowd_drop(&t);
    return status;
}

static void a_helper_beside_a_vcpu_is_seen_by_a_second_look(void **state)
{
    char *status = start("vcpu0");

    (void)state;
    assert_says(status, "Cpus_allowed_list:\t0,8\n");
    free(status);
}

/* Workers come and go in the emulator's cgroup; each inherits what the emulator has. */
static void a_worker_of_the_emulator_needs_no_second_look(void **state)
{
    char *status = start("emulator");

    (void)state;
    assert_says(status, "Cpus_allowed_list:\t0-15\n");
    free(status);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_helper_beside_a_vcpu_is_seen_by_a_second_look),
        cmocka_unit_test(a_worker_of_the_emulator_needs_no_second_look),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
