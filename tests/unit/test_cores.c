/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What holds of every place: random hosts, random guests one after the other. ACDR_HOSTS tells how
 * many hosts. What a node could hold is counted here anew, core by core.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cores.h"
#include "place_world.h"

#define GIB (1024 * 1024LL)

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static int upto(uint32_t *seed, int n)
{
    return (int)(next_random(seed) % (uint32_t)n);
}

static const char *const words[] = { "isolate", "cores", "require", "prefer", "any" };

enum { ISOLATE, CORES, REQUIRE, PREFER, ANY };

struct guest {
    int smt, own, vcpus, mib;
};

/* --- counting anew --- */

/* How many vCPUs the core whose lowest CPU is FIRST holds, if only FREE CPUs may be used. */
static int core_holds(const struct acdr_host *h, const struct acdr_bitmap *free, int first, int smt)
{
    int size = 0, have = 0;

    for (size_t i = 0; i < h->n_cpus; i++) {
        if (!h->cpus[i].online || h->cpus[i].core != first)
            continue;
        size++;
        have += acdr_bitmap_has(free, h->cpus[i].id);
    }
    if (smt == ANY)
        return have;
    if (!size || have < size || (smt == REQUIRE && size < 2))
        return 0;
    return smt == ISOLATE ? 1 : size;
}

static int node_holds(const struct acdr_host *h, const struct acdr_bitmap *free, int node, int smt)
{
    int n = 0;

    for (size_t i = 0; i < h->n_cpus; i++)
        if (h->cpus[i].online && h->cpus[i].node == node && h->cpus[i].core == h->cpus[i].id)
            n += core_holds(h, free, h->cpus[i].id, smt);
    return n;
}

/* The most that one L3 domain of a node holds. */
static int l3_holds(const struct acdr_host *h, const struct acdr_bitmap *free, int node, int smt)
{
    int best = 0;

    for (size_t d = 0; d < h->n_cpus; d++) {
        int n = 0;

        for (size_t i = 0; i < h->n_cpus; i++)
            if (h->cpus[i].online && h->cpus[i].node == node && h->cpus[i].core == h->cpus[i].id &&
                h->cpus[i].l3 == (int)d)
                n += core_holds(h, free, h->cpus[i].id, smt);
        best = n > best ? n : best;
    }
    return best;
}

/* Is there a core left for the emulator, anywhere, when the vCPUs have theirs? All cores are of one
 * size here. */
static bool core_is_left(const struct world *w, const struct acdr_bitmap *free,
                         const struct guest *g)
{
    int threads = 0, all = 0, unit;

    for (size_t i = 0; i < w->host->n_cpus; i++)
        threads += w->host->cpus[i].core == 0;
    unit = g->smt == ISOLATE || g->smt == ANY ? 1 : threads;
    for (size_t i = 0; i < w->host->n_nodes; i++)
        all += node_holds(w->host, free, (int)i, g->smt);
    return (g->vcpus + unit - 1) / unit < all / unit;
}

static bool one_node_holds(const struct world *w, const struct acdr_bitmap *free,
                           const struct guest *g)
{
    if (g->own && !core_is_left(w, free, g))
        return false;
    for (size_t i = 0; i < w->host->n_nodes; i++)
        if (w->host->nodes[i].memavail_kb >= g->mib * 1024LL &&
            node_holds(w->host, free, (int)i, g->smt) >= g->vcpus)
            return true;
    return false;
}

/* --- random worlds --- */

