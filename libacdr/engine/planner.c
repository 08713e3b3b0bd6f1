/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Makes a plan. Knows which facts the steps need, not what they do with them. */
#include "planner.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "own_pins.h"
#include "place_find.h"
#include "step.h"

/* The CPUs of the other entries: clean cores; those of their threads alone; all that is not free.
 */
static void add_others(const struct acdr_journal *j, const char *id, struct acdr_bitmap *clean,
                       struct acdr_bitmap *owned, struct acdr_bitmap *taken)
{
    for (size_t i = 0; i < j->n_entries; i++) {
        const struct acdr_entry *en = &j->entries[i];

        if (!en->place || !strcmp(en->id, id))
            continue;
        acdr_bitmap_or(clean, &en->place->clean);
        acdr_bitmap_or(owned, &en->place->reserved);
        acdr_place_taken(en->place, taken);
    }
}

/* The present claims: from the start of the array those of others, from its end ID's own. */
static int list_held(const struct acdr_journal *j, const char *id, struct acdr_planning *d)
{
    const struct acdr_entry *en = NULL;
    size_t own = j->n_claims;

    d->foreign = calloc(j->n_claims + 1, sizeof(*d->foreign));
    if (!d->foreign)
        return -ENOMEM;
    for (const struct acdr_owned_claim *h = j->claims.first; h;
         h = acdr_claim_next(h, ACDR_CHAIN_ALL)) {
        bool mine = !strcmp(h->id, id);

        if (!en || strcmp(en->id, h->id)) /* holds of one owner are mostly adjacent */
            en = acdr_journal_find((struct acdr_journal *)j, h->id);
        d->foreign[mine ? --own : d->view.n_foreign++] = (struct acdr_foreign_claim){
            .claim = &h->claim,
            .owner = en ? en->name : h->id,
            .starting = en && !en->is_pool && !en->pid,
        };
    }
    d->view.foreign = d->foreign;
    d->view.own = d->foreign + own;
    d->view.n_own = j->n_claims - own;
    return 0;
}

/* A snapshot still has those of the previous guest. */
static int read_disks(struct acdr_planning *d, struct acdr_err *e)
{
    acdr_host_block_free(d->host);
    d->host->storage = (struct acdr_storage){ 0 };
    return acdr_host_block_read(d->host, d->view.domain, e);
}

/* Read each part once: two steps, both stages, or another request to a snapshot may need it. */
static int read_more(struct acdr_planning *d, unsigned what, struct acdr_err *e)
{
    unsigned *read = d->snapshot ? &d->snapshot->parts : &d->parts;
    bool disks = what & ~d->parts & ACDR_HOST_STORAGE && d->view.domain;
    unsigned more = what & ~*read & ~(unsigned)ACDR_HOST_STORAGE;
    int err;

    *read |= more;
    d->parts |= what;
    err = acdr_host_more(d->host, more, e);
    return err == 0 && disks ? read_disks(d, e) : err;
}

static int collect_hints(struct acdr_planning *d, struct acdr_place_hints *ret)
{
    unsigned what = 0;
    int err;

    for (int i = 0; acdr_steps[i]; i++)
        if (acdr_class_has(d->view.class, acdr_steps[i]->name))
            what |= acdr_steps[i]->hint_reads;
    err = read_more(d, what, NULL);
    acdr_steps_hint(&d->view, ret);
    return err;
}

/* Read once and kept: its place and the report use the same devices. */
int acdr_planning_devices(struct acdr_planning *d)
{
    int err = d->view.domain->n_nics ? read_more(d, ACDR_HOST_NICS, NULL) : 0;

    if (err < 0 || d->devices.v)
        return err;
    return acdr_guest_devices_read(d->host, d->view.domain, &d->devices);
}

/* The nodes of the NICs behind the guest's interfaces, and of its assigned host devices. */
static int find_devices(struct acdr_planning *d, struct acdr_bitmap *nodes)
{
    int err = acdr_planning_devices(d);

    for (size_t i = 0; i < d->devices.n; i++)
        acdr_bitmap_or(nodes, &d->devices.v[i].nodes);
    return err;
}

/* A thread bound to one CPU matters to a guest with dedicated CPUs. */
static int find_others(struct acdr *a, const struct acdr_journal *j, const char *id,
                       struct acdr_planning *d, struct acdr_err *e)
{
    struct acdr_place_request *q = &d->request;
    struct acdr_bitmap set;
    int err = q->hints.dedicated ? read_more(d, ACDR_HOST_TASKS, NULL) : 0;

    acdr_others_done(&d->others);
    if (err == 0)
        err = acdr_others_read(d->host, j, id, d->view.domain, &d->view.housekeeping, &d->others,
                               e);
    if (err < 0)
        return err;
    if (d->others.unread.code)
        acdr_log(&a->log, LOG_WARNING, "%s", d->others.unread.text);
    acdr_holders_sum(&d->others.holders, true, &set);
    acdr_bitmap_or(&q->taken, &set);
    acdr_holders_sum(&d->others.holders, false, &q->soft);
    q->holders = &d->others.holders;
    q->promised_kb = d->others.promised_kb;
    q->growing_kb = d->others.growing_kb;
    q->load = d->others.load;
    q->mems = d->others.mems;
    return 0;
}

