/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A place for vCPUs that may use any of a set of CPUs. Knows the order in which forms of a place
 * and kinds of CPUs are tried, and describes the result; search.c finds the best of each.
 */
#include <errno.h>
#include <string.h>

#include "place_memory.h"
#include "place_search.h"
#include "place_sets.h"
#include "place_try.h"
#include "text.h"

/* Isolcpus, other CPUs, and all together; on a hybrid host, each of these for each kind of cores
 * and for all kinds: one search in each. */
enum { KINDS = 3, MOST_SPEEDS = 3, SEARCHES = KINDS * (MOST_SPEEDS + 1) };

struct free_search {
    struct acdr_place_try *t;
    const struct acdr_place_request *q;
    struct acdr_bitmap from[SEARCHES];
    struct acdr_search *search[SEARCHES]; /* NULL if it adds nothing */
    int best;                             /* of these */
    const struct acdr_layout *layout;
    enum acdr_form form;
    struct acdr_place *place;
};

/* --- searching --- */

/* A speed that no CPU has means all speeds. */
static void keep_speed(const struct acdr_host *h, int speed, struct acdr_bitmap *cpus)
{
    struct acdr_bitmap all = *cpus;

    ACDR_BITMAP_FOR(cpu, &all)
        if (speed < h->n_speeds && acdr_host_cpu(h, cpu)->speed != speed)
            acdr_bitmap_del(cpus, cpu);
}

static int add_search(struct free_search *f, int kind, int speed)
{
    int i = speed * KINDS + kind;

    f->from[i] = f->t->from;
    if (kind == 0)
        acdr_bitmap_and(&f->from[i], &f->q->host->isolated);
    else if (kind == 1)
        acdr_bitmap_andnot(&f->from[i], &f->q->host->isolated);
    keep_speed(f->q->host, speed, &f->from[i]);
    return acdr_search_new(&(struct acdr_search_query){ f->q, &f->from[i], &f->t->avail,
                                                        f->t->named, kind, speed, f->t->beside },
                           &f->search[i]);
}

static int prepare(struct free_search *f)
{
    const struct acdr_host *h = f->q->host;
    bool dedicated = f->q->hints.dedicated;
    bool isolated = dedicated && acdr_bitmap_intersects(&f->t->from, &h->isolated);
    int speeds = dedicated && h->n_speeds > 1 ? h->n_speeds : 0;
    int err = 0;

    for (int speed = 0; err == 0 && speed <= speeds; speed++)
        for (int kind = 0; err == 0 && kind < KINDS; kind++)
            if (isolated || kind == 1)
                err = add_search(f, kind, speed);
    return err;
}

static void forget(struct free_search *f)
{
    for (int i = 0; i < SEARCHES; i++) {
        acdr_search_free(f->search[i]);
        f->search[i] = NULL;
    }
}

/* The best layout of a form over all kinds of CPUs. 1, 0 or -ENOMEM. */
static int run_form(struct free_search *f, enum acdr_form form)
{
    f->layout = NULL;
    f->form = form;
    for (int i = 0; i < SEARCHES; i++) {
        const struct acdr_layout *l;
        int found = f->search[i] ? acdr_search_run(f->search[i], form, f->t->only, &l) : 0;

        if (found < 0)
            return found;
        f->t->exact &= !f->search[i] || acdr_search_exact(f->search[i]);
        if (found &&
            (!f->layout || acdr_place_cost_compare(&l->cost, &f->layout->cost, NULL) < 0)) {
            f->layout = l;
            f->best = i;
        }
    }
    return f->layout != NULL;
}

/* Each form beats the next. 1, 0 or -ENOMEM. */
static int run(struct free_search *f)
{
    int found = 0, end = f->t->only >= 0 ? 1 : f->t->near ? ACDR_FORM_REMOTE : ACDR_FORMS;

    for (int form = 0; found == 0 && form < end; form++)
        found = run_form(f, (enum acdr_form)form);
    return found;
}

/* --- words --- */

static char *format_node(const struct free_search *f, const struct acdr_node *n)
{
    acdr_auto(free) char *memory = acdr_place_format_memory(f->q, n);
    struct acdr_cores *cores = acdr_search_cores(f->search[f->best]);
    const struct acdr_place *p = f->place;

    if (!memory)
        return NULL;
    if (!cores)
        return acdr_text_format("node %d: most memory free, %s", n->id, memory);
    return acdr_text_format("node %d: %d of %d free CPUs, %s, %s", n->id, p->n_vcpus,
                            acdr_cores_capacity(cores, (size_t)(n - f->q->host->nodes)),
                            acdr_cores_format_l3(f->q->host, p->vcpu, p->n_vcpus), memory);
}

