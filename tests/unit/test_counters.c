/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Counters upon threads, with events that every kernel has: this process is the guest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "counters.h"
#include "root.h"

static const struct acdr_metric metric = {
    "acdr_thread_example", "", "", "event", ACDR_METRIC_COUNTER, ACDR_METRIC_YOUNG
};
static const struct acdr_counter clocks[] = {
    { "clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK },
    { "nothing", PERF_TYPE_SOFTWARE, 999 },
    { "faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS },
};

struct world {
    struct acdr_thread threads[2];
    struct acdr_guest guest;
    struct acdr_watched_guest watched;
    struct acdr_inventory inventory;
    struct acdr_sample sample;
    struct acdr_probe_ctx look;
};

static void make(struct world *w)
{
    struct acdr_err e;

    *w = (struct world){ 0 };
    for (int i = 0; i < 2; i++) {
        w->threads[i].pid = getpid();
        w->threads[i].tid = getpid();
    }
    w->threads[0].kind = ACDR_THREAD_VCPU;
    w->threads[1].kind = ACDR_THREAD_EMULATOR;
    w->guest.threads = w->threads;
    w->guest.n_threads = 2;
    w->watched.name = (char *)"g1";
    w->watched.guest = &w->guest;
    w->inventory.guests = &w->watched;
    w->inventory.n_guests = 1;
    w->look.inventory = &w->inventory;
    w->look.sample = &w->sample;
    assert_return_code(acdr_root_open("/", &w->look.root, &e), 0);
}

static void drop(struct world *w)
{
    if (w->look.state)
        acdr_counters_close(w->look.state);
    acdr_sample_done(&w->sample);
    acdr_root_free(w->look.root);
}

/* Skips where the kernel does not let us count. */
static void take(struct world *w)
{
    struct acdr_err e;

    acdr_sample_clear(&w->sample);
    if (acdr_counters_read(&w->look, &metric, clocks, 3, "nothing here", &e) < 0)
        skip();
}

static double value(const struct world *w, const char *what)
{
    for (size_t i = 0; i < w->sample.n; i++)
        if (!strcmp(w->sample.v[i].what, what))
            return w->sample.v[i].value;
    return -1;
}

static void burn(int ms)
{
    struct timespec t;
    clock_t end = clock() + ms * (CLOCKS_PER_SEC / 1000);

    while (clock() < end)
        clock_gettime(CLOCK_MONOTONIC, &t);
}

static int open_files(void)
{
    DIR *d = opendir("/proc/self/fd");
    int n = 0;

    while (readdir(d))
        n++;
    closedir(d);
    return n;
}

static void counts_vcpus_alone_and_what_can_be_counted(void **state)
{
    struct world w;

    (void)state;
    make(&w);
    take(&w);
    assert_int_equal(w.sample.n, 2);
    assert_string_equal(w.sample.v[0].thread, "vcpu0");
    assert_true(value(&w, "nothing") < 0);
    burn(30);
    take(&w);
    assert_true(value(&w, "clock") >= 25e6);
    assert_true(value(&w, "faults") >= 0);
    drop(&w);
}

static void a_thread_that_is_gone_keeps_no_descriptor(void **state)
{
    int before = open_files();
    struct world w;

    (void)state;
    make(&w);
    take(&w);
    take(&w);
    assert_true(open_files() >= before + 2);
    w.inventory.n_guests = 0;
    take(&w);
    assert_int_equal(w.sample.n, 0);
    drop(&w);
    assert_int_equal(open_files(), before);
}

static void the_first_that_cannot_be_counted_is_an_answer(void **state)
{
    struct world w;
    struct acdr_err e;

    (void)state;
    make(&w);
    take(&w);
    drop(&w);
    make(&w);
    assert_int_equal(acdr_counters_read(&w.look, &metric, &clocks[1], 1,
                                        "this machine has no such thing", &e),
                     -EOPNOTSUPP);
    assert_string_equal(e.text, "this machine has no such thing");
    drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_vcpus_alone_and_what_can_be_counted),
        cmocka_unit_test(a_thread_that_is_gone_keeps_no_descriptor),
        cmocka_unit_test(the_first_that_cannot_be_counted_is_an_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
