/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A place within the XML's restrictions on vCPUs, or the class's. A pin limits the CPUs of a vCPU,
 * so vCPUs with the same pin are placed together among the CPUs of the pin, as if these were the
 * host. If such places conflict, a matching decides. The siblings of a pin's CPUs are the owner's
 * business; those of the CPUs that the class lists follow its key for siblings.
 */
#include <errno.h>
#include <string.h>

#include "place_bound.h"
#include "place_match.h"
#include "place_part.h"
#include "place_sets.h"
#include "place_siblings.h"
#include "place_try.h"
#include "text.h"

struct bound {
    struct acdr_place_try *t;
    const struct acdr_place_request *q;
    const struct acdr_domain *d;
    const struct acdr_bitmap **set; /* of each running vCPU; NULL: any CPU */
    struct acdr_bitmap *own;        /* storage for sets made here */
    struct acdr_bitmap from;        /* what is left for vCPUs */
    bool by_cells;                  /* vCPUs follow the nodes of their cell's memory */
};

/* --- what each vCPU may have --- */

static const struct acdr_cell *cell_of(const struct acdr_domain *d, int vcpu)
{
    for (size_t i = 0; i < d->n_cells; i++)
        if (acdr_bitmap_has(&d->cells[i].vcpus, vcpu))
            return &d->cells[i];
    return NULL;
}

/* Restrict it to the CPUs of its cell's memory nodes in the XML. A pin elsewhere stands. */
static void follow_cell(struct bound *b, int i)
{
    const struct acdr_cell *c = cell_of(b->d, b->d->vcpu_id[i]);
    struct acdr_bitmap cpus;

    if (!c || !c->has_nodes)
        return;
    acdr_place_cpus(b->q->host, &c->nodes, &cpus);
    if (b->set[i])
        acdr_bitmap_and(&cpus, b->set[i]);
    if (!acdr_bitmap_intersects(&cpus, &b->from))
        return;
    b->own[i] = cpus;
    b->set[i] = &b->own[i];
}

static int make_sets(struct bound *b)
{
    size_t n = (size_t)b->d->vcpus + 1;

    b->set = calloc(n, sizeof(*b->set));
    b->own = b->by_cells ? calloc(n, sizeof(*b->own)) : NULL;
    if (!b->set || (b->by_cells && !b->own))
        return -ENOMEM;
    for (int i = 0; i < b->d->vcpus; i++) {
        b->set[i] = b->d->pin[b->d->vcpu_id[i]];
        if (b->by_cells)
            follow_cell(b, i);
    }
    return 0;
}

static bool is_same(const struct acdr_bitmap *x, const struct acdr_bitmap *y)
{
    return x == y || (x && y && acdr_bitmap_equal(x, y));
}

/* --- vCPUs of one set --- */

static void merge(struct bound *b, const struct acdr_place_part *part,
                  const struct acdr_place *found, struct acdr_place *p)
{
    for (int i = 0; i < part->d.vcpus; i++)
        p->vcpu[part->rank[i]] = found->vcpu[i];
    for (size_t i = 0; i < part->d.n_cells; i++)
        p->cell_node[part->cell[i]] = found->cell_node[i];
    acdr_bitmap_or(&p->clean, &found->clean);
    acdr_bitmap_or(&p->nodes, &found->nodes);
    acdr_bitmap_andnot(&b->from, &found->clean);
}

/* Only the CPUs of SET (NULL: all) for the vCPU of this rank and others with the same set. */
static void narrow(const struct bound *b, int rank, const struct acdr_bitmap *set,
                   struct acdr_place_try *t)
{
    if (set && acdr_place_is_listed(b->q, rank)) {
        acdr_place_keep_cores(b->q, set, &t->from);
        t->named = set;
    } else if (set) {
        acdr_bitmap_and(&t->from, set);
    }
}

static int search_part(struct bound *b, const struct acdr_bitmap *set,
                       const struct acdr_place_part *part, struct acdr_place *p)
{
    acdr_auto(acdr_place_free) struct acdr_place *found = NULL;
    struct acdr_place_request q = *b->q;
    struct acdr_place_try t = *b->t;
    int err = acdr_place_new(&part->d, &found);

    q.domain = &part->d;
    t.q = &q;
    t.from = b->from;
    acdr_bitmap_andnot(&t.avail, &p->clean);
    narrow(b, part->rank[0], set, &t);
    t.beside = false;
    t.near = true;
    if (err == 0)
        err = acdr_place_free_vcpus(&t, found);
    b->t->exact &= t.exact;
    if (err == 0)
        merge(b, part, found, p);
    return err;
}

/* The numbers of the vCPUs that have SET. */
static void find_members(const struct bound *b, const struct acdr_bitmap *set,
                         struct acdr_bitmap *ret)
{
    acdr_bitmap_zero(ret);
    for (int i = 0; i < b->d->vcpus; i++)
        if (is_same(b->set[i], set))
            acdr_bitmap_add(ret, b->d->vcpu_id[i]);
}

/* As many vCPUs as CPUs of a pin: there is nothing to choose. */
static void put_all(struct bound *b, const struct acdr_bitmap *cpus,
                    const struct acdr_place_part *part, struct acdr_place *p)
{
    struct acdr_bitmap set = *cpus;
    int i = 0;

    ACDR_BITMAP_FOR(cpu, &set)
        acdr_place_put(b->q, &b->from, p, part->rank[i++], cpu);
}

