/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Figures of placement: the same random arrivals and departures on recorded hosts, placed by
 * acdr_place_find() and by four others, side by side; and how long a search takes.
 *
 *   first CPUs   the lowest free CPUs of the host, whatever node they are on
 *   first node   the lowest free CPUs of the first node that holds the guest, else first CPUs
 *   nova         each guest one NUMA cell (hw:cpu_policy dedicated): on one host cell or refused;
 *                the host cell with most free is tried first
 *   numad        what `numad -w CPUS:MB` advises: nodes by free CPUs times free memory, as many as
 *                are needed, and on them the lowest free CPUs
 *
 *     bench_placement EVENTS HOST...    a host is a file of tests/hosts; fails if ACDR binds a
 * guest to nodes that lack its memory bench_placement                   times of one search
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "host_file.h"
#include "place_world.h"

#define GIB         (1024 * 1024LL)
#define MOST_GUESTS 4096
#define MOST_NODES  1024

static uint32_t seed;

static int upto(int n)
{
    seed = seed * 1664525u + 1013904223u;
    return (int)((seed >> 8) % (uint32_t)n);
}

/* Published sizes: OpenStack's defaults, the compute flavours of the Anuket reference model, and
 * general, compute and memory instances of large clouds; with how often each is asked for. */
static const struct flavour {
    int vcpus, gib, often;
} flavours[] = {
    { 1, 2, 12 }, { 1, 4, 4 },   { 2, 4, 20 },  { 2, 8, 12 },  { 2, 16, 4 },
    { 4, 8, 14 }, { 4, 16, 10 }, { 4, 32, 3 },  { 8, 16, 7 },  { 8, 32, 5 },
    { 8, 64, 2 }, { 16, 32, 3 }, { 16, 64, 2 }, { 32, 64, 1 }, { 48, 192, 1 },
};

enum { N_FLAVOURS = sizeof(flavours) / sizeof(flavours[0]) };

enum policy { ACDR, FIRST_CPUS, FIRST_NODE, NOVA, NUMAD, POLICIES };

static const char *const names[] = { "acdr", "first CPUs", "first node", "nova", "numad" };

struct guest {
    bool asked, placed;
    int vcpus;
    long long kb;
    struct acdr_bitmap cpus;
    long long *node_kb; /* of each node */
};

struct figures {
    long asked, placed, one_node, one_l3, refused;
    long over; /* bound to the nodes of their vCPUs, which lack the memory */
    double distance;
    double stuck; /* flavours that no node has room for, of those that the host has room for */
    long steps;
};

/* A host as one policy has filled it. */
struct fleet {
    struct acdr_bitmap taken;
    long long *free_kb;
    struct guest *guests;
    struct figures f;
};

static struct world w;
static long long *all_kb; /* memory of each node */
static long long per_cpu_kb;
static struct acdr_bitmap usable;

/* --- asking --- */

static void set_domain(int vcpus, long long kb)
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
    w.q.domain = &d;
}

static int count_on(const struct acdr_bitmap *set, size_t node)
{
    struct acdr_bitmap on = *set;

    acdr_bitmap_and(&on, &w.host->nodes[node].cpus);
    return acdr_bitmap_weight(&on);
}

static void free_of(const struct fleet *f, struct acdr_bitmap *ret)
{
    *ret = usable;
    acdr_bitmap_andnot(ret, &f->taken);
}

