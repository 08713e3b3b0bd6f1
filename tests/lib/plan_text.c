/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A decision as text. See plan_text.h. */
#include "plan_text.h"

#include <stdlib.h>
#include <string.h>

#include "members.h"
#include "planner.h"
#include "guest.h"
#include "text.h"

static void add_set(struct acdr_strbuf *t, const char *name, const struct acdr_bitmap *s)
{
    acdr_auto(free) char *text = acdr_bitmap_print_list(s);

    acdr_strbuf_addf(t, "  %-10s %s\n", name, *text ? text : "-");
}

static void add_place(struct acdr_strbuf *t, const struct acdr_planning *d)
{
    const struct acdr_place *p = d->view.place;

    if (!p) {
        acdr_strbuf_addf(t, "no place\n  why        %s\n", d->no_place.text);
        return;
    }
    acdr_strbuf_addf(t, "place\n  why        %s\n", p->why);
    add_set(t, "nodes", &p->nodes);
    acdr_strbuf_add(t, "  vcpus     ");
    for (int i = 0; i < p->n_vcpus; i++)
        acdr_strbuf_addf(t, " %d:%d", i, p->vcpu[i]);
    acdr_strbuf_add(t, p->n_vcpus ? "\n" : " -\n");
    acdr_strbuf_add(t, "  cells     ");
    for (int i = 0; i < p->n_cells; i++)
        acdr_strbuf_addf(t, " %d:node%d", i, p->cell_node[i]);
    acdr_strbuf_add(t, p->n_cells ? "\n" : " -\n");
    add_set(t, "clean", &p->clean);
    add_set(t, "reserved", &p->reserved);
    add_set(t, "emulator", &p->emulator);
    add_set(t, "iothreads", &p->iothreads);
    add_set(t, "vhost", &p->vhost);
}

static int add_claim(void *arg, const struct acdr_claim *c)
{
    struct acdr_strbuf *t = arg;

    acdr_strbuf_addf(t, "%-14s %-5s %s %-5s ", c->step,
                     c->stage == ACDR_STAGE_HOST ? "host" : "guest", c->soft ? "soft" : "hard",
                     acdr_op_name(c->op));
    acdr_strbuf_addf(t, "%s%s%s  %s\n", *c->value ? c->value : "-", *c->alt ? " else " : "", c->alt,
                     c->knob);
    return 0;
}

static void add_plan(struct acdr_strbuf *t, const struct acdr_planning *d)
{
    acdr_strbuf_add(t, "\nsteps\n");
    for (size_t i = 0; i < d->plan.n_outcomes; i++) {
        const struct acdr_step_outcome *o = &d->plan.outcomes[i];

        acdr_strbuf_addf(t, "  %-14s %-4s %s%s%s\n", o->step,
                         acdr_class_must(d->view.class, o->step) ? "must" : "try",
                         acdr_step_result_name(o->result), *o->note ? ": " : "", o->note);
    }
    acdr_strbuf_add(t, "\nclaims\n");
    for (size_t i = 0; i < d->plan.n_claims; i++)
        if (acdr_members_show(d->host, &d->plan, i, add_claim, t) < 0)
            abort();
}

/* --- in parts --- */

static void add_part(struct plan_parts *p, struct acdr_strbuf *head, struct acdr_strbuf *body)
{
    struct plan_part *v = reallocarray(p->v, p->n + 1, sizeof(*v));

    if (!v)
        abort();
    p->v = v;
    v[p->n++] = (struct plan_part){ acdr_strbuf_take(head), acdr_strbuf_take(body) };
}

static bool same_claim(const struct acdr_claim *a, const struct acdr_claim *b)
{
    return a->stage == b->stage && a->soft == b->soft && a->op == b->op &&
           !strcmp(a->value, b->value) && !strcmp(a->alt, b->alt);
}

/* Those that differ from the one before by their knob only have one heading. */
struct step_claims {
    struct acdr_strbuf *t;
    struct acdr_claim last; /* its strings are copies */
    bool any;
};

static void keep_last(struct step_claims *s, const struct acdr_claim *c)
{
    free(s->last.value);
    free(s->last.alt);
    s->last = *c;
    s->last.value = strdup(c->value);
    s->last.alt = strdup(c->alt);
    s->any = true;
}

