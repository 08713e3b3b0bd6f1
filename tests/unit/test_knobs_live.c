/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Knobs on this machine's own kernel. What could disturb it (moving all tasks) is done in a world
 * of its own, where the test is PID 1.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "bitmap.h"
#include "knob.h"
#include "proc.h"
#include "world.h"

/* CPUs that this test may use: the lowest, the highest, all. */
struct machine {
    struct acdr_root *root;
    int cpus;
    char low[16], high[16], all[512];
};

static int setup(void **state)
{
    struct machine *m = calloc(1, sizeof *m);
    struct acdr_bitmap s;
    int last = -1;
    assert_non_null(m);
    assert_int_equal(acdr_root_open(NULL, &m->root, NULL), 0);
    assert_int_equal(acdr_world_affinity(0, &s), 0);
    m->cpus = acdr_bitmap_weight(&s);
    ACDR_BITMAP_FOR(n, &s)
        last = n;
    char *all = acdr_bitmap_print_list(&s);
    assert_non_null(all);
    snprintf(m->all, sizeof m->all, "%s", all);
    free(all);
    snprintf(m->low, sizeof m->low, "%d", acdr_bitmap_next(&s, -1));
    snprintf(m->high, sizeof m->high, "%d", last);
    *state = m;
    return 0;
}

static int teardown(void **state)
{
    struct machine *m = *state;
    acdr_root_free(m->root);
    free(m);
    return 0;
}

static void sleep_forever(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;)
        pause();
}

static pid_t sleeper(void)
{
    pid_t pid = fork();
    if (pid == 0)
        sleep_forever();
    return pid;
}