/* "vCPUs on node 1 with 2048 of 8192 MiB, the rest is remote on node 0 (distance 21)" */
static char *format_remote(const struct free_search *f)
{
    const struct acdr_bitmap *remote = &f->layout->remote;
    struct acdr_bitmap own = f->place->nodes;
    acdr_auto(free) char *cpus = NULL, *memory = acdr_bitmap_print_list(remote);
    long long kb = 0;
    int far = 0;

    acdr_bitmap_andnot(&own, remote);
    cpus = acdr_bitmap_print_list(&own);
    ACDR_BITMAP_FOR(node, &own)
        kb += acdr_place_free_kb(f->q, acdr_host_node(f->q->host, node));
    ACDR_BITMAP_FOR(node, remote)
        if (acdr_place_nearest(f->q->host, node, &own) > far)
            far = acdr_place_nearest(f->q->host, node, &own);
    if (!cpus || !memory)
        return NULL;
    return acdr_text_format("remote memory: only node %s has the CPUs, with %lld of %lld MiB free; "
                            "the rest is on node %s, at distance %d",
                            cpus, kb / 1024, f->q->domain->start_kb / 1024, memory, far + 10);
}

static char *format_reason(const struct free_search *f)
{
    int nodes = (int)f->layout->cost.term[ACDR_COST_NODES];

    switch (f->form) {
    case ACDR_FORM_NODE:
        return format_node(f, acdr_host_node(f->q->host, acdr_bitmap_next(&f->place->nodes, -1)));
    case ACDR_FORM_CELLS:
        return acdr_text_format("no single node fits; %zu guest NUMA cells on as many nodes",
                                f->q->domain->n_cells);
    case ACDR_FORM_JOINT:
        return acdr_text_format("no single node fits; %zu guest NUMA cells on %d nodes",
                                f->q->domain->n_cells, nodes);
    case ACDR_FORM_REMOTE:
        return format_remote(f);
    default:
        return acdr_text_format(
            "no single node fits; split %s over %d nodes%s",
            f->layout->cost.term[ACDR_COST_UNEVEN] ? "as they have room" : "evenly", nodes,
            f->form == ACDR_FORM_LOOSE && f->place->n_vcpus ? ", memory where there is some" : "");
    }
}

/* --- making the place --- */

/* A cell's memory goes where its first vCPU runs. */
static int node_of_cell(const struct acdr_place_request *q, const struct acdr_place *p,
                        const struct acdr_cell *c)
{
    ACDR_BITMAP_FOR(v, &c->vcpus) {
        int rank = acdr_domain_vcpu(q->domain, v);

        if (rank >= 0 && p->n_vcpus)
            return acdr_host_cpu(q->host, p->vcpu[rank])->node;
    }
    return acdr_bitmap_next(&p->nodes, -1);
}

void acdr_place_cells(const struct acdr_place_request *q, struct acdr_place *p)
{
    for (int i = 0; i < p->n_cells; i++)
        if (p->cell_node[i] < 0)
            p->cell_node[i] = node_of_cell(q, p, &q->domain->cells[i]);
}

int acdr_place_new(const struct acdr_domain *d, struct acdr_place **ret)
{
    acdr_auto(acdr_place_free) struct acdr_place *p = calloc(1, sizeof(*p));

    if (!p)
        return -ENOMEM;
    p->n_cells = (int)d->n_cells;
    p->vcpu = calloc((size_t)d->vcpus + 1, sizeof(*p->vcpu));
    p->cell_node = calloc(d->n_cells + 1, sizeof(*p->cell_node));
    if (!p->vcpu || !p->cell_node)
        return -ENOMEM;
    for (int i = 0; i < d->vcpus; i++)
        p->vcpu[i] = -1;
    for (int i = 0; i < p->n_cells; i++)
        p->cell_node[i] = -1;
    *ret = acdr_take(p);
    return 0;
}

static int make(struct free_search *f)
{
    struct acdr_place *p = f->place;

    if (acdr_search_take(f->search[f->best], f->layout, p) < 0)
        return -ENOMEM;
    p->n_vcpus = acdr_search_cores(f->search[f->best]) ? f->q->domain->vcpus : 0;
    acdr_place_cells(f->q, p);
    free(p->why);
    p->why = format_reason(f);
    return p->why ? 0 : -ENOMEM;
}

int acdr_place_free_vcpus(struct acdr_place_try *t, struct acdr_place *p)
{
    struct free_search f = { .t = t, .q = t->q, .place = p };
    int err = prepare(&f);
    int found = err < 0 ? err : run(&f);

    err = found < 0 ? found : found ? make(&f) : -ENOSPC;
    forget(&f);
    return err;
}