static void random_world(struct world *w, uint32_t *seed, bool whole_cores)
{
    struct made_shape s = {
        .nodes = 1 + upto(seed, 4),
        .cores = 1 + upto(seed, 6),
        .threads = 1 + upto(seed, 2),
        .l3 = upto(seed, 4),
        .numbers = upto(seed, 2) ? MADE_ODD_EVEN : MADE_BLOCKS,
        .memory_kb = (1 + upto(seed, 8)) * GIB,
    };

    world_make(w, &s);
    for (int i = upto(seed, 3); i > 0 && !whole_cores; i--) {
        int cpu = upto(seed, (int)w->host->n_cpus);

        if (w->host->cpus[cpu].online && acdr_bitmap_weight(&w->host->online) > 2)
            made_host_offline(w->host, cpu);
    }
    for (int i = upto(seed, 4); i > 0; i--)
        acdr_bitmap_add(&w->host->isolated, upto(seed, (int)w->host->n_cpus));
    for (size_t i = 0; i < w->host->n_nodes; i++)
        w->host->nodes[i].memavail_kb -= upto(seed, 900) * 1024;
    acdr_host_housekeeping(w->host, &w->q.housekeeping);
}

static int ask(struct world *w, uint32_t *seed, struct guest *g)
{
    char class_text[128];

    *g = (struct guest){ upto(seed, 5), upto(seed, 3) == 0, 1 + upto(seed, 8),
                         64 + upto(seed, 4096) };
    snprintf(class_text, sizeof(class_text), "[vcpus]\nsmt = %s\n%s", words[g->smt],
             g->own ? "[emulator]\nemulator = own\n" : "");
    world_class(w, class_text);
    return world_find(w, g->vcpus, g->mib, "");
}

static void free_cpus(const struct world *w, struct acdr_bitmap *ret)
{
    *ret = w->host->online;
    acdr_bitmap_andnot(ret, &w->q.housekeeping);
    acdr_bitmap_andnot(ret, &w->q.taken);
}

/* Distinct CPUs, all of them free before, all on the nodes of the place. */
static void check_cpus(const struct world *w, const struct acdr_bitmap *free, const struct guest *g)
{
    const struct acdr_place *p = w->place;
    struct acdr_bitmap seen = { 0 };

    assert_int_equal(p->n_vcpus, g->vcpus);
    for (int i = 0; i < p->n_vcpus; i++) {
        assert_true(acdr_bitmap_has(free, p->vcpu[i]));
        assert_false(acdr_bitmap_has(&seen, p->vcpu[i]));
        assert_true(acdr_bitmap_has(&p->clean, p->vcpu[i]));
        assert_true(acdr_bitmap_has(&p->nodes, acdr_host_cpu(w->host, p->vcpu[i])->node));
        acdr_bitmap_add(&seen, p->vcpu[i]);
    }
    assert_true(acdr_bitmap_subset(&p->clean, free));
    assert_true(acdr_bitmap_subset(&p->reserved, free));
    assert_false(acdr_bitmap_intersects(&p->reserved, &p->clean));
    assert_int_equal(!acdr_bitmap_empty(&p->reserved), g->own);
    assert_false(acdr_bitmap_empty(&p->emulator));
    assert_false(acdr_bitmap_intersects(&p->emulator, &p->clean));
}

/* What smt says of siblings. */
static void check_cores(const struct world *w, const struct guest *g)
{
    const struct acdr_place *p = w->place;

    for (int i = 0; i < p->n_vcpus; i++) {
        struct acdr_bitmap core;

        acdr_host_core(w->host, p->vcpu[i], &core);
        if (g->smt != ANY)
            assert_true(acdr_bitmap_subset(&core, &p->clean));
        if (g->smt == REQUIRE)
            assert_true(acdr_bitmap_weight(&core) > 1);
        for (int k = 0; g->smt == ISOLATE && k < i; k++)
            assert_false(acdr_bitmap_has(&core, p->vcpu[k]));
    }
}

static void one_history(uint32_t seed, bool whole_cores)
{
    struct world w;
    struct guest g;

    random_world(&w, &seed, whole_cores);
    for (int i = 0; i < 8; i++) {
        struct acdr_bitmap free;
        int err;

        free_cpus(&w, &free);
        err = ask(&w, &seed, &g);
        if (err < 0) {
            assert_int_equal(err, -ENOSPC);
            assert_non_null(strstr(w.e.text, "node 0 has"));
        } else {
            check_cpus(&w, &free, &g);
            check_cores(&w, &g);
            acdr_bitmap_or(&w.q.taken, &w.place->clean);
            acdr_bitmap_or(&w.q.taken, &w.place->reserved);
        }
        /* With cores of different size and a core for the emulator, which cores the vCPUs were
         * put on decides whether one is left. */
        if ((whole_cores || !g.own) && one_node_holds(&w, &free, &g)) {
            assert_int_equal(err, 0);
            assert_int_equal(acdr_bitmap_weight(&w.place->nodes), 1);
        }
    }
    world_drop(&w);
}

