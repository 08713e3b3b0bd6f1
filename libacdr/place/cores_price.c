/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The cost of vCPUs on a node: tables of kinds of cores, combined into tables of L3 domains and
 * nodes. Knows the prices of cores.h; does not know which CPUs these are.
 */
#include <errno.h>
#include <string.h>

#include "cores_part.h"

static const struct score never = { UINT64_MAX, UINT64_MAX };

enum { MATES = 46, ISOLATED = 44, L3 = 30, SIBLINGS = 16 };

static int field(const struct score *s, int shift, int bits)
{
    return (int)(s->head >> shift & ((UINT64_C(1) << bits) - 1));
}

static bool is_less(const struct score *a, const struct score *b)
{
    return a->head != b->head ? a->head < b->head : a->room < b->room;
}

static bool is_never(const struct score *s)
{
    return s->head == UINT64_MAX;
}

/* N vCPUs, and the extra core or CPU, on COUNT cores of a kind. */
static struct score price_kind(enum acdr_smt smt, const struct core *kind, int count, int n,
                               int extra)
{
    int size = kind->size, hold = kind->hold;
    int left = smt == ACDR_SMT_ANY ? count : count - extra;
    int used = n;
    int idle;

    if (smt == ACDR_SMT_ANY)
        used = (n + extra + size - 1) / size;
    else if (smt == ACDR_SMT_SPREAD)
        used = n < left ? n : left;
    else if (hold > 1)
        used = (n + hold - 1) / hold;
    if ((n && kind->beside) || left < 0 || used > left || n > left * hold)
        return never;
    idle = used * kind->free - n + (smt == ACDR_SMT_ANY ? -extra : extra * size);
    return (struct score){
        .head = (uint64_t)(kind->mate ? 0 : n) << MATES |
                (uint64_t)(extra && kind->isolated) << ISOLATED |
                (uint64_t)(smt == ACDR_SMT_SPREAD ? n - used : 0) << SIBLINGS | (uint64_t)idle,
    };
}

static int make_table(struct table *t, int top)
{
    t->top = top;
    t->v = calloc(((size_t)top + 1) * 2, sizeof(*t->v));
    return t->v ? 0 : -ENOMEM;
}

/* Without an extra core, odd entries are never read. */
static int step(const struct acdr_cores *c)
{
    return c->r.extra ? 1 : 2;
}

static int lesser(int a, int b)
{
    return a < b ? a : b;
}

static int price_of(const struct acdr_cores *c, const struct kind *k, struct table *ret)
{
    const struct core *first = &c->cores[k->first];
    int hold = first->beside ? 0 : k->count * first->hold;
    int top = lesser(hold, c->r.most);

    if (make_table(ret, top) < 0)
        return -ENOMEM;
    for (int i = 0; i <= top * 2 + 1; i += step(c))
        ret->v[i] = price_kind(c->r.smt, first, k->count, i / 2, i % 2);
    return 0;
}

/* The best split between A and B for entry CODE; B's share, encoded, in *CHOICE. Of equal ones that
 * with the smallest share of B, so that earlier ones are filled first. */
static struct score best_sum(const struct table *a, const struct table *b, int code,
                             uint16_t *choice)
{
    struct score best = never;
    int n = code / 2;

    *choice = 0;
    for (int k = n > a->top ? n - a->top : 0; k <= lesser(n, b->top); k++) {
        for (int extra = 0; extra <= code % 2; extra++) {
            const struct score *x = &a->v[(n - k) * 2 + code % 2 - extra];
            const struct score *y = &b->v[k * 2 + extra];
            struct score sum;

            if (is_never(x) || is_never(y))
                continue;
            sum = (struct score){ x->head + y->head, x->room + y->room };
            if (is_less(&sum, &best)) {
                best = sum;
                *choice = (uint16_t)(k * 2 + extra);
            }
        }
    }
    return best;
}

/* A becomes A and B together; CHOICE has B's share of each entry, the caller frees it. */
static int add_table(const struct acdr_cores *c, struct table *a, const struct table *b,
                     uint16_t **choice)
{
    struct table sum;
    int err = make_table(&sum, lesser(a->top + b->top, c->r.most));

    *choice = calloc(((size_t)sum.top + 1) * 2, sizeof(**choice));
    if (err < 0 || !*choice) {
        free(sum.v);
        return -ENOMEM;
    }
    for (int i = 0; i <= sum.top * 2 + 1; i += step(c))
        sum.v[i] = best_sum(a, b, i, &(*choice)[i]);
    free(a->v);
    *a = sum;
    return 0;
}

