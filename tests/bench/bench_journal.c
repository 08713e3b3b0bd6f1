/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What an event costs beside many guests that are conditioned, on a host of files. The script
 * "journal" measures several builds in turn.
 *
 *     bench_journal make ROOT GUESTS CPUS IRQS    make the host, and condition its guests
 *     bench_journal measure ROOT GUESTS ROUNDS    one more guest comes and goes: the medians
 *
 * Class nfv-dataplane, 2 vCPUs. Times are of the CPU, in ms, so that other programs matter little;
 * that of the played kernel is left out. Last, the peak memory in MiB.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "acdr/acdr.h"
#include "big_host.h"
#include "fake_guest.h"
#include "fake_kernel.h"
#include "fake_tasks.h"
#include "handle.h"
#include "report.h"

enum { PREPARE, STARTED, VERIFY, METRICS, STATUS, STOPPED, RELEASE, PHASES, ROUNDS_MAX = 99 };

static const char *const names[PHASES] = { "prepare", "started", "verify", "metrics",
                                           "status",  "stopped", "release" };

struct bench {
    const char *root;
    struct fake_kernel kernel;
    double played; /* seconds spent in the kernel that is played */
};

/* Seconds of CPU time. */
static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int tap(void *arg, const char *path, const char *text, bool after)
{
    struct bench *b = arg;
    double begin = now();
    int err = fake_kernel_tap(&b->kernel, path, text, after);

    b->played += now() - begin;
    return err;
}

static struct acdr *open_host(struct bench *b)
{
    struct acdr *a = NULL;

    if (acdr_open(b->root, &a, NULL) < 0)
        abort();
    b->kernel = (struct fake_kernel){ .root = b->root };
    acdr_root_set_write_hook(a->root, tap, b);
    acdr_root_set_calls(a->root, fake_tasks_calls());
    return a;
}

/* The seconds that the library itself took. */
static double event(struct bench *b, int n, const char *op)
{
    char *xml = big_host_guest(n, 2, "nfv-dataplane");
    struct acdr_err e = { 0 };
    char name[16];
    double begin = now(), seconds;
    struct acdr *a;

    snprintf(name, sizeof(name), "g%d", n);
    b->played = 0;
    a = open_host(b);
    if (acdr_event(a, name, op, "begin", xml, strlen(xml), &e) < 0) {
        fprintf(stderr, "bench_journal: %s %s: %s\n", name, op, e.text);
        exit(1);
    }
    acdr_close(a);
    seconds = now() - begin - b->played;
    free(xml);
    return seconds;
}

static double report(struct bench *b, int phase)
{
    struct acdr_item *item = NULL;
    double begin = now();
    struct acdr *a = open_host(b);
    int err = phase == STATUS ? acdr_report_status(a, NULL, true, &item, NULL)
                              : acdr_report_drift(a, NULL, phase == VERIFY, &item, NULL);

    if (err != 0) {
        fprintf(stderr, "bench_journal: %s: %d\n", names[phase], err);
        exit(1);
    }
    acdr_item_free(item);
    acdr_close(a);
    return now() - begin;
}

static void begin(struct bench *b, int n)
{
    char *xml = big_host_guest(n, 2, "nfv-dataplane");

    fake_guest_start(b->root, n, 2, 1000);
    fake_guest_status(b->root, n, xml);
    fake_tasks_started(FAKE_GUEST_PID + n * FAKE_GUEST_PIDS);
    free(xml);
}

static void end(struct bench *b, int n)
{
    fake_guest_end(b->root, n);
    fake_tasks_ended(FAKE_GUEST_PID + n * FAKE_GUEST_PIDS);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void measure(struct bench *b, int guests, int rounds)
{
    static double v[PHASES][ROUNDS_MAX];
    struct rusage usage;
    int n = guests + 1;

    for (int i = 0; i < rounds; i++) {
        v[PREPARE][i] = event(b, n, "prepare");
        begin(b, n);
        v[STARTED][i] = event(b, n, "started");
        for (int p = VERIFY; p <= STATUS; p++)
            v[p][i] = report(b, p);
        end(b, n);
        v[STOPPED][i] = event(b, n, "stopped");
        v[RELEASE][i] = event(b, n, "release");
    }
    for (int p = 0; p < PHASES; p++) {
        qsort(v[p], (size_t)rounds, sizeof(v[p][0]), compare);
        printf("%s\t%.2f\n", names[p], v[p][rounds / 2] * 1000);
    }
    getrusage(RUSAGE_SELF, &usage);
    printf("peak\t%.1f\n", (double)usage.ru_maxrss / 1024);
}

static void make(struct bench *b, int guests, int cpus, int irqs)
{
    const struct big_host h = { .nodes = cpus < 1024 ? 2 : 16, .cpus = cpus, .irqs = irqs };

    big_host_make(b->root, &h);
    fake_tasks_begin(b->root);
    for (int n = 1; n <= guests; n++) {
        event(b, n, "prepare");
        begin(b, n);
        event(b, n, "started");
    }
}

int main(int argc, char **argv)
{
    struct bench b = { .root = argc > 2 ? argv[2] : "" };
    int rounds = argc == 5 ? atoi(argv[4]) : 0;

    if (argc == 6 && !strcmp(argv[1], "make")) {
        make(&b, atoi(argv[3]), atoi(argv[4]), atoi(argv[5]));
        return 0;
    }
    if (argc != 5 || strcmp(argv[1], "measure") != 0 || rounds < 1 || rounds > ROUNDS_MAX) {
        fprintf(stderr, "usage: bench_journal make ROOT GUESTS CPUS IRQS\n"
                        "       bench_journal measure ROOT GUESTS ROUNDS\n");
        return 2;
    }
    fake_tasks_begin(b.root);
    measure(&b, atoi(argv[3]), rounds);
    return 0;
}
