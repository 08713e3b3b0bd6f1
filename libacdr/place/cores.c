/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Counted cores, and taking them. See cores.h; cores_count.c counts them, cores_price.c prices
 * them. */
#include "cores.h"

#include <errno.h>
#include <string.h>

#include "cores_part.h"

int acdr_cores_new(const struct acdr_cores_request *r, struct acdr_cores **ret)
{
    acdr_auto(acdr_cores_free) struct acdr_cores *c = calloc(1, sizeof(*c));

    if (!c)
        return -ENOMEM;
    c->r = *r;
    c->cpus = calloc(r->host->n_cpus, sizeof(*c->cpus));
    c->cores = calloc(r->host->n_cpus, sizeof(*c->cores));
    c->kinds = calloc(r->host->n_cpus, sizeof(*c->kinds));
    c->domains = calloc(r->host->n_cpus, sizeof(*c->domains));
    c->parts = calloc(r->host->n_nodes, sizeof(*c->parts));
    if (!c->cpus || !c->cores || !c->kinds || !c->domains || !c->parts || acdr_cores_count(c) < 0)
        return -ENOMEM;
    *ret = acdr_take(c);
    return 0;
}

void acdr_cores_free(struct acdr_cores *c)
{
    if (!c)
        return;
    for (size_t i = 0; c->parts && i < c->r.host->n_nodes; i++)
        acdr_cores_free_table(&c->parts[i]);
    free(c->cpus);
    free(c->cores);
    free(c->kinds);
    free(c->domains);
    free(c->parts);
    free(c);
}

int acdr_cores_capacity(const struct acdr_cores *c, size_t node)
{
    return c->parts[node].capacity;
}

int acdr_cores_l3_capacity(const struct acdr_cores *c, size_t node)
{
    return c->parts[node].l3_capacity;
}

int acdr_cores_avail(const struct acdr_cores *c, size_t node)
{
    return c->parts[node].avail;
}

/* --- taking --- */

struct taking {
    struct acdr_cores *c;
    int *cpus;
    int n; /* taken so far */
    struct acdr_bitmap *taken, *reserved;
};

/* Take a core with its vCPUs, none for the emulator's core. */
struct used {
    const int *cpus;
    int size, n;
};

/* How many of N vCPUs go on the first of LEFT cores. */
static int share_of(enum acdr_smt smt, const struct core *core, int n, int left)
{
    int share = smt == ACDR_SMT_SPREAD ? n - (left - 1) : n;

    if (share < 1)
        share = 1;
    return share < core->hold ? share : core->hold;
}

/* The cores of a kind for N vCPUs and the emulator's extra core; returns their number. */
static int use_kind(const struct taking *t, const struct kind *k, int n, bool extra,
                    struct used *ret)
{
    int used = 0;

    while (n > 0 || extra) {
        const struct core *core = &t->c->cores[k->first + used];
        int share = n ? share_of(t->c->r.smt, core, n, k->count - extra - used) : 0;

        ret[used++] = (struct used){ t->c->cpus + core->at, core->size, share };
        extra = n ? extra : false;
        n -= share;
    }
    return used;
}

static int by_first(const void *a, const void *b)
{
    return *((const struct used *)a)->cpus - *((const struct used *)b)->cpus;
}

static void take_cores(struct taking *t, const struct used *used, int n)
{
    for (int i = 0; i < n; i++) {
        for (int m = 0; m < used[i].size; m++)
            acdr_bitmap_add(used[i].n ? t->taken : t->reserved, used[i].cpus[m]);
        for (int m = 0; m < used[i].n; m++)
            t->cpus[t->n++] = used[i].cpus[m];
    }
}

/* Under any: the next N CPUs of a kind, and one more if EXTRA. */
static void take_cpus(struct taking *t, const struct kind *k, int n, bool extra)
{
    const int *cpus = t->c->cpus;

    for (int i = 0; i < k->count; i++) {
        const struct core *core = &t->c->cores[k->first + i];

        for (int m = core->at; m < core->at + core->size && (n || extra); m++) {
            acdr_bitmap_add(n ? t->taken : t->reserved, cpus[m]);
            if (n)
                t->cpus[t->n++] = cpus[m];
            extra = n ? extra : false;
            n -= n > 0;
        }
    }
}

static int take_domain(struct taking *t, const struct domain *d, int code)
{
    acdr_auto(free) uint16_t *codes = calloc((size_t)d->n_kinds + 1, sizeof(*codes));
    acdr_auto(free) struct used *used = calloc((size_t)code + 2, sizeof(*used));
    int n = 0;

    if (!codes || !used || acdr_cores_split_domain(t->c, d, code, codes) < 0)
        return -ENOMEM;
    for (int i = 0; i < d->n_kinds; i++) {
        const struct kind *k = &t->c->kinds[d->first + i];

        if (t->c->r.smt == ACDR_SMT_ANY)
            take_cpus(t, k, codes[i] / 2, codes[i] % 2);
        else
            n += use_kind(t, k, codes[i] / 2, codes[i] % 2, used + n);
    }
    qsort(used, (size_t)n, sizeof(*used), by_first);
    take_cores(t, used, n);
    return 0;
}

static int by_number(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

int acdr_cores_take(struct acdr_cores *c, size_t node, int n, bool extra, int *cpus,
                    struct acdr_bitmap *taken, struct acdr_bitmap *reserved)
{
    struct part *p = &c->parts[node];
    struct taking t = { .c = c, .cpus = cpus, .taken = taken, .reserved = reserved };
    acdr_auto(free) int *codes = calloc((size_t)p->n_domains + 1, sizeof(*codes));
    int code = n * 2 + extra;
    int err = codes ? 0 : -ENOMEM;

    for (int i = p->n_domains - 1; err == 0 && i >= 0; i--) {
        codes[i] = p->choice[i][code];
        code -= codes[i];
    }
    for (int i = 0; err == 0 && i < p->n_domains; i++)
        err = take_domain(&t, &c->domains[p->first + i], codes[i]);
    if (err == 0 && c->r.smt == ACDR_SMT_ANY)
        qsort(cpus, (size_t)n, sizeof(*cpus), by_number);
    return err;
}

const char *acdr_cores_format_l3(const struct acdr_host *host, const int *cpus, int n)
{
    int first = n ? acdr_host_cpu(host, cpus[0])->l3 : -1;

    for (int i = 0; i < n; i++) {
        int l3 = acdr_host_cpu(host, cpus[i])->l3;

        if (l3 < 0)
            return "no L3 domain is known";
        if (l3 != first)
            return "in several L3 domains";
    }
    return "in one L3 domain";
}
