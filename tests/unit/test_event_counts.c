/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What an event costs, as exact counts and not as time: files opened, settings written, writes of
 * the journal (the first event also keeps the topology beside it) and their bytes (with some room,
 * as the reasons in it are prose), for few and many other guests, interrupts and vCPUs. A count
 * above its bound fails with both numbers. Where the code does more on purpose, raise the bound
 * here.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include <cmocka.h>

#include "big_host.h"
#include "fake_guest.h"
#include "report.h"
#include "tree_world.h"

enum event { PREPARE, STARTED, VERIFY, STOPPED, RELEASE, N_EVENTS };

struct counts {
    int opened, settings, journals;
    size_t bytes; /* of these writes */
};

/* One more guest of VCPUS comes and goes beside GUESTS that are prepared, and their settings are
 * verified while it runs. */
struct load {
    int guests, irqs, vcpus;
    struct counts most[N_EVENTS];
};

static const char *const events[N_EVENTS] = { "prepare", "started", "verify", "stopped",
                                              "release" };

static struct counts now;
static struct fake_kernel kernel;

long __real_syscall(long number, ...);
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f);

/* A root that is not this machine's opens everything with openat2(). */
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f)
{
    long r = __real_syscall(number, a, b, c, d, e, f);

    now.opened += number == SYS_openat2 && !(r < 0 && errno == EAGAIN); /* it is repeated then */
    return r;
}

static int count_change(void *arg, const char *path, const char *text, bool after)
{
    if (!after && text && !strncmp(path, "/run/acdr/", strlen("/run/acdr/"))) {
        now.journals++;
        now.bytes += strlen(text);
    } else if (!after && text) { /* not a folder */
        now.settings++;
    }
    return fake_kernel_tap(arg, path, text, after);
}

static void make_tree(struct tree *t, const struct load *l)
{
    const struct big_host h = { .nodes = 2, .cpus = 512, .irqs = l->irqs };
    char *root = host_tree_new();

    big_host_make(root, &h);
    *t = (struct tree){ .root = root, .tap = count_change, .tap_arg = &kernel };
    kernel = (struct fake_kernel){ .root = root };
    acdr_strbuf_add(&t->log, "");
    fake_tasks_begin(root);
}

static void hook(struct tree *t, int n, int vcpus, const char *op)
{
    char *xml = big_host_guest(n, vcpus, "nfv-dataplane");
    char name[16];

    snprintf(name, sizeof(name), "g%d", n);
    now = (struct counts){ 0 };
    if (tree_hook(t, name, op, xml, strlen(xml)) != 0)
        fail_msg("%s of %s: %s%s", op, name, t->e.text, t->log.s);
    free(xml);
}

static void verify(struct tree *t)
{
    struct acdr_item *item = NULL;
    struct acdr *a = tree_open(t);

    now = (struct counts){ 0 };
    assert_int_equal(acdr_report_verify(a, NULL, &item, &t->e), 0);
    acdr_item_free(item);
    acdr_close(a);
}

static void check(const struct load *l, enum event event, const char *what, size_t count,
                  size_t most)
{
    if (count > most)
        fail_msg("%s beside %d guests and %d interrupts, %d vCPUs: %s %zu, the bound is %zu",
                 events[event], l->guests, l->irqs, l->vcpus, what, count, most);
}

static void check_event(const struct load *l, enum event event)
{
    const struct counts *most = &l->most[event];

    check(l, event, "files opened", (size_t)now.opened, (size_t)most->opened);
    check(l, event, "settings written", (size_t)now.settings, (size_t)most->settings);
    check(l, event, "writes of the journal", (size_t)now.journals, (size_t)most->journals);
    check(l, event, "bytes of the journal", now.bytes, most->bytes);
}