static int place_part(struct bound *b, const struct acdr_bitmap *set, struct acdr_place *p)
{
    struct acdr_bitmap cpus = b->from;
    struct acdr_place_part part;
    struct acdr_bitmap members;
    int err;

    find_members(b, set, &members);
    err = acdr_place_part(b->d, &members, &part);

    if (set)
        acdr_bitmap_and(&cpus, set);
    if (err == 0 && acdr_bitmap_weight(&cpus) < part.d.vcpus)
        err = -ENOSPC;
    else if (err == 0 && acdr_bitmap_weight(&cpus) == part.d.vcpus &&
             !acdr_place_is_listed(b->q, part.rank[0]))
        put_all(b, &cpus, &part, p);
    else if (err == 0)
        err = search_part(b, set, &part, p);
    acdr_place_part_done(&part);
    return err;
}

/* --- all of them --- */

/* How many CPUs of its set a vCPU's group leaves to others; least choice comes first. */
static int choice_of(const struct bound *b, int i)
{
    struct acdr_bitmap cpus = b->from;

    if (!b->set[i])
        return ACDR_BITMAP_MAX;
    acdr_bitmap_and(&cpus, b->set[i]);
    return acdr_bitmap_weight(&cpus);
}

/* The next vCPU without a CPU whose set is the smallest; -1: all have one. */
static int next_vcpu(const struct bound *b, const struct acdr_place *p)
{
    int best = -1, least = 0;

    for (int i = 0; i < b->d->vcpus; i++) {
        int choice = p->vcpu[i] < 0 ? choice_of(b, i) : 0;

        if (p->vcpu[i] < 0 && (best < 0 || choice < least)) {
            best = i;
            least = choice;
        }
    }
    return best;
}

static int by_parts(struct bound *b, struct acdr_place *p)
{
    int err = 0;

    for (int i; err == 0 && (i = next_vcpu(b, p)) >= 0;)
        err = place_part(b, b->set[i], p);
    return err;
}

static void clear(struct acdr_place *p, int n)
{
    acdr_bitmap_zero(&p->clean);
    acdr_bitmap_zero(&p->nodes);
    for (int i = 0; i < n; i++)
        p->vcpu[i] = -1;
    for (int i = 0; i < p->n_cells; i++)
        p->cell_node[i] = -1;
}

static bool is_uniform(const struct bound *b)
{
    for (int i = 1; i < b->d->vcpus; i++)
        if (!is_same(b->set[i], b->set[0]))
            return false;
    return true;
}

/* --- together --- */

static int set_reason(const struct bound *b, struct acdr_place *p)
{
    if (p->why)
        return 0;
    if (!acdr_bitmap_empty(&b->q->hints.vcpus))
        p->why = strdup("the class names the CPUs");
    else
        p->why = strdup(acdr_domain_pinned(b->d) ? "the XML pins the vCPUs"
                                                 : "vCPUs follow the memory of their cells");
    return p->why ? 0 : -ENOMEM;
}

static int finish(struct bound *b, struct acdr_place *p, struct acdr_err *e)
{
    int err = acdr_place_siblings(b->t, p, e);

    if (err < 0)
        return err;
    p->n_vcpus = b->d->vcpus;
    if (acdr_domain_confines_memory(b->d))
        acdr_place_nodes(b->q, &p->nodes);
    acdr_place_memnodes(b->d, p);
    acdr_place_cells(b->q, p);
    err = acdr_place_check_bound(b->q, p, e);
    return err < 0 ? err : set_reason(b, p);
}

static int try_sets(struct bound *b, struct acdr_place *p, struct acdr_err *e)
{
    struct acdr_place_try t = *b->t;
    bool any = !b->set[0] || acdr_bitmap_subset(&b->t->avail, b->set[0]);
    bool listed = acdr_place_is_listed(b->q, 0);
    int err;

    if (is_uniform(b) && (listed || choice_of(b, 0) != b->d->vcpus)) {
        t.near = !any && !listed;
        narrow(b, 0, b->set[0], &t);
        err = acdr_place_free_vcpus(&t, p);
        b->t->exact &= t.exact;
        if (any || (listed && t.only >= 0))
            return err;
    } else {
        err = by_parts(b, p);
    }
    if (err != -ENOSPC)
        return err;
    clear(p, b->d->vcpus);
    b->from = b->t->from;
    return acdr_place_match(b->q, b->set, &b->from, p, e);
}

static int place(struct bound *b, struct acdr_place *p, struct acdr_err *e)
{
    int err;

    b->from = b->t->from;
    err = make_sets(b);
    if (err == 0)
        err = try_sets(b, p, e);
    if (err == 0 && (acdr_domain_has_memnodes(b->d) || acdr_domain_pinned(b->d)))
        err = finish(b, p, e);
    free(b->set);
    free(b->own);
    return err;
}

int acdr_place_bound_vcpus(struct acdr_place_try *t, struct acdr_place *p, struct acdr_err *e)
{
    struct bound b = { .t = t, .q = t->q, .d = t->q->domain, .from = t->from };
    int err = -ENOSPC;

    b.by_cells = acdr_domain_has_memnodes(b.d);
    if (b.by_cells)
        err = place(&b, p, NULL);
    if (err != -ENOSPC)
        return err;
    clear(p, b.d->vcpus);
    b.by_cells = false;
    return place(&b, p, e);
}
