/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Random histories of six guests on hosts made of files. libvirt's hooks come in any order that it
 * may call them in; tags change; changes of the host are refused and processes end half way; QEMU
 * dies and nobody says so; an administrator conditions CPUs, rebalances, repairs and compares. At
 * every moment when no guest is left the host, with every file and every task's affinity and
 * scheduling, is as it was at first, and the journal knows nothing any more.
 *
 * ACDR_HISTORIES=N: how many. A history that fails prints its steps and its number:
 * ACDR_HISTORY=NUMBER runs that one alone.
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

#include "acdr/acdr.h"
#include "fake_guest.h"
#include "fake_kernel.h"
#include "fake_tasks.h"
#include "handle.h"
#include "history_host.h"
#include "host_tree.h"
#include "text.h"

enum { GUESTS = 6, POOLS = 2, STEPS = 6 };

enum state {
    DOWN,
    PREPARED, /* and not started yet */
    UP,
    DEAD,    /* QEMU is gone, and no hook was called */
    STOPPED, /* `stopped` was called, `release` was not */
};

struct guest {
    enum state state;
    const char *class_name; /* NULL: untagged */
    int vcpus;
    bool huge;
    bool hurt;   /* one of its events had an accident */
    bool untold; /* its `stopped` was disturbed: a second such call, and nobody has told */
};

struct walk {
    struct history_host *host;
    uint32_t seed;
    struct guest guests[GUESTS + 1]; /* from 1 */
    bool pools[POOLS];
    unsigned long started; /* start times go up */
    bool unfinished;       /* a change was refused, or cut off: the next call makes up for it */
    struct acdr_strbuf trace;
};

static uint32_t below(struct walk *w, uint32_t n)
{
    return history_random(&w->seed, n);
}

static struct acdr *open_host(const struct walk *w, struct fake_kernel *k)
{
    struct acdr *a = NULL;

    assert_int_equal(acdr_open(w->host->root, &a, NULL), 0);
    acdr_root_set_write_hook(a->root, fake_kernel_tap, k);
    acdr_root_set_calls(a->root, fake_tasks_calls());
    return a;
}

/* What libvirt has of guest N as it runs, its present tag included. */
static void write_status(const struct walk *w, int n)
{
    const struct guest *g = &w->guests[n];
    char *xml = fake_guest_xml(n, g->vcpus, g->class_name, g->huge, true);

    fake_guest_status(w->host->root, n, xml);
    free(xml);
}

/* Some of its memory is on each of the first two nodes. */
static void touch_memory(const struct walk *w, int n)
{
    char path[64], dir[1024];

    snprintf(dir, sizeof(dir), "%s/sys/devices/system/node/node1", w->host->root);
    snprintf(path, sizeof(path), "/proc/%d/numa_maps", FAKE_GUEST_PID + n * FAKE_GUEST_PIDS);
    host_tree_put(w->host->root, path, "7f00 default anon=200 N0=100%s kernelpagesize_kB=4\n",
                  access(dir, F_OK) ? "" : " N1=100");
}

static int call_hook(const struct walk *w, int n, const char *op, struct fake_kernel *k,
                     struct acdr_err *e)
{
    const struct guest *g = &w->guests[n];
    struct acdr *a = open_host(w, k);
    char *xml = fake_guest_xml(n, g->vcpus, g->class_name, g->huge, g->state == UP);
    char name[16];
    int err;

    snprintf(name, sizeof(name), "g%d", n);
    err = acdr_event(a, name, op, "begin", xml, strlen(xml), e);
    acdr_close(a);
    free(xml);
    return err;
}

/* The hook's process ends at one of its changes: -1, libvirt sees that it was killed. -2: it came
 * to no such change, and refused. */
