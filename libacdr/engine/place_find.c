/*
 * Where a guest goes. Knows what a guest needs and what the nodes have; cores.c knows which CPUs of
 * a node make a good set.
 */
#include "place_find.h"

#include <errno.h>
#include <string.h>

#include "cores.h"
#include "place_memory.h"
#include "place_pins.h"
#include "place_threads.h"
#include "text.h"

struct search {
    const struct acdr_place_request *q;
    struct acdr_cores cores; /* the CPUs to choose from, and how */
    int vcpus;               /* dedicated CPUs that are needed for vCPUs, 0 where none are */
    int extra;               /* and for the emulator */
    struct acdr_cpus nodes;  /* nodes that may be used */
    struct acdr_place *place;
};

static int node_capacity(const struct search *s, const struct acdr_node *n)
{
    return acdr_cores_capacity(&s->cores, &n->cpus);
}

static bool node_fits(const struct search *s, const struct acdr_node *n, int extra)
{
    if (!acdr_cpus_has(&s->nodes, n->id) || !acdr_place_holds(s->q, n, -1, 1))
        return false;
    if (!s->vcpus)
        return !acdr_cpus_empty(&n->cpus);
    return acdr_cores_fit(&s->cores, &n->cpus, s->vcpus, extra);
}

/* The node that fits and is left with the least; one where an L3 domain holds the guest goes first.
 * Without dedicated CPUs: the one with most free memory. */
static const struct acdr_node *best_node(const struct search *s, int extra)
{
    const struct acdr_node *best = NULL;
    long long best_cost = 0;

    for (size_t i = 0; i < s->q->host->n_nodes; i++) {
        const struct acdr_node *n = &s->q->host->nodes[i];
        long long cost;

        if (!node_fits(s, n, extra))
            continue;
        cost = s->vcpus ? node_capacity(s, n) : -acdr_place_free_kb(s->q, n);
        if (s->vcpus && !acdr_cores_one_l3(&s->cores, &n->cpus, s->vcpus))
            cost += ACDR_CPUS_MAX;
        if (!best || cost < best_cost) {
            best = n;
            best_cost = cost;
        }
    }
    return best;
}

static int place_on_node(struct search *s, const struct acdr_node *n)
{
    acdr_auto(free) char *memory = acdr_place_tell_memory(s->q, n);
    struct acdr_place *p = s->place;
    int capacity = node_capacity(s, n);

    acdr_cpus_add(&p->nodes, n->id);
    for (int i = 0; i < p->n_cells; i++)
        p->cell_node[i] = n->id;
    if (!memory)
        return -ENOMEM;
    if (s->vcpus && acdr_cores_take(&s->cores, &n->cpus, s->vcpus, p->vcpu, &p->clean))
        return -ENOSPC;
    if (s->vcpus)
        p->why = acdr_text_format("node %d: %d of %d CPUs free for that, %s, %s", n->id, s->vcpus,
                                  capacity, acdr_cores_tell_l3(&s->cores, p->vcpu, s->vcpus),
                                  memory);
    else
        p->why = acdr_text_format("node %d: most memory free, %s", n->id, memory);
    return p->why ? 0 : -ENOMEM;
}

/* The node with most free CPUs that is not used yet and has the memory of that cell (-1: of the
 * PARTSth part of the guest), or NULL. */
static const struct acdr_node *roomiest(const struct search *s, int need, int cell, int parts)
{
    const struct acdr_node *best = NULL;

    for (size_t i = 0; i < s->q->host->n_nodes; i++) {
        const struct acdr_node *n = &s->q->host->nodes[i];

        if (!acdr_cpus_has(&s->nodes, n->id) || acdr_cpus_has(&s->place->nodes, n->id) ||
            !acdr_place_holds(s->q, n, cell, parts) || node_capacity(s, n) < need)
            continue;
        if (!best || node_capacity(s, n) > node_capacity(s, best))
            best = n;
    }
    return best;
}

/* vCPUs FIRST.. of a list are put on a node; VCPUS says which those are. */
static int put(struct search *s, const struct acdr_node *n, const int *vcpus, int count)
{
    acdr_auto(free) int *cpus = calloc((size_t)count + 1, sizeof(*cpus));

    if (!cpus)
        return -ENOMEM;
    acdr_cpus_add(&s->place->nodes, n->id);
    if (s->vcpus && acdr_cores_take(&s->cores, &n->cpus, count, cpus, &s->place->clean))
        return -ENOSPC;
    for (int i = 0; s->vcpus && i < count; i++)
        s->place->vcpu[vcpus[i]] = cpus[i];
    return 0;
}