static int hosts(void)
{
    const char *count = getenv("ACDR_HOSTS");

    return count ? atoi(count) : 150;
}

static void no_cpu_is_given_twice_and_one_node_is_found_where_there_is_one(void **state)
{
    (void)state;
    for (int i = 0; i < hosts(); i++)
        one_history((uint32_t)i * 7919 + 3, true);
}

static void the_same_holds_where_some_siblings_are_offline(void **state)
{
    (void)state;
    for (int i = 0; i < hosts(); i++)
        one_history((uint32_t)i * 104729 + 5, false);
}

/* --- cores alone --- */

/* Cores of a random host, about a quarter of its CPUs taken. */
struct cores_world {
    struct world w;
    struct acdr_bitmap from;
    struct acdr_cores *c;
    int smt;
};

static void random_cores(struct cores_world *r, uint32_t *seed)
{
    struct acdr_cores_request q = {
        .from = &r->from, .avail = &r->from, .most = 64, .extra = true
    };

    r->smt = upto(seed, 5);
    random_world(&r->w, seed, false);
    acdr_bitmap_zero(&r->from);
    for (size_t i = 0; i < r->w.host->n_cpus; i++)
        if (r->w.host->cpus[i].online && upto(seed, 4))
            acdr_bitmap_add(&r->from, (int)i);
    q.host = r->w.host;
    q.smt = (enum acdr_smt)r->smt;
    assert_int_equal(acdr_cores_new(&q, &r->c), 0);
}

static void drop_cores(struct cores_world *r)
{
    acdr_cores_free(r->c);
    world_drop(&r->w);
}

static void the_capacity_is_what_can_be_taken(void **state)
{
    (void)state;
    for (int i = 0; i < hosts(); i++) {
        uint32_t seed = (uint32_t)i * 31 + 7;
        struct acdr_bitmap taken = { 0 }, reserved = { 0 };
        struct acdr_cores_price price;
        struct cores_world r;
        int cpus[64], cap;

        random_cores(&r, &seed);
        cap = acdr_cores_capacity(r.c, 0);
        assert_int_equal(cap, node_holds(r.w.host, &r.from, 0, r.smt));
        assert_int_equal(acdr_cores_l3_capacity(r.c, 0) <= cap, 1);
        assert_int_equal(acdr_cores_find_price(r.c, 0, cap + 1, false, &price), 0);
        assert_int_equal(acdr_cores_find_price(r.c, 0, cap, false, &price), 1);
        assert_int_equal(acdr_cores_take(r.c, 0, cap, false, cpus, &taken, &reserved), 0);
        assert_true(acdr_bitmap_subset(&taken, &r.from));
        assert_true(acdr_bitmap_empty(&reserved));
        assert_int_equal(acdr_bitmap_weight(&taken), cap + price.idle);
        drop_cores(&r);
    }
}

static void one_l3_is_used_where_one_is_enough(void **state)
{
    int seen = 0;

    (void)state;
    for (int i = 0; i < hosts(); i++) {
        uint32_t seed = (uint32_t)i * 57 + 11;
        struct acdr_bitmap taken = { 0 }, reserved = { 0 };
        struct acdr_cores_price price;
        struct cores_world r;
        int cpus[64], n;

        random_cores(&r, &seed);
        n = 1 + upto(&seed, 4);
        if (r.w.host->cpus[0].l3 >= 0 && l3_holds(r.w.host, &r.from, 0, r.smt) >= n) {
            assert_int_equal(acdr_cores_find_price(r.c, 0, n, false, &price), 1);
            assert_int_equal(price.l3, 1);
            assert_int_equal(acdr_cores_take(r.c, 0, n, false, cpus, &taken, &reserved), 0);
            assert_string_equal(acdr_cores_format_l3(r.w.host, cpus, n), "in one L3 domain");
            seen++;
        }
        drop_cores(&r);
    }
    assert_true(seen > hosts() / 10);
}

