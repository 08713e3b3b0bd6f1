/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Counting the free cores of a host, by node, L3 domain and kind. Knows which CPUs form a core that
 * can be taken; cores_price.c prices them. Time is linear in the number of CPUs.
 */
#include <errno.h>
#include <string.h>

#include "cores_part.h"

enum { BY_CORE, BY_L3, BY_NODE, KEYS };

/* A free CPU with its sort keys: numbers from 0. */
struct free_cpu {
    int cpu, key[KEYS];
    int whole; /* online CPUs of its core */
};

struct count {
    struct acdr_cores *c;
    const struct acdr_cores_request *r;
    int *whole; /* by the lowest CPU of a core */
    int *index; /* of the host's array, by CPU */
    int *at_key, n_keys;
    int *first; /* of the free CPUs, by node; one more than nodes */
    struct free_cpu *cpus, *spare;
    int n_cpus, n_cores, n_kinds, n_domains;
    int at; /* of the array of CPUs */
};

static int core_of(const struct acdr_cpu *c)
{
    return c->core < 0 ? c->id : c->core;
}

/* The CPUs that may be taken, node by node. */
static void list_cpus(struct count *k)
{
    const struct acdr_host *h = k->r->host;

    for (size_t i = 0; i < h->n_nodes; i++) {
        struct acdr_bitmap set = *k->r->avail;

        k->first[i] = k->n_cpus;
        acdr_bitmap_and(&set, &h->nodes[i].cpus);
        ACDR_BITMAP_FOR(cpu, &set) {
            const struct acdr_cpu *c = &h->cpus[k->index[cpu]];

            k->cpus[k->n_cpus++] = (struct free_cpu){ cpu,
                                                      { core_of(c), c->l3 + 1, (int)i },
                                                      k->whole[core_of(c)] };
        }
    }
    k->first[h->n_nodes] = k->n_cpus;
}

/* A stable sort in time linear in the number of CPUs. */
static void sort_by(struct count *k, int key)
{
    struct free_cpu *sorted = k->spare;
    int sum = 0;

    memset(k->at_key, 0, (size_t)k->n_keys * sizeof(*k->at_key));
    for (int i = 0; i < k->n_cpus; i++)
        k->at_key[k->cpus[i].key[key]]++;
    for (int i = 0; i < k->n_keys; i++) {
        int n = k->at_key[i];

        k->at_key[i] = sum;
        sum += n;
    }
    for (int i = 0; i < k->n_cpus; i++)
        sorted[k->at_key[k->cpus[i].key[key]]++] = k->cpus[i];
    k->spare = k->cpus;
    k->cpus = sorted;
}

/* Can the core with the free CPU F be taken, by vCPUs or as an extra one? */
static bool is_core(const struct count *k, const struct free_cpu *f, const struct core *c)
{
    if (k->r->smt == ACDR_SMT_ANY)
        return c->size > 0;
    if (c->size != f->whole || (!c->beside && !c->hold))
        return false;
    return k->r->smt != ACDR_SMT_REQUIRE || (c->size > 1 && (c->beside || c->hold == c->size));
}

static bool may_carry(const struct count *k, int cpu)
{
    return !k->r->named || acdr_bitmap_has(k->r->named, cpu);
}

/* Add to the core those of the N CPUs that may carry a vCPU, or those that may not. */
static void add_cpus(struct count *k, const struct free_cpu *f, int n, bool carry, struct core *c)
{
    for (int i = 0; i < n; i++) {
        if (may_carry(k, f[i].cpu) != carry ||
            (acdr_bitmap_has(k->r->from, f[i].cpu) == c->beside &&
             (!c->beside || k->r->smt == ACDR_SMT_ANY)))
            continue;
        k->c->cpus[c->at + c->size++] = f[i].cpu;
        c->mate &= !k->r->colocate_cpus || acdr_bitmap_has(k->r->colocate_cpus, f[i].cpu);
        c->isolated |= acdr_bitmap_has(&k->r->host->isolated, f[i].cpu);
    }
}

/* A core for vCPUs if all its CPUs are allowed for them; else only an extra core. Under any,
 * allowed and other CPUs of one core count as two cores. */
static bool add_core(struct count *k, const struct free_cpu *f, int n, bool beside)
{
    struct core core = { .at = k->at, .mate = true, .beside = beside };

    add_cpus(k, f, n, true, &core);
    core.hold = core.size;
    add_cpus(k, f, n, false, &core);
    if (!is_core(k, f, &core))
        return false;
    if (k->r->smt == ACDR_SMT_ISOLATE && core.hold)
        core.hold = 1;
    core.free = k->r->smt == ACDR_SMT_ANY && !beside && !k->r->extra ? n : core.size;
    k->at += core.size;
    k->c->cores[k->n_cores++] = core;
    return true;
}