int acdr_planning_request(struct acdr *a, const struct acdr_journal *j, const char *id,
                          struct acdr_planning *d, struct acdr_err *e)
{
    struct acdr_place_request *q = &d->request;
    int err;

    *q = (struct acdr_place_request){
        .host = d->host,
        .domain = d->view.domain,
        .housekeeping = d->view.housekeeping,
        .reach = d->view.reach,
        .separate_cpus = d->view.separate_cpus,
        .colocate_cpus = d->view.colocate_cpus,
        .share = a->config->share,
        .foreign = d->foreign,
        .n_foreign = d->view.n_foreign,
    };
    add_others(j, id, &q->others, &q->owned, &q->taken);
    err = collect_hints(d, &q->hints);
    if (err == 0)
        err = find_devices(d, &q->hints.near);
    if (!strcmp(d->view.domain->mem_mode, "preferred"))
        acdr_bitmap_or(&q->hints.near, &d->view.domain->mem_nodes);
    if (err == 0)
        err = find_others(a, j, id, d, e);
    acdr_bitmap_or(&q->taken, &q->separate_cpus);
    acdr_bitmap_or(&q->taken, &q->hints.avoid);
    if (q->hints.group[ACDR_GROUP_COLOCATE].scope == ACDR_GROUP_CORE)
        q->joint = d->colocate.cores; /* shared only if both classes say so */
    return err == -ENOMEM ? acdr_err_nomem(e) : err;
}

static void set_housekeeping(struct acdr *a, struct acdr_planning *d)
{
    struct acdr_bitmap *hk = &d->view.housekeeping;

    if (a->config->has_housekeeping) {
        *hk = a->config->housekeeping;
        acdr_bitmap_and(hk, &d->host->online);
    }
    if (acdr_bitmap_empty(hk))
        acdr_host_housekeeping(d->host, hk);
}

static int find_members(struct acdr *a, const struct acdr_journal *j, const char *id,
                        struct acdr_planning *d)
{
    struct acdr_view *v = &d->view;
    struct acdr_affinity_members *const members[] = {
        [ACDR_GROUP_SEPARATE] = &d->separate, [ACDR_GROUP_COLOCATE] = &d->colocate
    };
    struct acdr_place_hints hints;
    int err = 0;

    acdr_handle_hints(a, v->class, v->domain ? v->domain->name : "", &hints);
    for (int i = 0; err == 0 && i < ACDR_GROUP_KINDS; i++) {
        struct acdr_affinity_query q = {
            .id = id, .group = &hints.group[i], .kind = (enum acdr_group_kind)i, .host = d->host
        };

        err = acdr_affinity_find(a, j, &q, members[i]);
    }
    v->separate_cpus = d->separate.cpus;
    v->separate_from = d->separate.names;
    v->colocate_cpus = d->colocate.cpus;
    v->colocate_with = d->colocate.names;
    return err;
}

/* Why there is no place, with the owners of what the guest must not share. */
static void name_members(struct acdr_planning *d)
{
    struct acdr_err *e = &d->no_place;
    size_t len = strlen(e->text);

    if (e->code && !acdr_bitmap_empty(&d->view.separate_cpus))
        snprintf(e->text + len, sizeof(e->text) - len, "; [separate] keeps it off %s",
                 d->view.separate_from);
}

/* If it is not known which CPUs are whose, there is no place. 0 or -ENOMEM. */
static int find_place(struct acdr *a, const struct acdr_journal *j, const char *id,
                      struct acdr_planning *d)
{
    int err = acdr_planning_request(a, j, id, d, &d->no_place);

    if (err == 0)
        err = acdr_own_pins_find(&d->request, &d->found, &d->no_place);
    return err == -ENOMEM ? err : 0;
}

/* Fill the view besides the host and PLACE, and find a place if that is NULL. */
static int fill_view(struct acdr *a, const struct acdr_journal *j, const char *id,
                     const struct acdr_place *place, struct acdr_planning *ret, struct acdr_err *e)
{
    const struct acdr_domain *domain = ret->view.domain;
    struct acdr_bitmap owned = { 0 }, taken = { 0 };
    int err;

    ret->view.host = ret->host;
    set_housekeeping(a, ret);
    add_others(j, id, &ret->view.others, &owned, &taken);
    err = list_held(j, id, ret);
    if (err == 0 && domain)
        err = acdr_others_reach(ret->host, j, domain, &ret->view.reach);
    /* unknown: no place is found then, which says why; one that the guest has stays. */
    if (err != -ENOMEM)
        err = find_members(a, j, id, ret);
    if (err == 0 && !place && domain)
        err = find_place(a, j, id, ret);
    name_members(ret);
    ret->view.place = place ? place : ret->found;
    return err < 0 ? acdr_err_nomem(e) : 0;
}