static void the_core_beside_the_vcpus_is_none_of_theirs(void **state)
{
    int seen = 0;

    (void)state;
    for (int i = 0; i < hosts(); i++) {
        uint32_t seed = (uint32_t)i * 91 + 13;
        struct acdr_bitmap taken = { 0 }, reserved = { 0 };
        struct acdr_cores_price price;
        struct cores_world r;
        int cpus[64], n;

        random_cores(&r, &seed);
        n = 1 + upto(&seed, 6);
        if (acdr_cores_find_price(r.c, 0, n, true, &price) == 1) {
            assert_int_equal(acdr_cores_take(r.c, 0, n, true, cpus, &taken, &reserved), 0);
            assert_false(acdr_bitmap_intersects(&taken, &reserved));
            assert_false(acdr_bitmap_empty(&reserved));
            if (words[r.smt][0] != 'a')
                assert_int_equal(acdr_bitmap_weight(&taken) + acdr_bitmap_weight(&reserved),
                                 n + price.idle);
            seen++;
        }
        drop_cores(&r);
    }
    assert_true(seen > hosts() / 10);
}

static void cores_are_spread_over_before_siblings_are_used(void **state)
{
    static const struct made_shape shape = { .nodes = 1, .cores = 4, .threads = 2, .memory_kb = 1 };
    struct acdr_host *h = made_host(&shape);
    struct acdr_cores_request q = { .host = h,
                                    .from = &h->online,
                                    .avail = &h->online,
                                    .smt = ACDR_SMT_SPREAD,
                                    .most = 8,
                                    .extra = true };
    static const int want[] = { 0, 4, 1, 5, 2, 3 };
    struct acdr_bitmap taken = { 0 }, reserved = { 0 };
    struct acdr_cores_price price;
    struct acdr_cores *c;
    int cpus[8];

    (void)state;
    assert_int_equal(acdr_cores_new(&q, &c), 0);
    assert_int_equal(acdr_cores_find_price(c, 0, 3, false, &price), 1);
    assert_int_equal(price.siblings, 0);
    assert_int_equal(price.idle, 3);
    assert_int_equal(acdr_cores_find_price(c, 0, 6, false, &price), 1);
    assert_int_equal(price.siblings, 2);
    assert_int_equal(acdr_cores_take(c, 0, 6, false, cpus, &taken, &reserved), 0);
    assert_memory_equal(cpus, want, sizeof(want));
    acdr_cores_free(c);
    acdr_host_free(h);
}

static void l3_domains_are_told_as_far_as_they_are_known(void **state)
{
    struct made_shape shape = { .nodes = 1, .cores = 4, .threads = 1, .l3 = 2, .memory_kb = 1 };
    struct acdr_host *h = made_host(&shape);
    const int near[] = { 0, 1 }, far[] = { 1, 2 };

    (void)state;
    assert_string_equal(acdr_cores_format_l3(h, near, 2), "in one L3 domain");
    assert_string_equal(acdr_cores_format_l3(h, far, 2), "in several L3 domains");
    acdr_host_free(h);
    shape.l3 = 0;
    h = made_host(&shape);
    assert_string_equal(acdr_cores_format_l3(h, near, 2), "no L3 domain is known");
    acdr_host_free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_cpu_is_given_twice_and_one_node_is_found_where_there_is_one),
        cmocka_unit_test(the_same_holds_where_some_siblings_are_offline),
        cmocka_unit_test(the_capacity_is_what_can_be_taken),
        cmocka_unit_test(one_l3_is_used_where_one_is_enough),
        cmocka_unit_test(the_core_beside_the_vcpus_is_none_of_theirs),
        cmocka_unit_test(cores_are_spread_over_before_siblings_are_used),
        cmocka_unit_test(l3_domains_are_told_as_far_as_they_are_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
