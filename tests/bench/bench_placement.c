/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Figures of placement: the same random arrivals and departures on recorded hosts, placed by
 * acdr_place_find() and by four others, side by side; and how long a search takes.
 * placement_policy.c names them. The sequences of all policies are the same, with ten seeds.
 *
 *     bench_placement ORDER EVENTS HOST...   ORDER: the class's `order`, l3 or room; a host is a
 *                                            file of tests/hosts; fails if ACDR binds a guest to
 *                                            nodes that lack its memory
 *     bench_placement                        times of one search
 */
#include "placement_parts.h"

#include "host_file.h"

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

struct world bench_world;
long long *bench_node_kb;
struct acdr_bitmap bench_usable;
static long long per_cpu_kb;

/* --- what became of it --- */

/* Its memory: in proportion to its vCPUs, and what a node has not, on the nearest that has some. */
static bool put_memory(struct fleet *f, struct guest *g)
{
    long long *free = f->free_kb, rest = 0;
    int home = acdr_host_cpu(bench_world.host, acdr_bitmap_next(&g->cpus, -1))->node;

    for (size_t i = 0; i < bench_world.host->n_nodes; i++) {
        long long want = g->kb * bench_count_on(&g->cpus, i) / g->vcpus;

        g->node_kb[i] = want < free[i] ? want : free[i];
        rest += want - g->node_kb[i];
    }
    for (int d = 0; rest && d < 256; d++)
        for (size_t i = 0; i < bench_world.host->n_nodes; i++) {
            long long more = free[i] - g->node_kb[i];

            if (acdr_host_distance(bench_world.host, home, bench_world.host->nodes[i].id) != d)
                continue;
            more = more < rest ? more : rest;
            g->node_kb[i] += more;
            rest -= more;
        }
    for (size_t i = 0; !rest && i < bench_world.host->n_nodes; i++)
        free[i] -= g->node_kb[i];
    return !rest;
}

/* Would the kernel kill a guest, were its memory bound to its nodes? */
static bool exceeds_nodes(const struct fleet *f, const struct guest *g)
{
    long long kb = 0;

    for (size_t i = 0; i < bench_world.host->n_nodes; i++)
        if (acdr_bitmap_has(&g->nodes, bench_world.host->nodes[i].id))
            kb += f->free_kb[i];
    return kb < g->kb;
}

/* The mean distance of a vCPU to a page. */
static double distance_of(const struct guest *g)
{
    double sum = 0;

    for (size_t i = 0; i < bench_world.host->n_nodes; i++)
        for (size_t k = 0; k < bench_world.host->n_nodes; k++)
            sum += (double)bench_count_on(&g->cpus, i) * (double)g->node_kb[k] *
                   acdr_host_distance(bench_world.host, bench_world.host->nodes[i].id,
                                      bench_world.host->nodes[k].id);
    return sum / (double)g->vcpus / (double)g->kb;
}

static bool is_on_one_node(const struct guest *g)
{
    int nodes = 0;

    for (size_t i = 0; i < bench_world.host->n_nodes; i++)
        nodes += bench_count_on(&g->cpus, i) || g->node_kb[i];
    return nodes == 1;
}

