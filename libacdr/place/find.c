/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where a guest goes. Knows in which order forms of a place and kinds of CPUs are tried, and puts
 * the answer in words; what is best of each, search.c knows.
 */
#include "place_find.h"

#include <errno.h>
#include <string.h>

#include "place_cost.h"
#include "place_memory.h"
#include "place_pins.h"
#include "place_search.h"
#include "place_sets.h"
#include "place_threads.h"
#include "text.h"

/* Isolcpus, CPUs that are none, and all together: a search in each. */
enum { KINDS = 3 };

struct find {
    const struct acdr_place_request *q;
    struct acdr_bitmap avail, from[KINDS];
    struct acdr_search *search[KINDS]; /* NULL where a kind adds nothing */
    int best;                          /* of these */
    const struct acdr_layout *layout;
    enum acdr_form form;
    int only;   /* a node of the host's array, or -1 */
    bool exact; /* no search was cut short */
    struct acdr_place *place;
};

/* --- searching --- */

static int prepare(struct find *f, bool borrow)
{
    const struct acdr_place_request *q = f->q;
    bool isolated;
    int err = 0;

    acdr_place_avail(q, borrow, &f->avail);
    f->from[0] = f->from[1] = f->from[2] = f->avail;
    acdr_bitmap_and(&f->from[0], &q->host->isolated);
    acdr_bitmap_andnot(&f->from[1], &q->host->isolated);
    isolated = !acdr_bitmap_empty(&f->from[0]) && q->hints.dedicated;
    for (int i = 0; err == 0 && i < KINDS; i++)
        if (isolated || i == 1)
            err = acdr_search_new(q, &f->from[i], &f->avail, i, &f->search[i]);
    return err;
}

static void forget(struct find *f)
{
    for (int i = 0; i < KINDS; i++) {
        acdr_search_free(f->search[i]);
        f->search[i] = NULL;
    }
}

/* The best layout of a form over all kinds of CPUs. 1, 0 or -ENOMEM. */
static int run_form(struct find *f, enum acdr_form form)
{
    f->layout = NULL;
    f->form = form;
    for (int i = 0; i < KINDS; i++) {
        const struct acdr_layout *l;
        int found = f->search[i] ? acdr_search_run(f->search[i], form, f->only, &l) : 0;

        if (found < 0)
            return found;
        f->exact &= !f->search[i] || acdr_search_exact(f->search[i]);
        if (found &&
            (!f->layout || acdr_place_cost_compare(&l->cost, &f->layout->cost, NULL) < 0)) {
            f->layout = l;
            f->best = i;
        }
    }
    return f->layout != NULL;
}

/* Each form is better than the next. 1, 0 or -ENOMEM. */
static int run(struct find *f)
{
    int found = 0;

    for (int form = 0; found == 0 && form < (f->only < 0 ? ACDR_FORMS : 1); form++)
        found = run_form(f, (enum acdr_form)form);
    return found;
}

/* --- words --- */

static char *format_node(const struct find *f, const struct acdr_node *n)
{
    acdr_auto(free) char *memory = acdr_place_format_memory(f->q, n);
    struct acdr_cores *cores = acdr_search_cores(f->search[f->best]);
    const struct acdr_place *p = f->place;

    if (!memory)
        return NULL;
    if (!cores)
        return acdr_text_format("node %d: most memory free, %s", n->id, memory);
    return acdr_text_format("node %d: %d of %d CPUs free for that, %s, %s", n->id, p->n_vcpus,
                            acdr_cores_capacity(cores, (size_t)(n - f->q->host->nodes)),
                            acdr_cores_format_l3(f->q->host, p->vcpu, p->n_vcpus), memory);
}

static char *format_reason(const struct find *f)
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
    default:
        return acdr_text_format(
            "no single node fits; split %s over %d nodes%s",
            f->layout->cost.term[ACDR_COST_UNEVEN] ? "as they have room" : "evenly", nodes,
            f->form == ACDR_FORM_LOOSE && f->place->n_vcpus ? ", memory where there is some" : "");
    }
}

/* --- making the place --- */

/* A cell's memory goes where its first vCPU runs. */
static int node_of_cell(const struct find *f, const struct acdr_cell *c)
{
    ACDR_BITMAP_FOR(v, &c->vcpus) {
        int rank = acdr_domain_vcpu(f->q->domain, v);

        if (rank >= 0 && f->place->n_vcpus)
            return acdr_host_cpu(f->q->host, f->place->vcpu[rank])->node;
    }
    return acdr_bitmap_next(&f->place->nodes, -1);
}

