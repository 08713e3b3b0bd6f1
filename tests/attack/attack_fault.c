/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The built hook, one of its system calls or allocations failing:
 *
 *     attack_fault HOOK MODULE [ACDR] [--every N | --at N | --all]
 *
 * On the hosts and for the guests of attack_kill. In each phase the n-th system call fails with
 * each errno of a list, the n-th allocation fails, and all from the n-th on. The hook keeps its
 * contract: no crash, a failure only where libvirt may hear of one, nothing on stdout, nothing
 * taken from a guest that runs. Then libvirt goes on, and at the guest's end every file is as
 * before its life; an interrupt of which the kernel says that it cannot move may stay as long as
 * another guest has a claim on it. Without --all at each N-th point one errno, by turns; --at: call
 * N alone. Exit status as attack_kill's.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auto.h"
#include "text.h"
#include "trace_mark.h"
#include "world.h"

enum { SAMPLE = 797, ERRORS = 6 };
static const int errors[ERRORS] = { EIO, EINTR, ENOMEM, ENOSPC, EMFILE, EACCES };

struct attack {
    struct world *w;
    long every; /* point; 0: each with each errno */
    const struct tree_state *before;
    bool quiet; /* the phase changes nothing but ACDR's own state */
    long at;    /* only this call */
    long turn;
    int called, allocated, refused;
};

/* What a running guest has stays as it is, whatever a call for it came upon. */
static void check_kept(struct attack *k, enum phase p, const char *what)
{
    struct tree_state *now;
    acdr_auto(free) char *differs = NULL;

    if (!k->quiet || (p != START && p != RECONNECT))
        return;
    now = tree_state_save(".");
    differs = tree_state_differs(k->before, now, "/run/acdr");
    if (differs)
        world_fail(k->w, "%s: of a guest that runs: %s", what, differs);
    tree_state_free(now);
}

static void go_on(struct attack *k, enum phase p, const char *what)
{
    struct world *w = k->w;
    int failures = w->failures;
    acdr_auto(free) char *said = strdup(w->said);

    w->unmoved = strstr(said, "no interrupt vector left") ||
                 strstr(said, "cannot be moved (managed");
    world_check_call(w, p, what);
    check_kept(k, p, what);
    k->refused += w->status != 0;
    world_after(w, p, w->status != 0);
    /* What could not be given back at the last call is tried again a minute later, or at once. */
    if (p >= STOPPED && w->acdr)
        world_settle(w);
    else if (p >= STOPPED)
        world_life(w);
    world_check_end(w, what);
    if (w->failures > failures)
        printf("the hook said: %s\n", said);
}

static void fail_call(struct attack *k, enum phase p, long n, int error)
{
    struct trace t = { .fail_at = n, .error = error };
    acdr_auto(free) char *what = NULL;

    tree_state_restore(".", k->before);
    world_call(k->w, p, &t);
    if (t.hit < 0)
        return;
    what = acdr_text_format("%s, call %ld (number %ld) fails with errno %d", world_phases[p], n,
                            t.hit, error);
    k->called++;
    go_on(k, p, what);
}

static void fail_calls(struct attack *k, enum phase p, long calls)
{
    long n = k->every ? 1 + k->turn * 31 % k->every : 1;

    if (k->at) {
        for (int i = 0; i < ERRORS; i++)
            fail_call(k, p, k->at, errors[i]);
        return;
    }
    for (; n <= calls; n += k->every ? k->every : 1, k->turn++)
        for (int i = 0; i < ERRORS; i++)
            if (!k->every || i == k->turn % ERRORS)
                fail_call(k, p, n, errors[i]);
}

/* False: there are not so many. */
static bool fail_alloc(struct attack *k, enum phase p, long n, bool lasting)
{
    acdr_auto(free) char *what = acdr_text_format("%s, allocation %ld%s", world_phases[p], n,
                                                  lasting ? " and each further one" : "");
    acdr_auto(free) char *value = acdr_text_format("%ld%s", n, lasting ? "+" : "");

    unlink(TRACE_ALLOC_FAILED);
    tree_state_restore(".", k->before);
    setenv(TRACE_ALLOC_FAIL, value, 1);
    world_call(k->w, p, NULL);
    unsetenv(TRACE_ALLOC_FAIL);
    if (access(TRACE_ALLOC_FAILED, F_OK) < 0)
        return false;
    k->allocated++;
    go_on(k, p, what);
    return true;
}

static void fail_allocs(struct attack *k, enum phase p)
{
    long step = k->every ? k->every * 4 : 1, n = k->every ? 1 + k->turn * 31 % step : 1;

    while (fail_alloc(k, p, n, false) && fail_alloc(k, p, n, true))
        n += step;
}

static void attack_phase(struct attack *k, enum phase p)
{
    struct tree_state *before = world_before(k->w, p), *after;
    struct trace t = { .fail_at = LONG_MAX };
    int called = k->called, allocated = k->allocated;
    acdr_auto(free) char *differs = NULL;

    world_call(k->w, p, &t);
    world_check_call(k->w, p, world_phases[p]);
    after = tree_state_save(".");
    differs = tree_state_differs(before, after, "/run/acdr");
    k->quiet = !differs;
    k->before = before;
    fail_calls(k, p, t.calls);
    fail_allocs(k, p);
    printf("%s, class %s: %s: %ld calls; failed: %d calls, %d allocations\n", k->w->kind,
           k->w->class_name, world_phases[p], t.calls, k->called - called,
           k->allocated - allocated);
    fflush(stdout);
    tree_state_free(before);
    tree_state_free(after);
}

static int attack_all(struct attack *k, const char *module)
{
    struct world *w = k->w;

    for (int kind = 0; kind < WORLD_KINDS; kind++)
        for (int nth = 0; nth < WORLD_CLASSES; nth++) {
            world_begin(w, module, kind, nth);
            for (enum phase p = PREPARE; p <= RELEASE; p++)
                attack_phase(k, p);
            world_end(w);
        }
    printf("%d calls and %d allocations failed, %d refused; %d failures (%d calls of the hook)\n",
           k->called, k->allocated, k->refused, w->failures, w->calls);
    return w->failures || k->called < 50 || k->allocated < 50;
}

int main(int argc, char **argv)
{
    struct world w = { 0 };
    struct attack k = { .w = &w, .every = SAMPLE };

    if (argc < 3)
        return 2;
    w.hook = argv[1];
    for (int i = 3; i < argc; i++)
        if (!strcmp(argv[i], "--all"))
            k.every = 0;
        else if (!strcmp(argv[i], "--every") && i + 1 < argc)
            k.every = strtol(argv[++i], NULL, 10);
        else if (!strcmp(argv[i], "--at") && i + 1 < argc)
            k.at = strtol(argv[++i], NULL, 10);
        else
            w.acdr = argv[i];
    if (!trace_works()) {
        printf("skipped: programs cannot be traced here\n");
        return 77;
    }
    return attack_all(&k, argv[2]);
}
