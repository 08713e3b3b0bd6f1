/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The built hook, killed at each system call before which the tree is another than at the one
 * before, and repaired in three ways:
 *
 *     attack_kill HOOK MODULE [ACDR] [--all]
 *
 * On a recorded server with control groups of version 1 and 2, of guests of four classes, beside a
 * guest that lives. Each phase is traced once to find where the tree changes; then it is killed
 * there, and repaired by libvirt's next call, by a guest without a class, or by `acdr settle`. At
 * the guest's end every file is as before its life, and at last as before anybody's. Without --all
 * a sample. Exit status: 0 as told, 1 not so, 2 cannot tell, 77 nothing can be traced here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auto.h"
#include "text.h"
#include "world.h"

enum { MANY = 4096, WAYS = 3, SAMPLE = 17 };
static const char *const ways[WAYS] = { "the next call", "another guest", "settle" };

struct attack {
    struct world *w;
    int step;          /* every STEPth point */
    long points[MANY]; /* of the phase: the calls before which the tree is a new one */
    size_t n;
    uint64_t last;
    uint64_t seen[MANY * 8]; /* trees */
    size_t n_seen;
    int killed, repaired, skipped;
};

static void look(void *arg, long n)
{
    struct attack *k = arg;
    struct tree_state *now = tree_state_save(".");
    uint64_t sum = tree_state_sum(now);

    tree_state_free(now);
    if (k->n && sum == k->last)
        return;
    k->last = sum;
    if (k->n == MANY)
        abort();
    k->points[k->n++] = n;
}

static void count_tree(struct attack *k, const struct tree_state *s)
{
    uint64_t sum = tree_state_sum(s);

    for (size_t i = 0; i < k->n_seen; i++)
        if (k->seen[i] == sum)
            return;
    if (k->n_seen < sizeof(k->seen) / sizeof(k->seen[0]))
        k->seen[k->n_seen++] = sum;
}

/* The guest has gone, and what was broken off has left its mark: nobody need call for it again. */
static void check_at_once(struct attack *k, enum phase p, bool marked, const char *what)
{
    if (p >= STOPPED && marked)
        world_check_end(k->w, what);
}

static void repair(struct attack *k, enum phase p, int way, bool marked, const char *what)
{
    if (way == 1)
        world_other(k->w);
    if (way == 2)
        world_settle(k->w);
    if (way > 0)
        check_at_once(k, p, marked, what);
    /* Of a guest that has gone nothing is called any more, until it is started again. */
    if (p == RELEASE && way == 0)
        world_life(k->w);
    else
        world_after(k->w, p, true);
    world_check_end(k->w, what);
    k->repaired++;
}

static void kill_at(struct attack *k, enum phase p, const struct tree_state *before, long n)
{
    struct trace t = { .kill_at = n };
    struct tree_state *killed;
    bool marked;

    tree_state_restore(".", before);
    world_call(k->w, p, &t);
    if (k->w->status != 128 + 9)
        world_fail(k->w, "%s: not killed at %ld: %s", world_phases[p], n, k->w->said);
    killed = tree_state_save(".");
    marked = access("run/acdr/unfinished", F_OK) == 0;
    count_tree(k, killed);
    k->killed++;
    for (int way = 0; way < WAYS; way++) {
        acdr_auto(free) char *what = acdr_text_format("%s killed at call %ld, then %s",
                                                      world_phases[p], n, ways[way]);

        if (way == 2 && !k->w->acdr)
            continue;
        if (way)
            tree_state_restore(".", killed);
        repair(k, p, way, marked, what);
    }
    tree_state_free(killed);
}

static void attack_phase(struct attack *k, enum phase p)
{
    struct tree_state *before = world_before(k->w, p);
    struct trace t = { .look = look, .arg = k };

    k->n = 0;
    world_call(k->w, p, &t);
    world_check_call(k->w, p, world_phases[p]);
    printf("%s, class %s: %s: %ld calls, %zu trees\n", k->w->kind, k->w->class_name,
           world_phases[p], t.calls, k->n);
    for (size_t i = (size_t)(k->skipped % k->step); i < k->n; i += (size_t)k->step)
        kill_at(k, p, before, k->points[i]);
    k->skipped++;
    tree_state_free(before);
}

static int attack_all(struct world *w, const char *module, bool all)
{
    struct attack *k = calloc(1, sizeof(*k));
    int failures;

    if (!k)
        abort();
    k->w = w;
    k->step = all ? 1 : SAMPLE;
    for (int kind = 0; kind < WORLD_KINDS; kind++)
        for (int nth = 0; nth < WORLD_CLASSES; nth++) {
            world_begin(w, module, kind, nth);
            for (enum phase p = PREPARE; p <= RELEASE; p++)
                attack_phase(k, p);
            world_end(w);
        }
    printf("%d points, %zu distinct trees, %d repairs, %d failures (%d calls of the hook)\n",
           k->killed, k->n_seen, k->repaired, w->failures, w->calls);
    failures = w->failures;
    if (k->killed < 50)
        failures++;
    free(k);
    return failures != 0;
}

int main(int argc, char **argv)
{
    bool all = argc > 3 && !strcmp(argv[argc - 1], "--all");
    struct world w = { 0 };

    if (argc < 3)
        return 2;
    w.hook = argv[1];
    w.acdr = argc - all > 3 ? argv[3] : NULL;
    if (!trace_works()) {
        printf("skipped: programs cannot be traced here\n");
        return 77;
    }
    return attack_all(&w, argv[2], all);
}
