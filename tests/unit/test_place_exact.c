/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Is there no better place? Small random hosts, of which every place is tried: the search must find
 * one of the lowest cost, and the cost that it reckons with must be that of the place it makes.
 * ACDR_PLACES tells how many hosts.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "place_cost.h"
#include "place_memory.h"
#include "place_sets.h"
#include "place_world.h"

#define GIB   (1024 * 1024LL)
#define WHOLE (1 << 20) /* of a guest's memory */

static const char *const words[] = { "isolate", "cores", "require", "prefer", "any" };

static int upto(uint32_t *seed, int n)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (int)((*seed >> 8) % (uint32_t)n);
}

/* --- every place --- */

struct all {
    struct world *w;
    enum acdr_smt smt;
    bool own, cells; /* a core for the emulator; two guest NUMA cells */
    int vcpus;
    struct acdr_bitmap avail, nodes, list; /* LIST: of the class, for vCPUs; empty: all */
    struct acdr_place place;
    int vcpu[8], cell_node[2];
    bool found;
    struct acdr_place_cost best;
};

static int node_of(const struct all *a, int cpu)
{
    return acdr_host_cpu(a->w->host, cpu)->node;
}

/* The memory is to be had as the search wants it: of each form its own condition. */
static bool memory_fits(struct all *a, const struct acdr_place_cost *c)
{
    const struct acdr_host *h = a->w->host;
    bool fits = true;
    int sum = 0;

    for (size_t i = 0; i < h->n_nodes; i++) {
        struct acdr_bitmap cells = { 0 };
        int n = 0;

        for (int v = 0; v < a->vcpus; v++)
            n += node_of(a, a->vcpu[v]) == h->nodes[i].id;
        for (int k = 0; k < a->place.n_cells; k++)
            if (a->cell_node[k] == h->nodes[i].id)
                acdr_bitmap_add(&cells, k);
        if (acdr_bitmap_has(&a->place.nodes, h->nodes[i].id))
            sum += acdr_place_share(&a->w->q, &h->nodes[i], WHOLE);
        if (!n || c->term[ACDR_COST_CELLS] == 4)
            continue;
        if (n == a->vcpus)
            fits &= acdr_place_share(&a->w->q, &h->nodes[i], 1) == 1;
        else if (c->term[ACDR_COST_CELLS] < 2)
            fits &= acdr_place_holds_cells(&a->w->q, &h->nodes[i], &cells);
    }
    return fits && (c->term[ACDR_COST_CELLS] < 3 || sum >= WHOLE);
}

static bool keep_if_best(struct all *a)
{
    struct acdr_place_cost c;

    assert_int_equal(acdr_place_cost_of(&a->w->q, &a->place, &c), 0);
    if (!memory_fits(a, &c))
        return false;
    if (!a->found || acdr_place_cost_compare(&c, &a->best, NULL) < 0)
        a->best = c;
    a->found = true;
    return true;
}

/* The rest of the memory on every set of other nodes that have it. */
static void weigh_remote(struct all *a)
{
    const struct acdr_bitmap own = a->place.nodes;

    for (unsigned m = 1; m < 1u << a->w->host->n_nodes; m++) {
        for (size_t i = 0; i < a->w->host->n_nodes; i++)
            if (m >> i & 1)
                acdr_bitmap_add(&a->place.nodes, a->w->host->nodes[i].id);
        if (!acdr_bitmap_equal(&a->place.nodes, &own) &&
            acdr_bitmap_subset(&a->place.nodes, &a->nodes))
            keep_if_best(a);
        a->place.nodes = own;
    }
}

static void weigh(struct all *a)
{
    if (!keep_if_best(a) && !a->cells)
        weigh_remote(a);
}

static void try_emulator(struct all *a)
{
    acdr_bitmap_zero(&a->place.reserved);
    if (!a->own) {
        weigh(a);
        return;
    }
    ACDR_BITMAP_FOR(cpu, &a->avail) {
        struct acdr_bitmap core;

        acdr_host_core(a->w->host, cpu, &core);
        if (a->smt == ACDR_SMT_ANY) {
            acdr_bitmap_zero(&core);
            acdr_bitmap_add(&core, cpu);
        } else if (a->smt == ACDR_SMT_REQUIRE && acdr_bitmap_weight(&core) < 2) {
            continue;
        }
        if (!acdr_bitmap_subset(&core, &a->avail) ||
            acdr_bitmap_intersects(&core, &a->place.clean) || acdr_bitmap_next(&core, -1) != cpu)
            continue;
        a->place.reserved = core;
        weigh(a);
    }
}