static void end(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static unsigned long long started(struct machine *m, pid_t pid)
{
    struct acdr_proc_stat st;
    assert_int_equal(acdr_proc_stat(m->root, pid, pid, &st), 0);
    return st.start;
}

static bool has(struct acdr_root *r, const char *knob, const char *expected)
{
    char *now = NULL;
    bool same = acdr_knob_read(r, acdr_knob_of(knob), &now, NULL) == 0 &&
                strcmp(now, expected) == 0;
    free(now);
    return same;
}

static void a_thread_is_moved_and_read_back(void **state)
{
    struct machine *m = *state;
    struct acdr_err e = { 0 };
    char knob[64];
    if (m->cpus < 2)
        skip();
    pid_t pid = sleeper();
    snprintf(knob, sizeof knob, "thread:%d/%d@%llu", pid, pid, started(m, pid));
    assert_true(has(m->root, knob, m->all));
    assert_int_equal(acdr_knob_write(m->root, acdr_knob_of(knob), m->all, m->high, &e), 0);
    assert_true(has(m->root, knob, m->high));
    cpu_set_t seen;
    assert_int_equal(sched_getaffinity(pid, sizeof seen, &seen), 0);
    assert_int_equal(CPU_COUNT(&seen), 1);
    assert_true(CPU_ISSET(atoi(m->high), &seen));
    assert_int_equal(acdr_knob_write(m->root, acdr_knob_of(knob), m->high, m->all, &e), 0);
    assert_true(has(m->root, knob, m->all));
    assert_int_equal(acdr_knob_write(m->root, acdr_knob_of(knob), m->all, "", &e), -EINVAL);
    assert_non_null(strstr(e.text, "needs a CPU"));
    end(pid);
}

static void a_task_whose_number_was_given_away_is_gone(void **state)
{
    struct machine *m = *state;
    struct acdr_err e = { 0 };
    char knob[64], *now = NULL;
    pid_t pid = sleeper();
    unsigned long long start = started(m, pid);
    snprintf(knob, sizeof knob, "task:%d/%d@%llu", pid, pid, start + 1);
    assert_int_equal(acdr_knob_read(m->root, acdr_knob_of(knob), &now, &e), -ESRCH);
    assert_int_equal(acdr_knob_write(m->root, acdr_knob_of(knob), m->all, m->low, NULL), -ESRCH);
    assert_non_null(strstr(e.text, "is gone"));
    snprintf(knob, sizeof knob, "task:%d/%d@%llu", pid, pid, start);
    assert_true(has(m->root, knob, m->all));
    snprintf(knob, sizeof knob, "task:%d/%d@%llu", pid, getpid(), start);
    assert_int_equal(acdr_knob_read(m->root, acdr_knob_of(knob), &now, NULL), -ESRCH);
    end(pid);
    snprintf(knob, sizeof knob, "task:%d/%d@%llu", pid, pid, start);
    assert_int_equal(acdr_knob_read(m->root, acdr_knob_of(knob), &now, NULL), -ESRCH);
    assert_null(now);
}

static void what_pid_1_may_use_is_ours_for_a_task(void **state)
{
    struct machine *m = *state;
    struct acdr_bitmap init;
    assert_int_equal(acdr_world_affinity(1, &init), 0);
    char *now = acdr_bitmap_print_list(&init);
    assert_true(
        acdr_knob_is_ours(m->root, acdr_knob_of("task:2/2@0"), now, "9999", "9999", "9999"));
    assert_false(
        acdr_knob_is_ours(m->root, acdr_knob_of("task:2/2@0"), "9998", "9999", "9999", "9999"));
    assert_false(
        acdr_knob_is_ours(m->root, acdr_knob_of("thread:2/2@0"), now, "9999", "9999", "9999"));
    free(now);
}

static int find_bound(void *arg, const char *name)
{
    struct machine *m = ((void **)arg)[0];
    struct acdr_proc_stat st;
    int pid = atoi(name);
    if (pid <= 0 || acdr_proc_stat(m->root, pid, pid, &st) < 0 || !(st.flags & ACDR_PROC_BOUND))
        return 0;
    *(int *)((void **)arg)[1] = pid;
    return 1;
}

static void a_kernel_thread_that_is_bound_cannot_move(void **state)
{
    struct machine *m = *state;
    struct acdr_err e = { 0 };
    char knob[64], *now = NULL;
    int pid = 0;
    void *arg[] = { m, &pid };
    if (geteuid() != 0 || acdr_root_list(m->root, "/proc", find_bound, arg) != 1)
        skip();
    snprintf(knob, sizeof knob, "task:%d/%d@%llu", pid, pid, started(m, pid));
    assert_int_equal(acdr_knob_read(m->root, acdr_knob_of(knob), &now, NULL), 0);
    assert_int_equal(acdr_knob_write(m->root, acdr_knob_of(knob), now, now, &e), -EPERM);
    assert_non_null(strstr(e.text, "bound by the kernel"));
    free(now);
}

static void pages_are_on_a_node_and_stay_there(void **state)
{
    struct machine *m = *state;
    struct acdr_err e = { 0 };
    char knob[64], *now = NULL;
    if (!acdr_yes(acdr_root_has(m->root, "/proc/self/numa_maps")))
        skip();
    pid_t pid = sleeper();
    snprintf(knob, sizeof knob, "pages:%d@%llu", pid, started(m, pid));
    assert_int_equal(acdr_knob_read(m->root, acdr_knob_of(knob), &now, &e), 0);
    assert_string_not_equal(now, "");
    assert_int_equal(acdr_knob_write(m->root, acdr_knob_of(knob), now, now, &e), 0);
    assert_true(has(m->root, knob, now));
    assert_int_equal(acdr_knob_write(m->root, acdr_knob_of(knob), now, "", &e), -EINVAL);
    end(pid);
    assert_int_equal(acdr_knob_write(m->root, acdr_knob_of(knob), now, now, NULL), -ESRCH);
    free(now);
}

static bool runs_on(pid_t tid, const char *list)
{
    struct acdr_bitmap s;
    char *text = acdr_world_affinity(tid, &s) == 0 ? acdr_bitmap_print_list(&s) : NULL;
    bool same = text && strcmp(text, list) == 0;
    free(text);
    return same;
}

static void *idle(void *arg)
{
    *(volatile pid_t *)arg = gettid();
    sleep_forever();
    return NULL;
}

/* A process of two threads; *TID is the second one. */
static pid_t pair(volatile pid_t *tid)
{
    pid_t pid = fork();
    if (pid == 0) {
        pthread_t t;
        if (pthread_create(&t, NULL, idle, (void *)(uintptr_t)tid) != 0)
            _exit(1);
        sleep_forever();
    }
    for (int i = 0; i < 1000 && !*tid; i++)
        usleep(1000);
    return pid;
}

static int all_tasks(void *arg)
{
    struct machine *m = arg;
    struct acdr_bitmap high;
    volatile pid_t *tid = mmap(NULL, sizeof *tid, PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(tid != MAP_FAILED);
    CHECK(acdr_bitmap_parse_list(&high, m->high) == 0);
    pid_t plain = sleeper(), pinned = sleeper(), two = pair(tid);
    CHECK(*tid > 0 && *tid != two);
    CHECK(acdr_world_set_affinity(pinned, &high) == 0);
    CHECK(has(m->root, "tasks:", m->all));

    CHECK(acdr_knob_write(m->root, acdr_knob_of("tasks:"), m->all, m->low, NULL) == 0);
    CHECK(has(m->root, "tasks:", m->low));
    CHECK(runs_on(1, m->low) && runs_on(plain, m->low) && runs_on(two, m->low));
    CHECK(runs_on(*tid, m->low) && runs_on(pinned, m->high));
    pid_t born = sleeper();
    CHECK(runs_on(born, m->low));

    CHECK(acdr_knob_write(m->root, acdr_knob_of("tasks:"), m->low, "", NULL) == -EINVAL);
    CHECK(acdr_knob_write(m->root, acdr_knob_of("tasks:"), m->low, m->all, NULL) == 0);
    CHECK(has(m->root, "tasks:", m->all) && runs_on(plain, m->all) && runs_on(*tid, m->all));
    CHECK(runs_on(born, m->all) && runs_on(pinned, m->high));
    return 0;
}

static void all_unpinned_tasks_move_together_and_back(void **state)
{
    struct machine *m = *state;
    int rc = m->cpus < 2 ? -1 : acdr_world_run(all_tasks, m);
    if (rc == -1)
        skip();
    assert_int_equal(rc, 0);
}

static int stray_tasks(void *arg)
{
    struct machine *m = arg;
    const char *rest;
    const struct acdr_knob_kind *kind = acdr_knob_find("tasks:", &rest);
    struct acdr_bitmap online;
    char name[64], *who = NULL;
    CHECK(acdr_world_affinity(0, &online) == 0 && prctl(PR_SET_NAME, "a (b) c") == 0);
    pid_t pid = sleeper();
    CHECK(acdr_knob_write(m->root, acdr_knob_of("tasks:"), m->all, m->low, NULL) == 0);
    CHECK(kind->find_override(m->root, rest, m->low, &who) == 0 && !who);
    CHECK(acdr_world_set_affinity(pid, &online) == 0);
    CHECK(kind->find_override(m->root, rest, m->low, &who) == 1 && who);
    snprintf(name, sizeof name, "a (b) c (%d)", pid);
    CHECK(strcmp(who, name) == 0);
    free(who);
    for (int i = 0; i < 6; i++)
        CHECK(acdr_world_set_affinity(sleeper(), &online) == 0);
    CHECK(kind->find_override(m->root, rest, m->low, &who) == 1);
    CHECK(strstr(who, name) == who && strstr(who, " and 2 more"));
    free(who);
    CHECK(kind->find_override(m->root, rest, m->all, &who) == 0 && !who);
    return 0;
}

static void tasks_that_escaped_are_named(void **state)
{
    struct machine *m = *state;
    struct acdr_bitmap online, mine;
    char text[512];
    assert_true(acdr_root_get(m->root, text, sizeof text, "/sys/devices/system/cpu/online") > 0);
    assert_int_equal(acdr_bitmap_parse_list(&online, text), 0);
    assert_int_equal(acdr_world_affinity(0, &mine), 0);
    if (m->cpus < 2 || !acdr_bitmap_equal(&online, &mine))
        skip();
    int rc = acdr_world_run(stray_tasks, m);
    if (rc == -1)
        skip();
    assert_int_equal(rc, 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_thread_is_moved_and_read_back),
        TEST(a_task_whose_number_was_given_away_is_gone),
        TEST(what_pid_1_may_use_is_ours_for_a_task),
        TEST(a_kernel_thread_that_is_bound_cannot_move),
        TEST(pages_are_on_a_node_and_stay_there),
        TEST(all_unpinned_tasks_move_together_and_back),
        TEST(tasks_that_escaped_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
