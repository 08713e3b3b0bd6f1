/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long one search takes, on hosts that are made up. */
#include "placement_parts.h"

#include <time.h>

uint32_t bench_seed;

int bench_upto(int n)
{
    bench_seed = bench_seed * 1664525u + 1013904223u;
    return (int)((bench_seed >> 8) % (uint32_t)n);
}

void bench_use_host(struct acdr_host *h)
{
    acdr_host_free(bench_world.host);
    bench_world.host = h;
    bench_world.q.host = h;
    acdr_host_housekeeping(h, &bench_world.q.housekeeping);
    bench_usable = h->online;
    acdr_bitmap_andnot(&bench_usable, &bench_world.q.housekeeping);
    acdr_bitmap_zero(&h->isolated);
}

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

    bench_use_host(made_host(&s));
    acdr_bitmap_zero(&bench_world.q.taken);
    bench_seed = 1;
    for (int i = 0; i < guests;) {
        int cpu = bench_upto((int)bench_world.host->n_cpus);
        struct acdr_bitmap core;

        acdr_host_core(bench_world.host, cpu, &core);
        if (acdr_bitmap_intersects(&core, &bench_world.q.taken) ||
            acdr_bitmap_intersects(&core, &bench_world.q.housekeeping))
            continue;
        acdr_bitmap_or(&bench_world.q.taken, &core);
        i++;
    }
}

static double median_ms(int vcpus)
{
    double ms[31];

    bench_domain(vcpus, vcpus * GIB);
    for (int i = 0; i < 31; i++) {
        struct acdr_place *p = NULL;
        double begin = now_ms();

        if (acdr_place_find(&bench_world.q, &p, NULL) < 0)
            return -1;
        ms[i] = now_ms() - begin;
        acdr_place_free(p);
    }
    qsort(ms, 31, sizeof(*ms), by_size);
    return ms[15];
}

void bench_time(void)
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
        printf("%8zu %8d", bench_world.host->n_cpus, s[3]);
        for (size_t g = 0; g < 5; g++)
            printf(" %8.3f", median_ms(guests[g]));
        printf("\n");
    }
}