/* Which CPUs are the guest's own, if smt allows these vCPUs at all. */
static bool own_cores(struct all *a)
{
    acdr_bitmap_zero(&a->place.clean);
    acdr_bitmap_zero(&a->place.nodes);
    for (int i = 0; i < a->vcpus; i++) {
        struct acdr_bitmap core;

        acdr_bitmap_add(&a->place.nodes, node_of(a, a->vcpu[i]));
        acdr_host_core(a->w->host, a->vcpu[i], &core);
        if (a->smt == ACDR_SMT_ANY) {
            acdr_bitmap_add(&a->place.clean, a->vcpu[i]);
            continue;
        }
        if (!acdr_bitmap_subset(&core, &a->avail) ||
            (a->smt == ACDR_SMT_REQUIRE &&
             (acdr_bitmap_weight(&core) < 2 ||
              (!acdr_bitmap_empty(&a->list) && !acdr_bitmap_subset(&core, &a->list)))) ||
            (a->smt == ACDR_SMT_ISOLATE && acdr_bitmap_intersects(&core, &a->place.clean)))
            return false;
        acdr_bitmap_or(&a->place.clean, &core);
    }
    return acdr_bitmap_subset(&a->place.nodes, &a->nodes);
}

/* The first half of the vCPUs is of cell 0: swap CPUs of the halves in all ways. */
static void try_halves(struct all *a)
{
    int half = a->vcpus / 2;

    for (unsigned m = 0; m < 1u << a->vcpus; m++) {
        int sorted[8], low = 0, high = half;

        if (__builtin_popcount(m) != half)
            continue;
        memcpy(sorted, a->vcpu, sizeof(sorted));
        for (int i = 0; i < a->vcpus; i++)
            a->vcpu[m >> i & 1 ? low++ : high++] = sorted[i];
        a->cell_node[0] = node_of(a, a->vcpu[0]);
        a->cell_node[1] = node_of(a, a->vcpu[half]);
        try_emulator(a);
        memcpy(a->vcpu, sorted, sizeof(sorted));
    }
}

static void try_from(struct all *a, int n, int after)
{
    if (n == a->vcpus) {
        if (!own_cores(a))
            return;
        if (a->cells)
            try_halves(a);
        else
            try_emulator(a);
        return;
    }
    for (int cpu = acdr_bitmap_next(&a->avail, after); cpu >= 0;
         cpu = acdr_bitmap_next(&a->avail, cpu)) {
        if (!acdr_bitmap_empty(&a->list) && !acdr_bitmap_has(&a->list, cpu))
            continue;
        a->vcpu[n] = cpu;
        try_from(a, n + 1, cpu);
    }
}

/* --- random questions --- */

static void random_distances(struct acdr_host *h, uint32_t *seed)
{
    static const int some[] = { 12, 16, 21, 32 };

    for (size_t i = 0; i < h->n_nodes; i++)
        for (size_t k = 0; k < i; k++)
            h->nodes[i].distance[k] = h->nodes[k].distance[i] = some[upto(seed, 4)];
}

/* Kinds of cores and their owners: a whole core at a time, or now and then a single CPU. */
static void random_sets(struct world *w, uint32_t *seed, bool any)
{
    for (size_t i = 0; i < w->host->n_cpus; i++) {
        struct acdr_bitmap core;

        acdr_host_core(w->host, (int)i, &core);
        if (!upto(seed, 5))
            acdr_bitmap_or(&w->host->isolated, &core);
        if (!upto(seed, 4))
            acdr_bitmap_or(&w->q.taken, &core);
        if (!upto(seed, 9))
            acdr_bitmap_add(&w->q.taken, (int)i);
        if (!upto(seed, 12) && !any)
            acdr_bitmap_add(&w->host->isolated, (int)i);
    }
    for (size_t i = 0; i < w->host->n_nodes; i++) {
        w->host->nodes[i].memavail_kb = (1 + upto(seed, 12)) * GIB / 2;
        if (!upto(seed, 4))
            acdr_bitmap_add(&w->q.hints.near, (int)i);
        if (!upto(seed, 8))
            acdr_bitmap_or(&w->q.colocate_cpus, &w->host->nodes[i].cpus);
    }
}

/* The emulator's own core is not part of that search. */
static void random_list(struct all *a, uint32_t *seed, char *key, size_t size)
{
    char *text;

    for (size_t i = 0; !a->own && i < a->w->host->n_cpus; i++)
        if (upto(seed, 5) < 3)
            acdr_bitmap_add(&a->list, (int)i);
    text = acdr_bitmap_print_list(&a->list);
    snprintf(key, size, "%s%s\n", *text ? "cpus = " : "", text);
    free(text);
}

static void random_question(struct world *w, uint32_t *seed, struct all *a, bool listed)
{
    struct made_shape s = {
        .nodes = 1 + upto(seed, 4),
        .threads = 1 + upto(seed, 2),
        .l3 = upto(seed, 3),
        .numbers = upto(seed, 2) ? MADE_ODD_EVEN : MADE_BLOCKS,
        .memory_kb = 6 * GIB,
    };
    char class_text[256], list[96] = "";
    int smt = upto(seed, 5);

    s.cores = 1 + upto(seed, 12 / (s.nodes * s.threads));
    world_make(w, &s);
    *a = (struct all){
        .w = w, .smt = (enum acdr_smt)smt, .own = !upto(seed, 4), .vcpus = 1 + upto(seed, 4)
    };
    a->cells = a->vcpus % 2 == 0 && !upto(seed, 3);
    random_distances(w->host, seed);
    random_sets(w, seed, a->smt == ACDR_SMT_ANY);
    if (listed)
        random_list(a, seed, list, sizeof(list));
    snprintf(class_text, sizeof(class_text), "[vcpus]\nsmt = %s\n%s%s", words[smt], list,
             a->own ? "[emulator]\nemulator = own\n" : "");
    world_class(w, class_text);
}

