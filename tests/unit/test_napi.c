/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Poll threads of an interface: a veth in a network of its own, on this machine's kernel. */
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bitmap.h"
#include "knob.h"
#include "world.h"

enum { NO_VETH = 254, OLD_KERNEL = 255 }; /* beyond the lines with checks */

static struct acdr_knob knob(const char *name)
{
    return acdr_knob_of(name);
}

static int reads(struct acdr_root *root, const char *want)
{
    acdr_auto(free) char *now = NULL;

    return acdr_knob_read(root, knob("napi:va"), &now, NULL) == 0 && !strcmp(now, want);
}

/* The last CPU that this process may use, as a list. */
static void last_cpu(char ret[16])
{
    struct acdr_bitmap all;
    int last = 0;

    if (acdr_world_affinity(0, &all) < 0)
        acdr_bitmap_add(&all, 0);
    ACDR_BITMAP_FOR(c, &all)
        last = c;
    snprintf(ret, 16, "%d", last);
}

static int threads_of_a_veth(void)
{
    acdr_auto(acdr_root_free) struct acdr_root *root = NULL;
    acdr_auto(free) char *now = NULL, *gone = NULL;
    char cpu[16];
    int rc;

    last_cpu(cpu);
    if (system("ip link add va type veth peer name vb 2>/dev/null && ip link set va up && "
               "ip link set vb up") != 0)
        return NO_VETH;
    CHECK(acdr_root_open("/", &root, NULL) == 0);
    if (acdr_knob_write(root, knob("feature:va/rx-gro"), "on", "off", NULL) < 0 ||
        acdr_knob_write(root, knob("feature:va/rx-gro"), "off", "on", NULL) < 0)
        return NO_VETH;
    rc = acdr_knob_read(root, knob("napi:va"), &now, NULL);
    if (rc == -EOPNOTSUPP)
        return OLD_KERNEL;
    CHECK(rc == 0 && !strcmp(now, ""));
    CHECK(acdr_knob_write(root, knob("napi:va"), "", cpu, NULL) == 0);
    CHECK(reads(root, cpu));
    CHECK(acdr_knob_write(root, knob("napi:va"), cpu, "", NULL) == 0);
    CHECK(reads(root, ""));
    CHECK(acdr_knob_read(root, knob("napi:nothere"), &gone, NULL) == -ENODEV);
    CHECK(acdr_knob_read(root, knob("napi:lo"), &gone, NULL) == -EOPNOTSUPP);
    return 0;
}

/* Not acdr_world_run(): a PID namespace of its own would not show the kernel's threads. */
static void threads_are_made_placed_and_ended(void **state)
{
    int status = 0;
    pid_t pid = fork();

    (void)state;
    if (pid == 0)
        _exit(unshare(CLONE_NEWNET) < 0 ? NO_VETH : threads_of_a_veth());
    assert_true(pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status));
    if (WEXITSTATUS(status) == NO_VETH || WEXITSTATUS(status) == OLD_KERNEL)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* Files say nothing of it. */
static void a_recorded_host_has_none(void **state)
{
    acdr_auto(acdr_root_free) struct acdr_root *root = NULL;
    acdr_auto(free) char *now = NULL;
    struct acdr_err e = { 0 };

    (void)state;
    assert_int_equal(acdr_root_open("/usr", &root, NULL), 0);
    assert_int_equal(acdr_knob_read(root, knob("napi:lo"), &now, &e), -EOPNOTSUPP);
    assert_int_equal(acdr_knob_write(root, knob("napi:lo"), "", "0", &e), -EOPNOTSUPP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_are_made_placed_and_ended),
        cmocka_unit_test(a_recorded_host_has_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
