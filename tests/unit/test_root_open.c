/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Opening below a root while something else on the machine is renamed: the kernel then gives up at
 * a ".." (EAGAIN), which says nothing about the file.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

#include <cmocka.h>

#include "scratch.h"
#include "unpack_file.h"

static int refusals; /* how many times openat2() gives up from now on */

long __real_syscall(long number, ...);
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f);

long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f)
{
    if (number == SYS_openat2 && refusals > 0) {
        refusals--;
        errno = EAGAIN;
        return -1;
    }
    return __real_syscall(number, a, b, c, d, e, f);
}

static void a_rename_elsewhere_hides_no_file(void **state)
{
    struct scratch *t = *state;
    char text[16];

    scratch_put(t, "/sys/devices/a/numa_node", "1\n");
    scratch_link(t, "/sys/device", "devices/a/../a");
    refusals = 3;
    assert_int_equal(acdr_root_get(t->root, text, sizeof(text), "/sys/device/numa_node"), 1);
    refusals = 3;
    assert_true(acdr_yes(acdr_root_has(t->root, "/sys/device/numa_node")));
    refusals = 3;
    assert_int_equal(acdr_unpack_add(t->root, "/new", "text", 4), 0);
    assert_int_equal(refusals, 0);
    assert_true(acdr_yes(acdr_root_has(t->root, "/new")));
}

/* The hook has a deadline. */
static void it_does_not_try_for_ever(void **state)
{
    struct scratch *t = *state;
    char text[16];

    scratch_put(t, "/a", "1\n");
    refusals = 1000000;
    assert_int_equal(acdr_root_get(t->root, text, sizeof(text), "/a"), -EAGAIN);
    refusals = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_rename_elsewhere_hides_no_file, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(it_does_not_try_for_ever, scratch_setup, scratch_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