/* The lowest N CPUs of FROM, those of node ON (-1: any). */
static int take_lowest(struct acdr_bitmap *from, int on, int n, struct acdr_bitmap *ret)
{
    ACDR_BITMAP_FOR(cpu, from) {
        if (!n || (on >= 0 && acdr_host_cpu(w.host, cpu)->node != w.host->nodes[on].id))
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

    set_domain(g->vcpus, g->kb);
    w.q.taken = f->taken;
    w.q.promised_kb = untouched_kb;
    for (size_t i = 0; i < w.host->n_nodes; i++) {
        untouched_kb[i] = (all_kb[i] - f->free_kb[i]) / 2;
        w.host->nodes[i].memavail_kb = f->free_kb[i] + untouched_kb[i];
    }
    if (acdr_place_find(&w.q, &p, NULL) < 0)
        return false;
    g->cpus = p->clean;
    acdr_place_free(p);
    return true;
}

static bool node_holds(const struct fleet *f, const struct acdr_bitmap *free, size_t i,
                       const struct guest *g)
{
    return count_on(free, i) >= g->vcpus && f->free_kb[i] >= g->kb;
}

static bool by_first(const struct fleet *f, struct guest *g, bool nodes)
{
    struct acdr_bitmap free;

    free_of(f, &free);
    for (size_t i = 0; nodes && i < w.host->n_nodes; i++)
        if (node_holds(f, &free, i, g))
            return take_lowest(&free, (int)i, g->vcpus, &g->cpus) == 0;
    return take_lowest(&free, -1, g->vcpus, &g->cpus) == 0;
}

static bool by_nova(const struct fleet *f, struct guest *g)
{
    struct acdr_bitmap free;
    int best = -1;

    free_of(f, &free);
    for (size_t i = 0; i < w.host->n_nodes; i++)
        if (node_holds(f, &free, i, g) &&
            (best < 0 || count_on(&free, i) > count_on(&free, (size_t)best)))
            best = (int)i;
    return best >= 0 && take_lowest(&free, best, g->vcpus, &g->cpus) == 0;
}

static bool by_numad(const struct fleet *f, struct guest *g)
{
    struct acdr_bitmap free, used = { 0 };
    int left = g->vcpus;
    long long kb = 0;

    free_of(f, &free);
    while (left > 0 || kb < g->kb) {
        long long best = 0;
        int at = -1;

        for (size_t i = 0; i < w.host->n_nodes; i++) {
            long long size = count_on(&free, i) * (f->free_kb[i] / 1024);

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

static bool ask(enum policy p, const struct fleet *f, struct guest *g)
{
    acdr_bitmap_zero(&g->cpus);
    switch (p) {
    case ACDR:
        return by_acdr(f, g);
    case NOVA:
        return by_nova(f, g);
    case NUMAD:
        return by_numad(f, g);
    default:
        return by_first(f, g, p == FIRST_NODE);
    }
}

/* --- what became of it --- */

/* Its memory: in proportion to its vCPUs, and what a node has not, on the nearest that has some. */
static bool put_memory(struct fleet *f, struct guest *g)
{
    long long *free = f->free_kb, rest = 0;
    int home = acdr_host_cpu(w.host, acdr_bitmap_next(&g->cpus, -1))->node;

    for (size_t i = 0; i < w.host->n_nodes; i++) {
        long long want = g->kb * count_on(&g->cpus, i) / g->vcpus;

        g->node_kb[i] = want < free[i] ? want : free[i];
        rest += want - g->node_kb[i];
    }
    for (int d = 0; rest && d < 256; d++)
        for (size_t i = 0; i < w.host->n_nodes; i++) {
            long long more = free[i] - g->node_kb[i];

            if (acdr_host_distance(w.host, home, w.host->nodes[i].id) != d)
                continue;
            more = more < rest ? more : rest;
            g->node_kb[i] += more;
            rest -= more;
        }
    for (size_t i = 0; !rest && i < w.host->n_nodes; i++)
        free[i] -= g->node_kb[i];
    return !rest;
}

/* Would the kernel kill a guest, were its memory bound to the nodes of its vCPUs? */
static bool exceeds_nodes(const struct fleet *f, const struct guest *g)
{
    long long kb = 0;

    for (size_t i = 0; i < w.host->n_nodes; i++)
        if (count_on(&g->cpus, i))
            kb += f->free_kb[i];
    return kb < g->kb;
}

/* The mean distance of a vCPU to a page. */
static double distance_of(const struct guest *g)
{
    double sum = 0;

    for (size_t i = 0; i < w.host->n_nodes; i++)
        for (size_t k = 0; k < w.host->n_nodes; k++)
            sum += (double)count_on(&g->cpus, i) * (double)g->node_kb[k] *
                   acdr_host_distance(w.host, w.host->nodes[i].id, w.host->nodes[k].id);
    return sum / (double)g->vcpus / (double)g->kb;
}

static bool is_on_one_node(const struct guest *g)
{
    int nodes = 0;

    for (size_t i = 0; i < w.host->n_nodes; i++)
        nodes += count_on(&g->cpus, i) || g->node_kb[i];
    return nodes == 1;
}

static bool is_in_one_l3(const struct guest *g)
{
    const struct acdr_cpu *first = acdr_host_cpu(w.host, acdr_bitmap_next(&g->cpus, -1));

    ACDR_BITMAP_FOR(cpu, &g->cpus) {
        const struct acdr_cpu *c = acdr_host_cpu(w.host, cpu);

        if (c->l3 != first->l3 || c->node != first->node)
            return false;
    }
    return true;
}

static bool has_room(const struct fleet *f, int vcpus, long long kb, bool on_one)
{
    struct acdr_bitmap free;
    struct guest g = { .vcpus = vcpus, .kb = kb };
    long long sum = 0;

    free_of(f, &free);
    for (size_t i = 0; i < w.host->n_nodes; i++) {
        if (on_one && node_holds(f, &free, i, &g))
            return true;
        sum += f->free_kb[i];
    }
    return !on_one && acdr_bitmap_weight(&free) >= vcpus && sum >= kb;
}

static void count_stuck(struct fleet *f)
{
    int room = 0, stuck = 0;

    for (int i = 0; i < N_FLAVOURS; i++) {
        const struct flavour *v = &flavours[i];

        if (!has_room(f, v->vcpus, v->gib * GIB, false))
            continue;
        room += v->often;
        if (!has_room(f, v->vcpus, v->gib * GIB, true))
            stuck += v->often;
    }
    f->f.steps++;
    f->f.stuck += room ? (double)stuck / room : 0;
}

static void arrive(enum policy p, struct fleet *f, int at, const struct flavour *v)
{
    struct guest *g = &f->guests[at];

    *g = (struct guest){ .asked = true,
                         .vcpus = v->vcpus,
                         .kb = v->gib * GIB,
                         .node_kb = calloc(w.host->n_nodes, sizeof(long long)) };
    f->f.asked++;
    g->placed = ask(p, f, g);
    f->f.over += g->placed && exceeds_nodes(f, g);
    g->placed = g->placed && put_memory(f, g);
    if (!g->placed) {
        f->f.refused += has_room(f, g->vcpus, g->kb, false);
        return;
    }
    acdr_bitmap_or(&f->taken, &g->cpus);
    f->f.placed++;
    f->f.one_node += is_on_one_node(g);
    f->f.one_l3 += is_in_one_l3(g);
    f->f.distance += distance_of(g);
}

static void leave(struct fleet *f, int at)
{
    struct guest *g = &f->guests[at];

    if (g->placed) {
        acdr_bitmap_andnot(&f->taken, &g->cpus);
        for (size_t i = 0; i < w.host->n_nodes; i++)
            f->free_kb[i] += g->node_kb[i];
    }
    free(g->node_kb);
    *g = (struct guest){ 0 };
}

/* --- a sequence --- */

static int largest_node(void)
{
    int most = 0;

    for (size_t i = 0; i < w.host->n_nodes; i++)
        most = count_on(&usable, i) > most ? count_on(&usable, i) : most;
    return most;
}

/* Sizes that an empty node holds: a larger guest is split by everybody. */
static const struct flavour *draw(void)
{
    const int most = largest_node();

    for (;;) {
        int at = upto(100);

        for (int i = 0; i < N_FLAVOURS; i++) {
            at -= flavours[i].often;
            if (at < 0 && flavours[i].vcpus <= most && flavours[i].gib * GIB <= most * per_cpu_kb)
                return &flavours[i];
            if (at < 0)
                break;
        }
    }
}

static int any_guest(const struct fleet *f)
{
    int at = upto(MOST_GUESTS);

    for (int i = 0; i < MOST_GUESTS; i++, at = (at + 1) % MOST_GUESTS)
        if (f->guests[at].asked)
            return at;
    return -1;
}

static int no_guest(const struct fleet *f)
{
    for (int i = 0; i < MOST_GUESTS; i++)
        if (!f->guests[i].asked)
            return i;
    return -1;
}

/* LOAD: per cent of the CPUs that are asked for, whoever got them. */
static void replay(struct fleet *fleets, int events, int load)
{
    int capacity = acdr_bitmap_weight(&usable), asked = 0;

    for (int e = 0; e < events; e++) {
        const struct flavour *v = draw();
        bool comes = asked + v->vcpus <= capacity * load / 100;
        int at = comes ? no_guest(fleets) : any_guest(fleets);

        if (at < 0)
            continue;
        asked += comes ? v->vcpus : -fleets[0].guests[at].vcpus;
        for (int p = 0; p < POLICIES; p++) {
            if (comes)
                arrive((enum policy)p, &fleets[p], at, v);
            else
                leave(&fleets[p], at);
            count_stuck(&fleets[p]);
        }
    }
}

static void make_fleets(struct fleet *fleets)
{
    for (int p = 0; p < POLICIES; p++) {
        fleets[p] = (struct fleet){ 0 };
        fleets[p].guests = calloc(MOST_GUESTS, sizeof(struct guest));
        fleets[p].free_kb = calloc(w.host->n_nodes, sizeof(long long));
        for (size_t i = 0; i < w.host->n_nodes; i++)
            fleets[p].free_kb[i] = all_kb[i];
    }
}

static void drop_fleets(struct fleet *fleets)
{
    for (int p = 0; p < POLICIES; p++) {
        for (int i = 0; i < MOST_GUESTS; i++)
            free(fleets[p].guests[i].node_kb);
        free(fleets[p].guests);
        free(fleets[p].free_kb);
    }
}

static void add_figures(struct figures *sum, const struct figures *f)
{
    sum->asked += f->asked;
    sum->placed += f->placed;
    sum->one_node += f->one_node;
    sum->one_l3 += f->one_l3;
    sum->refused += f->refused;
    sum->over += f->over;
    sum->distance += f->distance;
    sum->stuck += f->stuck;
    sum->steps += f->steps;
}

static void print_figures(const char *name, const struct figures *f)
{
    double asked = (double)f->asked, placed = (double)(f->placed ? f->placed : 1);
    double split = (double)(f->placed - f->one_node + f->refused);

    printf("  %-11s %8.2f %8.2f %8.2f %8.2f %9.3f %8.2f %8.2f\n", name,
           100 * (double)f->one_node / asked, 100 * (double)f->one_l3 / asked,
           100 * (double)f->refused / asked, 100 * split / asked, f->distance / placed,
           100 * f->stuck / (double)f->steps, 100 * (double)f->over / asked);
}

/* Four GiB for each CPU on every node that has CPUs: many recordings have no memory, or far less
 * than servers have. */
static void set_memory(void)
{
    all_kb = calloc(w.host->n_nodes, sizeof(*all_kb));
    per_cpu_kb = 4 * GIB;
    for (size_t i = 0; i < w.host->n_nodes; i++) {
        struct acdr_node *n = &w.host->nodes[i];

        all_kb[i] = acdr_bitmap_weight(&n->cpus) * per_cpu_kb;
        n->memtotal_kb = n->memfree_kb = n->memavail_kb = all_kb[i];
    }
}

static void use_host(struct acdr_host *h)
{
    acdr_host_free(w.host);
    w.host = h;
    w.q.host = h;
    acdr_host_housekeeping(h, &w.q.housekeeping);
    usable = h->online;
    acdr_bitmap_andnot(&usable, &w.q.housekeeping);
    acdr_bitmap_zero(&h->isolated);
}

static void read_host(const char *path)
{
    acdr_auto(free) char *dir = host_file_tree(path);
    struct acdr_root *root = NULL;
    struct acdr_host *h = NULL;

    if (acdr_root_open(dir, &root, NULL) < 0 || acdr_host_read(root, 0, &h, NULL) < 0)
        fail_msg("%s: no host", path);
    use_host(h);
    set_memory();
    acdr_root_free(root);
    nftw(dir, scratch_remove, 16, FTW_DEPTH | FTW_PHYS);
}

static void compare_policies(int events, char **hosts, int n_hosts)
{
    static const int loads[] = { 50, 70, 80, 90, 95 };
    enum { N_LOADS = sizeof(loads) / sizeof(loads[0]) };
    static struct figures sums[N_LOADS][POLICIES];

    for (int h = 0; h < n_hosts; h++) {
        read_host(hosts[h]);
        for (int l = 0; l < N_LOADS; l++) {
            struct fleet fleets[POLICIES];

            seed = (uint32_t)(h * 100 + loads[l]);
            make_fleets(fleets);
            replay(fleets, events / N_LOADS, loads[l]);
            for (int p = 0; p < POLICIES; p++)
                add_figures(&sums[l][p], &fleets[p].f);
            drop_fleets(fleets);
        }
        free(all_kb);
        fprintf(stderr, "%s: %zu nodes, %d CPUs to give\n", hosts[h], w.host->n_nodes,
                acdr_bitmap_weight(&usable));
    }
    for (int l = 0; l < N_LOADS; l++) {
        printf("load %d %%      one node   one L3  refused split/rf  distance    stuck     over\n",
               loads[l]);
        for (int p = 0; p < POLICIES; p++)
            print_figures(names[p], &sums[l][p]);
        assert_int_equal(sums[l][ACDR].over, 0);
    }
}

/* --- time --- */

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* A host of that many CPUs and guests, two vCPUs each, here and there. */
static void fill(int nodes, int cores, int l3, int guests)
{
    struct made_shape s = { nodes, cores, 2, l3, MADE_BLOCKS, 2LL * cores * 4 * GIB };

    use_host(made_host(&s));
    acdr_bitmap_zero(&w.q.taken);
    seed = 1;
    for (int i = 0; i < guests;) {
        int cpu = upto((int)w.host->n_cpus);
        struct acdr_bitmap core;

        acdr_host_core(w.host, cpu, &core);
        if (acdr_bitmap_intersects(&core, &w.q.taken) ||
            acdr_bitmap_intersects(&core, &w.q.housekeeping))
            continue;
        acdr_bitmap_or(&w.q.taken, &core);
        i++;
    }
}

static double median_ms(int vcpus)
{
    double ms[31];

    set_domain(vcpus, vcpus * GIB);
    for (int i = 0; i < 31; i++) {
        struct acdr_place *p = NULL;
        double begin = now_ms();

        if (acdr_place_find(&w.q, &p, NULL) < 0)
            return -1;
        ms[i] = now_ms() - begin;
        acdr_place_free(p);
    }
    qsort(ms, 31, sizeof(*ms), by_size);
    return ms[15];
}

static void time_searches(void)
{
    static const int sizes[][4] = {
        /* nodes, cores of a node, L3 domains of a node, guests */
        { 2, 32, 4, 25 },  { 4, 32, 4, 60 },   { 8, 32, 4, 200 },
        { 8, 64, 8, 250 }, { 16, 64, 8, 500 }, { 16, 128, 16, 1000 },
    };
    static const int guests[] = { 2, 8, 32, 64, 128 };

    printf("%8s %8s   ms for a guest of\n%8s %8s", "CPUs", "guests", "", "");
    for (size_t g = 0; g < 5; g++)
        printf(" %8d", guests[g]);
    printf(" vCPUs\n");
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        const int *s = sizes[i];

        fill(s[0], s[1], s[2], s[3]);
        printf("%8zu %8d", w.host->n_cpus, s[3]);
        for (size_t g = 0; g < 5; g++)
            printf(" %8.3f", median_ms(guests[g]));
        printf("\n");
    }
}

int main(int argc, char **argv)
{
    static const struct made_shape any = { 1, 2, 1, 1, MADE_BLOCKS, GIB };

    world_make(&w, &any);
    if (argc > 2) {
        world_class(&w, "[vcpus]\nsmt = any\n");
        compare_policies(atoi(argv[1]), argv + 2, argc - 2);
    } else {
        world_class(&w, "[vcpus]\n");
        time_searches();
    }
    world_drop(&w);
    return 0;
}