int acdr_planning_view(struct acdr *a, const struct acdr_journal *j, const char *id,
                       const struct acdr_domain *domain, const struct acdr_class *class,
                       const struct acdr_place *place, struct acdr_planning *ret,
                       struct acdr_err *e)
{
    int err;

    memset(ret, 0, sizeof(*ret));
    ret->view = (struct acdr_view){ .domain = domain, .class = class, .config = a->config };
    ret->parts = ACDR_HOST_ISOLATION;
    err = acdr_host_read(a->root, ret->parts, &ret->host, e);
    return err < 0 ? err : fill_view(a, j, id, place, ret, e);
}

int acdr_decide_by_snapshot(struct acdr_snapshot *s, const struct acdr_domain *domain,
                            const struct acdr_class *class, const struct acdr_place *place,
                            struct acdr_planning *ret, struct acdr_err *e)
{
    int err;

    memset(ret, 0, sizeof(*ret));
    ret->view = (struct acdr_view){ .domain = domain, .class = class, .config = s->a->config };
    ret->host = s->host;
    ret->snapshot = s;
    err = read_more(ret, ACDR_HOST_ISOLATION, e);
    return err < 0 ? err : fill_view(s->a, s->journal, domain->uuid, place, ret, e);
}

/* If two owners want different values of a setting, the first one wins. */
static int check_conflict(struct acdr_planning *d, const struct acdr_claim *c)
{
    for (size_t i = 0; c->op == ACDR_OP_SET && i < d->view.n_foreign; i++) {
        const struct acdr_foreign_claim *h = &d->foreign[i];

        if (h->claim->op == ACDR_OP_SET && !strcmp(h->claim->knob, c->knob) &&
            !acdr_knob_same(acdr_knob_of(c->knob), h->claim->value, c->value))
            return acdr_plan_result(&d->plan, ACDR_STEP_REFUSED,
                                    "%s: conflicts with %s, which already set it to \"%s\"; this "
                                    "class wants \"%s\"",
                                    c->knob, h->owner, h->claim->value, c->value);
    }
    return 0;
}

/* A step without a place is refused at the first stage, even if its work would come later. */
static int plan_step(struct acdr_planning *d, const struct acdr_step *step, enum acdr_stage stage,
                     struct acdr_err *e)
{
    size_t first = d->plan.n_claims;
    int err = 0;

    d->plan.step = step->name;
    if (step->needs_place && !d->view.place)
        return acdr_plan_result(&d->plan, ACDR_STEP_REFUSED, "%s",
                                d->no_place.code ? d->no_place.text : "the guest has no place");
    if (step->stages & stage)
        err = step->plan(&d->view, &d->plan, e);
    for (size_t i = first; err == 0 && i < d->plan.n_claims; i++)
        if (check_conflict(d, &d->plan.claims[i]) < 0)
            err = acdr_err_nomem(e);
    return err;
}

/* The parts of the host that the class's steps read, only in the stage that needs them: listing
 * tasks is most of the cost of a plan. */
static int read_parts(struct acdr_planning *d, enum acdr_stage stage, struct acdr_err *e)
{
    unsigned what = 0;

    for (int i = 0; acdr_steps[i]; i++)
        if (acdr_class_has(d->view.class, acdr_steps[i]->name))
            what |= stage == ACDR_STAGE_HOST ? acdr_steps[i]->reads : acdr_steps[i]->guest_reads;
    return read_more(d, what, e);
}

int acdr_planning_stage(struct acdr_planning *d, enum acdr_stage stage, struct acdr_err *e)
{
    int err = read_parts(d, stage, e);

    d->plan.stage = stage;
    for (int i = 0; err == 0 && acdr_steps[i]; i++)
        if (acdr_class_has(d->view.class, acdr_steps[i]->name))
            err = plan_step(d, acdr_steps[i], stage, e);
    acdr_plan_withdraw(&d->plan);
    return err;
}

void acdr_planning_done(struct acdr_planning *d)
{
    acdr_plan_done(&d->plan);
    acdr_guest_free(d->guest);
    if (!d->snapshot)
        acdr_host_free(d->host);
    acdr_place_free(d->found);
    acdr_others_done(&d->others);
    acdr_guest_devices_done(&d->devices);
    free(d->foreign);
    acdr_affinity_done(&d->separate);
    acdr_affinity_done(&d->colocate);
}

int acdr_planning_preview(struct acdr_planning *d, struct acdr_err *e)
{
    int err = acdr_guest_read(d->host, d->view.domain->name, &d->guest, NULL);

    if (err < 0 && (acdr_planning_devices(d) < 0 ||
                    acdr_guest_preview(d->view.domain, &d->devices, &d->guest) < 0))
        return acdr_err_nomem(e);
    d->view.guest = d->guest;
    err = acdr_planning_stage(d, ACDR_STAGE_HOST, e);
    if (err == 0)
        err = acdr_planning_stage(d, ACDR_STAGE_GUEST, e);
    return err;
}