static int add_step_claim(void *arg, const struct acdr_claim *c)
{
    struct step_claims *s = arg;

    if (!s->any || !same_claim(&s->last, c))
        acdr_strbuf_addf(s->t, "  %s %s %s %s%s%s\n",
                         c->stage == ACDR_STAGE_HOST ? "host" : "guest", c->soft ? "soft" : "hard",
                         acdr_op_name(c->op), *c->value ? c->value : "-", *c->alt ? " else " : "",
                         c->alt);
    acdr_strbuf_addf(s->t, "    %s\n", c->knob);
    keep_last(s, c);
    return 0;
}

static void add_step_claims(struct acdr_strbuf *t, const struct acdr_planning *d, const char *step)
{
    struct step_claims s = { .t = t };

    for (size_t i = 0; i < d->plan.n_claims; i++)
        if (!strcmp(d->plan.claims[i].step, step) &&
            acdr_members_show(d->host, &d->plan, i, add_step_claim, &s) < 0)
            abort();
    free(s.last.value);
    free(s.last.alt);
}

static void add_parts(struct plan_parts *p, const struct acdr_planning *d)
{
    struct acdr_strbuf head = { 0 }, body = { 0 };
    const char *all, *lines;

    add_place(&body, d);
    all = acdr_strbuf_take(&body);
    lines = strchr(all, '\n') + 1;
    acdr_strbuf_addn(&head, all, (size_t)(lines - all - 1));
    acdr_strbuf_add(&body, lines);
    add_part(p, &head, &body);
    free((char *)all);
    for (size_t i = 0; i < d->plan.n_outcomes; i++) {
        const struct acdr_step_outcome *o = &d->plan.outcomes[i];

        acdr_strbuf_addf(&head, "%s: %s%s%s%s", o->step, acdr_step_result_name(o->result),
                         acdr_class_must(d->view.class, o->step) ? " (must)" : "",
                         *o->note ? ": " : "",
                         strcmp(o->note, d->no_place.text) || !*o->note ? o->note : "no place");
        add_step_claims(&body, d, o->step);
        add_part(p, &head, &body);
    }
}

void plan_parts_free(struct plan_parts *p)
{
    for (size_t i = 0; i < p->n; i++) {
        free(p->v[i].head);
        free(p->v[i].body);
    }
    free(p->v);
    *p = (struct plan_parts){ 0 };
}

/* --- deciding --- */

struct question {
    struct acdr_domain *domain;
    struct acdr_class *class;
    struct acdr_planning d;
};

static int ask(struct question *q, struct acdr *a, const struct acdr_journal *j, const char *xml,
               const char *class_name, struct acdr_err *e)
{
    const struct acdr_journal none = { 0 };
    int err = acdr_domain_parse(xml, strlen(xml), &q->domain, e);

    if (err == 0)
        err = acdr_handle_class(a, class_name, &q->class, e);
    if (err == 0)
        err = acdr_planning_view(a, j ? j : &none, q->domain->uuid, q->domain, q->class, NULL,
                                 &q->d, e);
    return err == 0 ? acdr_planning_preview(&q->d, e) : err;
}

static void forget(struct question *q)
{
    acdr_planning_done(&q->d);
    acdr_class_free(q->class);
    acdr_domain_free(q->domain);
}

char *plan_text(struct acdr *a, const struct acdr_journal *j, const char *xml,
                const char *class_name, struct acdr_err *e)
{
    struct question q = { 0 };
    struct acdr_strbuf t = { 0 };
    int err = ask(&q, a, j, xml, class_name, e);

    if (err == 0) {
        add_place(&t, &q.d);
        add_plan(&t, &q.d);
    }
    forget(&q);
    return err < 0 ? NULL : acdr_strbuf_take(&t);
}

int plan_parts(struct acdr *a, const char *xml, const char *class_name, struct plan_parts *ret,
               struct acdr_err *e)
{
    struct question q = { 0 };
    int err = ask(&q, a, NULL, xml, class_name, e);

    *ret = (struct plan_parts){ 0 };
    if (err == 0)
        add_parts(ret, &q.d);
    forget(&q);
    return err;
}
