/* What each node had and lacked, as figures and as an error's text. See place_cost.h. */
#include "place_cost.h"

#include <errno.h>
#include <string.h>

#include "place_memory.h"
#include "place_sets.h"
#include "place_threads.h"
#include "text.h"

/* What all options are made from. */
struct telling {
    const struct acdr_place_request *q;
    struct acdr_cpus avail, nodes;
    struct acdr_cores *cores;
    int vcpus;
    bool pinned;
};

static int prepare(struct telling *t, const struct acdr_place_request *q)
{
    struct acdr_cores_request r = { .host = q->host, .from = &t->avail, .avail = &t->avail,
                                    .smt = acdr_place_smt(q) };

    t->q = q;
    t->vcpus = acdr_class_has(q->class, "vcpus") ? q->domain->vcpus : 0;
    t->pinned = t->vcpus && acdr_domain_pinned(q->domain);
    acdr_place_avail(q, false, &t->avail);
    acdr_place_nodes(q, &t->nodes);
    return acdr_cores_new(&r, &t->cores);
}

/* Strict numatune, or guests to be kept from: which of them closes the node? */
static unsigned closed_by(const struct telling *t, const struct acdr_node *n)
{
    const struct acdr_domain *d = t->q->domain;
    unsigned lacks = 0;

    if (d->has_mem_nodes && !strcmp(d->mem_mode, "strict") && !acdr_cpus_has(&d->mem_nodes, n->id))
        lacks |= ACDR_LACK_NUMATUNE;
    if (!acdr_cpus_empty(&n->cpus) && acdr_cpus_within(&n->cpus, &t->q->apart))
        lacks |= ACDR_LACK_APART;
    return lacks;
}

/* May any vCPU that the XML pins run there? */
static bool has_pin(const struct telling *t, const struct acdr_node *n)
{
    const struct acdr_domain *d = t->q->domain;

    for (int i = 0; i < d->vcpus; i++)
        if (!d->pin[d->vcpu_id[i]] || acdr_cpus_meet(d->pin[d->vcpu_id[i]], &n->cpus))
            return true;
    return false;
}

static void count(const struct telling *t, size_t at, struct acdr_place_option *o)
{
    const struct acdr_node *n = &t->q->host->nodes[at];
    struct acdr_cpus set = n->cpus;

    o->node = n->id;
    o->cpus = acdr_cpus_count(&n->cpus);
    acdr_cpus_and(&set, &t->q->housekeeping);
    o->housekeeping = acdr_cpus_count(&set);
    o->taken = o->cpus - o->housekeeping - acdr_cores_avail(t->cores, at);
    o->room = acdr_cores_capacity(t->cores, at);
    o->l3_room = acdr_cores_l3_capacity(t->cores, at);
    o->free_kb = acdr_place_free_kb(t->q, n);
    o->lacks = closed_by(t, n);
    if (o->room < t->vcpus || !o->cpus)
        o->lacks |= ACDR_LACK_CPUS;
    if (!acdr_place_share(t->q, n, 1))
        o->lacks |= ACDR_LACK_MEMORY;
    if (t->pinned && !has_pin(t, n))
        o->lacks |= ACDR_LACK_PINS;
}

static int price(const struct telling *t, size_t at, struct acdr_place_option *o)
{
    acdr_auto(acdr_place_free) struct acdr_place *p = NULL;
    bool exact;
    int err;

    if (o->lacks || t->pinned)
        return 0;
    err = acdr_place_find_on(t->q, (int)at, &exact, &p);
    if (err == 0)
        return acdr_place_cost_of(t->q, p, &o->cost);
    o->lacks |= ACDR_LACK_CPUS; /* a core for the emulator is nowhere to be had beside it */
    return err == -ENOMEM ? err : 0;
}

static int fill(struct telling *t, const struct acdr_place *p, struct acdr_place_story *s)
{
    int err;

    s->vcpus = t->vcpus;
    s->need_kb = t->q->domain->memory_kb;
    s->n_options = t->q->host->n_nodes;
    s->options = calloc(s->n_options + 1, sizeof(*s->options));
    err = s->options ? acdr_place_find_on(t->q, -1, &s->exact, &s->best) : -ENOMEM;
    if (err == 0)
        err = acdr_place_cost_of(t->q, s->best, &s->best_cost);
    for (size_t i = 0; err != -ENOMEM && i < s->n_options; i++) {
        count(t, i, &s->options[i]);
        err = price(t, i, &s->options[i]);
    }
    if (err != -ENOMEM && p) {
        s->has_cost = true;
        err = acdr_place_cost_of(t->q, p, &s->cost);
    }
    return err == -ENOMEM ? err : 0;
}

int acdr_place_explain(const struct acdr_place_request *q, const struct acdr_place *p,
                       struct acdr_place_story **ret, struct acdr_err *e)
{
    acdr_auto(acdr_place_story_free) struct acdr_place_story *s = calloc(1, sizeof(*s));
    struct telling t = { 0 };
    int err = s ? prepare(&t, q) : -ENOMEM;

    if (err == 0)
        err = fill(&t, p, s);
    acdr_cores_free(t.cores);
    if (err < 0)
        return acdr_err_nomem(e);
    *ret = acdr_take(s);
    return 0;
}

void acdr_place_story_free(struct acdr_place_story *s)
{
    if (!s)
        return;
    acdr_place_free(s->best);
    free(s->options);
    free(s);
}

static void add_needs(const struct telling *t, struct acdr_text *text)
{
    const struct acdr_domain *d = t->q->domain;

    acdr_text_add(text, "no place: needs ");
    if (t->vcpus)
        acdr_text_addf(text, "%d dedicated CPUs%s and ", t->vcpus,
                       acdr_place_wants_own(t->q->class) ? " and one for the emulator" : "");
    acdr_text_addf(text, "%lld MiB%s", d->memory_kb / 1024, d->hugepages ? " of huge pages" : "");
}

int acdr_place_refuse(const struct acdr_place_request *q, struct acdr_err *e)
{
    acdr_auto(text) struct acdr_text text = { 0 };
    struct telling t = { 0 };

    if (prepare(&t, q) < 0)
        return acdr_err_nomem(e);
    add_needs(&t, &text);
    for (size_t i = 0; i < q->host->n_nodes; i++) {
        struct acdr_place_option o = { 0 };

        count(&t, i, &o);
        acdr_text_addf(&text, "; node %d has ", o.node);
        if (t.vcpus)
            acdr_text_addf(&text, "%d of %d CPUs free for that and ", o.room, o.cpus);
        if (o.free_kb < 0)
            acdr_text_add(&text, "an unknown amount of memory");
        else
            acdr_text_addf(&text, "%lld MiB", o.free_kb / 1024);
    }
    acdr_cores_free(t.cores);
    return text.bad ? acdr_err_nomem(e) : acdr_err_set(e, ENOSPC, "%s", text.s);
}