static void run(const struct load *l)
{
    struct tree t;
    int n = l->guests + 1;

    make_tree(&t, l);
    for (int i = 1; i <= l->guests; i++)
        hook(&t, i, 2, "prepare");
    hook(&t, n, l->vcpus, "prepare");
    check_event(l, PREPARE);
    fake_guest_start(t.root, n, l->vcpus, 1000);
    fake_tasks_started(FAKE_GUEST_PID + n * FAKE_GUEST_PIDS);
    hook(&t, n, l->vcpus, "started");
    check_event(l, STARTED);
    verify(&t);
    check_event(l, VERIFY);
    fake_guest_end(t.root, n);
    fake_tasks_ended(FAKE_GUEST_PID + n * FAKE_GUEST_PIDS);
    hook(&t, n, l->vcpus, "stopped");
    check_event(l, STOPPED);
    hook(&t, n, l->vcpus, "release");
    check_event(l, RELEASE);
    fake_tasks_end();
    host_tree_remove(t.root);
    acdr_strbuf_done(&t.log);
}

static void run_all(const struct load *l, size_t n)
{
    for (size_t i = 0; i < n; i++)
        run(&l[i]);
}

static void other_guests_cost_the_bytes_of_their_records(void **state)
{
    static const struct load loads[] = {
        { 0,
          0,
          2,
          { [PREPARE] = { 1402, 4, 3, 11000 },
            [STARTED] = { 156, 14, 2, 9800 },
            [VERIFY] = { 60, 0, 0, 0 },
            [STOPPED] = { 72, 5, 1, 1600 },
            [RELEASE] = { 4, 0, 0, 0 } } },
        { 1,
          0,
          2,
          { [PREPARE] = { 105, 2, 2, 5400 },
            [STARTED] = { 156, 14, 2, 12500 },
            [VERIFY] = { 61, 0, 0, 0 },
            [STOPPED] = { 69, 3, 2, 4200 },
            [RELEASE] = { 13, 0, 0, 0 } } },
        { 50,
          0,
          2,
          { [PREPARE] = { 105, 2, 2, 120000 },
            [STARTED] = { 156, 14, 2, 130000 },
            [VERIFY] = { 110, 0, 0, 0 },
            [STOPPED] = { 69, 3, 2, 120000 },
            [RELEASE] = { 13, 0, 0, 0 } } },
        { 200,
          0,
          2,
          { [PREPARE] = { 105, 2, 2, 460000 },
            [STARTED] = { 156, 14, 2, 470000 },
            [VERIFY] = { 260, 0, 0, 0 },
            [STOPPED] = { 69, 3, 2, 460000 },
            [RELEASE] = { 13, 0, 0, 0 } } },
    };

    (void)state;
    run_all(loads, sizeof(loads) / sizeof(loads[0]));
}

static void interrupts_cost_the_opens_of_their_files(void **state)
{
    static const struct load loads[] = {
        { 1,
          1874,
          2,
          { [PREPARE] = { 9477, 1876, 2, 345000 },
            [STARTED] = { 156, 14, 2, 355000 },
            [VERIFY] = { 7559, 0, 0, 0 },
            [STOPPED] = { 7565, 1877, 2, 345000 },
            [RELEASE] = { 13, 0, 0, 0 } } },
    };

    (void)state;
    run_all(loads, sizeof(loads) / sizeof(loads[0]));
}

static void vcpus_cost_the_opens_of_their_files(void **state)
{
    static const struct load loads[] = {
        { 1,
          0,
          64,
          { [PREPARE] = { 105, 2, 2, 6000 },
            [STARTED] = { 1582, 324, 2, 130000 },
            [VERIFY] = { 495, 0, 0, 0 },
            [STOPPED] = { 751, 3, 2, 28000 },
            [RELEASE] = { 13, 0, 0, 0 } } },
    };

    (void)state;
    run_all(loads, sizeof(loads) / sizeof(loads[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_guests_cost_the_bytes_of_their_records),
        cmocka_unit_test(interrupts_cost_the_opens_of_their_files),
        cmocka_unit_test(vcpus_cost_the_opens_of_their_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