/* At equal prices the first kind wins: large cores, the fast ones of a hybrid. */
static int compare_kind(const struct core *x, const struct core *y)
{
    if (x->beside != y->beside)
        return x->beside - y->beside;
    if (x->mate != y->mate)
        return y->mate - x->mate;
    if (x->isolated != y->isolated)
        return x->isolated - y->isolated;
    if (x->size != y->size)
        return y->size - x->size;
    return x->hold != y->hold ? y->hold - x->hold : x->free - y->free;
}

static int by_kind(const void *a, const void *b)
{
    const struct core *x = a, *y = b;
    int order = compare_kind(x, y);

    return order ? order : x->at - y->at;
}

/* In this list the cores of one kind are in order. */
static void sort_kinds(struct core *cores, int n)
{
    for (int i = 1; i < n; i++) {
        if (by_kind(&cores[i - 1], &cores[i]) > 0) {
            qsort(cores, (size_t)n, sizeof(*cores), by_kind);
            return;
        }
    }
}

static void add_kinds(struct count *k, struct domain *d, int first)
{
    struct core *cores = k->c->cores;

    sort_kinds(cores + first, k->n_cores - first);
    d->first = k->n_kinds;
    for (int i = first; i < k->n_cores; i++) {
        if (i == first || compare_kind(&cores[i - 1], &cores[i]))
            k->c->kinds[k->n_kinds++] = (struct kind){ i, 0 };
        k->c->kinds[k->n_kinds - 1].count++;
        if (!cores[i].beside)
            d->capacity += cores[i].hold;
    }
    d->n_kinds = k->n_kinds - d->first;
}

static void add_domain(struct count *k, struct part *p, const struct free_cpu *f, int n)
{
    struct domain d = { .avail = n };
    int first = k->n_cores;

    for (int i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && f[end].key[BY_CORE] == f[i].key[BY_CORE]; end++)
            continue;
        if (!add_core(k, f + i, end - i, false) || k->r->smt == ACDR_SMT_ANY)
            add_core(k, f + i, end - i, true);
    }
    add_kinds(k, &d, first);
    p->avail += n;
    p->capacity += d.capacity;
    if (d.capacity > p->l3_capacity)
        p->l3_capacity = d.capacity;
    k->c->domains[k->n_domains++] = d;
    p->n_domains++;
}

static void add_node(struct count *k, int node)
{
    struct part *p = &k->c->parts[node];

    p->first = k->n_domains;
    for (int i = k->first[node], end; i < k->first[node + 1]; i = end) {
        for (end = i + 1;
             end < k->first[node + 1] && k->cpus[end].key[BY_L3] == k->cpus[i].key[BY_L3]; end++)
            continue;
        add_domain(k, p, k->cpus + i, end - i);
    }
}

static void count(struct count *k)
{
    const struct acdr_host *h = k->r->host;

    for (size_t i = 0; i < h->n_cpus; i++) {
        k->index[h->cpus[i].id] = (int)i;
        if (h->cpus[i].online)
            k->whole[core_of(&h->cpus[i])]++;
    }
    list_cpus(k);
    for (int key = 0; key < KEYS; key++)
        sort_by(k, key);
    for (int i = 0; i < (int)h->n_nodes; i++)
        add_node(k, i);
}

int acdr_cores_count(struct acdr_cores *c)
{
    const struct acdr_host *h = c->r.host;
    size_t top = h->n_cpus ? (size_t)h->cpus[h->n_cpus - 1].id + 1 : 0;
    size_t n_keys = (top > h->n_nodes ? top : h->n_nodes) + 1;
    acdr_auto(free) int *whole = calloc(top + 1, sizeof(*whole));
    acdr_auto(free) int *index = calloc(top + 1, sizeof(*index));
    acdr_auto(free) int *at_key = calloc(n_keys, sizeof(*at_key));
    acdr_auto(free) int *first = calloc(h->n_nodes + 1, sizeof(*first));
    acdr_auto(free) struct free_cpu *cpus = calloc(h->n_cpus + 1, sizeof(*cpus));
    acdr_auto(free) struct free_cpu *spare = calloc(h->n_cpus + 1, sizeof(*spare));
    struct count k = { .c = c,
                       .r = &c->r,
                       .whole = whole,
                       .index = index,
                       .at_key = at_key,
                       .n_keys = (int)n_keys,
                       .first = first,
                       .cpus = cpus,
                       .spare = spare };

    if (!whole || !index || !at_key || !first || !cpus || !spare)
        return -ENOMEM;
    count(&k);
    return 0;
}
