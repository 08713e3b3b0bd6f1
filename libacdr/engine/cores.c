/* Choosing cores. See cores.h. */
#include "cores.h"

#include <errno.h>
#include <string.h>

void acdr_cores_init(struct acdr_cores *c, const struct acdr_host *host, const char *smt)
{
    static const char *const words[] = { "isolate", "require", "prefer", "any" };

    memset(c, 0, sizeof(*c));
    c->host = host;
    c->smt = ACDR_SMT_PREFER;
    for (int i = 0; i < 4; i++)
        if (!strcmp(smt, words[i]))
            c->smt = (enum acdr_smt)i;
}

/* The unit that is taken at CPU: its core where that is wholly free, under any the CPU itself;
 * empty where CPU is not the unit's first CPU or the unit is not to be had. */
static void unit_at(const struct acdr_cores *c, int cpu, struct acdr_cpus *ret)
{
    acdr_host_core(c->host, cpu, ret);
    if (c->smt == ACDR_SMT_ANY) {
        acdr_cpus_zero(ret);
        acdr_cpus_add(ret, cpu);
        return;
    }
    if (acdr_cpus_next(ret, -1) != cpu || !acdr_cpus_within(ret, &c->from) ||
        (c->smt == ACDR_SMT_REQUIRE && acdr_cpus_count(ret) < 2))
        acdr_cpus_zero(ret);
}

/* How many vCPUs a unit holds. */
static int unit_size(const struct acdr_cores *c, const struct acdr_cpus *unit)
{
    int n = acdr_cpus_count(unit);

    return n && c->smt == ACDR_SMT_ISOLATE ? 1 : n;
}

static void free_within(const struct acdr_cores *c, const struct acdr_cpus *within,
                        struct acdr_cpus *ret)
{
    *ret = c->from;
    acdr_cpus_and(ret, within);
}

int acdr_cores_capacity(const struct acdr_cores *c, const struct acdr_cpus *within)
{
    struct acdr_cpus set, unit;
    int n = 0;

    free_within(c, within, &set);
    ACDR_CPUS_FOR(cpu, &set) {
        unit_at(c, cpu, &unit);
        n += unit_size(c, &unit);
    }
    return n;
}

bool acdr_cores_fit(const struct acdr_cores *c, const struct acdr_cpus *within, int n, int extra)
{
    struct acdr_cpus set, unit;
    int room = 0;
    int left = extra;

    free_within(c, within, &set);
    ACDR_CPUS_FOR(cpu, &set) {
        unit_at(c, cpu, &unit);
        if (room >= n && left > 0)
            left -= acdr_cpus_count(&unit);
        else
            room += unit_size(c, &unit);
    }
    return room >= n && left <= 0;
}

/* The free CPUs of WITHIN that share CPU's L3 domain; all of them where none is known. */
static void domain_of(const struct acdr_cores *c, const struct acdr_cpus *within, int cpu,
                      struct acdr_cpus *ret)
{
    struct acdr_cpus l3;

    free_within(c, within, ret);
    acdr_host_l3(c->host, cpu, &l3);
    if (!acdr_cpus_empty(&l3))
        acdr_cpus_and(ret, &l3);
}

/*
 * The L3 domain within WITHIN to take from next, for N vCPUs: the smallest that holds them all,
 * else the largest. Its capacity, 0 where nothing is free.
 */
static int pick_domain(const struct acdr_cores *c, const struct acdr_cpus *within, int n,
                       struct acdr_cpus *ret)
{
    struct acdr_cpus rest, domain;
    int best = 0;
    int size;

    free_within(c, within, &rest);
    ACDR_CPUS_FOR(cpu, &rest) {
        domain_of(c, within, cpu, &domain);
        acdr_cpus_minus(&rest, &domain);
        size = acdr_cores_capacity(c, &domain);
        if (!size)
            continue;
        if (!best || (size >= n ? best < n || size < best : best < n && size > best)) {
            best = size;
            *ret = domain;
        }
    }
    return best;
}

bool acdr_cores_one_l3(const struct acdr_cores *c, const struct acdr_cpus *within, int n)
{
    struct acdr_cpus domain;

    return pick_domain(c, within, n, &domain) >= n;
}

const char *acdr_cores_tell_l3(const struct acdr_cores *c, const int *cpus, int n)
{
    int first = n ? acdr_host_cpu(c->host, cpus[0])->l3 : -1;

    for (int i = 0; i < n; i++) {
        int l3 = acdr_host_cpu(c->host, cpus[i])->l3;

        if (l3 < 0)
            return "no L3 domain is known";
        if (l3 != first)
            return "in several L3 domains";
    }
    return "in one L3 domain";
}

/* Take up to N from one domain; how many were taken. */
static int take_from(struct acdr_cores *c, const struct acdr_cpus *domain, int n, int *cpus,
                     struct acdr_cpus *taken)
{
    struct acdr_cpus unit;
    int got = 0;

    ACDR_CPUS_FOR(cpu, domain) {
        int used = 0;

        if (got == n)
            break;
        unit_at(c, cpu, &unit);
        ACDR_CPUS_FOR(member, &unit) {
            if (got < n && used < unit_size(c, &unit)) {
                cpus[got++] = member;
                used++;
            }
        }
        acdr_cpus_or(taken, &unit);
        acdr_cpus_minus(&c->from, &unit);
    }
    return got;
}

int acdr_cores_take(struct acdr_cores *c, const struct acdr_cpus *within, int n, int *cpus,
                    struct acdr_cpus *taken)
{
    struct acdr_cpus domain;
    int got = 0;

    while (got < n) {
        if (!pick_domain(c, within, n - got, &domain))
            return -ENOSPC;
        got += take_from(c, &domain, n - got, cpus + got, taken);
    }
    return 0;
}