static int call_and_crash(struct walk *w, int n, const char *op, struct fake_kernel *k)
{
    int status = 0;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        _exit(call_hook(w, n, op, k, NULL) < 0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    fake_tasks_read();
    return WEXITSTATUS(status) == FAKE_KERNEL_EXIT ? -1 : WEXITSTATUS(status) ? -2 : 0;
}

/* One hook of guest N, with or without an accident. */
static int hook(struct walk *w, int n, const char *op, bool accidents)
{
    const struct guest *g = &w->guests[n];
    struct fake_kernel k = { .root = w->host->root };
    struct acdr_err e = { 0 };
    uint32_t accident = accidents ? below(w, 64) : 63;
    int at = 1 + (int)below(w, 40);
    int err;

    if (accident < 8) {
        k.fail_at = at;
        k.journal_too = true;
    } else if (accident < 10) {
        *(accident == 8 ? &k.exit_before : &k.exit_after) = at;
    }
    acdr_strbuf_addf(&w->trace, "  g%d %s %s%s", n, op, g->class_name ? g->class_name : "untagged",
                     g->huge ? " (huge pages)" : "");
    if (k.exit_before || k.exit_after)
        err = call_and_crash(w, n, op, &k);
    else
        err = call_hook(w, n, op, &k, &e);
    w->unfinished = k.failed || (err == -1 && (k.exit_before || k.exit_after));
    w->guests[n].hurt |= w->unfinished;
    if (w->unfinished)
        acdr_strbuf_addf(&w->trace, " (%s at change %d)", k.failed ? "refused" : "killed", at);
    acdr_strbuf_addf(&w->trace, "%s%s\n", err < 0 ? ": " : "", err < 0 ? e.text : "");
    return err;
}

static void end_qemu(struct walk *w, int n)
{
    fake_guest_end(w->host->root, n);
    fake_tasks_ended(FAKE_GUEST_PID + n * FAKE_GUEST_PIDS);
}

/* What libvirt calls when a start has failed, too. */
static void stop(struct walk *w, int n, bool accidents)
{
    struct guest *g = &w->guests[n];

    if (g->state == UP)
        end_qemu(w, n);
    g->state = STOPPED;
    hook(w, n, "stopped", accidents);
    g->untold = w->unfinished;
}

static void release(struct walk *w, int n, bool accidents)
{
    hook(w, n, "release", accidents && !w->guests[n].untold);
    w->guests[n].state = DOWN;
}

static const char *any_class(struct walk *w)
{
    return below(w, 16) ? w->host->classes[below(w, (uint32_t)w->host->n_classes)] : NULL;
}

static void start(struct walk *w, int n)
{
    struct guest *g = &w->guests[n];

    fake_guest_start(w->host->root, n, g->vcpus, w->started += 1000);
    fake_tasks_started(FAKE_GUEST_PID + n * FAKE_GUEST_PIDS);
    write_status(w, n);
    if (below(w, 2))
        touch_memory(w, n);
    g->state = UP;
    if (hook(w, n, "started", true) < 0) {
        stop(w, n, false);
        release(w, n, false);
    }
}

static void prepare(struct walk *w, int n)
{
    struct guest *g = &w->guests[n];

    *g = (struct guest){ PREPARED,         any_class(w), 1 + (int)below(w, 3),
                         below(w, 4) == 0, false,        false };
    if (hook(w, n, "prepare", true) < 0) {
        stop(w, n, false);
        release(w, n, false);
    } else if (below(w, 2)) {
        start(w, n);
    }
}

static void settle(struct walk *w)
{
    struct fake_kernel k = { .root = w->host->root };
    struct acdr_err e = { 0 };
    struct acdr *a = open_host(w, &k);
    int err = acdr_settle(a, NULL, &e);

    acdr_close(a);
    acdr_strbuf_addf(&w->trace, "  settle%s%s\n", err < 0 ? ": " : "", e.text);
    for (int n = 1; n <= GUESTS; n++)
        if (w->guests[n].state == DEAD && below(w, 2))
            w->guests[n].state = DOWN; /* libvirt has forgotten it, too */
    w->unfinished = false;
}

/* Only a guest whose event had an accident may run unconditioned. */
static void check_unconditioned(struct walk *w, const struct acdr_item *report)
{
    const struct acdr_item *m = acdr_item_first(acdr_item_find(report, "unconditioned"));

    for (; m; m = acdr_item_next(m)) {
        const char *name = acdr_item_text(acdr_item_find(m, "name"));

        if (w->guests[name[1] - '0'].hurt)
            continue;
        print_message("%s", w->trace.s);
        fail_msg("verify: %s is unconditioned: %s", name, acdr_item_text(acdr_item_find(m, "why")));
    }
}

/* Comparing changes nothing; right after a repair it finds everything as it is claimed. */
static void verify(struct walk *w)
{
    struct fake_kernel k = { .root = w->host->root };
    struct acdr_item *report = NULL;
    struct acdr *a;
    int drift;

    settle(w);
    a = open_host(w, &k);
    acdr_strbuf_add(&w->trace, "  verify\n");
    drift = acdr_verify(a, NULL, &report, NULL);
    check_unconditioned(w, report);
    if (drift < 0 || drift == 1 || acdr_item_first(acdr_item_find(report, "drift"))) {
        const struct acdr_item *d = acdr_item_first(acdr_item_find(report, "drift"));

        print_message("%s", w->trace.s);
        fail_msg("verify: %s of %s is %s and not %s", acdr_item_text(acdr_item_find(d, "knob")),
                 acdr_item_text(acdr_item_find(d, "step")),
                 acdr_item_text(acdr_item_find(d, "now")),
                 acdr_item_text(acdr_item_find(d, "want")));
    }
    assert_int_equal(k.changes, 0);
    acdr_item_free(report);
    acdr_close(a);
}

/* libvirt's daemon comes back: all guests at once, in any order. */
static void restart_daemon(struct walk *w)
{
    int n = (int)below(w, GUESTS);

    acdr_strbuf_add(&w->trace, "  libvirtd is started anew\n");
    for (int i = 0; i < GUESTS; i++, n++) {
        struct guest *g = &w->guests[n % GUESTS + 1];

        if (g->state == UP)
            hook(w, n % GUESTS + 1, "reconnect", true);
        if (g->state == DEAD || g->state == PREPARED)
            stop(w, n % GUESTS + 1, true);
        if (g->state == STOPPED)
            release(w, n % GUESTS + 1, true);
    }
}

static int call_rebalance(const struct walk *w, struct fake_kernel *k, struct acdr_err *e)
{
    struct acdr *a = open_host(w, k);
    int err = acdr_rebalance(a, NULL, 0, NULL, e);

    acdr_close(a);
    return err;
}

/* The process is killed; what it was about to do is for the next call to make up for. */
static void rebalance_and_crash(struct walk *w, struct fake_kernel *k)
{
    int status = 0;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        call_rebalance(w, k, NULL);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    fake_tasks_read();
    w->unfinished = true;
}

/* Guests are moved, and some cannot be; an accident may happen on the way. */
static void rebalance(struct walk *w)
{
    struct fake_kernel k = { .root = w->host->root, .journal_too = true };
    struct acdr_err e = { 0 };
    uint32_t accident = below(w, 8);
    int at = 1 + (int)below(w, 60);
    int err = 0;

    if (accident == 0)
        k.fail_at = at;
    else if (accident == 1)
        k.exit_after = at;
    fake_tasks_pin(accident == 2);
    if (k.exit_after)
        rebalance_and_crash(w, &k);
    else
        err = call_rebalance(w, &k, &e);
    fake_tasks_pin(false);
    w->unfinished = w->unfinished || k.failed;
    acdr_strbuf_addf(&w->trace, "  rebalance (accident %u at %d)%s%s\n", accident, at,
                     err < 0 ? ": " : "", e.text);
}

static void pool(struct walk *w)
{
    struct fake_kernel k = { .root = w->host->root };
    struct acdr_err e = { 0 };
    int p = (int)below(w, POOLS);
    const char *class_name = w->host->classes[below(w, (uint32_t)w->host->n_classes)];
    struct acdr *a = open_host(w, &k);
    char name[16], cpus[16];
    int err;

    snprintf(name, sizeof(name), "pool%d", p);
    snprintf(cpus, sizeof(cpus), "%u", below(w, 12));
    if (w->pools[p])
        err = acdr_release(a, name, &e);
    else
        err = acdr_apply(a, class_name, cpus, name, &e);
    acdr_strbuf_addf(&w->trace, "  %s %s %s %s%s%s\n", name, w->pools[p] ? "release" : "apply",
                     class_name, cpus, err < 0 ? ": " : "", e.text);
    if (err == 0)
        w->pools[p] = !w->pools[p];
    acdr_close(a);
}

static void step_running(struct walk *w, int n)
{
    struct guest *g = &w->guests[n];

    switch (below(w, 8)) {
    case 0:
        g->class_name = any_class(w);
        write_status(w, n);
        hook(w, n, "reconnect", true);
        break;
    case 1:
        hook(w, n, "reconnect", true);
        break;
    case 2:
        acdr_strbuf_addf(&w->trace, "  g%d dies\n", n);
        end_qemu(w, n);
        g->state = DEAD;
        break;
    default:
        stop(w, n, true);
    }
}

static void step_guest(struct walk *w, int n)
{
    switch (w->guests[n].state) {
    case DOWN:
        prepare(w, n);
        break;
    case PREPARED: /* libvirtd may have died meanwhile: then the guest is started once more */
        if (below(w, 8) == 0)
            prepare(w, n);
        else if (below(w, 8) == 0)
            stop(w, n, true);
        else
            start(w, n);
        break;
    case UP:
        step_running(w, n);
        break;
    case DEAD: /* libvirt sees it, or has died and sees nothing */
        if (below(w, 4))
            stop(w, n, true);
        else
            prepare(w, n);
        break;
    case STOPPED:
        release(w, n, true);
        break;
    }
}

static void step(struct walk *w)
{
    switch (below(w, 24)) {
    case 0:
        settle(w);
        break;
    case 1:
        verify(w);
        break;
    case 2:
        restart_daemon(w);
        break;
    case 3:
        pool(w);
        break;
    case 4:
    case 5:
        rebalance(w);
        break;
    default:
        step_guest(w, 1 + (int)below(w, GUESTS));
    }
}

static bool is_empty(const struct walk *w)
{
    for (int n = 1; n <= GUESTS; n++)
        if (w->guests[n].state != DOWN)
            return false;
    for (int p = 0; p < POOLS; p++)
        if (w->pools[p])
            return false;
    return true;
}

static char *status(const struct walk *w)
{
    struct fake_kernel k = { .root = w->host->root };
    struct acdr *a = open_host(w, &k);
    struct acdr_item *report = NULL;
    const struct acdr_item *guests;
    char *name = NULL;

    assert_int_equal(acdr_status(a, NULL, &report, NULL), 0);
    guests = acdr_item_find(report, "domains");
    if (acdr_item_first(guests))
        name = strdup(acdr_item_text(acdr_item_find(acdr_item_first(guests), "name")));
    acdr_item_free(report);
    acdr_close(a);
    return name;
}

static void tell(const struct walk *w, uint32_t number, const char *left)
{
    char *now = host_tree_text(w->host->root);
    const char *first = w->host->first;
    size_t i = 0;

    while (now[i] && now[i] == first[i])
        i++;
    while (i && now[i - 1] != '\n')
        i--;
    print_message("history %u on %s:\n%s", number, w->host->name, w->trace.s);
    fail_msg("history %u: %s%s\nfirst \"%.*s\"\nnow   \"%.*s\"", number,
             left ? "still there: " : "", left ? left : "", (int)strcspn(first + i, "\n"),
             first + i, (int)strcspn(now + i, "\n"), now + i);
}

static void check(struct walk *w, uint32_t number)
{
    char *left;

    if (w->unfinished)
        settle(w);
    left = status(w);
    if (left || host_tree_sum(w->host->root) != w->host->sum)
        tell(w, number, left);
    free(left);
}

/* Everybody leaves, in any order. */
static void leave(struct walk *w)
{
    while (!is_empty(w)) {
        int n = 1 + (int)below(w, GUESTS);

        if (w->guests[n].state == STOPPED)
            release(w, n, true);
        else if (w->guests[n].state != DOWN)
            stop(w, n, true);
        for (int p = 0; p < POOLS; p++)
            if (w->pools[p])
                pool(w);
    }
}

static void one_history(struct history_host *hosts, uint32_t number)
{
    struct walk w = { .host = &hosts[number % HISTORY_HOSTS], .seed = number * 7919 + 1 };

    fake_tasks_begin(w.host->root);
    acdr_strbuf_add(&w.trace, "");
    for (int i = 0; i < STEPS; i++) {
        step(&w);
        if (is_empty(&w))
            check(&w, number);
    }
    leave(&w);
    check(&w, number);
    fake_tasks_end();
    if (getenv("ACDR_HISTORY"))
        print_message("history %u on %s:\n%s", number, w.host->name, w.trace.s);
    acdr_strbuf_done(&w.trace);
}

static void every_history_gives_the_host_back(void **state)
{
    struct history_host *hosts = *state;
    const char *count = getenv("ACDR_HISTORIES");
    const char *one = getenv("ACDR_HISTORY");
    uint32_t n = count ? (uint32_t)atoi(count) : 10000;

    for (uint32_t i = 0; !one && i < n; i++)
        one_history(hosts, i);
    if (one)
        one_history(hosts, (uint32_t)atoi(one));
}

static int make_hosts(void **state)
{
    struct history_host *hosts = calloc(HISTORY_HOSTS, sizeof(*hosts));

    for (int i = 0; i < HISTORY_HOSTS; i++)
        history_host_make(&hosts[i], i);
    *state = hosts;
    return 0;
}

static int drop_hosts(void **state)
{
    struct history_host *hosts = *state;

    for (int i = 0; i < HISTORY_HOSTS; i++)
        history_host_drop(&hosts[i]);
    free(hosts);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_history_gives_the_host_back, make_hosts, drop_hosts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
