/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The policies that are compared: acdr_place_find(), and
 *
 *   first CPUs   the lowest free CPUs of the host, whatever node they are on
 *   first node   the lowest free CPUs of the first node that holds the guest, else first CPUs
 *   nova         each guest one NUMA cell (hw:cpu_policy dedicated): on one host cell or refused;
 *                the host cell with most free is tried first
 *   numad        what `numad -w CPUS:MB` advises: nodes by free CPUs times free memory, as many as
 *                are needed, and on them the lowest free CPUs
 */
#include "placement_parts.h"

const char *const bench_policies[POLICIES] = { "acdr", "first CPUs", "first node", "nova",
                                               "numad" };

void bench_domain(int vcpus, long long kb)
{
    static int ids[ACDR_BITMAP_MAX];
    static struct acdr_bitmap *pins[ACDR_BITMAP_MAX];
    static struct acdr_domain d;
    static char no_mode[] = "";

    for (int i = 0; i < vcpus; i++)
        ids[i] = i;
    d = (struct acdr_domain){ .vcpus = vcpus,
                              .vcpus_max = vcpus,
                              .vcpu_id = ids,
                              .pin = pins,
                              .memory_kb = kb,
                              .boot_kb = kb,
                              .start_kb = kb,
                              .mem_mode = no_mode };
    bench_world.q.domain = &d;
}

int bench_count_on(const struct acdr_bitmap *set, size_t node)
{
    struct acdr_bitmap on = *set;

    acdr_bitmap_and(&on, &bench_world.host->nodes[node].cpus);
    return acdr_bitmap_weight(&on);
}

void bench_free(const struct fleet *f, struct acdr_bitmap *ret)
{
    *ret = bench_usable;
    acdr_bitmap_andnot(ret, &f->taken);
}

/* The lowest N CPUs of FROM, those of node ON (-1: any). */
static int take_lowest(struct acdr_bitmap *from, int on, int n, struct acdr_bitmap *ret)
{
    ACDR_BITMAP_FOR(cpu, from) {
        if (!n || (on >= 0 &&
                   acdr_host_cpu(bench_world.host, cpu)->node != bench_world.host->nodes[on].id))
            continue;
        acdr_bitmap_add(ret, cpu);
        acdr_bitmap_del(from, cpu);
        n--;
    }
    return n;
}

/* The kernel has half of the guests' memory still to give: the ledger must keep it for them. */
static bool by_acdr(const struct fleet *f, struct guest *g)
{
    static long long untouched_kb[MOST_NODES];
    struct acdr_place *p = NULL;

    bench_domain(g->vcpus, g->kb);
    bench_world.q.taken = f->taken;
    bench_world.q.promised_kb = untouched_kb;
    for (size_t i = 0; i < bench_world.host->n_nodes; i++) {
        untouched_kb[i] = (bench_node_kb[i] - f->free_kb[i]) / 2;
        bench_world.host->nodes[i].memavail_kb = f->free_kb[i] + untouched_kb[i];
    }
    if (acdr_place_find(&bench_world.q, &p, NULL) < 0)
        return false;
    g->cpus = p->clean;
    g->nodes = p->nodes;
    acdr_place_free(p);
    return true;
}

bool bench_node_holds(const struct fleet *f, const struct acdr_bitmap *free, size_t i,
                      const struct guest *g)
{
    return bench_count_on(free, i) >= g->vcpus && f->free_kb[i] >= g->kb;
}

static bool by_first(const struct fleet *f, struct guest *g, bool nodes)
{
    struct acdr_bitmap free;

    bench_free(f, &free);
    for (size_t i = 0; nodes && i < bench_world.host->n_nodes; i++)
        if (bench_node_holds(f, &free, i, g))
            return take_lowest(&free, (int)i, g->vcpus, &g->cpus) == 0;
    return take_lowest(&free, -1, g->vcpus, &g->cpus) == 0;
}

static bool by_nova(const struct fleet *f, struct guest *g)
{
    struct acdr_bitmap free;
    int best = -1;

    bench_free(f, &free);
    for (size_t i = 0; i < bench_world.host->n_nodes; i++)
        if (bench_node_holds(f, &free, i, g) &&
            (best < 0 || bench_count_on(&free, i) > bench_count_on(&free, (size_t)best)))
            best = (int)i;
    return best >= 0 && take_lowest(&free, best, g->vcpus, &g->cpus) == 0;
}

static bool by_numad(const struct fleet *f, struct guest *g)
{
    struct acdr_bitmap free, used = { 0 };
    int left = g->vcpus;
    long long kb = 0;

    bench_free(f, &free);
    while (left > 0 || kb < g->kb) {
        long long best = 0;
        int at = -1;

        for (size_t i = 0; i < bench_world.host->n_nodes; i++) {
            long long size = bench_count_on(&free, i) * (f->free_kb[i] / 1024);

            if (!acdr_bitmap_has(&used, (int)i) && size > best) {
                best = size;
                at = (int)i;
            }
        }
        if (at < 0)
            return false;
        acdr_bitmap_add(&used, at);
        kb += f->free_kb[at];
        left = take_lowest(&free, at, left, &g->cpus);
    }
    return true;
}

static bool choose(enum policy p, const struct fleet *f, struct guest *g)
{
    switch (p) {
    case NOVA:
        return by_nova(f, g);
    case NUMAD:
        return by_numad(f, g);
    default:
        return by_first(f, g, p == FIRST_NODE);
    }
}

bool bench_ask(enum policy p, const struct fleet *f, struct guest *g)
{
    if (p == ACDR)
        return by_acdr(f, g);
    if (!choose(p, f, g))
        return false;
    for (size_t i = 0; i < bench_world.host->n_nodes; i++)
        if (bench_count_on(&g->cpus, i))
            acdr_bitmap_add(&g->nodes, bench_world.host->nodes[i].id);
    return true;
}
