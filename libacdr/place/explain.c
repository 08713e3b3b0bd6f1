/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What each node offers and lacks, and the costs of a place and of the best. See place_cost.h. */
#include "place_cost.h"

#include <errno.h>
#include <string.h>

#include "place_option.h"

static int price(const struct acdr_place_telling *t, size_t at, struct acdr_place_option *o)
{
    acdr_auto(acdr_place_free) struct acdr_place *p = NULL;
    bool exact;
    int err;

    if (o->lacks || t->pinned)
        return 0;
    err = acdr_place_find_on(t->q, (int)at, &exact, &p);
    if (err == 0)
        return acdr_place_cost_of(t->q, p, &o->cost);
    o->lacks |= ACDR_LACK_CPUS; /* no extra core for the emulator is available anywhere */
    return err == -ENOMEM ? err : 0;
}

static int fill(struct acdr_place_telling *t, const struct acdr_place *p,
                struct acdr_place_explanation *s)
{
    int err;

    s->vcpus = t->vcpus;
    s->need_kb = t->q->domain->start_kb;
    s->n_options = t->q->host->n_nodes;
    s->options = calloc(s->n_options + 1, sizeof(*s->options));
    err = s->options ? acdr_place_find_on(t->q, -1, &s->exact, &s->best) : -ENOMEM;
    if (err == 0)
        err = acdr_place_cost_of(t->q, s->best, &s->best_cost);
    for (size_t i = 0; err != -ENOMEM && i < s->n_options; i++) {
        acdr_place_count(t, i, &s->options[i]);
        err = price(t, i, &s->options[i]);
    }
    if (err != -ENOMEM && p) {
        s->has_cost = true;
        err = acdr_place_cost_of(t->q, p, &s->cost);
    }
    return err == -ENOMEM ? err : 0;
}

int acdr_place_explain(const struct acdr_place_request *q, const struct acdr_place *p,
                       struct acdr_place_explanation **ret, struct acdr_err *e)
{
    acdr_auto(acdr_place_explanation_free) struct acdr_place_explanation *s = calloc(1, sizeof(*s));
    struct acdr_place_telling t = { 0 };
    int err = s ? acdr_place_telling(&t, q) : -ENOMEM;

    if (err == 0)
        err = fill(&t, p, s);
    acdr_cores_free(t.cores);
    if (err < 0)
        return acdr_err_nomem(e);
    *ret = acdr_take(s);
    return 0;
}

void acdr_place_explanation_free(struct acdr_place_explanation *s)
{
    if (!s)
        return;
    acdr_place_free(s->best);
    free(s->options);
    free(s);
}