static int ask(struct all *a, uint32_t *seed)
{
    int mib = 256 * (1 + upto(seed, 40)), half = a->vcpus / 2;
    char cells[256] = "";
    int err;

    if (a->cells)
        snprintf(cells, sizeof(cells),
                 "<cpu><numa><cell id='0' cpus='0-%d' memory='%d' unit='MiB'/>"
                 "<cell id='1' cpus='%d-%d' memory='%d' unit='MiB'/></numa></cpu>",
                 half - 1, mib / 2, half, a->vcpus - 1, mib / 2);
    err = world_find(a->w, a->vcpus, mib, cells);
    a->place = (struct acdr_place){
        .vcpu = a->vcpu, .n_vcpus = a->vcpus, .cell_node = a->cell_node, .n_cells = a->cells ? 2 : 0
    };
    acdr_place_avail(&a->w->q, false, &a->avail);
    acdr_place_nodes(&a->w->q, &a->nodes);
    return err;
}

static const char *print(const struct acdr_place_cost *c, char buf[256])
{
    size_t len = 0;

    for (int i = 0; i < ACDR_COST_TERMS; i++)
        len += (size_t)snprintf(buf + len, 256 - len, " %s %lld",
                                acdr_place_cost_name((enum acdr_cost_term)i), c->term[i]);
    return buf;
}

/* LISTED: the class lists CPUs; what the search does not find, a matching may. */
static int one_question(int number, bool listed, int *remote)
{
    uint32_t seed = (uint32_t)number * 2654435761u + 17;
    struct acdr_place_cost cost;
    struct world w;
    struct all a;
    char got[256], best[256];
    int err, split = 0;

    random_question(&w, &seed, &a, listed);
    err = ask(&a, &seed);
    try_from(&a, 0, -1);
    if (a.found != (err == 0) && (a.found || acdr_bitmap_empty(&a.list)))
        fail_msg("question %d: %s, but %s", number, err ? w.e.text : "found",
                 a.found ? print(&a.best, best) : "there is no place");
    if (err == 0 && a.found) {
        assert_int_equal(acdr_place_cost_of(&w.q, w.place, &cost), 0);
        if (acdr_place_cost_compare(&cost, &a.best, NULL))
            fail_msg("question %d, smt %s: found %s, best is %s", number, words[a.smt],
                     print(&cost, got), print(&a.best, best));
        split = cost.term[ACDR_COST_NODES] > 1;
        *remote += cost.term[ACDR_COST_CELLS] == 4;
    }
    world_drop(&w);
    return split;
}

static int questions(void)
{
    return getenv("ACDR_PLACES") ? atoi(getenv("ACDR_PLACES")) : 2000;
}

static void no_place_is_better_than_the_one_found(void **state)
{
    int split = 0, remote = 0;

    (void)state;
    for (int i = 0; i < questions(); i++)
        split += one_question(i, false, &remote);
    assert_true(split > questions() / 50 && remote > questions() / 100);
}

static void no_place_among_listed_cpus_is_better_than_the_one_found(void **state)
{
    int split = 0, remote = 0;

    (void)state;
    for (int i = 0; i < questions(); i++)
        split += one_question(i, true, &remote);
    assert_true(split > questions() / 100 && remote > questions() / 200);
}

static void a_story_tells_what_each_node_had_and_lacked(void **state)
{
    static const struct made_shape three = { 3, 4, 2, 1, MADE_BLOCKS, 8 * GIB };
    struct acdr_place_explanation *s = NULL;
    enum acdr_cost_term term;
    struct world w;

    (void)state;
    world_make(&w, &three);
    acdr_bitmap_parse_list(&w.q.taken, "1,13,5");
    w.host->nodes[2].memavail_kb = GIB / 2;
    assert_int_equal(world_find(&w, 6, 1024, ""), -ENOSPC + ENOSPC);
    assert_int_equal(acdr_place_explain(&w.q, w.place, &s, NULL), 0);
    assert_int_equal(s->n_options, 3);
    assert_int_equal(s->options[0].lacks, ACDR_LACK_CPUS);
    assert_int_equal(s->options[0].room, 4);
    assert_int_equal(s->options[0].housekeeping, 2);
    assert_int_equal(s->options[0].taken, 2);
    assert_int_equal(s->options[2].lacks, ACDR_LACK_MEMORY);
    assert_int_equal(s->options[2].room, 6);
    assert_int_equal(s->best_cost.term[ACDR_COST_NODES], 2);
    assert_true(s->exact && s->has_cost);
    assert_int_equal(acdr_place_cost_compare(&s->cost, &s->best_cost, &term), 0);
    acdr_place_explanation_free(s);
    world_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_place_is_better_than_the_one_found),
        cmocka_unit_test(no_place_among_listed_cpus_is_better_than_the_one_found),
        cmocka_unit_test(a_story_tells_what_each_node_had_and_lacked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
