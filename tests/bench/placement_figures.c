/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the policies achieved: the means over all seeds, and where a policy beats ACDR. The seeds
 * are paired: both placed the same guests. A cell counts as worse if the mean difference is more
 * than twice its standard error and has its sign in at least eight of the ten seeds.
 */
#include "placement_parts.h"

#include <math.h>

const int bench_loads[BENCH_LOADS] = { 50, 70, 80, 90, 95 };

void bench_add(struct figures *sum, const struct figures *f)
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
    sum->both += f->both;
    sum->both_distance += f->both_distance;
    sum->acdr_distance += f->acdr_distance;
}

/* --- the table --- */

static void print_row(const char *name, const struct figures *f)
{
    double asked = (double)f->asked, placed = (double)(f->placed ? f->placed : 1);
    double split = (double)(f->placed - f->one_node + f->refused);

    printf("  %-11s %8.2f %8.2f %8.3f %8.2f %9.3f %8.2f %8.2f\n", name,
           100 * (double)f->one_node / asked, 100 * (double)f->one_l3 / asked,
           100 * (double)f->refused / asked, 100 * split / asked, f->distance / placed,
           100 * f->stuck / (double)f->steps, 100 * (double)f->over / asked);
}

static void print_load(const struct tally *t, int load)
{
    printf("load %d %%      one node   one L3  refused split/rf  distance    stuck     over\n",
           bench_loads[load]);
    for (int p = 0; p < POLICIES; p++) {
        struct figures sum = { 0 };

        for (int s = 0; s < BENCH_SEEDS; s++)
            bench_add(&sum, &t->f[load][s][p]);
        print_row(bench_policies[p], &sum);
        if (p == ACDR)
            assert_int_equal(sum.over, 0);
    }
}

/* --- cells in which ACDR is worse --- */

/* How much more of it ACDR has than a peer; more is worse. */
typedef double excess(const struct figures *acdr, const struct figures *peer);

static double per_cent(double n, long of)
{
    return of ? 100 * n / (double)of : 0;
}

static double not_one_node(const struct figures *a, const struct figures *p)
{
    return per_cent((double)p->one_node, p->asked) - per_cent((double)a->one_node, a->asked);
}

static double not_one_l3(const struct figures *a, const struct figures *p)
{
    return per_cent((double)p->one_l3, p->asked) - per_cent((double)a->one_l3, a->asked);
}

static double refused(const struct figures *a, const struct figures *p)
{
    return per_cent((double)a->refused, a->asked) - per_cent((double)p->refused, p->asked);
}

static double stuck(const struct figures *a, const struct figures *p)
{
    return per_cent(a->stuck, a->steps) - per_cent(p->stuck, p->steps);
}

/* Only over guests that both place on hosts with the same guests. */
static double distance(const struct figures *a, const struct figures *p)
{
    (void)a;
    return p->both ? (p->acdr_distance - p->both_distance) / (double)p->both : 0;
}

static const struct {
    const char *name;
    excess *excess;
} columns[] = { { "one node", not_one_node },
                { "one L3", not_one_l3 },
                { "refused", refused },
                { "distance", distance },
                { "stuck", stuck } };

/* 1 if the cell is worse, which is printed. */
static int compare_cell(const struct tally *t, int load, int peer, size_t column)
{
    double sum = 0, squares = 0, mean, error;
    int more = 0;

    for (int s = 0; s < BENCH_SEEDS; s++) {
        const struct figures *f = t->f[load][s];
        double d = columns[column].excess(&f[ACDR], &f[peer]);

        sum += d;
        squares += d * d;
        more += d > 0;
    }
    mean = sum / BENCH_SEEDS;
    error = sqrt(fmax(squares / BENCH_SEEDS - mean * mean, 0) / (BENCH_SEEDS - 1));
    if (mean <= 2 * error || more < 8 * BENCH_SEEDS / 10)
        return 0;
    printf("  load %d %%, %s against %s: %+.4f, standard error %.4f, in %d of %d seeds\n",
           bench_loads[load], columns[column].name, bench_policies[peer], mean, error, more,
           BENCH_SEEDS);
    return 1;
}

static int compare_all(const struct tally *t)
{
    int worse = 0;

    for (int load = 0; load < BENCH_LOADS; load++)
        for (int p = ACDR + 1; p < POLICIES; p++)
            for (size_t c = 0; c < sizeof(columns) / sizeof(columns[0]); c++)
                worse += compare_cell(t, load, p, c);
    return worse;
}

void bench_print(const struct tally *t)
{
    for (int load = 0; load < BENCH_LOADS; load++)
        print_load(t, load);
    printf("cells in which ACDR is worse than a peer, over %d seeds:\n", BENCH_SEEDS);
    printf("%d of %zu\n", compare_all(t),
           BENCH_LOADS * (POLICIES - 1) * sizeof(columns) / sizeof(columns[0]));
}