static bool is_in_one_l3(const struct guest *g)
{
    const struct acdr_cpu *first = acdr_host_cpu(bench_world.host, acdr_bitmap_next(&g->cpus, -1));

    ACDR_BITMAP_FOR(cpu, &g->cpus) {
        const struct acdr_cpu *c = acdr_host_cpu(bench_world.host, cpu);

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

    bench_free(f, &free);
    for (size_t i = 0; i < bench_world.host->n_nodes; i++) {
        if (on_one && bench_node_holds(f, &free, i, &g))
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
                         .node_kb = calloc(bench_world.host->n_nodes, sizeof(long long)) };
    f->f.asked++;
    g->placed = bench_ask(p, f, g);
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

/* Guests of one host that the other one refused. */
static bool are_alike(const struct fleet *f, const struct fleet *acdr)
{
    for (int i = 0; i < MOST_GUESTS; i++)
        if (f->guests[i].placed != acdr->guests[i].placed)
            return false;
    return true;
}

/* The distance of a guest that ACDR placed as well, on a host that has the same other guests: who
 * refuses some has room for the next ones. */
static void pair(struct fleet *f, const struct fleet *fleets, int at)
{
    const struct guest *g = &f->guests[at], *acdr = &fleets[ACDR].guests[at];

    if (!g->placed || !are_alike(f, &fleets[ACDR]))
        return;
    f->f.both++;
    f->f.both_distance += distance_of(g);
    f->f.acdr_distance += distance_of(acdr);
}

static void leave(struct fleet *f, int at)
{
    struct guest *g = &f->guests[at];

    if (g->placed) {
        acdr_bitmap_andnot(&f->taken, &g->cpus);
        for (size_t i = 0; i < bench_world.host->n_nodes; i++)
            f->free_kb[i] += g->node_kb[i];
    }
    free(g->node_kb);
    *g = (struct guest){ 0 };
}

/* --- a sequence --- */

static int largest_node(void)
{
    int most = 0;

    for (size_t i = 0; i < bench_world.host->n_nodes; i++)
        most = bench_count_on(&bench_usable, i) > most ? bench_count_on(&bench_usable, i) : most;
    return most;
}

/* Sizes that an empty node holds: a larger guest is split by everybody. */
static const struct flavour *draw(void)
{
    const int most = largest_node();

    for (;;) {
        int at = bench_upto(100);

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
    int at = bench_upto(MOST_GUESTS);

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
    int capacity = acdr_bitmap_weight(&bench_usable), asked = 0;

    for (int e = 0; e < events; e++) {
        const struct flavour *v = draw();
        bool comes = asked + v->vcpus <= capacity * load / 100;
        int at = comes ? no_guest(fleets) : any_guest(fleets);

        if (at < 0)
            continue;
        asked += comes ? v->vcpus : -fleets[0].guests[at].vcpus;
        for (int p = 0; p < POLICIES; p++) {
            if (comes) {
                arrive((enum policy)p, &fleets[p], at, v);
                pair(&fleets[p], fleets, at);
            } else {
                leave(&fleets[p], at);
            }
            count_stuck(&fleets[p]);
        }
    }
}

static void make_fleets(struct fleet *fleets)
{
    for (int p = 0; p < POLICIES; p++) {
        fleets[p] = (struct fleet){ 0 };
        fleets[p].guests = calloc(MOST_GUESTS, sizeof(struct guest));
        fleets[p].free_kb = calloc(bench_world.host->n_nodes, sizeof(long long));
        for (size_t i = 0; i < bench_world.host->n_nodes; i++)
            fleets[p].free_kb[i] = bench_node_kb[i];
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

/* Four GiB for each CPU on every node that has CPUs: many recordings have no memory, or far less
 * than servers have. */
static void set_memory(void)
{
    bench_node_kb = calloc(bench_world.host->n_nodes, sizeof(*bench_node_kb));
    per_cpu_kb = 4 * GIB;
    for (size_t i = 0; i < bench_world.host->n_nodes; i++) {
        struct acdr_node *n = &bench_world.host->nodes[i];

        bench_node_kb[i] = acdr_bitmap_weight(&n->cpus) * per_cpu_kb;
        n->memtotal_kb = n->memfree_kb = n->memavail_kb = bench_node_kb[i];
    }
}

static void read_host(const char *path)
{
    acdr_auto(free) char *dir = host_file_tree(path);
    struct acdr_root *root = NULL;
    struct acdr_host *h = NULL;

    if (acdr_root_open(dir, &root, NULL) < 0 || acdr_host_read(root, 0, &h, NULL) < 0)
        fail_msg("%s: no host", path);
    bench_use_host(h);
    set_memory();
    acdr_root_free(root);
    nftw(dir, scratch_remove, 16, FTW_DEPTH | FTW_PHYS);
}

static void replay_on(struct tally *t, int host, int load, int seed, int events)
{
    struct fleet fleets[POLICIES];

    bench_seed = (uint32_t)(seed * 100000 + host * 100 + bench_loads[load]);
    make_fleets(fleets);
    replay(fleets, events, bench_loads[load]);
    for (int p = 0; p < POLICIES; p++)
        bench_add(&t->f[load][seed][p], &fleets[p].f);
    drop_fleets(fleets);
}

static void compare_policies(int events, char **hosts, int n_hosts)
{
    static struct tally tally;

    for (int h = 0; h < n_hosts; h++) {
        read_host(hosts[h]);
        for (int load = 0; load < BENCH_LOADS; load++)
            for (int seed = 0; seed < BENCH_SEEDS; seed++)
                replay_on(&tally, h, load, seed, events / BENCH_LOADS);
        free(bench_node_kb);
        fprintf(stderr, "%s: %zu nodes, %d CPUs to give\n", hosts[h], bench_world.host->n_nodes,
                acdr_bitmap_weight(&bench_usable));
    }
    bench_print(&tally);
}

int main(int argc, char **argv)
{
    static const struct made_shape any = { 1, 2, 1, 1, MADE_BLOCKS, GIB };
    char class_text[64];

    world_make(&bench_world, &any);
    if (argc > 3) {
        snprintf(class_text, sizeof(class_text), "[vcpus]\nsmt = any\norder = %s\n", argv[1]);
        world_class(&bench_world, class_text);
        compare_policies(atoi(argv[2]), argv + 3, argc - 3);
    } else {
        world_class(&bench_world, "[vcpus]\n");
        bench_time();
    }
    world_drop(&bench_world);
    return 0;
}