static int nothing(struct table *ret)
{
    if (make_table(ret, 0) < 0)
        return -ENOMEM;
    ret->v[1] = never;
    return 0;
}

static void free_choices(uint16_t **choice, int n)
{
    for (int i = 0; choice && i < n; i++)
        free(choice[i]);
    free(choice);
}

static int add_kinds(const struct acdr_cores *c, const struct domain *d, struct table *ret,
                     uint16_t **choice)
{
    int err = nothing(ret);

    for (int i = 0; err == 0 && i < d->n_kinds; i++) {
        struct table t = { 0 };

        err = price_of(c, &c->kinds[d->first + i], &t);
        if (err == 0)
            err = add_table(c, ret, &t, &choice[i]);
        free(t.v);
    }
    return err;
}

/* The domain itself, and the loss of others in it. */
static void add_domain_price(const struct acdr_cores *c, const struct domain *d, struct table *t)
{
    for (int i = 0; i <= t->top * 2 + 1; i += step(c)) {
        struct score *s = &t->v[i];
        int used = i / 2 + (c->r.smt == ACDR_SMT_ANY ? i % 2 : field(s, 0, 16));
        int left = d->avail - used;

        if (is_never(s))
            continue;
        s->head += i > 1 ? UINT64_C(1) << L3 : 0;
        s->room = (uint64_t)((long long)d->avail * d->avail - (long long)left * left);
    }
}

static int price_domain(const struct acdr_cores *c, const struct domain *d, struct table *ret)
{
    uint16_t **choice = calloc((size_t)d->n_kinds + 1, sizeof(*choice));
    int err = choice ? add_kinds(c, d, ret, choice) : -ENOMEM;

    free_choices(choice, d->n_kinds);
    if (err == 0)
        add_domain_price(c, d, ret);
    return err;
}

int acdr_cores_make_table(struct acdr_cores *c, struct part *p)
{
    int err = nothing(&p->best);

    p->choice = calloc((size_t)p->n_domains + 1, sizeof(*p->choice));
    if (!p->choice)
        err = -ENOMEM;
    for (int i = 0; err == 0 && i < p->n_domains; i++) {
        struct table t = { 0 };

        err = price_domain(c, &c->domains[p->first + i], &t);
        if (err == 0)
            err = add_table(c, &p->best, &t, &p->choice[i]);
        free(t.v);
    }
    return err;
}

void acdr_cores_free_table(struct part *p)
{
    free(p->best.v);
    free_choices(p->choice, p->n_domains);
    p->best.v = NULL;
    p->choice = NULL;
}

int acdr_cores_split_domain(const struct acdr_cores *c, const struct domain *d, int code,
                            uint16_t *codes)
{
    uint16_t **choice = calloc((size_t)d->n_kinds + 1, sizeof(*choice));
    struct table t = { 0 };
    int err = choice ? add_kinds(c, d, &t, choice) : -ENOMEM;

    for (int i = d->n_kinds - 1; err == 0 && i >= 0; i--) {
        codes[i] = choice[i][code];
        code -= codes[i];
    }
    free_choices(choice, d->n_kinds);
    free(t.v);
    return err;
}

int acdr_cores_find_price(struct acdr_cores *c, size_t node, int n, bool extra,
                          struct acdr_cores_price *ret)
{
    struct part *p = &c->parts[node];
    const struct score *s;

    if (n > p->capacity || n > c->r.most || (extra && !c->r.extra))
        return 0;
    if (!p->choice && acdr_cores_make_table(c, p) < 0) {
        acdr_cores_free_table(p);
        return -ENOMEM;
    }
    if (n > p->best.top)
        return 0;
    s = &p->best.v[n * 2 + extra];
    if (is_never(s))
        return 0;
    *ret = (struct acdr_cores_price){
        .mates = field(s, MATES, 14),
        .isolated = field(s, ISOLATED, 2),
        .l3 = field(s, L3, 14),
        .siblings = field(s, SIBLINGS, 14),
        .idle = field(s, 0, 16),
        .room = (long long)s->room,
    };
    return 1;
}