/* The running vCPUs of a guest NUMA cell, into a list. */
static int cell_vcpus(const struct search *s, const struct acdr_cell *c, int *list)
{
    int n = 0;

    ACDR_CPUS_FOR(v, &c->vcpus)
        if (acdr_domain_vcpu(s->q->domain, v) >= 0)
            list[n++] = acdr_domain_vcpu(s->q->domain, v);
    return n;
}

static int place_cells(struct search *s)
{
    const struct acdr_domain *d = s->q->domain;
    acdr_auto(free) int *list = calloc((size_t)d->vcpus + 1, sizeof(*list));
    int covered = 0;

    if (!list)
        return -ENOMEM;
    for (size_t i = 0; i < d->n_cells; i++) {
        int n = cell_vcpus(s, &d->cells[i], list);
        const struct acdr_node *node = roomiest(s, s->vcpus ? n : 0, (int)i, 1);
        int err = node ? put(s, node, list, n) : -ENOSPC;

        if (err < 0)
            return err;
        s->place->cell_node[i] = node->id;
        covered += n;
    }
    s->place->why = acdr_text_format("no single node fits; %zu guest NUMA cells on as many nodes",
                                     d->n_cells);
    return covered < s->vcpus ? -ENOSPC : s->place->why ? 0 : -ENOMEM;
}

/* An even split over N nodes. */
static int place_split(struct search *s, int n_nodes)
{
    const struct acdr_domain *d = s->q->domain;
    acdr_auto(free) int *list = calloc((size_t)d->vcpus + 1, sizeof(*list));
    int first = 0;

    if (!list)
        return -ENOMEM;
    for (int i = 0; i < d->vcpus; i++)
        list[i] = i;
    for (int i = 0; i < n_nodes; i++) {
        int n = (d->vcpus - first) / (n_nodes - i);
        const struct acdr_node *node = roomiest(s, s->vcpus ? n : 0, -1, n_nodes);
        int err = node ? put(s, node, list + first, n) : -ENOSPC;

        if (err < 0)
            return err;
        first += n;
    }
    s->place->why = acdr_text_format("no single node fits; split evenly over %d nodes", n_nodes);
    return s->place->why ? 0 : -ENOMEM;
}

static void start_over(struct search *s, const struct acdr_cpus *from)
{
    acdr_cpus_zero(&s->place->nodes);
    acdr_cpus_zero(&s->place->clean);
    s->cores.from = *from;
    free(s->place->why);
    s->place->why = NULL;
}

static int place_on_many(struct search *s)
{
    const struct acdr_cpus from = s->cores.from;
    int n_nodes = acdr_cpus_count(&s->nodes);
    int err = -ENOSPC;

    if (s->q->domain->n_cells > 1) {
        err = place_cells(s);
        if (err != -ENOSPC)
            return err;
    }
    for (int n = 2; err == -ENOSPC && n <= n_nodes && n <= s->q->domain->vcpus; n++) {
        start_over(s, &from);
        err = place_split(s, n);
    }
    return err;
}

/* A cell's memory goes where its first vCPU runs. */
static int node_of_cell(const struct search *s, const struct acdr_cell *c)
{
    ACDR_CPUS_FOR(v, &c->vcpus) {
        int rank = acdr_domain_vcpu(s->q->domain, v);

        if (rank >= 0)
            return acdr_host_cpu(s->q->host, s->place->vcpu[rank])->node;
    }
    return acdr_cpus_next(&s->place->nodes, -1);
}

static int place_pinned(struct search *s, struct acdr_err *e)
{
    struct acdr_place *p = s->place;
    int err = acdr_place_pins(s->q, &s->cores.from, p, e);

    if (err < 0)
        return err;
    if (acdr_cpus_empty(&p->nodes) || s->q->domain->has_mem_nodes)
        p->nodes = s->nodes;
    for (int i = 0; i < p->n_cells; i++)
        p->cell_node[i] = node_of_cell(s, &s->q->domain->cells[i]);
    p->why = strdup("the XML pins the vCPUs");
    return p->why ? 0 : acdr_err_nomem(e);
}

/* CPUs for the emulator alone: near the guest, else anywhere. */
static int reserve(struct search *s)
{
    struct acdr_place *p = s->place;
    struct acdr_cpus from = { 0 };
    int cpu;

    acdr_place_cpus(s->q->host, &p->nodes, &from);
    if (acdr_cores_take(&s->cores, &from, 1, &cpu, &p->reserved) == 0)
        return 0;
    return acdr_cores_take(&s->cores, &s->cores.from, 1, &cpu, &p->reserved);
}