static void put_cells(const struct find *f)
{
    for (int i = 0; i < f->place->n_cells; i++)
        if (f->place->cell_node[i] < 0)
            f->place->cell_node[i] = node_of_cell(f, &f->q->domain->cells[i]);
}

static int make(struct find *f)
{
    struct acdr_place *p = f->place;

    if (acdr_search_take(f->search[f->best], f->layout, p) < 0)
        return -ENOMEM;
    p->n_vcpus = acdr_search_cores(f->search[f->best]) ? f->q->domain->vcpus : 0;
    put_cells(f);
    p->why = format_reason(f);
    return p->why ? 0 : -ENOMEM;
}

static int new_place(const struct acdr_domain *d, struct acdr_place **ret)
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

/* --- a guest that the XML pins --- */

/* The core for the emulator: on the nearest node that has one. */
static int reserve(struct find *f, const struct acdr_bitmap *from)
{
    const struct acdr_host *h = f->q->host;
    struct acdr_cores_request r = {
        .host = h, .from = from, .avail = from, .smt = f->q->hints.smt, .extra = true
    };
    acdr_auto(acdr_cores_free) struct acdr_cores *cores = NULL;
    struct acdr_cores_price price;
    int best = -1, near = 0;

    if (acdr_cores_new(&r, &cores) < 0)
        return -ENOMEM;
    for (size_t i = 0; i < h->n_nodes; i++) {
        int found = acdr_cores_find_price(cores, i, 0, true, &price);
        int d = acdr_place_nearest(h, h->nodes[i].id, &f->place->nodes);

        if (found < 0)
            return found;
        if (found && (best < 0 || d < near)) {
            best = (int)i;
            near = d;
        }
    }
    if (best < 0)
        return -ENOSPC;
    return acdr_cores_take(cores, (size_t)best, 0, true, &best, &f->place->clean,
                           &f->place->reserved);
}

static int find_pinned(struct find *f, bool borrow, struct acdr_err *e)
{
    struct acdr_place *p = f->place;
    struct acdr_bitmap from;
    int err;

    acdr_place_avail(f->q, borrow, &from);
    err = acdr_place_pins(f->q, &from, p, e);
    if (err < 0)
        return err;
    if (acdr_bitmap_empty(&p->nodes) || f->q->domain->has_mem_nodes)
        acdr_place_nodes(f->q, &p->nodes);
    p->n_vcpus = f->q->domain->vcpus;
    put_cells(f);
    p->why = strdup("the XML pins the vCPUs");
    if (!p->why)
        return acdr_err_nomem(e);
    return acdr_place_wants_own(f->q) ? reserve(f, &from) : 0;
}

/* --- asking --- */

/* 0, -ENOSPC or -ENOMEM. */
static int find_free(struct find *f, bool borrow)
{
    int err = prepare(f, borrow);
    int found = err < 0 ? err : run(f);

    err = found < 0 ? found : found ? make(f) : -ENOSPC;
    forget(f);
    return err;
}

static int find(struct find *f, bool borrow, struct acdr_place **ret, struct acdr_err *e)
{
    acdr_auto(acdr_place_free) struct acdr_place *p = NULL;
    bool pinned = f->q->hints.dedicated && acdr_domain_pinned(f->q->domain);
    int err = new_place(f->q->domain, &p);

    f->place = p;
    f->exact = true;
    if (err == 0)
        err = pinned ? find_pinned(f, borrow, e) : find_free(f, borrow);
    if (err < 0)
        return err;
    acdr_place_threads(f->q, p);
    *ret = acdr_take(p);
    return 0;
}

int acdr_place_find(const struct acdr_place_request *q, struct acdr_place **ret, struct acdr_err *e)
{
    struct find f = { .q = q, .only = -1 };
    struct acdr_err why = { 0 };
    int err = find(&f, false, ret, &why);

    if (err == -ENOSPC && q->share)
        err = find(&f, true, ret, NULL);
    if (err == -ENOSPC && !why.code)
        return acdr_place_refuse(q, e);
    if (err < 0)
        return acdr_err_set(e, -err, "%s", why.code ? why.text : "out of memory");
    return 0;
}

int acdr_place_find_on(const struct acdr_place_request *q, int node, bool *exact,
                       struct acdr_place **ret)
{
    struct find f = { .q = q, .only = node };
    int err = find(&f, false, ret, NULL);

    if (err == -ENOSPC && q->share && node < 0)
        err = find(&f, true, ret, NULL);
    *exact = f.exact;
    return err;
}