static int no_place(const struct search *s, struct acdr_err *e)
{
    const struct acdr_domain *d = s->q->domain;
    acdr_auto(text) struct acdr_text t = { 0 };

    acdr_text_add(&t, "no place: needs ");
    if (s->vcpus)
        acdr_text_addf(&t, "%d dedicated CPUs%s and ", s->vcpus,
                       s->extra ? " and one for the emulator" : "");
    acdr_text_addf(&t, "%lld MiB%s", d->memory_kb / 1024, d->hugepages ? " of huge pages" : "");
    for (size_t i = 0; i < s->q->host->n_nodes; i++) {
        const struct acdr_node *n = &s->q->host->nodes[i];

        acdr_text_addf(&t, "; node %d has ", n->id);
        if (s->vcpus)
            acdr_text_addf(&t, "%d of %d CPUs free for that and ", node_capacity(s, n),
                           acdr_cpus_count(&n->cpus));
        if (acdr_place_free_kb(s->q, n) < 0)
            acdr_text_add(&t, "an unknown amount of memory");
        else
            acdr_text_addf(&t, "%lld MiB", acdr_place_free_kb(s->q, n) / 1024);
    }
    if (t.bad)
        return acdr_err_nomem(e);
    return acdr_err_set(e, ENOSPC, "%s", t.s);
}

enum scope { ONE_NODE, MANY_NODES, ANY_NODES };

/* Better the emulator on another node than the guest on two. */
static int choose(struct search *s, enum scope scope)
{
    const struct acdr_node *n = scope == MANY_NODES ? NULL : best_node(s, s->extra);

    if (!n && s->extra && scope != MANY_NODES)
        n = best_node(s, 0);
    if (n)
        return place_on_node(s, n);
    return scope == ONE_NODE ? -ENOSPC : place_on_many(s);
}

static int search_in(struct search *s, const struct acdr_cpus *from, enum scope scope,
                     struct acdr_err *e)
{
    int err;

    start_over(s, from);
    err = s->vcpus && acdr_domain_pinned(s->q->domain) ? place_pinned(s, e) : choose(s, scope);
    if (err == 0 && s->extra)
        err = reserve(s);
    if (err == 0)
        acdr_place_threads(s->q, s->place);
    return err;
}

/* Online and not for housekeeping. */
static void undedicated(const struct acdr_place_request *q, struct acdr_cpus *ret)
{
    *ret = q->host->online;
    acdr_cpus_minus(ret, &q->housekeeping);
}

static void free_cpus(const struct acdr_place_request *q, struct acdr_cpus *ret)
{
    undedicated(q, ret);
    acdr_cpus_minus(ret, &q->taken);
}

/* One node is worth more than the right kind of CPU: isolcpus, then what the scheduler knows of,
 * then both together; the same with several nodes. */
static int search_all(struct search *s, struct acdr_err *e)
{
    struct acdr_cpus from[3];
    int err = -ENOSPC;

    free_cpus(s->q, &from[2]);
    if (acdr_domain_pinned(s->q->domain))
        return search_in(s, &from[2], ANY_NODES, e);
    from[0] = from[1] = from[2];
    acdr_cpus_and(&from[0], &s->q->host->isolated);
    acdr_cpus_minus(&from[1], &s->q->host->isolated);
    for (int i = 0; err == -ENOSPC && i < 6; i++)
        if (s->vcpus || i % 3)
            err = search_in(s, &from[i % 3], i < 3 ? ONE_NODE : MANY_NODES, NULL);
    return err;
}

static int make_place(const struct acdr_domain *d, struct acdr_place **ret)
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
    *ret = acdr_take(p);
    return 0;
}

int acdr_place_find(const struct acdr_place_request *q, struct acdr_place **ret,
                    struct acdr_err *e)
{
    acdr_auto(acdr_place_free) struct acdr_place *p = NULL;
    struct search s = { .q = q };
    struct acdr_err why = { 0 };
    struct acdr_cpus all;
    int err = make_place(q->domain, &p);

    if (err < 0)
        return acdr_err_nomem(e);
    s.place = p;
    s.vcpus = acdr_class_has(q->class, "vcpus") ? q->domain->vcpus : 0;
    s.extra = s.vcpus && acdr_place_wants_own(q->class);
    acdr_place_nodes(q, &s.nodes);
    acdr_cores_init(&s.cores, q->host, s.vcpus ? acdr_class_get(q->class, "vcpus", "smt") : "");
    err = search_all(&s, &why);
    if (err == -ENOSPC && q->share) {
        undedicated(q, &all);
        err = search_in(&s, &all, ANY_NODES, NULL);
    }
    if (err == -ENOSPC && !why.code) {
        free_cpus(q, &s.cores.from);
        return no_place(&s, e);
    }
    if (err < 0)
        return acdr_err_set(e, -err, "%s", why.code ? why.text : "out of memory");
    p->n_vcpus = s.vcpus;
    *ret = acdr_take(p);
    return 0;
}
